use std::collections::{BTreeMap, BTreeSet};

use super::inventory::{attachments, propagations, routes};
use crate::{
    engine::{at::At, error::Result},
    names::Cidr,
};

/// Which tables of a gateway may carry traffic to each other's attachments, by the names in their addresses, and whose
/// addresses are which. By this is told what somebody else's entry opens.
#[derive(Clone, Debug, Default)]
pub struct Segments {
    /// For each table those that may talk to it. Each may talk to itself.
    pub peers: BTreeMap<String, BTreeSet<String>>,
    /// The ranges of each table's own attachments, in whichever Region.
    pub ranges: BTreeMap<String, BTreeSet<Cidr>>,
}

/// What somebody else has attached, and a table of ours that it is to be led to from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'e> {
    /// The attachment's id.
    pub attachment: &'e str,
    /// The table's name.
    pub table: &'e str,
}

impl Segments {
    fn may_talk(&self, one: &str, other: &str) -> bool {
        one == other || self.peers.get(one).is_some_and(|peers| peers.contains(other))
    }

    /// What an entry towards somebody else's attachment opens, if it does. Whatever comes from an attachment goes by the
    /// table that it is associated with: so it is of that segment, whoever made it.
    pub(super) async fn opened_by_entry(
        &self,
        at: &At<'_>,
        tables: &BTreeMap<String, String>,
        entry: Entry<'_>,
    ) -> Result<Option<String>> {
        let attachments = attachments(at).await?;
        let mut same =
            attachments.iter().filter(|one| one.transit_gateway_attachment_id() == Some(entry.attachment));
        let association = same.next().and_then(|one| one.association());
        let table = association.and_then(|association| association.transit_gateway_route_table_id());
        let Some(segment) = table.and_then(|table| tables.get(table)) else { return Ok(None) };
        Ok((!self.may_talk(segment, entry.table)).then(|| opened(entry.attachment, segment, entry.table)))
    }

    /// What an association of somebody else's attachment opens, if it does.
    pub(super) async fn opened_by_association(
        &self,
        at: &At<'_>,
        tables: &BTreeMap<String, String>,
        entry: Entry<'_>,
    ) -> Result<Option<String>> {
        let Entry { attachment, table } = entry;
        for (id, other) in tables.iter().filter(|(_, other)| !self.may_talk(table, other)) {
            let propagations = propagations(at, id).await?;
            let mut propagating = propagations.iter().filter_map(|one| one.transit_gateway_attachment_id());
            let routes = routes(at, id).await?;
            let mut leading =
                routes.iter().flat_map(aws_sdk_ec2::types::TransitGatewayRoute::transit_gateway_attachments);
            if propagating.any(|id| id == attachment)
                || leading.any(|one| one.transit_gateway_attachment_id() == Some(attachment))
            {
                return Ok(Some(opened(attachment, table, other)));
            }
        }
        Ok(None)
    }

    /// Whose addresses somebody else's route leads past what keeps them apart: those of a segment that may not be talked
    /// to, and of which the more specific `kept` routes of the same table do not take care.
    pub(super) fn opened_by_route(&self, table: &str, route: Cidr, kept: &[Cidr]) -> Option<String> {
        let apart = self.ranges.iter().filter(|(other, _)| !self.may_talk(table, other));
        let mut ranges = apart.flat_map(|(other, ranges)| ranges.iter().map(move |range| (other, *range)));
        let is_open = |range: Cidr| {
            let both = if route.contains(range) { range } else { route };
            let is_kept = |kept: &Cidr| kept.contains(both) && kept.prefix() > route.prefix();
            route.overlaps(range) && !kept.iter().any(is_kept)
        };
        let (other, range) = ranges.find(|(_, range)| is_open(*range))?;
        Some(format!("it leads what `{table}` sends to {range} of `{other}`, and these two may not talk"))
    }
}

fn opened(attachment: &str, segment: &str, other: &str) -> String {
    format!("`{attachment}` is routed as `{segment}`, which may not talk to `{other}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Cidr {
        text.parse().expect("a range")
    }

    fn segments() -> Segments {
        let ranges = [("prod", "10.32.0.0/16"), ("nonprod", "10.64.0.0/16"), ("shared", "10.0.0.0/16")];
        let ranges = ranges.map(|(name, cidr)| (name.to_owned(), BTreeSet::from([range(cidr)])));
        let peers = ["prod", "nonprod"].map(|name| (name.to_owned(), BTreeSet::from(["shared".to_owned()])));
        Segments { peers: peers.into(), ranges: ranges.into() }
    }

    #[test]
    fn a_route_opens_what_no_more_specific_one_keeps_apart() {
        let opened = |route: &str, kept: &[&str]| {
            let kept: Vec<_> = kept.iter().map(|text| range(text)).collect();
            segments().opened_by_route("prod", range(route), &kept).is_some()
        };
        assert!(opened("10.64.1.0/24", &["10.0.0.0/8"]));
        assert!(opened("10.64.0.0/12", &["10.0.0.0/8"]));
        assert!(opened("0.0.0.0/0", &[]));
        assert!(!opened("0.0.0.0/0", &["10.0.0.0/8"]));
        assert!(!opened("10.0.1.0/24", &[]), "shared may be talked to");
        assert!(!opened("192.168.0.0/16", &[]), "beyond");
    }
}
