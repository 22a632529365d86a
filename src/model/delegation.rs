use crate::names::{AccountName, Located, Service};

/// A member account that administers a service for the whole organization.
#[derive(Clone, Debug)]
pub struct Delegation {
    /// The service; its origin is the key in `[delegated]`.
    pub service: Located<Service>,
    /// The member account.
    pub account: Located<AccountName>,
}
