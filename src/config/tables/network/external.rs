use super::named;
use crate::config::complaint::Complaint;
use crate::config::decode::{Value, list, parsed, text};
use crate::model::External;
use crate::names::{Cidr, Located, PartName, Region, SegmentName};

/// Reads `[external.NAME]`; it lies in the home Region if it says nothing else.
pub(super) fn read(key: &Located<&str>, value: Value<'_>, home: Region) -> Option<(PartName, External)> {
    let name = named::<PartName>(key, value);
    let mut table = value.table(format!("`[external.{}]`", key.value), &key.origin)?;
    let origin = table.origin().clone();
    let cidrs = table.required("cidrs", list(parsed::<Cidr>));
    let attachment = table.required("attachment", attachment);
    let region = table.optional("region", parsed::<Region>);
    let segment = table.required("segment", parsed::<SegmentName>);
    table.has_no("moved", "nothing in AWS is called after it: its key can be another one just so");
    table.finish();
    let (name, cidrs) = (name?, cidrs?);
    if cidrs.is_empty() {
        let complaint = Complaint::new(&origin, format!("nothing lies behind `{name}`: `cidrs` is empty"));
        let help = "it lists what is reached there, for example `cidrs = [\"192.168.0.0/16\"]`";
        return value.complain(complaint.help(help));
    }
    let external = External {
        name: name.clone(),
        cidrs,
        attachment: attachment?,
        region: region.unwrap_or_else(|| Located::new(home, origin.clone())),
        segment: segment?,
        origin,
    };
    Some((name.value, external))
}

/// The id of an attachment, which is the one id that a landing zone writes: it is not ours.
fn attachment(value: Value<'_>) -> Option<Located<String>> {
    let id = text(value)?;
    let digits = id.strip_prefix("tgw-attach-").unwrap_or_default();
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if matches!(digits.len(), 8 | 17) && digits.chars().all(is_hex) {
        return Some(id);
    }
    let complaint = Complaint::new(&id.origin, "this is not the id of an attachment to a Transit Gateway");
    value.complain(complaint.help("it is like `tgw-attach-0123456789abcdef0`"))
}
