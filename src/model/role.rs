use std::sync::Arc;

use ipnet::IpNet;

use super::{PolicyRef, Tags, Trust};
use crate::names::{Located, Origin, Period};

/// An IAM role in an account.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its key in the landing zone.
    pub name: String,
    /// What AWS calls it: `name` in its table, else the key.
    pub aws_name: Located<String>,
    /// Its IAM path, `/` unless said otherwise.
    pub path: Located<String>,
    /// A sentence about it, shown by IAM.
    pub description: Option<Located<String>>,
    /// Who may assume it.
    pub trust: Box<[Located<Trust>]>,
    /// The policies that say what it may do.
    pub allow: Box<[Located<PolicyRef>]>,
    /// The policy that says what it may do at most.
    pub boundary: Option<Located<PolicyRef>>,
    /// How long a session lasts at most.
    pub session: Located<Period>,
    /// What a caller has to bring besides being trusted.
    pub require: Require,
    /// Its tags, the account's included; it shares them if it has no others.
    pub tags: Arc<Tags>,
    /// Whether it is for emergencies: exempt in our service control policies.
    pub break_glass: Located<bool>,
    /// The key it had before it was renamed.
    pub moved: Option<Located<String>>,
    /// Its table.
    pub origin: Origin,
}

impl Role {
    /// What its ARN ends in: `ci/pipeline`.
    pub fn path_and_name(&self) -> String {
        format!("{}{}", self.path.trim_start_matches('/'), self.aws_name)
    }
}

/// What a caller has to bring besides being trusted.
#[derive(Clone, Debug, Default)]
pub struct Require {
    /// Whether the session must have been opened with a second factor.
    pub mfa: Option<Located<bool>>,
    /// The networks the call must come from.
    pub source_ip: Vec<Located<IpNet>>,
    /// The VPCs the call must come from, by id.
    pub source_vpc: Vec<Located<String>>,
}
