//! From documents to a fabric: those that the landing zone wants, or those that AWS has. What a kind keeps out of its
//! documents, since it is the key, is told by what its nodes need, and by the keys of what is no node.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    entry::Entry,
    fabric::{
        Attachment, Direction, External, Fabric, Far, Group, Id, Peer, Route, Rule, Subnet, TransitRoute,
        Via, Vpc,
    },
    names::short,
    traffic::Traffic,
};
use crate::{
    engine::{
        doc::{Doc, Field},
        env::Env,
        graph::{Graph, Node},
        snapshot::{Entry as Known, Snapshot},
    },
    model::{Network, Tier},
    names::Cidr,
};

/// A resource, as it is wanted or as AWS has it.
pub(super) struct Item {
    pub kind: &'static str,
    /// Its address, or what stands for it.
    pub id: Id,
    pub doc: Doc,
    /// What it needs, by kind; nothing where it is no node.
    pub needs: Vec<(&'static str, Id)>,
    /// What AWS holds unique for it, where it is no node.
    pub key: Option<String>,
}

const VPC: &str = "ec2/vpc";
const SUBNET: &str = "ec2/subnet";
const INTERNET_GATEWAY: &str = "ec2/internet-gateway";
const NAT_GATEWAY: &str = "ec2/nat-gateway";
const TABLE: &str = "ec2/route-table";
const ROUTE: &str = "ec2/route";
const TABLE_ASSOCIATION: &str = "ec2/route-table-association";
const ACL: &str = "ec2/network-acl";
const GROUP: &str = "ec2/security-group";
const LIST: &str = "ec2/prefix-list";
const GATEWAY: &str = "ec2/transit-gateway";
const ATTACHMENT: &str = "ec2/transit-gateway-attachment";
const PEERING: &str = "ec2/transit-gateway-peering";
const TRANSIT_TABLE: &str = "ec2/transit-gateway-route-table";
const ASSOCIATION: &str = "ec2/transit-gateway-association";
const PROPAGATION: &str = "ec2/transit-gateway-propagation";
const TRANSIT_ROUTE: &str = "ec2/transit-gateway-route";

impl Fabric {
    /// The network that a landing zone comes to.
    pub fn desired(network: &Network, graph: &Graph) -> Self {
        let item = |node: &Node| {
            let doc = node.kind.desired(&node.spec, &Env::nothing_known());
            Item::of(graph, node, doc)
        };
        let items = nodes(graph).map(item).collect();
        Self::of(network, items, &BTreeMap::new())
    }

    /// The network that AWS has, as far as it was read: with what the landing zone does not state, without what AWS
    /// does not have.
    pub fn live(network: &Network, graph: &Graph, snapshot: &Snapshot) -> Self {
        let (mut items, mut aliases) = (Vec::new(), BTreeMap::new());
        for (id, node) in graph.nodes().filter(|(_, node)| node.address.kind.starts_with("ec2/")) {
            if let Known::Found(found) = &snapshot.entries[id.index()] {
                aliases.insert(found.label.clone(), Arc::clone(&node.label));
                items.push(Item::of(graph, node, node.kind.observed(&found.live)));
            }
        }
        for strays in snapshot.strays.iter().filter(|strays| strays.kind.name().starts_with("ec2/")) {
            for stray in &strays.list {
                let id: Id = stray.address.as_deref().unwrap_or(&stray.label).into();
                aliases.entry(stray.label.clone()).or_insert_with(|| Arc::clone(&id));
                let (kind, doc) = (strays.kind.name(), strays.kind.observed(&stray.live));
                items.push(Item { kind, id, doc, needs: Vec::new(), key: Some(stray.key.clone()) });
            }
        }
        Self::of(network, items, &aliases)
    }

    /// The network that items make; `aliases` are the ids that AWS gave them.
    pub(super) fn of(network: &Network, items: Vec<Item>, aliases: &BTreeMap<String, Id>) -> Self {
        let reader = Reader { items, aliases };
        let mut fabric = Self::default();
        reader.vpcs(&mut fabric);
        reader.tables(&mut fabric);
        reader.filters(&mut fabric);
        reader.attachments(&mut fabric);
        reader.externals(network, &mut fabric);
        reader.transit(&mut fabric);
        fabric
    }
}

fn nodes(graph: &Graph) -> impl Iterator<Item = &Node> {
    graph.nodes().map(|(_, node)| node).filter(|node| node.address.kind.starts_with("ec2/"))
}

impl Item {
    fn of(graph: &Graph, node: &Node, doc: Doc) -> Self {
        let need = |id: &_| {
            let need = graph.node(*id);
            (need.address.kind, Arc::clone(&need.label))
        };
        let needs = node.needs.iter().map(need).collect();
        Self { kind: node.address.kind, id: Arc::clone(&node.label), doc, needs, key: None }
    }

    /// What it needs of one of some kinds.
    fn need(&self, kinds: &[&str]) -> Option<Id> {
        self.needs.iter().find(|(kind, _)| kinds.contains(kind)).map(|(_, id)| Arc::clone(id))
    }

    /// The two parts of its key, where it is no node.
    fn key(&self, between: &str) -> Option<(&str, &str)> {
        self.key.as_deref()?.split_once(between)
    }

    fn text(&self, path: &str) -> Option<&str> {
        match self.doc.get(path)? {
            Field::Is(value) => value.compared().as_str(),
            _ => None,
        }
    }

    fn range(&self, path: &str) -> Option<Cidr> {
        self.text(path)?.parse().ok()
    }

    /// What stands in brackets behind a name in its paths, with what is said there.
    fn listed<'i>(&'i self, name: &'i str) -> impl Iterator<Item = (&'i str, &'i Field)> {
        self.doc.iter().filter_map(move |(path, field)| {
            let inside = path.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
            Some((inside, field))
        })
    }
}

struct Reader<'r> {
    items: Vec<Item>,
    aliases: &'r BTreeMap<String, Id>,
}

impl Reader<'_> {
    fn all(&self, kind: &'static str) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    /// What stands for the resource that AWS, or a document, calls so.
    fn known(&self, id: &str) -> Id {
        self.aliases.get(id).cloned().unwrap_or_else(|| id.into())
    }

    /// The resource that a field names.
    fn named(&self, field: &Field) -> Option<Id> {
        match field {
            Field::Is(value) => Some(self.known(value.compared().as_str()?)),
            Field::After { address, .. } => Some(Arc::clone(address)),
            Field::Secret(_) | Field::Undetermined(_) => None,
        }
    }

    fn at(&self, item: &Item, path: &str) -> Option<Id> {
        self.named(item.doc.get(path)?)
    }

    /// All resources that a list names. Before they are known it shows their addresses.
    fn several(&self, item: &Item, path: &str) -> Vec<Id> {
        let Some(Field::Is(value) | Field::After { shown: Some(value), .. }) = item.doc.get(path) else {
            return Vec::new();
        };
        let texts = value.compared().as_array().into_iter().flatten().filter_map(|text| text.as_str());
        texts.map(|text| self.known(text.trim_start_matches("${").trim_end_matches('}'))).collect()
    }

    fn vpcs(&self, fabric: &mut Fabric) {
        for item in self.all(VPC) {
            if let Some(range) = item.range("cidr") {
                fabric.vpcs.insert(Arc::clone(&item.id), Vpc { range, internet: None });
            }
        }
        for item in self.all(INTERNET_GATEWAY) {
            let vpc = self.at(item, "vpc").and_then(|vpc| fabric.vpcs.get_mut(&vpc));
            if let Some(vpc) = vpc {
                vpc.internet = Some(Arc::clone(&item.id));
            }
        }
        for item in self.all(SUBNET) {
            let (Some(vpc), Some(range)) = (self.at(item, "vpc"), item.range("cidr")) else { continue };
            let zone = item.text("zone").unwrap_or_default().to_owned();
            let subnet = Subnet { vpc, range, tier: tier(&item.id), zone, table: None, acl: None };
            fabric.subnets.insert(Arc::clone(&item.id), subnet);
        }
        for item in self.all(NAT_GATEWAY) {
            fabric.translators.extend(self.at(item, "subnet").map(|subnet| (Arc::clone(&item.id), subnet)));
        }
    }

    fn tables(&self, fabric: &mut Fabric) {
        for item in self.all(TABLE) {
            fabric.tables.entry(Arc::clone(&item.id)).or_default();
        }
        for item in self.all(TABLE_ASSOCIATION) {
            let of = item.key.as_deref().map(|key| self.known(key));
            let subnet = item.need(&[SUBNET]).or(of).and_then(|subnet| fabric.subnets.get_mut(&subnet));
            if let Some(subnet) = subnet {
                subnet.table = self.at(item, "table");
            }
        }
        for item in self.all(ROUTE) {
            let end = item.key(" ").map(|(table, _)| self.known(table));
            let Some(table) = item.need(&[TABLE]).or(end) else { continue };
            let Some(target) = self.at(item, "target") else { continue };
            let via = self.via(target);
            let destinations = self.destinations(item);
            let routes = destinations.into_iter().map(|range| Route { range, via: via.clone() });
            fabric.tables.entry(table).or_default().extend(routes);
        }
    }

    /// The ranges that a route is about: its name ends in one, or in what a list of them is called.
    fn destinations(&self, item: &Item) -> Vec<Cidr> {
        let name = item.key(" ").map_or_else(|| short(&item.id), |(_, destination)| destination);
        match range_at_end(name) {
            Some(range) => vec![range],
            None => {
                self.list(item.need(&[LIST]).unwrap_or_else(|| self.known(name)).as_ref()).unwrap_or_default()
            }
        }
    }

    fn via(&self, target: Id) -> Via {
        let is = |kind: &str| self.items.iter().any(|item| item.kind == kind && item.id == target);
        if is(INTERNET_GATEWAY) {
            Via::Internet(target)
        } else if is(NAT_GATEWAY) {
            Via::Translator(target)
        } else if is(GATEWAY) || target.starts_with("tgw-") {
            Via::Transit(target)
        } else {
            Via::Other(target)
        }
    }

    /// The ranges of a prefix list; nothing if it is none that is known.
    fn list(&self, id: &str) -> Option<Vec<Cidr>> {
        let item = self.all(LIST).find(|item| *item.id == *id)?;
        Some(item.listed("entries").filter_map(|(range, _)| range.parse().ok()).collect())
    }

    fn filters(&self, fabric: &mut Fabric) {
        for item in self.all(ACL) {
            for (subnet, _) in item.listed("subnets") {
                if let Some(subnet) = fabric.subnets.get_mut(&self.known(subnet)) {
                    subnet.acl = Some(Arc::clone(&item.id));
                }
            }
            let mut entries: Vec<_> = item.listed("entries").filter_map(entry).collect();
            entries.sort_by_key(|entry| entry.number);
            fabric.acls.insert(Arc::clone(&item.id), entries);
        }
        for item in self.all(GROUP) {
            let Some(vpc) = self.at(item, "vpc") else { continue };
            let rules = item.listed("rules").filter_map(|(text, _)| self.rule(item, text)).collect();
            fabric.groups.insert(Arc::clone(&item.id), Group { vpc, tier: tier(&item.id), rules });
        }
    }

    /// `tcp 443 <- sg-1`.
    fn rule(&self, item: &Item, text: &str) -> Option<Rule> {
        let (traffic, direction, peer) = match text.split_once(" <- ") {
            Some((traffic, peer)) => (traffic, Direction::In, peer),
            None => text.split_once(" -> ").map(|(traffic, peer)| (traffic, Direction::Out, peer))?,
        };
        let id = self.known(peer);
        let whom = match (peer.parse::<Cidr>(), self.list(&id)) {
            (Ok(range), _) => Peer::Ranges(vec![range]),
            (Err(_), Some(ranges)) => Peer::Ranges(ranges),
            (Err(_), None) if peer == "self" => Peer::Group(Arc::clone(&item.id)),
            (Err(_), None) if self.all(GROUP).any(|group| group.id == id) => Peer::Group(id.clone()),
            (Err(_), None) => Peer::Service,
        };
        let text =
            format!("{traffic} {} {}", if direction == Direction::In { "<-" } else { "->" }, short(&id));
        Some(Rule { direction, traffic: traffic.parse().ok()?, peer: whom, text })
    }

    fn attachments(&self, fabric: &mut Fabric) {
        for item in self.all(ATTACHMENT) {
            let (Some(gateway), Some(vpc)) = (self.at(item, "gateway"), self.at(item, "vpc")) else {
                continue;
            };
            let mut doors = self.several(item, "subnets");
            if !item.needs.is_empty() && !doors.iter().all(|door| fabric.subnets.contains_key(door)) {
                doors = item
                    .needs
                    .iter()
                    .filter(|(kind, _)| *kind == SUBNET)
                    .map(|(_, id)| Arc::clone(id))
                    .collect();
            }
            let attachment = Attachment { gateways: vec![gateway], far: Far::Vpc(vpc, doors) };
            fabric.attachments.insert(Arc::clone(&item.id), attachment);
        }
        for item in self.all(PEERING) {
            let gateways = ["gateway", "peer"].into_iter().filter_map(|path| self.at(item, path)).collect();
            fabric.attachments.insert(Arc::clone(&item.id), Attachment { gateways, far: Far::Peering });
        }
    }

    /// What lies beyond is not ours: only the landing zone tells where, and only its gateway's tables to which gateway it
    /// is attached.
    fn externals(&self, network: &Network, fabric: &mut Fabric) {
        for (name, external) in &network.externals {
            let attachment: Id = external.attachment.value.as_str().into();
            let ranges = external.cidrs.iter().map(|range| range.value).collect();
            let region = external.region.value;
            let is_its = |item: &&Item| item.id.split('/').nth(1) == Some(region.as_str());
            let gateways = self.all(GATEWAY).filter(is_its).map(|item| Arc::clone(&item.id)).collect();
            fabric.attachments.insert(Arc::clone(&attachment), Attachment { gateways, far: Far::External });
            fabric.externals.insert(name.clone(), External { ranges, attachment });
        }
    }

    fn transit(&self, fabric: &mut Fabric) {
        let mut gateways = BTreeMap::new();
        for item in self.all(TRANSIT_TABLE) {
            fabric.transit.entry(Arc::clone(&item.id)).or_default();
            gateways.extend(self.at(item, "gateway").map(|gateway| (Arc::clone(&item.id), gateway)));
        }
        for item in self.all(ASSOCIATION) {
            let Some(table) = self.at(item, "table") else { continue };
            let Some(attachment) = self.attached(fabric, item, item.key.as_deref()) else { continue };
            if let Some(gateway) = gateways.get(&table) {
                fabric.associations.insert((Arc::clone(gateway), attachment), table);
            }
        }
        for item in self.all(PROPAGATION) {
            let (attachment, table) = item.key(" -> ").unzip();
            let table = item.need(&[TRANSIT_TABLE]).or_else(|| table.map(|table| self.known(table)));
            let (Some(table), Some(from)) = (table, self.attached(fabric, item, attachment)) else {
                continue;
            };
            let told = Self::told(fabric, &from).into_iter();
            let routes =
                told.map(|range| TransitRoute { range, to: Some(Arc::clone(&from)), is_static: false });
            fabric.transit.entry(table).or_default().extend(routes);
        }
        for item in self.all(TRANSIT_ROUTE) {
            let (table, range) = item.key(" ").unzip();
            let table = item.need(&[TRANSIT_TABLE]).or_else(|| table.map(|table| self.known(table)));
            let range = range_at_end(range.unwrap_or_else(|| short(&item.id)));
            let (Some(table), Some(range), Some(to)) = (table, range, self.at(item, "target")) else {
                continue;
            };
            let to = (*to != *BLACKHOLE).then_some(to);
            fabric.transit.entry(table).or_default().push(TransitRoute { range, to, is_static: true });
        }
    }

    /// The attachment that an item is about: what it needs, what its key says, or what its name says lies beyond.
    fn attached(&self, fabric: &Fabric, item: &Item, key: Option<&str>) -> Option<Id> {
        let beyond = || {
            let (_, name) = item.id.rsplit_once("external/")?;
            let external = fabric.externals.iter().find(|(known, _)| known.as_str() == name)?;
            Some(Arc::clone(&external.1.attachment))
        };
        item.need(&[ATTACHMENT, PEERING]).or_else(|| key.map(|key| self.known(key))).or_else(beyond)
    }

    /// What an attachment makes known: the addresses of its VPC, or what is said to lie beyond it.
    fn told(fabric: &Fabric, attachment: &Id) -> Vec<Cidr> {
        match fabric.attachments.get(attachment).map(|known| &known.far) {
            Some(Far::Vpc(vpc, _)) => fabric.vpcs.get(vpc).map(|vpc| vpc.range).into_iter().collect(),
            Some(Far::External) => {
                let externals = fabric.externals.values();
                let its = externals.filter(|external| external.attachment == *attachment);
                its.flat_map(|external| external.ranges.iter().copied()).collect()
            }
            Some(Far::Peering) | None => Vec::new(),
        }
    }
}

/// What is shown of a route of a Transit Gateway that leads nowhere.
const BLACKHOLE: &str = "blackhole";

/// The range that a name ends in: `prod/application-az1/0.0.0.0/0`.
fn range_at_end(name: &str) -> Option<Cidr> {
    let mut parts = name.rsplitn(3, '/');
    let (bits, first) = (parts.next()?, parts.next()?);
    format!("{first}/{bits}").parse().ok()
}

/// The tier that the name of a subnet or group tells: `prod/data-az1`, `prod/data`.
fn tier(id: &str) -> Option<Tier> {
    let (_, last) = short(id).rsplit_once('/')?;
    let name = last.rsplit_once("-az").map_or(last, |(name, _)| name);
    Tier::named(name)
}

/// `in 00100`: `allow tcp 5432 <- 10.32.0.0/17`.
fn entry((path, field): (&str, &Field)) -> Option<Entry> {
    let (way, number) = path.split_once(' ')?;
    let direction = if way == "out" { Direction::Out } else { Direction::In };
    let Field::Is(value) = field else { return None };
    let (verb, rest) = value.compared().as_str()?.split_once(' ')?;
    let (traffic, range) = rest.split_once(" <- ").or_else(|| rest.split_once(" -> "))?;
    let (number, traffic): (_, Traffic) = (number.parse().ok()?, traffic.parse().ok()?);
    Some(Entry { number, direction, traffic, range: range.parse().ok()?, allows: verb == "allow" })
}
