use std::collections::BTreeMap;

use toml::de::DeValue;

use super::{dhcp, named};
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, number, parsed, text};
use crate::config::tables::{logs, moved, tags};
use crate::model::{FlowLogs, Tier, Vpc};
use crate::names::{AccountName, BucketRef, Cidr, Located, Origin, Region, SegmentName, VpcName, ZoneId};

/// The prefixes that AWS takes for VPCs and subnets:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>.
const PREFIXES: std::ops::RangeInclusive<u32> = 16..=28;

/// The TCP port on which a tier is reached that states none: HTTPS, and `PostgreSQL` for data.
const PORTS: [(Tier, u32); 3] = [(Tier::Dmz, 443), (Tier::Application, 443), (Tier::Data, 5432)];

/// Reads `[vpc.NAME]`; it lies in `home` if it names no Region.
pub(super) fn read(key: &Located<&str>, value: Value<'_>, home: Region) -> Option<Vpc> {
    let name = named::<VpcName>(key, value);
    let mut table = value.table(format!("`[vpc.{}]`", key.value), &key.origin)?;
    let origin = table.origin().clone();
    let aws_name = table.optional("name", parsed::<VpcName>);
    let moved = table.table("moved", moved::read::<VpcName>).flatten();
    let account = table.required("account", parsed::<AccountName>);
    let region = table.optional("region", parsed::<Region>);
    let region = region.unwrap_or_else(|| Located::new(home, origin.clone()));
    let (cidr, size) = range(&mut table);
    let zones = table.required("zones", |value| zones(value, region.value));
    let segment = table.optional("segment", parsed::<SegmentName>);
    let tiers = tiers(&mut table);
    let ports = ports(&mut table, &tiers);
    let endpoints = table.optional("endpoints", list(text)).unwrap_or_default();
    let flow_logs = table.optional("flow_logs", flow_logs);
    let dhcp = table.table("dhcp", dhcp::read).flatten();
    let tags = table.table("tags", tags::read).unwrap_or_default();
    table.finish();
    let (name, account, zones) = (name?, account?, zones?);
    Some(Vpc {
        aws_name: aws_name.unwrap_or_else(|| name.clone()),
        moved,
        name,
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
    })
}

/// Its range, or how large one it is to be given.
fn range(table: &mut Table<'_>) -> (Option<Located<Cidr>>, Option<Located<u32>>) {
    let stated = table.has("cidr") || table.has("size");
    let cidr = table.optional("cidr", parsed::<Cidr>);
    let size = table.optional("size", number(PREFIXES));
    if !stated {
        let complaint = Complaint::new(table.origin(), "the VPC has neither `cidr` nor `size`");
        let help = "`cidr = \"10.32.0.0/16\"` is its range; with `size = 20` it is given one of that size from the pool";
        table.complain(complaint.help(help));
    }
    if let (Some(cidr), Some(size)) = (&cidr, &size)
        && u32::from(cidr.prefix()) != size.value
    {
        let message = format!("the range has {} bits", cidr.prefix());
        let complaint = Complaint::new(&cidr.origin, message);
        table.complain(complaint.note(&size.origin, format!("it is to have {size}")));
    }
    if let Some(cidr) = &cidr
        && !PREFIXES.contains(&u32::from(cidr.prefix()))
    {
        let message = format!("AWS takes ranges from /{} to /{}", PREFIXES.start(), PREFIXES.end());
        table.complain(Complaint::new(&cidr.origin, message));
    }
    (cidr, size)
}

/// So many of a Region's zones, or those that are named.
fn zones(value: Value<'_>, region: Region) -> Option<Located<Vec<ZoneId>>> {
    let origin = value.origin();
    let all: Vec<_> = ZoneId::all(region).collect();
    if !matches!(value.raw(), DeValue::Array(_)) {
        let many = number(1..=u32::MAX)(value)?;
        let wanted = usize::try_from(many.value).unwrap_or(usize::MAX);
        if wanted > all.len() {
            return value.complain(too_many(&origin, region, &all));
        }
        return Some(Located::new(all.into_iter().take(wanted).collect(), origin));
    }
    let mut named = Vec::new();
    for zone in list(parsed::<ZoneId>)(value)? {
        if zone.region() != region {
            let message = format!("`{zone}` is a zone of `{}`", zone.region());
            let complaint = Complaint::new(&zone.origin, message);
            value.complain::<()>(complaint.help(format!("`{region}` has {}", names(&all))));
            continue;
        }
        named.push(zone.value);
    }
    if named.is_empty() {
        let complaint = Complaint::new(&origin, "a VPC lies in one zone at least");
        return value.complain(complaint.help("`zones = 3` takes so many of the Region's"));
    }
    named.sort_unstable();
    Some(Located::new(named, origin))
}

fn too_many(origin: &Origin, region: Region, all: &[ZoneId]) -> Complaint {
    let message = format!("`{region}` has {} zones for everybody", all.len());
    Complaint::new(origin, message).help(format!("these are {}", names(all)))
}

fn names(zones: &[ZoneId]) -> String {
    let names: Vec<_> = zones.iter().map(|zone| format!("`{zone}`")).collect();
    names.join(", ")
}

fn tiers(table: &mut Table<'_>) -> BTreeMap<Tier, Located<u32>> {
    let tiers = table.required("tiers", |value| {
        let origin = value.origin();
        if value.raw().as_table().is_some_and(toml::map::Map::is_empty) {
            let complaint = Complaint::new(&origin, "a VPC has one tier at least");
            let help = "each has a name and the prefix length of its subnets: `tiers = { application = 20 }`";
            return value.complain(complaint.help(help));
        }
        let tiers = value.table("`tiers`", &origin)?.entries(|key, value| {
            let tier = tier(key, value)?;
            Some((tier, number(PREFIXES)(value)?))
        });
        Some(tiers)
    });
    tiers.unwrap_or_default().into_values().collect()
}

fn tier(key: &Located<&str>, value: Value<'_>) -> Option<Tier> {
    let tier = Tier::named(key.value);
    if tier.is_none() {
        let complaint = Complaint::new(&key.origin, format!("there is no tier `{}`", key.value));
        value.complain::<()>(complaint.nearest(key.value, Tier::ALL.iter().map(|tier| tier.as_str())));
    }
    tier
}

/// The ports of its tiers, what is left out filled in.
fn ports(table: &mut Table<'_>, tiers: &BTreeMap<Tier, Located<u32>>) -> BTreeMap<Tier, Vec<Located<u32>>> {
    let stated = table.map("ports", |key, value| {
        let tier = tier(key, value)?;
        if !tiers.contains_key(&tier) {
            return value
                .complain(Complaint::new(&key.origin, format!("the VPC has no tier `{}`", key.value)));
        }
        let ports = list(number(1..=65_535))(value)?;
        if ports.is_empty() {
            let message = format!("without ports nobody reaches the tier `{}`", key.value);
            let help = "leave the tier out here, and it is reached on its usual port";
            return value.complain(Complaint::new(&value.origin(), message).help(help));
        }
        Some((tier, ports))
    });
    let mut ports: BTreeMap<_, _> = stated.into_values().collect();
    for (tier, port) in PORTS {
        if let Some(stated) = tiers.get(&tier) {
            ports.entry(tier).or_insert_with(|| vec![Located::new(port, stated.origin.clone())]);
        }
    }
    ports
}

/// A bucket, or a table that says more.
fn flow_logs(value: Value<'_>) -> Option<FlowLogs> {
    let origin = value.origin();
    if !matches!(value.raw(), DeValue::Table(_)) {
        return Some(FlowLogs { bucket: Some(parsed::<BucketRef>(value)?), retention: None, origin });
    }
    let mut table = value.table("`flow_logs`", &origin)?;
    let bucket = table.optional("bucket", parsed::<BucketRef>);
    let retention = table.optional("retention", logs::retention);
    if !table.has("bucket") && !table.has("retention") {
        let complaint = Complaint::new(&origin, "the flow logs go nowhere");
        let help = "`bucket` is where they go, `retention` how long a log group of the account keeps them";
        table.complain(complaint.help(help));
    }
    table.finish();
    Some(FlowLogs { bucket, retention, origin })
}
