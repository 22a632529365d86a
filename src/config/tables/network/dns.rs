//! Private zones, resolvers, what is forwarded and what is blocked.

use std::net::Ipv4Addr;

use super::{named, records};
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, boolean, list, parsed, text};
use crate::config::tables::{moved, tags};
use crate::model::{DnsFirewall, Forward, HostedZone, Resolver, Tags, Target};
use crate::names::{AccountName, BucketRef, DomainName, Located, PartName, SegmentName, VpcName};

/// The port of name servers.
const PORT: u16 = 53;

/// Reads `[zone."DOMAIN"]`.
pub(super) fn zone(key: &Located<&str>, value: Value<'_>) -> Option<HostedZone> {
    let name = named::<DomainName>(key, value);
    let mut table = value.table(format!("`[zone.\"{}\"]`", key.value), &key.origin)?;
    let account = table.required("account", parsed::<AccountName>);
    let vpcs = table.required("vpcs", list(parsed::<VpcName>));
    table.has_no(
        "moved",
        "AWS can't change the domain of a zone: state the new one beside it, then take this away",
    );
    let records = table.table("records", |table| records::read(table, key.value)).unwrap_or_default();
    let tags = tags_of(&mut table);
    table.finish();
    let (name, origin) = (name?, key.origin.clone());
    Some(HostedZone { name, account: account?, vpcs: vpcs?, records, tags, origin })
}

/// Reads `[resolver.NAME]`.
pub(super) fn resolver(key: &Located<&str>, value: Value<'_>) -> Option<Resolver> {
    let name = named::<PartName>(key, value);
    let mut table = value.table(format!("`[resolver.{}]`", key.value), &key.origin)?;
    let (aws_name, moved) = names(&mut table);
    let vpc = table.required("vpc", parsed::<VpcName>);
    let usually = Located::new(false, key.origin.clone());
    let inbound = table.optional("inbound", boolean).unwrap_or_else(|| usually.clone());
    let outbound = table.optional("outbound", boolean).unwrap_or(usually);
    let query_logs = table.optional("query_logs", parsed::<BucketRef>);
    if !inbound.value && !outbound.value && !table.has("query_logs") {
        let complaint = Complaint::new(&key.origin, "this resolver does nothing");
        table.complain(complaint.help("`inbound`, `outbound` or `query_logs` says what it is for"));
    }
    let tags = tags_of(&mut table);
    table.finish();
    let (name, origin) = (name?, key.origin.clone());
    let aws_name = aws_name.unwrap_or_else(|| name.clone());
    Some(Resolver { name, aws_name, moved, vpc: vpc?, inbound, outbound, query_logs, tags, origin })
}

/// Reads `[forward."DOMAIN"]`.
pub(super) fn forward(key: &Located<&str>, value: Value<'_>) -> Option<Forward> {
    let domain = named::<DomainName>(key, value);
    let mut table = value.table(format!("`[forward.\"{}\"]`", key.value), &key.origin)?;
    let to = table.required("to", list(target));
    table.has_no("moved", "AWS can't change the domain of a rule: another domain is another rule");
    let segments = table.required("segments", list(parsed::<SegmentName>));
    table.finish();
    Some(Forward { domain: domain?, to: to?, segments: segments?, origin: key.origin.clone() })
}

/// Reads `[firewall.NAME]`.
pub(super) fn firewall(key: &Located<&str>, value: Value<'_>) -> Option<DnsFirewall> {
    let name = named::<PartName>(key, value);
    let mut table = value.table(format!("`[firewall.{}]`", key.value), &key.origin)?;
    let (aws_name, moved) = names(&mut table);
    let account = table.required("account", parsed::<AccountName>);
    let block = table.optional("block", list(blocked)).unwrap_or_default();
    let managed = table.optional("managed", list(text)).unwrap_or_default();
    if !table.has("block") && !table.has("managed") {
        let complaint = Complaint::new(&key.origin, "this firewall blocks nothing");
        table.complain(complaint.help("`block` lists domains, `managed` AWS's own lists of them"));
    }
    let segments = table.required("segments", list(parsed::<SegmentName>));
    table.finish();
    let (name, origin) = (name?, key.origin.clone());
    let aws_name = aws_name.unwrap_or_else(|| name.clone());
    Some(DnsFirewall {
        name,
        aws_name,
        moved,
        account: account?,
        block,
        managed,
        segments: segments?,
        origin,
    })
}

/// What AWS calls something, and what the landing zone called it before.
fn names(table: &mut Table<'_>) -> (Option<Located<PartName>>, Option<Located<PartName>>) {
    let name = table.optional("name", parsed::<PartName>);
    (name, table.table("moved", moved::read::<PartName>).flatten())
}

fn tags_of(table: &mut Table<'_>) -> Tags {
    table.table("tags", tags::read).unwrap_or_default()
}

/// A name server: `192.168.10.10`, or `192.168.10.10:5353`.
fn target(value: Value<'_>) -> Option<Located<Target>> {
    let stated = text(value)?;
    let (address, port) = match stated.split_once(':') {
        Some((address, port)) => (address, port.parse::<u16>().ok().filter(|port| *port > 0)),
        None => (stated.as_str(), Some(PORT)),
    };
    if let (Ok(address), Some(port)) = (address.parse::<Ipv4Addr>(), port) {
        return Some(Located::new(Target { address, port }, stated.origin));
    }
    let complaint = Complaint::new(&stated.origin, "a name server is an IPv4 address");
    value.complain(complaint.help("for example `192.168.10.10`, or `192.168.10.10:5353` for another port"))
}

/// A domain that is blocked, or with `*.` before it all that lies below.
fn blocked(value: Value<'_>) -> Option<Located<String>> {
    let stated = text(value)?;
    match stated.strip_prefix("*.").unwrap_or(&stated).parse::<DomainName>() {
        Ok(_) => Some(stated),
        Err(invalid) => value.complain(Complaint::invalid(&stated.origin, invalid)),
    }
}
