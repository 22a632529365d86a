use crate::config::complaint::Complaint;
use crate::config::decode::{Value, text};
use crate::names::{KeyRef, Located};

/// What a reference to a key begins with.
const PREFIX: &str = "key:";

/// A reference to a key: `key:logs`, `key:prod/data`.
pub(super) fn read(value: Value<'_>) -> Option<Located<KeyRef>> {
    let text = text(value)?;
    let name = text.strip_prefix(PREFIX).unwrap_or(&text);
    match (name.parse::<KeyRef>(), text.starts_with(PREFIX)) {
        (Ok(key), true) => Some(Located::new(key, text.origin)),
        (Ok(key), false) => {
            let complaint = Complaint::new(&text.origin, "a key is referred to with `key:` before its name");
            value.complain(complaint.help(format!("write `{PREFIX}{key}`")))
        }
        (Err(invalid), _) => value.complain(Complaint::invalid(&text.origin, invalid)),
    }
}
