//! Typed access from one node to the outputs of the nodes it refers to.

use std::{
    any::Any,
    fmt,
    marker::PhantomData,
    sync::{Arc, OnceLock},
};

use super::{
    error::{Error, Result},
    graph::NodeId,
    kind::Kind,
};

/// A type-erased value owned by the engine; only `erased.rs` and [`Env::get`] downcast.
pub type Opaque = Arc<dyn Any + Send + Sync>;

/// A value that is known now, known after another node, or not to be known in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<T> {
    /// Known now.
    Known(T),
    /// Known once the node at this address is applied.
    After(Arc<str>),
    /// Unknown, because the node at this address could not be read.
    Undetermined(Arc<str>),
}

impl<T> Value<T> {
    /// Applies `f` to the value once it is known.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Value<U> {
        self.and_then(|value| Value::Known(f(value)))
    }

    /// Goes on with another value that may be unknown too.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Value<U>) -> Value<U> {
        match self {
            Self::Known(value) => f(value),
            Self::After(of) => Value::After(of),
            Self::Undetermined(of) => Value::Undetermined(of),
        }
    }

    /// The value, if it is known.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::After(_) | Self::Undetermined(_) => None,
        }
    }

    /// The value; for `create` and `update`, which run after everything they need.
    pub fn now(self) -> Result<T> {
        match self {
            Self::Known(value) => Ok(value),
            Self::After(of) | Self::Undetermined(of) => Err(Error::not_yet(&of)),
        }
    }
}

impl Value<String> {
    /// How many of these ids are this one; so many, where what has it is still to be made; nothing where it can't be known.
    pub fn among<'a>(self, ids: impl Iterator<Item = Option<&'a str>>, fresh: usize) -> Option<usize> {
        match self {
            Self::Known(this) => Some(ids.filter(|id| *id == Some(this.as_str())).count()),
            Self::After(_) => Some(fresh),
            Self::Undetermined(_) => None,
        }
    }
}

/// A typed edge: the right to read the outputs of one node of kind `K`. Made by `Needs::on` only.
pub struct Need<K> {
    pub(super) to: NodeId,
    pub(super) address: Arc<str>,
    pub(super) kind: PhantomData<fn() -> K>,
}

impl<K> Need<K> {
    /// The address of the node that is needed.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl<K> Clone for Need<K> {
    fn clone(&self) -> Self {
        Self { to: self.to, address: Arc::clone(&self.address), kind: PhantomData }
    }
}

impl<K> fmt::Debug for Need<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "-> {}", self.address)
    }
}

/// What is known of each node's outputs; filled by the snapshot, then by the executor. A node's outputs hold only
/// values that no update can change, so each slot is filled at most once.
#[derive(Debug, Default)]
pub struct Outputs {
    slots: Vec<OnceLock<Option<Opaque>>>,
    /// What was known before, and stays as it was.
    before: Option<Arc<Outputs>>,
}

impl Outputs {
    /// Slots for so many nodes, none filled.
    pub fn new(nodes: usize) -> Self {
        Self { slots: (0..nodes).map(|_| OnceLock::new()).collect(), before: None }
    }

    /// What is known already, and room for what becomes known: a plan goes on to tell what was known when it was made.
    pub(super) fn beyond(before: &Arc<Self>) -> Self {
        Self { before: Some(Arc::clone(before)), ..Self::new(before.slots.len()) }
    }

    /// Fills the slot of a node; a slot that is filled stays as it is.
    pub fn fill(&self, node: NodeId, outputs: Opaque) {
        drop(self.slots[node.index()].set(Some(outputs)));
    }

    /// Marks the slot of a node that could not be read.
    pub fn undetermined(&self, node: NodeId) {
        drop(self.slots[node.index()].set(None));
    }

    /// Whether the outputs of a node are there.
    pub fn has(&self, node: NodeId) -> bool {
        self.of(node).is_some()
    }

    /// The outputs of a node, if they are there.
    pub(super) fn of(&self, node: NodeId) -> Option<&Opaque> {
        self.slot(node)?.as_ref()
    }

    /// Whether a node could not be read.
    pub(super) fn is_undetermined(&self, node: NodeId) -> bool {
        matches!(self.slot(node), Some(None))
    }

    /// What is known of a node: its outputs, or that it could not be read.
    fn slot(&self, node: NodeId) -> Option<&Option<Opaque>> {
        let before = self.before.as_ref().and_then(|before| before.slot(node));
        before.or_else(|| self.slots[node.index()].get())
    }
}

/// The outputs that a node may see.
#[derive(Clone, Copy)]
pub struct Env<'a> {
    outputs: Option<&'a Outputs>,
}

impl<'a> Env<'a> {
    /// An environment over what is known so far.
    pub fn over(outputs: &'a Outputs) -> Self {
        Self { outputs: Some(outputs) }
    }

    /// An environment in which nothing is known: what a spec says on its own.
    pub fn nothing_known() -> Self {
        Self { outputs: None }
    }

    /// The outputs of the node referred to, typed by the need.
    pub fn get<K: Kind>(&self, need: &Need<K>) -> Value<K::Outputs> {
        let slot = self.outputs.and_then(|outputs| outputs.slot(need.to));
        match slot {
            None => Value::After(Arc::clone(&need.address)),
            Some(None) => Value::Undetermined(Arc::clone(&need.address)),
            Some(Some(any)) => Value::Known(
                any.downcast_ref::<K::Outputs>().expect("a Need<K> is only made from a Ref<K>").clone(),
            ),
        }
    }
}

type Hole = Arc<dyn Fn(&Env<'_>) -> Value<String> + Send + Sync>;

/// Text in which some parts are known only after other nodes: `arn:aws:iam::${account.prod}:root`.
#[derive(Clone, Default)]
pub struct Text {
    parts: Vec<Part>,
}

#[derive(Clone)]
enum Part {
    Plain(String),
    /// `shown` stands for the value until it is known.
    Hole {
        shown: String,
        value: Hole,
    },
}

impl Text {
    /// Text that is made of one output of another node; `shown` stands for it until it is known.
    pub fn of<K: Kind>(
        need: &Need<K>,
        shown: impl Into<String>,
        pick: impl Fn(K::Outputs) -> String + Send + Sync + 'static,
    ) -> Self {
        let need = need.clone();
        let value: Hole = Arc::new(move |env| env.get(&need).map(&pick));
        Self { parts: vec![Part::Hole { shown: shown.into(), value }] }
    }

    /// This text followed by another.
    #[must_use]
    pub fn then(mut self, next: impl Into<Self>) -> Self {
        self.parts.extend(next.into().parts);
        self
    }

    /// The text with every hole shown as its symbol.
    pub fn symbolic(&self) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Plain(text) => text.as_str(),
                Part::Hole { shown, .. } => shown.as_str(),
            })
            .collect()
    }

    /// The text, once everything in it is known.
    pub fn resolve(&self, env: &Env<'_>) -> Value<String> {
        let mut whole = String::new();
        for part in &self.parts {
            match part {
                Part::Plain(text) => whole.push_str(text),
                Part::Hole { value, .. } => match value(env) {
                    Value::Known(text) => whole.push_str(&text),
                    unknown => return unknown,
                },
            }
        }
        Value::Known(whole)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { parts: vec![Part::Plain(text)] }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.symbolic())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_still_to_be_made_has_only_what_comes_with_it() {
        let among = |this: Value<String>| this.among([Some("a"), None, Some("b"), Some("a")].into_iter(), 1);
        assert_eq!(among(Value::Known("a".to_owned())), Some(2));
        assert_eq!(among(Value::After("prod/vpc".into())), Some(1));
        assert_eq!(among(Value::Undetermined("prod/vpc".into())), None);
    }
}
