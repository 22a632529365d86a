//! Whom a VPC may talk to beyond itself: what routes lead to, said once more where it is guarded.

use std::collections::BTreeMap;

use super::Site;
use crate::{
    compose::Composer,
    engine::graph::Ref,
    kinds::ec2::{PrefixList, prefix_list},
    model::NetworkQuotas,
    names::Cidr,
};

impl Site<'_> {
    /// The ranges that a security group lets in from other VPCs: one for each that may talk to this one, and the pool
    /// instead of its VPCs where these are more than a group has room for. Which of them are reached is for routes to say
    /// then.
    pub(super) fn peers(&self) -> BTreeMap<Cidr, String> {
        let exact = self.each_peer();
        if super::groups::rules_of(self.vpc, exact.len()) <= NetworkQuotas::GROUP_RULES {
            return exact;
        }
        let short = self.in_short(exact.keys().copied());
        let what = |range: &Cidr| exact.get(range).cloned().unwrap_or_else(|| "the pool".to_owned());
        short.into_iter().map(|range| (range, what(&range))).collect()
    }

    /// The ranges of all who may talk to it, and what they are.
    fn each_peer(&self) -> BTreeMap<Cidr, String> {
        let (vpcs, externals) = self.zone.network.peers(self.vpc);
        let vpcs = vpcs.filter_map(|vpc| Some((vpc.cidr.as_ref()?.value, format!("VPC {}", vpc.name))));
        let externals = externals.flat_map(|external| {
            let what = format!("external {}", external.name);
            external.cidrs.iter().map(move |cidr| (cidr.value, what.clone()))
        });
        vpcs.chain(externals).collect()
    }

    /// The same in few ranges, for network ACLs, which have room for little: those of the pool as the pool. Which VPCs of
    /// the pool are reached is for routes and groups to say.
    pub(super) fn peers_in_short(&self) -> Vec<Cidr> {
        self.in_short(self.each_peer().into_keys())
    }

    /// The ranges of all whose way out leads through it, in short.
    pub(super) fn carried(&self) -> Vec<Cidr> {
        let network = &self.zone.network;
        if !network.carries_egress(&self.vpc.name.value) {
            return Vec::new();
        }
        let joined = network
            .vpcs
            .values()
            .filter(|vpc| vpc.segment.is_some() && vpc.name.value != self.vpc.name.value);
        self.in_short(joined.filter_map(|vpc| vpc.cidr.as_ref()).map(|cidr| cidr.value))
    }

    fn in_short(&self, ranges: impl Iterator<Item = Cidr>) -> Vec<Cidr> {
        let pool = self.zone.network.pool.as_ref().map(|pool| pool.cidr.value);
        let wide = |range: Cidr| pool.filter(|pool| pool.contains(range)).unwrap_or(range);
        let mut ranges: Vec<_> = ranges.map(wide).collect();
        // What holds others comes before them.
        ranges.sort_by_key(|range| (range.prefix(), *range));
        let mut few: Vec<Cidr> = Vec::new();
        for range in ranges {
            if !few.iter().any(|wide| wide.contains(range)) {
                few.push(range);
            }
        }
        few.sort_unstable();
        few
    }
}

/// The list of all who may talk to a VPC, if anybody may.
pub(super) fn add(composer: &mut Composer<'_>, site: &Site<'_>) -> Option<Ref<PrefixList>> {
    let entries = site.peers();
    let segment = site.vpc.segment.as_ref().filter(|_| !entries.is_empty())?;
    let name = site.name("peers");
    let list = composer.graph.add::<PrefixList>(site.nodes.at, &name, &segment.origin, |needs| {
        site.tag(needs, &name);
        prefix_list::Spec { name: format!("{}-peers", site.vpc.aws_name), entries }
    });
    Some(list)
}
