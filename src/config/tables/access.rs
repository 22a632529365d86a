use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, parsed, text};
use crate::model::Access;
use crate::names::{Located, Origin, Period, RoleRef};

pub(super) fn read(mut table: Table<'_>) -> Access {
    let default = default(table.origin());
    let role = table.optional("role", text).unwrap_or(default.role);
    let via = table.optional("via", list(parsed::<RoleRef>)).unwrap_or_default();
    let session = table.optional("session", session).unwrap_or(default.session);
    let origin = table.origin().clone();
    table.finish();
    Access { role, via, session, origin }
}

/// The role that Organizations makes in every account it creates, for an hour.
pub(super) fn default(origin: &Origin) -> Access {
    Access {
        role: Located::new("OrganizationAccountAccessRole".to_owned(), origin.clone()),
        via: Vec::new(),
        session: Located::new(Period::hours(1), origin.clone()),
        origin: origin.clone(),
    }
}

fn session(value: Value<'_>) -> Option<Located<Period>> {
    let session = parsed::<Period>(value)?;
    if !(900..=3600).contains(&session.as_seconds()) {
        let complaint =
            Complaint::new(&session.origin, "a session in a member account lasts between 15m and 1h");
        return value
            .complain(complaint.help("the caller is a session itself, and AWS gives a chained one an hour"));
    }
    Some(session)
}
