//! A place as a kind sees it: where it is, and the opaque cloud behind it.

use std::{
    any::Any,
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;

use super::{
    env::Opaque,
    error::Result,
    graph::{Graph, Place},
};

/// Whether anybody looks at what is not wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Others {
    /// Everything that is there is looked at.
    #[default]
    Told,
    /// Only what is wanted is looked at: what it would cost a call to tell of others need not be asked for, and others
    /// need not be found at all.
    Passed,
}

/// A place, the landing zone's name and the cloud behind it. `aws/` adds the clients by an extension trait; toy kinds
/// bring a cloud of their own.
#[derive(Clone, Copy)]
pub struct At<'a> {
    /// The place.
    pub place: &'a Place,
    /// The landing zone's name: the value of the tag `landfall:organization`.
    pub organization: &'a str,
    /// Whoever answers calls; downcast in one function of `aws/`.
    pub cloud: &'a (dyn Any + Send + Sync),
    /// Whether anybody looks at what is not wanted.
    pub others: Others,
    /// What is wanted, where things are read for it.
    pub(super) graph: Option<&'a Graph>,
    /// Answers that several kinds share.
    pub(super) memo: &'a Memo,
}

impl At<'_> {
    /// The same at another place: a replica key is made by a call to the Region of its primary.
    pub fn elsewhere<'b>(&'b self, place: &'b Place) -> At<'b> {
        At { place, ..*self }
    }

    /// Whether the landing zone has what carries an address: what lies in a thing that left it is nobody's to change.
    pub fn has(&self, address: &str) -> bool {
        self.graph.is_none_or(|graph| graph.meant_by(address).is_some())
    }

    /// The address that something has whose tags say this one: another only if it moved.
    pub fn means<'m>(&'m self, address: &'m str) -> &'m str {
        let node = self.graph.and_then(|graph| Some(graph.node(graph.meant_by(address)?)));
        node.map_or(address, |node| &*node.label)
    }

    /// One call for all who ask for the same at the same place: whoever comes second waits for the answer of the
    /// first. Forgotten when something of `service` is changed here; errors are not kept.
    pub async fn once<T, F>(
        &self,
        service: &'static str,
        operation: &'static str,
        input: &str,
        ask: impl FnOnce() -> F + Send,
    ) -> Result<Arc<T>>
    where
        T: Send + Sync + 'static,
        F: Future<Output = Result<T>> + Send,
    {
        let cell = self.memo.cell(self.place, service, operation, input);
        let answer = cell
            .get_or_try_init(|| async { Ok::<Opaque, super::error::Error>(Arc::new(ask().await?)) })
            .await?;
        Ok(Arc::clone(answer).downcast().expect("one operation has one answer type"))
    }
}

type Cell = Arc<OnceCell<Opaque>>;
type Asked = (&'static str, String);
type OfService = HashMap<Asked, Cell>;

/// Answers that several kinds share, by place, service, operation and input.
#[derive(Default)]
pub struct Memo {
    cells: Mutex<HashMap<Place, HashMap<&'static str, OfService>>>,
}

impl Memo {
    fn cell(&self, place: &Place, service: &'static str, operation: &'static str, input: &str) -> Cell {
        let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
        let here = cells.entry(place.clone()).or_default().entry(service).or_default();
        Arc::clone(here.entry((operation, input.to_owned())).or_default())
    }

    /// Drops every answer.
    pub fn forget_all(&self) {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Drops every answer of a place.
    pub fn forget_place(&self, place: &Place) {
        self.cells.lock().unwrap_or_else(PoisonError::into_inner).remove(place);
    }

    /// Drops every answer of a service at a place.
    pub fn forget(&self, place: &Place, service: &'static str) {
        if let Some(here) = self.cells.lock().unwrap_or_else(PoisonError::into_inner).get_mut(place) {
            here.remove(service);
        }
    }
}
