use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, string};
use crate::model::Tags;
use crate::names::Located;

/// Limits that hold for tags of nearly everything: <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html>.
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

pub(super) fn read(table: Table<'_>) -> Tags {
    table.entries(tag)
}

fn tag(key: &Located<&str>, value: Value<'_>) -> Option<Located<String>> {
    if let Some(reason) = wrong_key(key.value) {
        value.complain::<()>(Complaint::new(&key.origin, reason));
    }
    let text = string(value)?;
    if text.chars().count() > LONGEST_VALUE {
        let message = format!("a tag's value has at most {LONGEST_VALUE} characters");
        return value.complain(Complaint::new(&text.origin, message));
    }
    if let Some(odd) = odd(&text) {
        return value.complain(Complaint::new(&text.origin, format!("a tag's value can't hold `{odd}`")));
    }
    Some(text)
}

fn wrong_key(key: &str) -> Option<String> {
    let lower = key.to_lowercase();
    let reserved = ["aws:", "landfall:"].into_iter().find(|prefix| lower.starts_with(prefix));
    match (key.chars().count(), reserved, odd(key)) {
        (0, ..) => Some("a tag's key can't be empty".into()),
        (length, ..) if length > LONGEST_KEY => {
            Some(format!("a tag's key has at most {LONGEST_KEY} characters"))
        }
        (_, Some(prefix), _) => Some(format!("tags that begin with `{prefix}` are reserved")),
        (_, None, Some(odd)) => Some(format!("a tag's key can't hold `{odd}`")),
        _ => None,
    }
}

fn odd(text: &str) -> Option<char> {
    text.chars().find(|c| !c.is_alphanumeric() && !" _.:/=+-@".contains(*c))
}

/// Tags, each layer over the one before it; a value keeps the place that states it.
pub(in crate::config) fn layered<'a>(layers: impl IntoIterator<Item = &'a Tags>) -> Tags {
    layers.into_iter().flat_map(Tags::clone).collect()
}
