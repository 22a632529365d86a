//! Private zones with their VPCs and records, resolvers, what is forwarded, written down and blocked. What a hub does for
//! all VPCs of its Region is made there, shared with the organization, and associated with each of them.

mod firewalls;
mod forwards;
mod resolvers;
mod sharing;
mod zones;

use crate::{
    compose::{Composer, known::VpcNodes},
    engine::{env::Text, graph::Needs},
};

/// Adds all of it, after the VPCs.
pub(in crate::compose) fn compose(composer: &mut Composer<'_>) {
    zones::compose(composer);
    let endpoints = resolvers::endpoints(composer);
    let mut used = sharing::Shared::default();
    let logs = resolvers::query_logs(composer, &mut used);
    let rules = forwards::rules(composer, &endpoints, &mut used);
    let groups = firewalls::groups(composer, &mut used);
    let shares = used.compose(composer);
    resolvers::associate(composer, &logs, &shares);
    forwards::associate(composer, &rules, &shares);
    firewalls::associate(composer, &groups, &shares);
}

/// A VPC's id, its address standing for it until it is there.
fn vpc_id(needs: &mut Needs<'_>, nodes: &VpcNodes) -> Text {
    let vpc = needs.on(nodes.vpc);
    let symbol = format!("${{{}}}", vpc.address());
    Text::of(&vpc, symbol, |vpc| vpc.id)
}
