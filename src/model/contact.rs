use std::collections::BTreeMap;
use std::fmt;

use crate::names::{Email, Located};

/// Alternate contacts by what AWS writes to them about.
pub type Contacts = BTreeMap<ContactType, Contact>;

/// What AWS writes to an alternate contact about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContactType {
    /// Invoices and payment.
    Billing,
    /// The state of AWS's services.
    Operations,
    /// Abuse reports and security notices.
    Security,
}

impl ContactType {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Billing, Self::Operations, Self::Security];

    /// As the TOML writes it; AWS's API wants it in upper case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Billing => "billing",
            Self::Operations => "operations",
            Self::Security => "security",
        }
    }
}

impl fmt::Display for ContactType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An alternate contact of an account. AWS wants all four fields.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The person or desk.
    pub name: Located<String>,
    /// Their title.
    pub title: Located<String>,
    /// Their e-mail address.
    pub email: Located<Email>,
    /// Their telephone number.
    pub phone: Located<String>,
}
