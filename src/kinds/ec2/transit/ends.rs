//! Whose is what at a gateway: tags don't cross accounts, so that an attachment is told by its id from both sides.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{
    TransitGatewayAttachment, TransitGatewayAttachmentResourceType as ResourceType,
    TransitGatewayPeeringAttachment as Peering,
};

use super::{
    Attached, TransitGatewayRouteTable,
    inventory::{attachments, peerings, tables, vpc_attachments},
};
use crate::{
    aws::Aws as _,
    engine::{
        at::At,
        env::{Env, Need},
        error::Result,
        graph::{Address, Place},
        kind::{ADDRESS_TAG, ORGANIZATION_TAG},
    },
    kinds::ec2::{is_ours, tags},
    names::Region,
};

/// The tables of ours at a place, and the attachments that wanted nodes are about.
pub(super) struct Ends {
    /// The tables' names by id.
    pub tables: BTreeMap<String, String>,
    /// What wanted attachments are called, by id.
    attachments: BTreeMap<String, String>,
}

/// What a wanted node is about, and the table that it lies in.
pub(super) type Wants<'w> = (Option<&'w Attached>, &'w Need<TransitGatewayRouteTable>, Env<'w>);

impl Ends {
    pub(super) async fn of<'w>(at: &At<'_>, wanted: impl Iterator<Item = Wants<'w>> + Send) -> Result<Self> {
        let (mut tables, mut attachments) = (ours(at).await?, BTreeMap::new());
        for (attached, table, env) in wanted {
            if let Some(table) = env.get(table).known().map(|known| (known.id, name(table.address()))) {
                tables.insert(table.0, table.1);
            }
            if let Some(attached) = attached
                && let Some(id) = attached.id(env).known()
            {
                attachments.insert(id, attached.shown().to_owned());
            }
        }
        Ok(Self { tables, attachments })
    }

    /// What a wanted attachment is called.
    pub(super) fn called(&self, attachment: &str) -> Option<&str> {
        self.attachments.get(attachment).map(String::as_str)
    }

    /// What an attachment is called in its table's entries: the name that a wanted one has, or else its id.
    pub(super) fn name<'n>(&'n self, attachment: &'n str) -> &'n str {
        self.called(attachment).and_then(Address::parts).map_or(attachment, |(_, name)| name)
    }

    /// Whether an attachment is ours. Where nothing that is wanted tells, the account that attached it does.
    pub(super) async fn has(&self, at: &At<'_>, attachment: &str) -> Result<bool> {
        if self.attachments.contains_key(attachment) {
            return Ok(true);
        }
        let all = attachments(at).await?;
        let Some(one) = all.iter().find(|one| one.transit_gateway_attachment_id() == Some(attachment)) else {
            return Ok(false);
        };
        if is_ours(at, one.tags()) {
            return Ok(true);
        }
        match one.resource_type() {
            Some(ResourceType::Vpc) => is_a_vpcs(at, one, attachment).await,
            Some(ResourceType::Peering) => is_asked_for(at, attachment).await,
            _ => Ok(false),
        }
    }
}

/// The names of the tables at a place that are ours, by id.
async fn ours(at: &At<'_>) -> Result<BTreeMap<String, String>> {
    let tables = tables(at).await?;
    let named = tables.iter().filter_map(|table| {
        let mut tags = tags(table.tags());
        let ours = tags.get(ORGANIZATION_TAG).is_some_and(|whose| whose == at.organization);
        let address = tags.remove(ADDRESS_TAG).filter(|_| ours)?;
        Some((table.transit_gateway_route_table_id()?.to_owned(), name(at.means(&address))))
    });
    Ok(named.collect())
}

/// The name in the address of a table.
fn name(address: &str) -> String {
    Address::parts(address).map_or(address, |(_, name)| name).to_owned()
}

/// Whether the account of an attached VPC says that the attachment is ours.
async fn is_a_vpcs(at: &At<'_>, one: &TransitGatewayAttachment, attachment: &str) -> Result<bool> {
    let Some(place) = place(at, one.resource_owner_id(), at.place.region) else { return Ok(false) };
    let there = at.elsewhere(&place);
    let attached = vpc_attachments(&there).await?;
    let is_it = |id: Option<&str>| id == Some(attachment);
    Ok(attached.iter().any(|one| is_it(one.transit_gateway_attachment_id()) && is_ours(at, one.tags())))
}

/// Whether the Region that a peering was asked for from says that it is ours.
async fn is_asked_for(at: &At<'_>, attachment: &str) -> Result<bool> {
    let is_it = |one: &&Peering| one.transit_gateway_attachment_id() == Some(attachment);
    let here = peerings(at).await?;
    let asks = here.iter().find(is_it).and_then(Peering::requester_tgw_info);
    let region = asks.and_then(|asks| asks.region()).and_then(|region| region.parse().ok());
    let Some(place) = place(at, asks.and_then(|asks| asks.owner_id()), region) else { return Ok(false) };
    let there = at.elsewhere(&place);
    let peerings = peerings(&there).await?;
    Ok(peerings.iter().find(is_it).is_some_and(|one| is_ours(at, one.tags())))
}

/// A place in an account of the landing zone.
fn place(at: &At<'_>, account: Option<&str>, region: Option<Region>) -> Option<Place> {
    let account = at.cloud().account_name(&account?.parse().ok()?)?;
    Some(Place { account, region: Some(region?) })
}
