use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, text};
use crate::names::{AccountName, Located, Region};

pub(super) fn read(mut table: Table<'_>) -> Option<Vec<Located<String>>> {
    let addresses = table.required("addresses", list(address));
    table.finish();
    addresses
}

/// `account/region-or-global/service/type/name`. Whether there is such a thing only AWS knows.
fn address(value: Value<'_>) -> Option<Located<String>> {
    let address = text(value)?;
    if is_address(&address) {
        return Some(address);
    }
    let complaint = Complaint::new(&address.origin, "this is not the address of a resource");
    value.complain(
        complaint.help("for example `logging/ap-southeast-2/s3/bucket/archive`, as `plan` shows it"),
    )
}

fn is_address(text: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || " _.:=+-@".contains(c));
    let parts: Vec<_> = text.split('/').collect();
    let [account, place, _service, _kind, _name, ..] = parts.as_slice() else { return false };
    account.parse::<AccountName>().is_ok()
        && (*place == "global" || place.parse::<Region>().is_ok())
        && parts.iter().all(|part| plain(part))
}
