//! Private zones, resolvers, forwards and firewalls.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::Section;
use crate::{
    model::{DnsFirewall, Forward, HostedZone, Record, Resolver},
    names::{Located, Origin},
};

pub(super) fn zone(zone: &HostedZone) -> Vec<Section> {
    let HostedZone { name, account, vpcs, records, tags, origin } = zone;
    let mut section = Section::new(["zone", name.as_str()], origin);
    section.text("account", account);
    section.texts("vpcs", vpcs);
    let mut below = section.below("records");
    let mut answers: BTreeMap<String, (Map<String, Json>, Vec<&Origin>)> = BTreeMap::new();
    for Record { name: whole, kind, ttl, values, origin } in records {
        let inner =
            whole.strip_suffix(name.as_str()).map_or(whole.as_str(), |rest| rest.trim_end_matches('.'));
        let key = if inner.is_empty() { "@" } else { inner };
        let (answer, origins) = answers.entry(key.to_owned()).or_default();
        let text = |value: &Located<String>| if kind == "TXT" { unquoted(value) } else { value.to_string() };
        answer.insert(kind.to_lowercase(), values.iter().map(text).collect());
        answer.insert("ttl".to_owned(), (*ttl).into());
        origins.push(origin);
    }
    for (key, (answer, origins)) in answers {
        below.put(&key, answer, origins);
    }
    let mut sections = section.with_tags(tags);
    sections.extend((!below.entries.is_empty()).then_some(below));
    sections
}

/// What DNS has in strings of quoted text, as one text.
fn unquoted(text: &str) -> String {
    let (mut out, mut inside, mut chars) = (String::new(), false, text.chars());
    while let Some(c) = chars.next() {
        match c {
            '"' => inside = !inside,
            '\\' => out.extend(chars.next()),
            c if inside => out.push(c),
            _ => {}
        }
    }
    out
}

pub(super) fn resolver(resolver: &Resolver) -> Vec<Section> {
    let Resolver { name, aws_name, moved, vpc, inbound, outbound, query_logs, tags, origin } = resolver;
    let mut section = Section::new(["resolver", name.as_str()], origin);
    section.text("name", aws_name);
    section.moved(moved.as_ref());
    section.text("vpc", vpc);
    section.plain("inbound", inbound);
    section.plain("outbound", outbound);
    section.text_if("query_logs", query_logs.as_ref());
    section.with_tags(tags)
}

pub(super) fn forward(forward: &Forward) -> Section {
    let Forward { domain, to, segments, origin } = forward;
    let mut section = Section::new(["forward", domain.as_str()], origin);
    let servers: Vec<_> = to.iter().map(|target| format!("{}:{}", target.address, target.port)).collect();
    section.put("to", servers, super::origins(to));
    section.texts("segments", segments);
    section
}

pub(super) fn firewall(firewall: &DnsFirewall) -> Section {
    let DnsFirewall { name, aws_name, moved, account, block, managed, segments, origin } = firewall;
    let mut section = Section::new(["firewall", name.as_str()], origin);
    section.text("name", aws_name);
    section.moved(moved.as_ref());
    section.text("account", account);
    section.texts("block", block);
    section.texts("managed", managed);
    section.texts("segments", segments);
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lose_their_quotes() {
        assert_eq!(unquoted("\"v=spf1 -all\""), "v=spf1 -all");
        assert_eq!(unquoted(r#""a\"b\\" "c""#), "a\"b\\c");
    }
}
