//! What instances of a VPC learn when they start, where it is not what AWS says.

use std::collections::BTreeMap;

use super::Site;
use crate::{
    compose::Composer,
    engine::doc::Doc,
    kinds::ec2::{DhcpOptions, DhcpOptionsAssociation, dhcp_options, dhcp_options_association},
    model::Dhcp,
    names::Located,
};

/// Adds the options and that the VPC has them. What they say is part of their name: AWS changes none, so that others are
/// made, and associated, before these go.
pub(super) fn add(composer: &mut Composer<'_>, site: &Site<'_>) {
    let Some(dhcp) = &site.vpc.dhcp else { return };
    let options = options(dhcp);
    let fields = options.iter().map(|(option, values)| ((*option).to_owned(), values.clone().into()));
    let name = site.name(&fields.collect::<Doc>().digest(|_, _| true).to_string());
    let graph = &mut composer.graph;
    let node = graph.add::<DhcpOptions>(site.nodes.at, &name, &dhcp.origin, |needs| {
        site.tag(needs, &name);
        dhcp_options::Spec { name: name.clone(), options }
    });
    graph.add::<DhcpOptionsAssociation>(site.nodes.at, site.vpc.name.as_str(), &dhcp.origin, |needs| {
        dhcp_options_association::Spec { vpc: needs.on(site.nodes.vpc), options: needs.on(node) }
    });
}

/// Who states no name servers means AWS's own: without any, instances would ask nobody.
fn options(dhcp: &Dhcp) -> BTreeMap<&'static str, Vec<String>> {
    let texts = |list: &[Located<String>]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut servers = texts(&dhcp.domain_name_servers);
    if servers.is_empty() {
        servers.push(Dhcp::AMAZON.to_owned());
    }
    let all = [
        ("domain-name", dhcp.domain_name.iter().map(ToString::to_string).collect()),
        ("domain-name-servers", servers),
        ("ntp-servers", texts(&dhcp.ntp_servers)),
    ];
    all.into_iter().filter(|(_, values): &(_, Vec<String>)| !values.is_empty()).collect()
}
