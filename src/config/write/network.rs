//! The tables of `network/*.toml`, each in the file that it was read from.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value as Json};

use super::{
    Section, names, origins,
    section::{inline, texts},
};
use crate::{
    model::{Dhcp, Egress, External, FlowLogs, Network, Pool, Segment, Transit, Vpc},
    names::{Located, Origin},
};

/// All of them, by file.
pub(super) fn sections(network: &Network) -> BTreeMap<Arc<str>, Vec<Section>> {
    let Network { transit, pool, vpcs, zones, resolvers, forwards, firewalls, externals } = network;
    let mut files: BTreeMap<Arc<str>, Vec<Section>> = BTreeMap::new();
    let mut add = |origin: &Origin, sections: Vec<Section>| {
        files.entry(Arc::clone(origin.path())).or_default().extend(sections);
    };
    if let Some(it) = transit {
        add(&it.origin, self::transit(it));
    }
    if let Some(it) = pool {
        add(&it.origin, vec![self::pool(it)]);
    }
    for it in vpcs.values() {
        add(&it.origin, vpc(it));
    }
    for it in externals.values() {
        add(&it.origin, vec![external(it)]);
    }
    for it in zones.values() {
        add(&it.origin, names::zone(it));
    }
    for it in resolvers.values() {
        add(&it.origin, names::resolver(it));
    }
    for it in forwards.values() {
        add(&it.origin, vec![names::forward(it)]);
    }
    for it in firewalls.values() {
        add(&it.origin, vec![names::firewall(it)]);
    }
    files
}

fn transit(transit: &Transit) -> Vec<Section> {
    let Transit { account, asn, egress, segments, moved, origin } = transit;
    let mut section = Section::new(["transit"], origin);
    section.text("account", account);
    section.plain("asn", asn);
    match egress {
        Egress::Nowhere => {}
        Egress::One(vpc) => section.text("egress", vpc),
        Egress::PerRegion(vpcs) => {
            let ways = vpcs.iter().map(|(region, vpc)| (region.to_string(), vpc.to_string().into()));
            section.put("egress", ways.collect::<Map<_, _>>(), vpcs.values().map(|vpc| &vpc.origin));
        }
    }
    let mut below = section.below("segments");
    for (name, Segment { peers, origin }) in segments {
        below.put(name.as_str(), texts(peers), std::iter::once(origin).chain(origins(peers)));
    }
    let mut before = section.below("moved");
    for (name, from) in moved {
        before.put(name.as_str(), inline([("from", Some(from.to_string().into()))]), [&from.origin]);
    }
    if before.entries.is_empty() { vec![section, below] } else { vec![section, below, before] }
}

fn pool(pool: &Pool) -> Section {
    let Pool { cidr, retired, handed_out, origin } = pool;
    let mut section = Section::new(["pool"], origin);
    section.text("cidr", cidr);
    section.texts("retired", retired);
    section.texts("handed_out", handed_out);
    section
}

fn external(external: &External) -> Section {
    let External { name, cidrs, attachment, region, segment, origin } = external;
    let mut section = Section::new(["external", name.as_str()], origin);
    section.texts("cidrs", cidrs);
    section.text("attachment", attachment);
    section.text("region", region);
    section.text("segment", segment);
    section
}

fn vpc(vpc: &Vpc) -> Vec<Section> {
    let Vpc {
        name,
        aws_name,
        moved,
        account,
        region,
        cidr,
        size,
        zones,
        segment,
        tiers,
        ports,
        endpoints,
        flow_logs,
        dhcp,
        tags,
        origin,
    } = vpc;
    let mut section = Section::new(["vpc", name.as_str()], origin);
    section.text("name", aws_name);
    section.moved(moved.as_ref());
    section.text("account", account);
    section.text("region", region);
    section.text_if("cidr", cidr.as_ref());
    section.plain_if("size", size.as_ref());
    let ids: Vec<_> = zones.iter().map(ToString::to_string).collect();
    section.put("zones", ids, [&zones.origin]);
    section.text_if("segment", segment.as_ref());
    let prefixes = tiers.iter().map(|(tier, prefix)| (tier.as_str().to_owned(), prefix.value.into()));
    let prefixes: Map<_, _> = prefixes.collect();
    section.put("tiers", prefixes, tiers.values().map(|prefix| &prefix.origin));
    let numbers = |ports: &[Located<u32>]| ports.iter().map(|port| Json::from(port.value)).collect::<Json>();
    let open: Map<_, _> =
        ports.iter().map(|(tier, ports)| (tier.as_str().to_owned(), numbers(ports))).collect();
    // The usual ports of a tier stand where the tier does.
    let stated = ports.iter().flat_map(|(tier, ports)| {
        origins(ports).filter(move |origin| tiers.get(tier).is_none_or(|prefix| prefix.origin != **origin))
    });
    section.put("ports", open, stated);
    section.texts("endpoints", endpoints);
    if let Some(logs) = flow_logs {
        self::flow_logs(logs, &mut section);
    }
    if let Some(dhcp) = dhcp {
        self::dhcp(dhcp, &mut section);
    }
    section.with_tags(tags)
}

fn flow_logs(logs: &FlowLogs, section: &mut Section) {
    let FlowLogs { bucket, retention, origin } = logs;
    let members = [
        ("bucket", bucket.as_ref().map(|bucket| bucket.to_string().into())),
        ("retention", retention.as_ref().map(|retention| retention.to_string().into())),
    ];
    section.put("flow_logs", inline(members), [origin]);
}

fn dhcp(dhcp: &Dhcp, section: &mut Section) {
    let Dhcp { domain_name, domain_name_servers, ntp_servers, origin } = dhcp;
    let members = [
        ("domain_name", domain_name.as_ref().map(|name| name.to_string().into())),
        ("domain_name_servers", Some(texts(domain_name_servers))),
        ("ntp_servers", Some(texts(ntp_servers))),
    ];
    section.put("dhcp", inline(members), [origin]);
}
