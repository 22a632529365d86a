use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::{field, shared::Origin};
use crate::{
    engine::sides::{Pair, Sides},
    names::Region,
    report::show,
};

/// `landfall/show@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Show<'s> {
    schema: &'static str,
    address: &'s str,
    kind: &'static str,
    account: &'s str,
    region: Option<&'static str>,
    /// Where it is stated.
    origin: Origin<'s>,
    /// What AWS calls it; null if it does not have it, or was not asked.
    called: Option<&'s str>,
    /// `fine`, `differs`, `missing`, `foreign`, `pending`, `blocked`, `unreadable`, `undetermined` or `unasked`.
    standing: &'static str,
    /// The same in a sentence.
    text: String,
    way_out: Option<&'s str>,
    fields: Vec<Field<'s>>,
    /// Tags of others, which are never compared.
    other_tags: &'s BTreeMap<String, String>,
    /// What it needs itself, not by way of others.
    needs: Vec<&'s str>,
    /// What needs it itself.
    needed_by: Vec<&'s str>,
}

/// A side that is absent is left out: `null` is a value.
#[derive(Serialize, JsonSchema)]
struct Field<'s> {
    path: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wanted: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    live: Option<Json>,
    /// Whether the two are not the same; false where AWS has nothing to compare with.
    differs: bool,
    /// Where it is stated, if that is a line of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    origin: Option<Origin<'s>>,
}

impl<'s> Show<'s> {
    pub(in crate::report) fn of(show: &'s show::Show<'s>) -> Self {
        let node = show.node();
        let Sides { is_live, fields, others } = &show.sides;
        let (standing, text) = show.standing();
        let [needs, needed_by] = show.relations();
        let told = |pair: &'s Pair| {
            let Pair { path, wanted, live } = pair;
            Field {
                path,
                wanted: wanted.as_ref().map(field::view),
                live: live.as_ref().map(field::view),
                differs: *is_live && pair.differs(),
                origin: node.stated(path).map(|stated| Origin::of(&stated).into_owned()),
            }
        };
        Self {
            schema: "landfall/show@1",
            address: &node.label,
            kind: node.address.kind,
            account: node.address.place.account.as_str(),
            region: node.address.place.region.map(Region::as_str),
            origin: Origin::of(&node.origin),
            called: show.called(),
            standing,
            text,
            way_out: show.way_out(),
            fields: fields.iter().map(told).collect(),
            other_tags: others,
            needs,
            needed_by,
        }
    }
}
