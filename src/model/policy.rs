use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use serde_json::Value;

use super::Symbol;
use crate::names::{Invalid, Origin};

/// Service control policies that are generated unless a file of the same name overrides them.
pub const GENERATED: [&str; 3] = ["region-guard", "protect-landfall", GENERATED_FOR_ARCHIVE];

/// The one among them that the accounts of the archive have without being told.
pub const GENERATED_FOR_ARCHIVE: &str = "protect-archive";

/// The policy files of a landing zone.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    /// Those attached to units and accounts. A generated one is in here only if a file overrides it.
    pub organization: BTreeMap<PolicyId, PolicyFile>,
    /// Those that say what roles may do, by name.
    pub iam: BTreeMap<String, PolicyFile>,
    /// Those whose statements are appended to key policies, by name.
    pub kms: BTreeMap<String, PolicyFile>,
}

/// A policy as its file holds it.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// The stem of the file.
    pub name: String,
    /// The text as written.
    pub text: Arc<str>,
    /// The text as JSON, with `${…}` not filled in.
    pub document: Value,
    /// The symbols of ours in the text, with the bytes they take.
    pub symbols: Vec<(Range<usize>, Symbol)>,
    /// The file.
    pub origin: Origin,
}

/// The name of a policy that can be attached to a unit or an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId {
    /// Its type, which is the folder it lies in.
    pub kind: PolicyType,
    /// The stem of its file.
    pub name: Arc<str>,
}

impl PolicyId {
    /// The policy `name` of type `kind`.
    pub fn new(kind: PolicyType, name: impl Into<Arc<str>>) -> Self {
        Self { kind, name: name.into() }
    }

    /// Whether it is one of those that are generated unless a file overrides them.
    pub fn can_be_generated(&self) -> bool {
        self.kind == PolicyType::ServiceControl && GENERATED.contains(&&*self.name)
    }
}

impl fmt::Display for PolicyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.folder(), self.name)
    }
}

/// A type of policy that can be attached to units and accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    /// What principals of an account may do at most.
    ServiceControl,
    /// What may be done to resources of an account at most.
    ResourceControl,
    /// How tags are written.
    Tag,
    /// Backup plans.
    Backup,
    /// Settings of EC2 that hold whatever anybody calls.
    Declarative,
    /// Whether AWS may learn from content.
    AiOptOut,
    /// Which chat channels may reach an account.
    Chatbot,
}

impl PolicyType {
    /// All types.
    pub const ALL: [Self; 7] = [
        Self::ServiceControl,
        Self::ResourceControl,
        Self::Tag,
        Self::Backup,
        Self::Declarative,
        Self::AiOptOut,
        Self::Chatbot,
    ];

    /// The folder in `policies/`, which is also how a name says its type: `rcp:name`.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::ServiceControl => "scp",
            Self::ResourceControl => "rcp",
            Self::Tag => "tag",
            Self::Backup => "backup",
            Self::Declarative => "declarative",
            Self::AiOptOut => "ai-opt-out",
            Self::Chatbot => "chatbot",
        }
    }

    /// As the Organizations API writes it.
    pub const fn api_name(self) -> &'static str {
        match self {
            Self::ServiceControl => "SERVICE_CONTROL_POLICY",
            Self::ResourceControl => "RESOURCE_CONTROL_POLICY",
            Self::Tag => "TAG_POLICY",
            Self::Backup => "BACKUP_POLICY",
            Self::Declarative => "DECLARATIVE_POLICY_EC2",
            Self::AiOptOut => "AISERVICES_OPT_OUT_POLICY",
            Self::Chatbot => "CHATBOT_POLICY",
        }
    }

    /// Whether AWS keeps a policy of this type attached everywhere that gives full access, which counts.
    pub const fn has_full_access(self) -> bool {
        matches!(self, Self::ServiceControl | Self::ResourceControl)
    }

    /// The type whose files lie in `folder`.
    pub fn from_folder(folder: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.folder() == folder)
    }
}

impl fmt::Display for PolicyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.folder())
    }
}

/// An IAM policy that a role is allowed or bounded by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyRef {
    /// A file in `policies/iam/`, by its stem: `policy:deploy`.
    Own(String),
    /// A policy that AWS manages, with its path: `aws:ReadOnlyAccess`, `aws:job-function/ViewOnlyAccess`.
    Aws(String),
}

impl FromStr for PolicyRef {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.split_once(':') {
            Some(("policy", name)) if !name.is_empty() => Ok(Self::Own(name.into())),
            Some(("aws", name)) if is_aws_policy(name) => Ok(Self::Aws(name.into())),
            _ => Err(Invalid::new("an IAM policy is written `policy:NAME` or `aws:NAME`").help(
                "`policy:deploy` is `policies/iam/deploy.json`, `aws:ReadOnlyAccess` is managed by AWS",
            )),
        }
    }
}

/// A name, after at most one folder such as `job-function/`.
fn is_aws_policy(text: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c))
    };
    text.split('/').count() <= 2 && text.split('/').all(plain)
}

impl fmt::Display for PolicyRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(name) => write!(f, "policy:{name}"),
            Self::Aws(name) => write!(f, "aws:{name}"),
        }
    }
}
