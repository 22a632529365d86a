//! What a list gained and lost.

use super::values::brief;
use crate::engine::doc::Spelled;

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
pub(in crate::report) fn listing(before: &Spelled, after: &Spelled) -> Option<Listing> {
    if !before.compared().is_array() && !after.compared().is_array() {
        return None;
    }
    let (had, wants) = (elements(before)?, elements(after)?);
    let only = |these: &[Spelled], those: &[Spelled]| -> Vec<String> {
        these.iter().filter(|item| !those.contains(item)).map(|item| brief(item.shown())).collect()
    };
    let (removed, added) = (only(&had, &wants), only(&wants, &had));
    let kept = wants.len() - added.len();
    (!removed.is_empty() || !added.is_empty()).then_some(Listing { removed, added, kept })
}

fn elements(value: &Spelled) -> Option<Vec<Spelled>> {
    let list = value.elements().unwrap_or_else(|| vec![value.clone()]);
    let is_plain = |item: &Spelled| !item.compared().is_array() && !item.compared().is_object();
    list.iter().all(is_plain).then_some(list)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn listing(before: Json, after: Json) -> Option<Listing> {
        super::listing(&before.into(), &after.into())
    }

    #[test]
    fn elements_are_compared_and_shown_each_in_its_form() {
        let before = Spelled::new(json!(["s3:get", "s3:put"]), json!(["S3:get", "s3:PUT"]));
        let after = Spelled::new(json!(["s3:get", "s3:list"]), json!(["s3:Get", "s3:List"]));
        let listing = super::listing(&before, &after).unwrap();
        let (removed, added) = (vec!["s3:PUT".to_owned()], vec!["s3:List".to_owned()]);
        assert_eq!(listing, Listing { removed, added, kept: 1 });
    }

    #[test]
    fn one_value_is_a_list_of_one() {
        let listing = listing(json!("a"), json!(["a", "b"])).unwrap();
        assert_eq!((listing.added, listing.removed, listing.kept), (vec!["b".to_owned()], vec![], 1));
    }

    #[test]
    fn order_and_structure_are_not_for_sets() {
        assert_eq!(listing(json!(["a", "b"]), json!(["b", "a"])), None);
        assert_eq!(listing(json!([{"a": 1}]), json!([])), None);
        assert_eq!(listing(json!("a"), json!("b")), None);
    }
}
