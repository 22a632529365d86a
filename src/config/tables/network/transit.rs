use toml::de::DeValue;

use super::named;
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, number, parsed};
use crate::config::tables::moved;
use crate::model::{Egress, Segment, Transit};
use crate::names::{AccountName, Located, Region, SegmentName, VpcName};

/// The number of the home Region's gateway unless said otherwise: the first of the private ones, and AWS's own default.
const ASN: u32 = 64_512;

/// Reads `[transit]`.
pub(super) fn read(mut table: Table<'_>) -> Option<Transit> {
    let origin = table.origin().clone();
    let account = table.required("account", parsed::<AccountName>);
    let asn = table.optional("asn", asn);
    let egress = table.optional("egress", egress).unwrap_or_default();
    let segments = table.map("segments", segment).into_values().collect();
    let moved = table.map("moved", moved_segment).into_values().collect();
    table.finish();
    let asn = asn.unwrap_or_else(|| Located::new(ASN, origin.clone()));
    Some(Transit { account: account?, asn, egress, segments, moved, origin })
}

fn asn(value: Value<'_>) -> Option<Located<u32>> {
    let asn = number(0..=u32::MAX)(value)?;
    if Transit::is_asn(asn.value) {
        return Some(asn);
    }
    let complaint =
        Complaint::new(&asn.origin, "a Transit Gateway has the number of a private autonomous system");
    value.complain(complaint.help("64512 to 65534, or 4200000000 to 4294967294"))
}

/// One VPC for all, or one for each Region.
fn egress(value: Value<'_>) -> Option<Egress> {
    match value.raw() {
        DeValue::Table(_) => {
            let table = value.table("`egress`", &value.origin())?;
            Some(Egress::PerRegion(table.entries(way_out).into_values().collect()))
        }
        DeValue::String(_) => parsed::<VpcName>(value).map(Egress::One),
        _ => value.wrong("the name of a VPC, or a table of one for each Region"),
    }
}

fn way_out(key: &Located<&str>, value: Value<'_>) -> Option<(Region, Located<VpcName>)> {
    Some((named::<Region>(key, value)?.value, parsed::<VpcName>(value)?))
}

fn segment(key: &Located<&str>, value: Value<'_>) -> Option<(SegmentName, Segment)> {
    let name = named::<SegmentName>(key, value)?.value;
    let peers = list(parsed::<SegmentName>)(value)?;
    if Transit::TABLES_OF_OUR_OWN.contains(&name.as_str()) {
        let message = format!("no segment can be called `{name}`: a route table of its own is");
        return value.complain(Complaint::new(&key.origin, message));
    }
    Some((name, Segment { peers, origin: key.origin.clone() }))
}

fn moved_segment(key: &Located<&str>, value: Value<'_>) -> Option<(SegmentName, Located<SegmentName>)> {
    let name = named::<SegmentName>(key, value)?.value;
    let from = moved::read::<SegmentName>(value.table(format!("`{name}`"), &key.origin)?)?;
    Some((name, from))
}
