use crate::names::{Located, Origin, Period, RoleRef};

/// How the program reaches a member account.
#[derive(Clone, Debug)]
pub struct Access {
    /// The role assumed in every member account, `OrganizationAccountAccessRole` unless said otherwise.
    pub role: Located<String>,
    /// Hops between the caller and that role, outermost first; used once they exist and answer.
    pub via: Vec<Located<RoleRef>>,
    /// How long a session in a member account lasts.
    pub session: Located<Period>,
    /// The table.
    pub origin: Origin,
}
