use super::Retention;
use crate::names::{BucketRef, KeyRef, Located, Origin};

/// The organization's trail: every call of every account in every Region.
#[derive(Clone, Debug)]
pub struct Trail {
    /// The bucket it delivers into.
    pub archive: Located<BucketRef>,
    /// The key its files, its log group and its topics are encrypted under.
    pub key: Located<KeyRef>,
    /// How long its log group keeps events; nothing if it has none.
    pub log_group: Option<Located<Retention>>,
    /// Where it is said, or left to the default, that what the CIS benchmark watches for raises alarms; nothing if it
    /// does not.
    pub alarms: Option<Origin>,
    /// Whether unusual rates of calls and errors are reported.
    pub insights: Located<bool>,
    /// The calls on data that are recorded besides those that manage resources.
    pub data_events: Vec<DataEvents>,
    /// Whether a topic tells of each file that is delivered.
    pub sns: Located<bool>,
    /// The table.
    pub origin: Origin,
}

/// Calls on the data of resources of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataEvents {
    /// The type of resource, `AWS::S3::Object`.
    pub resource_type: Located<String>,
    /// What the ARNs of the resources begin with; all resources of the type if there is none.
    pub resources: Vec<Located<String>>,
    /// Whether calls that only read are left out.
    pub write_only: bool,
}
