//! What a step changes, field by field.

use std::{borrow::Cow, fmt, sync::Arc};

use super::{
    doc::{Change, made},
    env::{Env, Outputs},
    graph::{Graph, NodeId},
    judge::desired,
    values::Values,
};

/// What a plan was made of: the graph, and what was known when it was made.
pub(super) struct Basis {
    pub graph: Arc<Graph>,
    pub outputs: Arc<Outputs>,
}

/// What a step changes, field by field.
///
/// Of what is to be made, which is most of the largest plans, nothing is kept: the whole document is the change, and it
/// is made anew for whoever asks, of what was known when the plan was made.
#[derive(Clone)]
pub struct Changes(Kept);

#[derive(Clone)]
enum Kept {
    These(Box<[Change]>),
    AllOf(Arc<Basis>, NodeId),
}

impl Changes {
    /// None.
    pub(super) fn none() -> Self {
        Vec::new().into()
    }

    /// Everything that is wanted of a node.
    pub(super) fn all_of(node: NodeId, basis: &Arc<Basis>) -> Self {
        Self(Kept::AllOf(Arc::clone(basis), node))
    }

    /// Each of them, sorted by path.
    pub fn list(&self) -> Cow<'_, [Change]> {
        match &self.0 {
            Kept::These(these) => Cow::Borrowed(these),
            Kept::AllOf(basis, node) => {
                let Basis { graph, outputs } = &**basis;
                Cow::Owned(made(desired(graph, graph.node(*node), Env::over(outputs))))
            }
        }
    }

    /// Keeps values that are kept already only once.
    pub(super) fn share(&mut self, values: &mut Values) {
        if let Kept::These(these) = &mut self.0 {
            values.share(these);
        }
    }

    /// Whether they are all there is of something that is to be made.
    pub(super) fn are_all(&self) -> bool {
        matches!(self.0, Kept::AllOf(..))
    }
}

/// Sorted by path.
impl From<Vec<Change>> for Changes {
    fn from(these: Vec<Change>) -> Self {
        Self(Kept::These(these.into()))
    }
}

impl PartialEq for Changes {
    fn eq(&self, other: &Self) -> bool {
        self.list() == other.list()
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.list().iter()).finish()
    }
}
