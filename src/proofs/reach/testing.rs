//! A small network for tests, in the documents that its kinds would have.

use std::collections::BTreeMap;

use super::{
    Answer, Outcome, ask,
    documents::Item,
    fabric::{Fabric, Id},
};
use crate::{
    engine::doc::{Doc, Field},
    model::{External, Network},
    names::{Located, Origin},
};

/// Documents as they are put together.
#[derive(Default)]
pub(super) struct Documents {
    items: Vec<Item>,
    network: Network,
}

/// The address of a resource.
pub(super) fn at(kind: &str, name: &str) -> Id {
    format!("acme/ap-southeast-2/ec2/{kind}/{name}").into()
}

fn after(kind: &str, name: &str) -> Field {
    Field::After { address: at(kind, name), shown: None }
}

fn kind_of(kind: &'static str) -> &'static str {
    // Kinds are told apart with their service.
    let kinds = [
        "ec2/vpc",
        "ec2/subnet",
        "ec2/internet-gateway",
        "ec2/nat-gateway",
        "ec2/route-table",
        "ec2/route",
        "ec2/route-table-association",
        "ec2/network-acl",
        "ec2/security-group",
        "ec2/prefix-list",
        "ec2/transit-gateway",
        "ec2/transit-gateway-attachment",
        "ec2/transit-gateway-peering",
        "ec2/transit-gateway-route-table",
        "ec2/transit-gateway-association",
        "ec2/transit-gateway-propagation",
        "ec2/transit-gateway-route",
    ];
    kinds.into_iter().find(|known| known.strip_prefix("ec2/") == Some(kind)).expect(kind)
}

impl Documents {
    pub(super) fn fabric(self) -> Fabric {
        Fabric::of(&self.network, self.items, &BTreeMap::new())
    }

    pub(super) fn add(&mut self, kind: &'static str, name: &str, doc: Doc, needs: &[(&'static str, &str)]) {
        let needs = needs.iter().map(|(kind, name)| (kind_of(kind), at(kind, name))).collect();
        self.items.push(Item { kind: kind_of(kind), id: at(kind, name), doc, needs, key: None });
    }

    /// Takes a resource away.
    pub(super) fn without(mut self, kind: &str, name: &str) -> Self {
        let count = self.items.len();
        self.items.retain(|item| item.id != at(kind, name));
        assert!(self.items.len() < count, "no {kind} {name}");
        self
    }

    /// Says something else of a resource.
    pub(super) fn saying(mut self, kind: &str, name: &str, path: &str, field: impl Into<Field>) -> Self {
        let item = self.items.iter_mut().find(|item| item.id == at(kind, name)).expect(name);
        item.doc.set(path, field);
        self
    }

    pub(super) fn vpc(&mut self, name: &str, range: &str, tiers: &[(&str, u8)]) {
        self.add("vpc", name, Doc::new().with("cidr", range), &[]);
        for (tier, third) in tiers {
            let whole: Vec<&str> = range.split('.').collect();
            let subnet = format!("{}.{}.{third}.0/24", whole[0], whole[1]);
            let named = format!("{name}/{tier}-az1");
            let doc =
                Doc::new().with("vpc", after("vpc", name)).with("cidr", subnet).with("zone", "apse2-az1");
            self.add("subnet", &named, doc, &[]);
            self.add("route-table", &format!("{name}/{tier}"), Doc::new(), &[]);
            let table = Doc::new().with("table", after("route-table", &format!("{name}/{tier}")));
            self.add("route-table-association", &named, table, &[("subnet", &named)]);
        }
    }

    pub(super) fn internet(&mut self, vpc: &str) {
        self.add("internet-gateway", vpc, Doc::new().with("vpc", after("vpc", vpc)), &[]);
    }

    pub(super) fn route(&mut self, table: &str, range: &str, kind: &'static str, target: &str) {
        let doc = Doc::new().with("target", after(kind, target));
        self.add("route", &format!("{table}/{range}"), doc, &[("route-table", table)]);
    }

    pub(super) fn acl(&mut self, name: &str, entries: &[(&str, &str)]) {
        let subnet = at("subnet", &format!("{name}-az1"));
        let mut doc = Doc::new().with(format!("subnets[{subnet}]"), "is guarded");
        doc.extend(entries.iter().map(|(path, says)| (format!("entries[{path}]"), (*says).into())));
        self.add("network-acl", name, doc, &[]);
    }

    pub(super) fn group(&mut self, vpc: &str, tier: &str, rules: &[&str]) {
        let mut doc = Doc::new().with("vpc", after("vpc", vpc));
        for rule in rules {
            let rule = match rule.rsplit_once(' ') {
                Some((rest, peer)) if peer.starts_with('@') => {
                    format!("{rest} {}", at("security-group", &format!("{vpc}/{}", &peer[1..])))
                }
                _ => (*rule).to_owned(),
            };
            doc.set(format!("rules[{rule}]"), "why");
        }
        self.add("security-group", &format!("{vpc}/{tier}"), doc, &[]);
    }

    pub(super) fn attach(&mut self, vpc: &str, segment: &str) {
        let door = at("subnet", &format!("{vpc}/gateway-az1"));
        let doc = Doc::new()
            .with("gateway", after("transit-gateway", "main"))
            .with("vpc", after("vpc", vpc))
            .with("subnets", vec![door.to_string()]);
        self.add("transit-gateway-attachment", vpc, doc, &[]);
        let table = Doc::new().with("table", after("transit-gateway-route-table", segment));
        self.add("transit-gateway-association", vpc, table, &[("transit-gateway-attachment", vpc)]);
    }

    pub(super) fn segment(&mut self, name: &str, propagated: &[&str]) {
        let doc = Doc::new().with("gateway", after("transit-gateway", "main"));
        self.add("transit-gateway-route-table", name, doc, &[]);
        for vpc in propagated {
            let needs = [("transit-gateway-route-table", name), ("transit-gateway-attachment", *vpc)];
            self.add("transit-gateway-propagation", &format!("{name}/{vpc}"), Doc::new(), &needs);
        }
    }

    pub(super) fn transit_route(&mut self, table: &str, range: &str, target: impl Into<Field>) {
        let needs = [("transit-gateway-route-table", table)];
        self.add(
            "transit-gateway-route",
            &format!("{table}/{range}"),
            Doc::new().with("target", target),
            &needs,
        );
    }

    pub(super) fn external(&mut self, name: &str, range: &str, table: &str) {
        let origin = Origin::file("network/main.toml");
        let located = |text: &str| Located::new(text.to_owned(), origin.clone());
        let external = External {
            name: located(name).map(|name| name.parse().expect("a name")),
            cidrs: vec![located(range).map(|range| range.parse().expect("a range"))],
            attachment: located("tgw-attach-0123"),
            region: located("ap-southeast-2").map(|region| region.parse().expect("a Region")),
            segment: located(table).map(|segment| segment.parse().expect("a segment")),
            origin: origin.clone(),
        };
        self.network.externals.insert(name.parse().expect("a name"), external);
        let doc = Doc::new().with("table", after("transit-gateway-route-table", table));
        self.add("transit-gateway-association", &format!("external/{name}"), doc, &[]);
    }
}

/// A hub that carries the way out, dev and prod, which never talk; data is reached from the application tier, that from
/// the DMZ.
pub(super) fn landing_zone() -> Documents {
    let mut zone = Documents::default();
    zone.add("transit-gateway", "main", Doc::new(), &[]);
    zone.vpc("hub", "10.0.0.0/16", &[("dmz", 1), ("gateway", 255)]);
    zone.internet("hub");
    let nat = Doc::new().with("subnet", after("subnet", "hub/dmz-az1"));
    zone.add("nat-gateway", "hub/az1", nat, &[]);
    zone.route("hub/dmz", "0.0.0.0/0", "internet-gateway", "hub");
    zone.route("hub/dmz", "10.0.0.0/8", "transit-gateway", "main");
    zone.route("hub/gateway", "0.0.0.0/0", "nat-gateway", "hub/az1");
    zone.attach("hub", "shared");
    for (name, second, segment) in [("dev", 1, "nonprod"), ("prod", 2, "prod")] {
        workload(&mut zone, name, second);
        zone.attach(name, segment);
        zone.segment(segment, &[name, "hub"]);
        zone.transit_route(segment, "0.0.0.0/0", after("transit-gateway-attachment", "hub"));
        zone.transit_route(segment, "10.0.0.0/8", "blackhole");
    }
    zone.segment("shared", &["hub", "dev", "prod"]);
    zone
}

/// A VPC with its filters.
fn workload(zone: &mut Documents, name: &str, second: u8) {
    let range = format!("10.{second}.0.0/16");
    zone.vpc(name, &range, &[("dmz", 1), ("application", 2), ("data", 3), ("gateway", 255)]);
    zone.internet(name);
    zone.route(&format!("{name}/dmz"), "0.0.0.0/0", "internet-gateway", name);
    zone.route(&format!("{name}/application"), "0.0.0.0/0", "transit-gateway", "main");
    let (dmz, application, data) =
        (format!("10.{second}.1.0/24"), format!("10.{second}.2.0/24"), format!("10.{second}.3.0/24"));
    let says = |verb: &str, what: &str, way: &str, range: &str| format!("{verb} {what} {way} {range}");
    let entries = [
        ("in 00100", says("allow", "tcp 443", "<-", &dmz)),
        ("in 00200", says("allow", "tcp 1024-65535", "<-", "0.0.0.0/0")),
        ("out 00100", says("allow", "all", "->", "0.0.0.0/0")),
    ];
    let entries: Vec<_> = entries.iter().map(|(path, says)| (*path, says.as_str())).collect();
    zone.acl(&format!("{name}/application"), &entries);
    let entries = [
        ("in 00100", says("allow", "tcp 5432", "<-", &application)),
        ("out 00100", says("allow", "tcp 1024-65535", "->", &application)),
    ];
    let entries: Vec<_> = entries.iter().map(|(path, says)| (*path, says.as_str())).collect();
    zone.acl(&format!("{name}/data"), &entries);
    zone.group(name, "dmz", &["tcp 443 <- 0.0.0.0/0", "tcp 443 -> @application"]);
    let rules = ["tcp 443 <- @dmz", &format!("tcp 5432 -> {data}"), "tcp 443 -> 0.0.0.0/0"];
    zone.group(name, "application", &rules);
    zone.group(name, "data", &["tcp 5432 <- @application"]);
}

/// What a question comes to.
pub(super) fn asked(fabric: &Fabric, from: &str, to: &str, port: impl Into<Option<u16>>) -> Answer {
    ask(fabric, &from.parse().expect(from), &to.parse().expect(to), port.into())
}

/// How one ends that is about two sites alone.
pub(super) fn ends(fabric: &Fabric, from: &str, to: &str, port: impl Into<Option<u16>>) -> Outcome {
    let answer = asked(fabric, from, to, port);
    assert!(!answer.pairs.is_empty(), "{from} {to}");
    answer.pairs.iter().map(|pair| pair.best.outcome).max().expect("a pair")
}
