use std::collections::BTreeMap;

use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, parsed, text};
use crate::model::ContactType;
use crate::names::{Email, Located, Origin};

/// Contacts as far as one file states them.
pub(in crate::config) type ContactTables = BTreeMap<ContactType, ContactTable>;

/// A contact as far as one file states it: an account may override single fields of the organization's.
#[derive(Clone)]
pub(in crate::config) struct ContactTable {
    pub(in crate::config) name: Option<Located<String>>,
    pub(in crate::config) title: Option<Located<String>>,
    pub(in crate::config) email: Option<Located<Email>>,
    pub(in crate::config) phone: Option<Located<String>>,
    /// Fields that are stated and wrong: the complaint about each is enough.
    pub(in crate::config) wrong: Vec<&'static str>,
    pub(in crate::config) origin: Origin,
}

impl ContactTable {
    /// The fields that it does not have.
    pub(in crate::config) fn missing(&self) -> impl Iterator<Item = &'static str> + use<> {
        let Self { name, title, email, phone, wrong: _, origin: _ } = self;
        let fields = [
            ("name", name.is_some()),
            ("title", title.is_some()),
            ("email", email.is_some()),
            ("phone", phone.is_some()),
        ];
        fields.into_iter().filter(|(_, is_there)| !is_there).map(|(field, _)| field)
    }

    /// This contact, with what it leaves out taken from another.
    pub(in crate::config) fn over(self, base: Self) -> Self {
        Self {
            name: self.name.or(base.name),
            title: self.title.or(base.title),
            email: self.email.or(base.email),
            phone: self.phone.or(base.phone),
            wrong: [self.wrong, base.wrong].concat(),
            origin: self.origin,
        }
    }
}

pub(super) fn read(mut table: Table<'_>) -> ContactTables {
    let mut contacts = ContactTables::new();
    for kind in ContactType::ALL {
        contacts.extend(table.table(kind.as_str(), contact).map(|contact| (kind, contact)));
    }
    table.finish();
    contacts
}

/// Lengths and signs are those of `PutAlternateContact`.
fn contact(mut table: Table<'_>) -> ContactTable {
    let mut contact = ContactTable {
        name: table.optional("name", |value| at_most(64, value)),
        title: table.optional("title", |value| at_most(50, value)),
        email: table.optional("email", parsed::<Email>),
        phone: table.optional("phone", phone),
        wrong: Vec::new(),
        origin: table.origin().clone(),
    };
    contact.wrong = contact.missing().filter(|key| table.has(key)).collect();
    table.finish();
    contact
}

fn at_most(longest: usize, value: Value<'_>) -> Option<Located<String>> {
    let text = text(value)?;
    if text.chars().count() > longest {
        return value
            .complain(Complaint::new(&text.origin, format!("this has at most {longest} characters")));
    }
    Some(text)
}

fn phone(value: Value<'_>) -> Option<Located<String>> {
    let phone = at_most(25, value)?;
    if phone.chars().any(|c| !c.is_ascii_digit() && !" ()+-".contains(c)) {
        let complaint =
            Complaint::new(&phone.origin, "a telephone number holds digits, spaces and `()+-` only");
        return value.complain(complaint);
    }
    Some(phone)
}
