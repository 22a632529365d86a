//! What an apply will take: calls and time. Pure, without a clock: how fast calls are answered comes in as data.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use super::{
    erased::AnyKind,
    event::Verb,
    graph::{Graph, NodeId, Place},
    kind::{Calls, Timing},
    pace::Pace,
    plan::{Plan, Step},
};

/// How fast a service takes calls, in one Region of one account.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Calls that read, a second.
    pub reads: u16,
    /// Calls that change something, a second.
    pub changes: u16,
    /// So many that change something are taken at once, after a pause.
    pub burst: u16,
}

/// How fast calls are answered.
#[derive(Clone, Copy)]
pub struct Rates {
    /// By service, in the words with which kinds' names begin.
    pub of: fn(&str) -> Rate,
    /// From a call to its answer.
    pub latency: Duration,
    /// How many steps may be sending calls at the same time.
    pub parallel: usize,
    /// How many of a kind may be under way at the same time, where that is limited.
    pub at_once: &'static [(&'static str, usize)],
}

/// What an apply will take. Calls that read what a plan reads are known; all else is estimated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Calls to read what the plan is made of.
    pub reads: u64,
    /// Calls that change something.
    pub changes: u64,
    /// Calls to see how far AWS is.
    pub looks: u64,
    /// From the first step to the last.
    pub time: Duration,
    /// The steps that take longest among those of which each waits for the one before, the longest first.
    pub longest: Vec<(Arc<str>, Duration)>,
}

impl Estimate {
    /// All calls.
    pub fn calls(&self) -> u64 {
        self.reads + self.changes + self.looks
    }
}

/// How many of the longest steps are named.
const NAMED: usize = 3;
/// What takes less is nobody's concern.
const LONG: u64 = 5_000;
/// What settles within moments shows in the first look.
const MOMENTS: u64 = 2_000;
/// Looks at a kind and place that are due so close together are one.
const SHARED: u64 = 250;

/// Milliseconds since the first step.
type Time = u64;

/// What an apply of this plan takes, where a plan takes so many calls; none if there is nothing to do.
pub fn estimate(
    plan: &Plan,
    graph: &Graph,
    registry: &[&'static dyn AnyKind],
    (adopt, reads): (bool, u64),
    rates: &Rates,
) -> Option<Estimate> {
    let is_taken = |step: &&Step| {
        step.action.verb().is_some() && step.held_by.is_none() && step.hindrance(adopt).is_none()
    };
    let steps: Vec<_> = plan.steps.iter().filter(is_taken).collect();
    if steps.is_empty() {
        return None;
    }
    let mut course = Course::new(rates);
    let walked = course.walk(graph, &steps);
    let removed = course.remove(registry, &steps, walked.end);
    let mut longest: Vec<_> = walked.chain.into_iter().chain(removed.chain).collect();
    longest.retain(|(_, time)| *time >= LONG);
    longest.sort_by_key(|(_, time)| Reverse(*time));
    longest.truncate(NAMED);
    let told = |(address, time)| (address, Duration::from_millis(time));
    Some(Estimate {
        reads,
        changes: course.changes,
        looks: course.looks,
        time: Duration::from_millis(removed.end),
        longest: longest.into_iter().map(told).collect(),
    })
}

/// A part of an apply: when it ends, and the steps that kept it from ending before, with the time that each takes.
struct Leg {
    end: Time,
    chain: Vec<(Arc<str>, Time)>,
}

type Lane<'a> = (&'a Place, &'static str);
type Free = BinaryHeap<Reverse<Time>>;

/// An apply as it will go, as far as can be told.
struct Course<'a> {
    rates: &'a Rates,
    pace: Pace,
    /// When each lane will have taken all calls so far at its rate.
    lanes: HashMap<Lane<'a>, Time>,
    /// When each slot of those that send calls is free.
    slots: Free,
    /// When another of a kind may be under way.
    under_way: HashMap<&'static str, Free>,
    /// Until when somebody looks at a kind anyway.
    watched: HashMap<Lane<'a>, Time>,
    shared: HashSet<(Lane<'a>, Time)>,
    changes: u64,
    looks: u64,
}

impl<'a> Course<'a> {
    fn new(rates: &'a Rates) -> Self {
        let slots = |count: usize| std::iter::repeat_n(Reverse(0), count.max(1)).collect();
        Self {
            rates,
            pace: Pace::default(),
            lanes: HashMap::new(),
            slots: slots(rates.parallel),
            under_way: rates.at_once.iter().map(|(kind, count)| (*kind, slots(*count))).collect(),
            watched: HashMap::new(),
            shared: HashSet::new(),
            changes: 0,
            looks: 0,
        }
    }

    /// The way through the graph: a step begins once all that it needs is done.
    fn walk(&mut self, graph: &Graph, steps: &[&'a Step]) -> Leg {
        let steps: HashMap<NodeId, &Step> =
            steps.iter().filter_map(|step| Some((step.node?, *step))).collect();
        let mut dependents = vec![Vec::new(); graph.len()];
        let mut missing: Vec<_> = graph.nodes().map(|(_, node)| node.needs.len()).collect();
        for (id, need) in graph.nodes().flat_map(|(id, node)| node.needs.iter().map(move |need| (id, *need)))
        {
            dependents[need.index()].push(id);
        }
        // When each node is there, how long its step takes, and what it waited for last.
        let mut there: Vec<(Time, Time, Option<NodeId>)> = vec![(0, 0, None); graph.len()];
        let mut ready: BinaryHeap<Reverse<(Time, NodeId)>> =
            graph.nodes().filter(|(_, node)| node.needs.is_empty()).map(|(id, _)| Reverse((0, id))).collect();
        while let Some(Reverse((time, id))) = ready.pop() {
            if let Some(step) = steps.get(&id) {
                let (begun, end) = self.take(step, graph.node(id).kind, time);
                (there[id.index()].0, there[id.index()].1) = (end, end - begun);
            } else {
                there[id.index()].0 = time;
            }
            for next in &dependents[id.index()] {
                missing[next.index()] -= 1;
                if missing[next.index()] == 0 {
                    let needs = graph.node(*next).needs.iter().copied();
                    let last = needs.max_by_key(|need| there[need.index()].0);
                    there[next.index()].2 = last;
                    ready.push(Reverse((last.map_or(0, |last| there[last.index()].0), *next)));
                }
            }
        }
        let last = steps.keys().copied().max_by_key(|id| (there[id.index()].0, Reverse(*id)));
        let chain = std::iter::successors(last, |id| there[id.index()].2);
        let chain = chain.filter_map(|id| Some((Arc::clone(&steps.get(&id)?.address), there[id.index()].1)));
        Leg { end: last.map_or(0, |last| there[last.index()].0), chain: chain.collect() }
    }

    /// What is taken back and deleted behind it: one kind after the other, those that depend on others first.
    fn remove(&mut self, registry: &[&'static dyn AnyKind], steps: &[&'a Step], from: Time) -> Leg {
        let rank = |step: &Step| registry.iter().position(|kind| kind.name() == step.kind);
        let mut waves: BTreeMap<_, Vec<&Step>> = BTreeMap::new();
        for step in steps.iter().filter(|step| step.node.is_none()) {
            let is_orphan = step.action.verb() == Some(Verb::Delete);
            waves.entry((is_orphan, Reverse(rank(step)))).or_default().push(step);
        }
        let mut leg = Leg { end: from, chain: Vec::new() };
        for ((_, Reverse(rank)), wave) in waves {
            let Some(kind) = rank.map(|rank| registry[rank]) else { continue };
            let taken = wave.into_iter().map(|step| (self.take(step, kind, leg.end), step));
            if let Some(((begun, end), step)) = taken.max_by_key(|((_, end), _)| *end) {
                leg.end = end;
                leg.chain.push((Arc::clone(&step.address), end - begun));
            }
        }
        leg
    }

    /// When a step that is ready then begins, and when it is done.
    fn take(&mut self, step: &'a Step, kind: &dyn AnyKind, ready: Time) -> (Time, Time) {
        let lane = (&step.place, kind.service());
        let calls = changes(step, kind);
        self.changes += calls;
        let turn = self.under_way.get_mut(kind.name()).and_then(BinaryHeap::pop);
        let slot = self.slots.pop();
        let free = [turn, slot].into_iter().flatten().map(|Reverse(free)| free).max();
        let begun = self.send(lane, calls, ready.max(free.unwrap_or_default()));
        let sent = begun + millis(self.rates.latency) * calls;
        self.slots.push(Reverse(sent));
        let end = sent + settles(step, kind);
        if let (Some(_), Some(free)) = (turn, self.under_way.get_mut(kind.name())) {
            free.push(Reverse(end));
        }
        let watched = (&step.place, kind.name());
        if step.after.is_some() && self.shared.insert((watched, begun / SHARED)) {
            // What AWS has put into a place that was made a moment ago.
            self.looks += 1;
        }
        self.watch(watched, sent, end);
        (begun, end)
    }

    /// When so many calls go out that could do so then, as fast as the lane takes them and a look at what they do.
    fn send(&mut self, lane: Lane<'a>, calls: u64, ready: Time) -> Time {
        let Rate { reads, changes, burst } = (self.rates.of)(lane.1);
        let millis = |calls: u64, rate: u16| calls * 1000 / Time::from(rate.max(1));
        let taken = self.lanes.entry(lane).or_default();
        let begun = ready.max(taken.saturating_sub(millis(burst.into(), changes)));
        *taken = begun.max(*taken) + millis(calls, changes) + millis(1, reads);
        begun
    }

    /// Counts looks at a kind from one time to another; who looks at the same shares them.
    fn watch(&mut self, lane: Lane<'a>, from: Time, to: Time) {
        self.looks += u64::from(self.shared.insert((lane, from / SHARED)));
        let until = self.watched.entry(lane).or_default();
        let looks = |time: Time| self.pace.looks(Duration::from_millis(time));
        if to.saturating_sub(from) > MOMENTS && to > *until {
            self.looks +=
                if *until > from { looks(to - from) - looks(*until - from) } else { looks(to - from) };
        }
        *until = to.max(*until);
    }
}

/// How long AWS takes to show what a step has sent.
fn settles(step: &Step, kind: &dyn AnyKind) -> Time {
    let of_fields = |step: &Step| step.changes.list().iter().any(|change| change.root() != "tags");
    millis(match step.action.verb() {
        // What takes minutes is to open an account, not to move it.
        Some(Verb::Update | Verb::Adopt) if kind.is_account() || !of_fields(step) => Timing::INSTANT.typical,
        _ => kind.timing().typical,
    })
}

fn millis(time: Duration) -> Time {
    Time::try_from(time.as_millis()).unwrap_or(Time::MAX)
}

/// How many calls a step takes that change something.
fn changes(step: &Step, kind: &dyn AnyKind) -> u64 {
    let Calls { create, each } = kind.calls();
    let changes = step.changes.list();
    let alone = |path: &str| each.iter().find_map(|field| alone(field, path).map(ToOwned::to_owned));
    let parts: HashSet<_> = changes.iter().filter_map(|change| alone(&change.path)).collect();
    match step.action.verb() {
        Some(Verb::Create) => create + count(parts.len()),
        Some(Verb::Update | Verb::Adopt) => {
            let (mut tags, mut fields) = (false, false);
            for change in &*changes {
                match change.root() {
                    "tags" => tags = true,
                    _ => fields |= alone(&change.path).is_none(),
                }
            }
            let parts = parts.iter().filter(|part| *part != "tags").count();
            count(parts) + u64::from(tags) + u64::from(fields)
        }
        Some(Verb::Remove | Verb::Delete) => 1,
        Some(Verb::Wait) | None => 0,
    }
}

fn count(many: usize) -> u64 {
    many.try_into().unwrap_or(u64::MAX)
}

/// The part of a path that takes a call of its own: `entries[]` one for each element, `logging` one for all of it.
fn alone<'p>(field: &str, path: &'p str) -> Option<&'p str> {
    let (root, each) = match field.strip_suffix("[]") {
        Some(root) => (root, true),
        None => (field, false),
    };
    let rest = path.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))?;
    let length = if each { rest.find(']').map_or(0, |end| end + 1) } else { 0 };
    Some(&path[..root.len() + length])
}
