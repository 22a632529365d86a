//! What AWS allows in number, and how near an apply comes to it. Pure: what is counted and what is allowed come in as data.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    doc::Field,
    env::{Env, Outputs},
    graph::{Graph, Node, NodeId, Place},
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
    /// As what those count that are counted, as their kind says; all of it, where this is empty.
    pub only: &'static str,
    /// So many AWS makes itself where nobody has made anything yet.
    pub besides: u64,
    /// How many AWS allows, unless it was asked for more.
    pub default: u64,
    /// The service, in the words of Service Quotas, and the code of the quota there: `vpc` and `L-F678F1CE`; none where
    /// Service Quotas does not know it.
    pub code: Option<(&'static str, &'static str)>,
    /// Whether AWS allows nobody more.
    pub is_fixed: bool,
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
    /// In what they are counted: an address, a zone, what a policy is attached to; none where that is the place.
    pub of: Option<Arc<str>>,
    /// How many.
    pub count: u64,
    /// Who has made those that an apply does not make.
    pub others: Others,
    /// Whether nobody can be asked there yet.
    pub is_unborn: bool,
}

/// What is known of what an apply finds there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Others {
    /// So many are there, whoever made them.
    Counted(u64),
    /// Nobody can have made any, but so many AWS makes itself.
    Fresh(u64),
    /// What others have made was not seen, and is not counted.
    Unseen,
    /// There is nobody else's: whatever is not the landing zone's is taken back.
    None,
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
pub fn loads(
    quotas: &'static [Quota],
    plan: &Plan,
    graph: &Graph,
    there: &BTreeMap<NodeId, u64>,
) -> Vec<Load> {
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
        let found = Known { step: steps[id.index()], there: there.get(&id).copied() };
        for at in concerned.get(node.address.kind).into_iter().flatten() {
            counts[*at].node((graph, &outputs), node, found);
        }
    }
    for step in plan.steps.iter().filter(|step| step.node.is_none()) {
        for at in concerned.get(step.kind).into_iter().flatten() {
            counts[*at].stray(step);
        }
    }
    counts.iter().flat_map(Counts::near).collect()
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

/// What is known of a node.
#[derive(Clone, Copy, Default)]
struct Known<'p> {
    /// What is to be done about it.
    step: Option<&'p Step>,
    /// How many there are already where it is to be made.
    there: Option<u64>,
}

#[derive(Default)]
struct Count {
    /// All that the landing zone has or wants.
    many: u64,
    /// Those of them that an apply makes.
    made: u64,
    /// How many there are before that, whoever made them.
    there: Option<u64>,
    grows: bool,
    is_unborn: bool,
}

impl Counts {
    /// Counts a node of a kind that is counted.
    fn node(&mut self, (graph, outputs): (&Graph, &Outputs), node: &Node, found: Known<'_>) {
        let counts_as = node.kind.counts_as(&node.spec);
        if !self.quota.only.is_empty() && self.quota.only != counts_as.what {
            return;
        }
        match self.quota.of {
            Counted::Kind(_, per) => {
                let of = counts_as.of.map(Into::into);
                self.add((within(per, &node.address.place), of), 1, found);
            }
            Counted::Below(_, path) => {
                for above in above(graph, node, path) {
                    self.add((above.address.place.clone(), Some(Arc::clone(&above.label))), 1, found);
                }
            }
            Counted::Elements(_, elements) => {
                // Documents are made of what changes alone.
                if found.step.is_none() {
                    return;
                }
                let most = most((graph, outputs), node, elements);
                self.add((node.address.place.clone(), Some(Arc::clone(&node.label))), most, found);
            }
        }
    }

    /// What leaves is there until what replaces it is.
    fn stray(&mut self, step: &Step) {
        if let Counted::Kind(_, per) = self.quota.of {
            self.add((within(per, &step.place), None), 1, Known::default());
        }
    }

    fn add(&mut self, key: (Place, Option<Arc<str>>), many: u64, Known { step, there }: Known<'_>) {
        let is_made = step.is_some_and(|step| step.action == Action::Create);
        let is_changed = step.is_some_and(|step| matches!(step.action, Action::Update | Action::Adopt));
        let grows = is_made || (is_changed && self.has_elements());
        let count = self.by.entry(key).or_default();
        count.many += many;
        count.made += if is_made { many } else { 0 };
        count.there = count.there.max(there);
        count.grows |= grows;
        count.is_unborn |= step.is_some_and(|step| step.after.is_some());
    }

    fn has_elements(&self) -> bool {
        matches!(self.quota.of, Counted::Elements(..))
    }

    /// How many there will be, and what is known of those that an apply does not make. What one kind has counted says
    /// nothing of several that count together.
    fn sum(&self, Count { many, made, there, grows: _, is_unborn }: &Count) -> (u64, Others) {
        let besides = self.quota.besides;
        if self.has_elements() {
            return (many + besides, Others::None);
        }
        match there.filter(|_| self.quota.of.kinds().len() == 1) {
            Some(there) => (there + made, Others::Counted(there)),
            None if *is_unborn => (many + besides, Others::Fresh(besides)),
            None => (many + besides, Others::Unseen),
        }
    }

    fn near(&self) -> impl Iterator<Item = Load> {
        let quota = self.quota;
        self.by.iter().filter(|(_, count)| count.grows).filter_map(move |((place, of), found)| {
            let (count, others) = self.sum(found);
            let (place, of, is_unborn) = (place.clone(), of.clone(), found.is_unborn);
            is_near(count, quota.default).then_some(Load { quota, place, of, count, others, is_unborn })
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
