//! `account/alternate-contact`: whom AWS writes to about an account besides its root user.

use aws_sdk_account::types::{AlternateContact as SdkContact, AlternateContactType};
use futures::future::try_join_all;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, Wanted},
    },
};

/// An alternate contact of an account; there is one of each type.
pub struct AlternateContact;

/// What is wanted.
#[derive(Debug)]
pub struct Spec {
    /// As the API writes it: `SECURITY`.
    pub kind: String,
    /// The contact. AWS wants all four fields.
    pub contact: Contact,
}

/// The four fields of a contact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contact {
    /// The person or desk.
    pub name: String,
    /// Their title.
    pub title: String,
    /// Their e-mail address.
    pub email: String,
    /// Their telephone number.
    pub phone: String,
}

impl Contact {
    fn doc(&self) -> Doc {
        let Self { name, title, email, phone } = self;
        Doc::new()
            .with("name", name.as_str())
            .with("title", title.as_str())
            .with("email", email.as_str())
            .with("phone", phone.as_str())
    }
}

impl Kind for AlternateContact {
    const NAME: &'static str = "account/alternate-contact";
    const ABOUT: &'static str =
        "An alternate contact of an account: whom AWS writes to about billing, operations or security.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Slot;
    const REMOVAL: Removal = Removal::Never("AWS would have nobody else to write to");
    const LINGERS: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["account:GetAlternateContact"],
        create: &["account:PutAlternateContact"],
        update: &["account:PutAlternateContact"],
        delete: &[],
    };

    type Spec = Spec;
    type Live = Contact;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.kind.clone())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { kind: _, contact } = spec;
        contact.doc()
    }

    fn observed(live: &Contact) -> Doc {
        live.doc()
    }

    fn outputs(_: &Contact) {}

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Contact>>> {
        // Each type costs a call: types that nobody states are asked for only where no type is stated.
        let all = wanted.is_empty();
        let is_asked = |kind: &&&str| all || wanted.iter().any(|it| it.spec.kind == ***kind);
        let found = try_join_all(KINDS.iter().filter(is_asked).map(|kind| contact(at, kind))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { kind, contact: Contact { name, title, email, phone } } = it.spec;
        let put = at
            .account()
            .await?
            .put_alternate_contact()
            .alternate_contact_type(AlternateContactType::from(kind.as_str()))
            .name(name)
            .title(title)
            .email_address(email)
            .phone_number(phone);
        aws::call(at, "PutAlternateContact", put.send()).await.map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Contact, _: &[Change]) -> Result<()> {
        Self::create(at, it).await
    }
}

/// The types that there are, as the API writes them.
const KINDS: [&str; 3] = ["BILLING", "OPERATIONS", "SECURITY"];

async fn contact(at: &At<'_>, kind: &str) -> Result<Option<Found<Contact>>> {
    let client = at.account().await?;
    let get = client.get_alternate_contact().alternate_contact_type(AlternateContactType::from(kind));
    let answer = aws::call(at, "GetAlternateContact", get.send()).await;
    let answer = aws::unless(answer, &["ResourceNotFoundException"])?;
    Ok(answer.and_then(|answer| answer.alternate_contact).map(|contact| Found {
        key: kind.to_owned(),
        label: kind.to_lowercase(),
        owner: Owner::Nobody,
        live: live(contact),
    }))
}

fn live(contact: SdkContact) -> Contact {
    let SdkContact { name, title, email_address, phone_number, .. } = contact;
    Contact {
        name: name.unwrap_or_default(),
        title: title.unwrap_or_default(),
        email: email_address.unwrap_or_default(),
        phone: phone_number.unwrap_or_default(),
    }
}
