use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Contacts, IdentityProvider, PasswordPolicy, PolicyId, Role, Tags};
use crate::names::{AccountName, Email, Located, Origin, UnitPath};

/// An account with everything its baselines give it.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its key in the landing zone.
    pub name: AccountName,
    /// What AWS calls it: `name` in its file, else the key.
    pub aws_name: Located<String>,
    /// The unit it lies in; nothing for the management account, which is left where it is.
    pub unit: Option<Located<UnitPath>>,
    /// The e-mail address of its root user, filled in; for the management account it is only a name.
    pub email: Located<Email>,
    /// Its tags: the organization's, the units' from the outside in, its baselines' and its own, later ones winning.
    pub tags: Arc<Tags>,
    /// What is attached to this account alone, apart from the policies that give full access.
    pub policies: Vec<Located<PolicyId>>,
    /// Whether `FullAWSAccess` stays attached to it; `RCPFullAWSAccess` always does.
    pub full_access: Located<bool>,
    /// Whether it is looked after: neither it nor a unit above says `managed = false`.
    pub managed: Located<bool>,
    /// Its roles by key.
    pub roles: BTreeMap<String, Role>,
    /// The keys of the customer managed policies that its roles are allowed or bounded by.
    pub iam_policies: BTreeSet<String>,
    /// Its identity providers by key.
    pub identity_providers: BTreeMap<String, IdentityProvider>,
    /// Its alternate contacts, the organization's filled in.
    pub contacts: Contacts,
    /// The name in its sign-in address.
    pub alias: Option<Located<String>>,
    /// The rules for passwords of IAM users.
    pub password_policy: Option<PasswordPolicy>,
    /// Whether S3 opens nothing of it to the public, whatever its buckets say; nothing if that is left as it is.
    pub block_public_access: Option<Located<bool>>,
    /// Whether it has default VPCs; nothing if they are left as they are.
    pub default_vpcs: Option<Located<DefaultVpcs>>,
    /// The key it had before it was renamed.
    pub moved: Option<Located<AccountName>>,
    /// Its file.
    pub origin: Origin,
}

/// What becomes of the VPCs that AWS makes in every Region of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultVpcs {
    /// They are taken away.
    Removed,
    /// They stay as they are.
    Kept,
}
