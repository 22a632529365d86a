use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use super::{field, steps};
use crate::engine::{
    doc,
    error::{Class, Error, Result},
    plan::{self, Plan, Promise},
};

/// The name of the format, before its number.
const FORMAT: &str = "landfall/saved-plan@";
/// Its number.
const NUMBER: &str = "1";
/// What else is demanded: another version may compile the same text into something else.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `landfall/saved-plan@1`: what a later plan has to be equal to. It holds the landing zone's text, and of each step what
/// was shown of it and digests of what stays; no specs, and of secrets their fingerprints alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Saved {
    schema: String,
    /// The version of Landfall that made it, and that can apply it.
    landfall: String,
    /// The landing zone's name.
    pub organization: String,
    /// The id of the management account that was planned for.
    pub account: String,
    /// How far the plan went.
    pub options: Options,
    /// All that was planned.
    pub(in crate::report) steps: Vec<Step>,
    /// The landing zone's files by path.
    pub files: BTreeMap<String, String>,
}

/// What the command line said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Options {
    /// `--adopt`.
    pub adopt: bool,
    /// `--prune`.
    pub prune: bool,
    /// Each `--only`.
    pub only: Vec<String>,
}

/// What a later step has to be equal to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(in crate::report) struct Step {
    pub address: String,
    #[schemars(extend("enum" = steps::ACTIONS))]
    pub action: String,
    pub changes: Vec<Change>,
    /// Of each field that was known and stays, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub digests: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupts: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
}

/// A side that is absent is left out: `null` is a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(in crate::report) struct Change {
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub before: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub after: Option<Json>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// What tells whether the rest can be read at all.
#[derive(Deserialize)]
struct Head {
    schema: Option<String>,
    landfall: Option<String>,
}

impl Saved {
    /// A plan for the management account with this id, of the landing zone in these files.
    pub fn of(plan: &Plan, account: &str, options: Options, files: BTreeMap<String, String>) -> Self {
        Self {
            schema: format!("{FORMAT}{NUMBER}"),
            landfall: VERSION.to_owned(),
            organization: plan.organization.to_string(),
            account: account.to_owned(),
            options,
            steps: plan.steps.iter().map(Step::of).collect(),
            files,
        }
    }

    /// Reads what [`Saved::text`] wrote.
    ///
    /// # Errors
    /// It is something else, damaged, or of another format or version.
    pub fn parse(text: &str) -> Result<Self> {
        let damaged = |error: serde_json::Error| {
            Error::new(Class::Final, "the file is damaged, or not one that Landfall wrote")
                .source(error)
                .hint(AGAIN)
        };
        let foreign = || Error::new(Class::Final, "this is no saved plan").hint(AGAIN);
        let value: Json = serde_json::from_str(text).map_err(damaged)?;
        let Ok(Head { schema: Some(schema), landfall }) = serde_json::from_value(value) else {
            return Err(foreign());
        };
        let number = match schema.strip_prefix(FORMAT) {
            Some(number) => number,
            None if schema.starts_with("landfall/plan@") => {
                return Err(Error::new(Class::Final, "this is a plan to read, and none to apply").hint(AGAIN));
            }
            None => return Err(foreign()),
        };
        let by = landfall.unwrap_or_default();
        if number != NUMBER {
            let what =
                format!("the plan is in format {number}, and Landfall {VERSION} reads format {NUMBER}");
            return Err(Error::new(Class::Final, what)
                .hint(format!("use Landfall {by}, which wrote it, or plan again")));
        }
        if by != VERSION {
            let what = format!(
                "the plan was made by Landfall {by}, and this is {VERSION}: what it makes of the same text may differ"
            );
            return Err(Error::new(Class::Final, what).hint(format!("use Landfall {by}, or plan again")));
        }
        serde_json::from_str(text).map_err(damaged)
    }

    /// The whole as text.
    pub fn text(&self) -> String {
        super::text(self)
    }
}

const AGAIN: &str = "`landfall plan --out FILE` writes a plan that can be applied";

impl Step {
    pub(in crate::report) fn of(step: &plan::Step) -> Self {
        // Node and stray are where this run keeps it; place and kind are in the address; the text that states it is kept
        // as a whole.
        let plan::Step { address, action, changes, promise, after, interrupts, held_by, .. } = step;
        let (action, reason, way_out) = steps::told(action);
        Self {
            address: address.to_string(),
            action: action.to_owned(),
            changes: changes.list().iter().map(Change::of).collect(),
            digests: promise.as_deref().map(digests).unwrap_or_default(),
            after: after.as_deref().map(str::to_owned),
            interrupts: interrupts.map(str::to_owned),
            held_by: held_by.as_deref().map(str::to_owned),
            reason,
            way_out: way_out.map(str::to_owned),
        }
    }
}

fn digests(promise: &Promise) -> BTreeMap<String, String> {
    promise.held.iter().map(|(path, digest)| (path.clone(), digest.to_string())).collect()
}

impl Change {
    fn of(change: &doc::Change) -> Self {
        let doc::Change { path, before, after } = change;
        Self {
            path: path.clone(),
            before: before.as_ref().map(field::view),
            after: after.as_ref().map(field::view),
        }
    }
}
