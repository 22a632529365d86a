use crate::names::{AccountName, Located, Origin};

/// Recording of every resource's configuration by AWS Config, in all accounts and Regions in use.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The account that sees what is recorded in all others.
    pub aggregator: Option<Located<AccountName>>,
    /// How often changes are recorded.
    pub frequency: Located<Frequency>,
    /// The table.
    pub origin: Origin,
}

/// How often AWS Config records changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Each change when it happens.
    Continuous,
    /// What has changed since the day before; cheaper where resources come and go.
    Daily,
}
