//! What a list gained and lost.

use serde_json::Value as Json;

use super::values::brief;

/// Two lists compared as sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::report) struct Listing {
    /// Elements that only the first has.
    pub removed: Vec<String>,
    /// Elements that only the second has.
    pub added: Vec<String>,
    /// How many both have.
    pub kept: usize,
}

/// Compares two values as sets, where at least one is a list and none holds anything but plain values. One plain value
/// counts as a list of itself: that is how policies write it. Nothing if they differ in order alone.
pub(in crate::report) fn listing(before: &Json, after: &Json) -> Option<Listing> {
    if !before.is_array() && !after.is_array() {
        return None;
    }
    let (had, wants) = (elements(before)?, elements(after)?);
    let only = |these: &[&Json], those: &[&Json]| -> Vec<String> {
        these.iter().filter(|item| !those.contains(item)).map(|item| brief(item)).collect()
    };
    let (removed, added) = (only(&had, &wants), only(&wants, &had));
    let kept = wants.len() - added.len();
    (!removed.is_empty() || !added.is_empty()).then_some(Listing { removed, added, kept })
}

fn elements(value: &Json) -> Option<Vec<&Json>> {
    let list: Vec<&Json> = match value {
        Json::Array(items) => items.iter().collect(),
        scalar => vec![scalar],
    };
    list.iter().all(|item| !item.is_array() && !item.is_object()).then_some(list)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_value_is_a_list_of_one() {
        let listing = listing(&json!("a"), &json!(["a", "b"])).unwrap();
        assert_eq!((listing.added, listing.removed, listing.kept), (vec!["b".to_owned()], vec![], 1));
    }

    #[test]
    fn order_and_structure_are_not_for_sets() {
        assert_eq!(listing(&json!(["a", "b"]), &json!(["b", "a"])), None);
        assert_eq!(listing(&json!([{"a": 1}]), &json!([])), None);
        assert_eq!(listing(&json!("a"), &json!("b")), None);
    }
}
