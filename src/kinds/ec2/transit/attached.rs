use super::{TransitGatewayAttachment, TransitGatewayPeering};
use crate::engine::{
    doc::{Field, Spelled},
    env::{Env, Need, Value},
};

/// What a Transit Gateway's tables are about: something that is attached to it.
#[derive(Clone, Debug)]
pub enum Attached {
    /// A VPC.
    Vpc(Need<TransitGatewayAttachment>),
    /// The gateway of another Region.
    Peering(Need<TransitGatewayPeering>),
    /// What somebody else has attached, by the attachment's id.
    External(String),
}

impl Attached {
    /// The attachment's id.
    pub fn id(&self, env: Env<'_>) -> Value<String> {
        match self {
            Self::Vpc(attachment) => env.get(attachment).map(|attachment| attachment.id),
            Self::Peering(peering) => env.get(peering).map(|peering| peering.id),
            Self::External(id) => Value::Known(id.clone()),
        }
    }

    /// What people read of it: the address of the node, where it has one.
    pub fn shown(&self) -> &str {
        match self {
            Self::Vpc(attachment) => attachment.address(),
            Self::Peering(peering) => peering.address(),
            Self::External(id) => id,
        }
    }
}

/// The field of an id that has an address: equal if the ids are.
pub(super) fn named(id: Value<String>, address: &str) -> Field {
    match id {
        Value::Known(id) => Field::Is(called(&id, Some(address))),
        unknown => Field::of(unknown, Some(address.into())),
    }
}

/// An id and, where it is known, the address of what has it.
pub(super) fn called(id: &str, address: Option<&str>) -> Spelled {
    match address.filter(|address| *address != id) {
        Some(address) => Spelled::new(id.into(), format!("{id} ({address})").into()),
        None => id.into(),
    }
}
