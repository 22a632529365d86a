//! Values of a plan, each kept once: the accounts of an organization are much alike.

use std::{
    collections::HashSet,
    hash::{Hash, Hasher},
};

use super::doc::{Change, Field, Spelled};

/// The values that were shown so far.
#[derive(Default)]
pub(super) struct Values(HashSet<Exactly>);

impl Values {
    /// Lets changes share the values that are kept already, and keeps the others.
    pub(super) fn share(&mut self, changes: &mut [Change]) {
        for field in changes.iter_mut().flat_map(|change| change.before.iter_mut().chain(&mut change.after)) {
            if let Field::Is(value) = field {
                *value = self.kept(value.clone());
            }
        }
    }

    fn kept(&mut self, value: Spelled) -> Spelled {
        let value = Exactly(value);
        if let Some(Exactly(known)) = self.0.get(&value) {
            return known.clone();
        }
        let Exactly(kept) = &value;
        let kept = kept.clone();
        self.0.insert(value);
        kept
    }
}

/// Equal only if it is shown alike too.
struct Exactly(Spelled);

impl PartialEq for Exactly {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 && self.0.shown() == other.0.shown()
    }
}

impl Eq for Exactly {}

impl Hash for Exactly {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.compared().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn changes(values: [Spelled; 2]) -> Vec<Change> {
        let change = |value| Change { path: "a".to_owned(), before: None, after: Some(Field::Is(value)) };
        values.map(change).into()
    }

    fn shown(changes: &[Change]) -> Vec<*const serde_json::Value> {
        let field = |change: &Change| match &change.after {
            Some(Field::Is(value)) => std::ptr::from_ref(value.shown()),
            _ => std::ptr::null(),
        };
        changes.iter().map(field).collect()
    }

    #[test]
    fn what_is_equal_is_kept_once_and_spelling_stays() {
        let spelled = |text: &str| Spelled::new(json!("s3:get"), json!(text));
        let mut alike = changes([spelled("s3:Get"), spelled("s3:Get")]);
        let mut others = changes([spelled("S3:get"), "x".into()]);
        let mut values = Values::default();
        values.share(&mut alike);
        values.share(&mut others);
        let alike = shown(&alike);
        assert_eq!(alike[0], alike[1]);
        assert!(shown(&others).iter().all(|other| *other != alike[0]));
        let field = others[0].after.as_ref();
        assert!(matches!(field, Some(Field::Is(value)) if *value.shown() == json!("S3:get")));
    }
}
