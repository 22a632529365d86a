use serde::{Deserialize, Serialize};

/// Who applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The run.
    pub run: String,
    /// The landing zone.
    pub organization: String,
    /// As whom AWS knows them.
    pub arn: String,
    /// As whom their machine does.
    pub user: Option<String>,
    /// That machine.
    pub host: Option<String>,
    /// When the run began, by that machine's clock.
    pub since: String,
    /// Which start of which machine, where the run has left a mark there by which others can tell whether it lives.
    pub boot: Option<String>,
}
