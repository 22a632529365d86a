//! What AWS allows in number, and how near an apply comes to it. Pure: what is counted and what is allowed come in as data.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    doc::Field,
    env::{Env, Outputs},
    graph::{Graph, Node, Place},
    judge::desired,
    plan::{Action, Plan, Step},
};
use crate::names::{AccountName, Region};

/// How many of something AWS allows.
#[derive(Debug)]
pub struct Quota {
    /// What is counted: `VPCs`.
    pub what: &'static str,
    /// Of what there are so many.
    pub of: Counted,
    /// So many there are besides.
    pub besides: u64,
    /// How many AWS allows, unless it was asked for more.
    pub default: u64,
    /// The service, in the words of Service Quotas, and the code of the quota there: `vpc` and `L-F678F1CE`; none where
    /// Service Quotas does not know it.
    pub code: Option<(&'static str, &'static str)>,
    /// Where the default is from.
    pub source: &'static str,
}

/// What is counted, and in what.
#[derive(Clone, Copy, Debug)]
pub enum Counted {
    /// All resources of a kind.
    Kind(&'static str, Per),
    /// Resources of these kinds in one that they need: the first kind of the path is what they need themselves, the
    /// second what that needs, and so on.
    Below(&'static [&'static str], &'static [&'static str]),
    /// Elements of each resource of a kind.
    Elements(&'static str, Elements),
}

/// Which elements are counted.
#[derive(Clone, Copy, Debug)]
pub struct Elements {
    /// Those whose path has one of these marks, each mark for itself.
    pub marks: &'static [&'static str],
    /// The field by which a resource that an element names counts, where it stands for several: the room of a list.
    pub room: Option<&'static str>,
}

/// In what all resources of a kind are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// In the organization.
    Organization,
    /// In an account.
    Account,
    /// In a Region of an account.
    Region,
}

/// How many there will be of what a quota counts, where an apply adds to them.
#[derive(Clone, Debug)]
pub struct Load {
    /// The quota.
    pub quota: &'static Quota,
    /// In which account and Region.
    pub place: Place,
    /// The address of what they are counted in; none where that is the place.
    pub of: Option<Arc<str>>,
    /// How many.
    pub count: u64,
    /// Whether nobody can be asked there yet.
    pub is_unborn: bool,
}

/// A load that comes near what is allowed, or beyond it.
#[derive(Clone, Debug)]
pub struct Near {
    /// The load.
    pub load: Load,
    /// How many AWS allows.
    pub limit: u64,
    /// Whether AWS said so; else it is the default.
    pub is_told: bool,
    /// In which Region more can be asked for.
    pub seat: Option<Region>,
}

impl Near {
    /// A load beside what AWS said that it allows, where it comes near that.
    pub fn of(load: Load, told: Option<u64>, seat: Option<Region>) -> Option<Self> {
        let limit = told.unwrap_or(load.quota.default);
        is_near(load.count, limit).then_some(Self { load, limit, is_told: told.is_some(), seat })
    }

    /// Whether there will be more than is allowed.
    pub fn is_broken(&self) -> bool {
        self.load.count > self.limit
    }
}

/// Within 80 per cent.
fn is_near(count: u64, limit: u64) -> bool {
    count.saturating_mul(5) >= limit.saturating_mul(4)
}

/// What an apply of this plan adds to, and brings near what AWS allows by default.
pub fn loads(quotas: &'static [Quota], plan: &Plan, graph: &Graph) -> Vec<Load> {
    if !plan.has_changes() {
        return Vec::new();
    }
    let mut steps: Vec<Option<&Step>> = vec![None; graph.len()];
    for step in &plan.steps {
        if let Some(id) = step.node {
            steps[id.index()] = Some(step);
        }
    }
    let mut counts: Vec<_> = quotas.iter().map(|quota| Counts { quota, by: BTreeMap::new() }).collect();
    let mut concerned: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, quota) in quotas.iter().enumerate() {
        for kind in quota.of.kinds() {
            concerned.entry(*kind).or_default().push(at);
        }
    }
    let outputs = Outputs::new(graph.len());
    for (id, node) in graph.nodes() {
        for at in concerned.get(node.address.kind).into_iter().flatten() {
            counts[*at].node((graph, &outputs), node, steps[id.index()]);
        }
    }
    for step in plan.steps.iter().filter(|step| step.node.is_none()) {
        for at in concerned.get(step.kind).into_iter().flatten() {
            counts[*at].stray(step);
        }
    }
    counts.into_iter().flat_map(Counts::near).collect()
}

impl Counted {
    fn kinds(&self) -> &[&'static str] {
        match self {
            Self::Kind(kind, _) | Self::Elements(kind, _) => std::slice::from_ref(kind),
            Self::Below(kinds, _) => kinds,
        }
    }
}

struct Counts {
    quota: &'static Quota,
    by: BTreeMap<(Place, Option<Arc<str>>), Count>,
}

#[derive(Default)]
struct Count {
    many: u64,
    grows: bool,
    is_unborn: bool,
}

impl Counts {
    /// Counts a node of a kind that is counted.
    fn node(&mut self, (graph, outputs): (&Graph, &Outputs), node: &Node, step: Option<&Step>) {
        match self.quota.of {
            Counted::Kind(_, per) => self.add((within(per, &node.address.place), None), 1, step),
            Counted::Below(_, path) => {
                for above in above(graph, node, path) {
                    self.add((above.address.place.clone(), Some(Arc::clone(&above.label))), 1, step);
                }
            }
            Counted::Elements(_, elements) => {
                // Documents are made of what changes alone.
                let Some(step) = step else { return };
                let most = most((graph, outputs), node, elements);
                self.add((node.address.place.clone(), Some(Arc::clone(&node.label))), most, Some(step));
            }
        }
    }

    /// What leaves is there until what replaces it is.
    fn stray(&mut self, step: &Step) {
        if let Counted::Kind(_, per) = self.quota.of {
            self.add((within(per, &step.place), None), 1, None);
        }
    }

    fn add(&mut self, key: (Place, Option<Arc<str>>), many: u64, step: Option<&Step>) {
        let adds = |step: &Step| match step.action {
            Action::Create => true,
            Action::Update | Action::Adopt => matches!(self.quota.of, Counted::Elements(..)),
            _ => false,
        };
        let (grows, is_unborn) = (step.is_some_and(adds), step.is_some_and(|step| step.after.is_some()));
        let count = self.by.entry(key).or_default();
        count.many += many;
        count.grows |= grows;
        count.is_unborn |= is_unborn;
    }

    fn near(self) -> impl Iterator<Item = Load> {
        let Self { quota, by } = self;
        by.into_iter().filter(|(_, count)| count.grows).filter_map(move |((place, of), count)| {
            let Count { many, is_unborn, grows: _ } = count;
            let count = many + quota.besides;
            is_near(count, quota.default).then_some(Load { quota, place, of, count, is_unborn })
        })
    }
}

fn within(per: Per, place: &Place) -> Place {
    match per {
        Per::Organization => Place { account: AccountName::management(), region: None },
        Per::Account => Place { account: place.account.clone(), region: None },
        Per::Region => place.clone(),
    }
}

/// What a node is counted in, along the kinds of a path: a peering counts at both of its ends.
fn above<'g>(graph: &'g Graph, node: &'g Node, path: &[&str]) -> Vec<&'g Node> {
    path.iter().fold(vec![node], |nodes, kind| {
        let needs = nodes.into_iter().flat_map(|node| &node.needs).map(|need| graph.node(*need));
        needs.filter(|need| need.address.kind == *kind).collect()
    })
}

/// The most elements with one of the marks.
fn most((graph, outputs): (&Graph, &Outputs), node: &Node, Elements { marks, room }: Elements) -> u64 {
    let document = |node: &Node| desired(graph, node, Env::over(outputs));
    let weight = |path: &str| {
        let named = path.trim_end_matches(']').rsplit(' ').next().and_then(|name| graph.at_address(name));
        match named.zip(room).and_then(|(id, room)| document(graph.node(id)).get(room).cloned()) {
            Some(Field::Is(value)) => value.compared().as_u64().unwrap_or(1),
            _ => 1,
        }
    };
    let wanted = document(node);
    let sum = |mark: &&str| {
        let marked = wanted.iter().map(|(path, _)| path).filter(|path| path.contains(*mark));
        marked.map(weight).sum()
    };
    marks.iter().map(sum).max().unwrap_or_default()
}
