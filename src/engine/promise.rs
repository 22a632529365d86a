//! What a step shows, and has to keep to when it starts.

use std::collections::BTreeSet;

use super::{
    doc::{Change, Digest, Doc, Field, root},
    plan::Step,
};

/// What a step shows and has to keep to: the changes, and digests of all other known fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The fields that were known and are not changed, sorted by path.
    pub held: Box<[(String, Digest)]>,
    /// Roots of the paths that were not known: what becomes known under them may take any shape. Sorted, each once.
    loose: Box<[String]>,
}

impl Step {
    /// The first path at which `desired` breaks what the step shows.
    pub(super) fn broken(&self, desired: &Doc) -> Option<String> {
        let changes = self.changes.list();
        match &self.promise {
            Some(promise) => promise.broken(&changes, desired),
            None if self.changes.are_all() => Promise::of_made(&changes).broken(&changes, desired),
            None => None,
        }
    }
}

impl Promise {
    pub(super) fn of(desired: &Doc, changes: &[Change]) -> Self {
        let is_held = |path: &str, field: &Field| field.is_known() && shown(changes, path).is_none();
        let held = desired.iter().filter(|(path, field)| is_held(path, field));
        let held = held.map(|(path, field)| (path.to_owned(), field.digest())).collect();
        Self { held, loose: loose(desired.iter()) }
    }

    /// Of what is made: nothing is held that is not shown.
    fn of_made(changes: &[Change]) -> Self {
        let fields = changes.iter().filter_map(|change| Some((change.path.as_str(), change.after.as_ref()?)));
        Self { held: Box::default(), loose: loose(fields) }
    }

    /// The first path at which `desired` breaks what was shown. What was shown as "known after" may take any value;
    /// everything else must hold.
    fn broken(&self, changes: &[Change], desired: &Doc) -> Option<String> {
        let holds = |change: &Change| match &change.after {
            Some(Field::After { .. }) => true,
            None if self.is_loose(&change.path) => true,
            after => desired.get(&change.path) == after.as_ref(),
        };
        if let Some(change) = changes.iter().find(|change| !holds(change)) {
            return Some(change.path.clone());
        }
        let differs = |(path, digest): &&(String, Digest)| {
            desired.get(path).is_none_or(|field| field.digest() != *digest)
        };
        if let Some((path, _)) = self.held.iter().find(differs) {
            return Some(path.clone());
        }
        let is_new =
            |path: &str| !self.is_held(path) && shown(changes, path).is_none() && !self.is_loose(path);
        desired.iter().map(|(path, _)| path).find(|path| is_new(path)).map(str::to_owned)
    }

    fn is_held(&self, path: &str) -> bool {
        self.held.binary_search_by(|(held, _)| held.as_str().cmp(path)).is_ok()
    }

    fn is_loose(&self, path: &str) -> bool {
        self.loose.binary_search_by(|loose| loose.as_str().cmp(root(path))).is_ok()
    }
}

/// The roots of the fields that are not known.
fn loose<'f>(fields: impl Iterator<Item = (&'f str, &'f Field)>) -> Box<[String]> {
    let open = fields.filter(|(_, field)| !field.is_known());
    let roots: BTreeSet<_> = open.map(|(path, _)| root(path)).collect();
    roots.into_iter().map(str::to_owned).collect()
}

fn shown<'c>(changes: &'c [Change], path: &str) -> Option<&'c Change> {
    let at = changes.binary_search_by(|change| change.path.as_str().cmp(path)).ok()?;
    Some(&changes[at])
}

#[cfg(test)]
mod tests {
    use super::{
        super::doc::{diff, made},
        *,
    };

    fn after(node: &str) -> Field {
        Field::After { address: node.into(), shown: None }
    }

    /// The first path at which `later` breaks what was shown of `desired` against what AWS has.
    fn broken(observed: &Doc, desired: &Doc, later: &Doc) -> Option<String> {
        let changes = diff(observed, desired);
        Promise::of(desired, &changes).broken(&changes, later)
    }

    #[test]
    fn what_is_made_is_held_to_what_it_shows() {
        let desired = Doc::new().with("a", 1).with("b[x]", after("b")).with("c", "2");
        let changes = diff(&Doc::new(), &desired);
        assert_eq!(made(desired.clone()), changes);
        assert_eq!(Promise::of_made(&changes), Promise::of(&desired, &changes));
    }

    #[test]
    fn what_was_known_must_hold_and_what_was_not_may_take_any_value() {
        let observed = Doc::new().with("kept", 1).with("changed", 1).with("gone", 1);
        let desired = Doc::new().with("kept", 1).with("changed", 2).with("open", after("a"));
        let known = || Doc::new().with("kept", 1).with("changed", 2).with("open", "id-1");
        assert_eq!(broken(&observed, &desired, &known()), None);
        assert_eq!(broken(&observed, &desired, &known().with("kept", 2)), Some("kept".to_owned()));
        assert_eq!(broken(&observed, &desired, &known().with("changed", 3)), Some("changed".to_owned()));
        assert_eq!(broken(&observed, &desired, &known().with("gone", 1)), Some("gone".to_owned()));
        assert_eq!(broken(&observed, &desired, &known().with("new", 1)), Some("new".to_owned()));
    }

    #[test]
    fn a_list_keyed_by_what_was_not_known_may_take_any_shape() {
        let observed = Doc::new().with("rules[sg-1]", "tcp");
        let desired = Doc::new().with("rules[${sg}]", after("sg"));
        assert_eq!(broken(&observed, &desired, &Doc::new().with("rules[sg-1]", "tcp")), None);
        assert_eq!(broken(&observed, &desired, &Doc::new().with("rules[sg-2]", "tcp")), None);
    }
}
