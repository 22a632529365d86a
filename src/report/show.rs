//! One resource: what is wanted and what AWS has, side by side where there is room, else one under the other.

use super::{
    page::{Line, Page, cut, width},
    plan::{Shown, View, origin},
    style::Label,
    trouble::in_short,
    words::plural,
};
use crate::engine::{
    doc::Field,
    graph::{Graph, Node, NodeId},
    kind::{ADDRESS_TAG, ORGANIZATION_TAG},
    plan::{Action, Step},
    sides::{Pair, Sides},
    snapshot::{Claim, Entry},
};

/// A resource that somebody asked about.
pub struct Show<'s> {
    /// The graph it is in.
    pub graph: &'s Graph,
    /// Which one.
    pub id: NodeId,
    /// Its fields.
    pub sides: Sides,
    /// Who was asked, and what came of it.
    pub asked: Asked<'s>,
}

/// Who was asked about a resource.
pub enum Asked<'s> {
    /// Nobody.
    Nothing,
    /// AWS.
    Aws {
        /// What was read.
        entry: &'s Entry,
        /// What a plan would do about it; nothing if it is as it should be.
        step: Option<&'s Step>,
    },
}

/// Narrower than this, the sides stand one under the other.
const BESIDE: usize = 100;
/// So many of what depends on it are told before the rest is only counted.
const TOLD: usize = 12;
/// What stands where a side has nothing.
const NOTHING: &str = "—";

impl Show<'_> {
    pub(super) fn node(&self) -> &Node {
        self.graph.node(self.id)
    }

    /// What AWS calls it, if it has it.
    pub(super) fn called(&self) -> Option<&str> {
        match &self.asked {
            Asked::Aws { entry: Entry::Found(found), .. } => Some(&found.label),
            _ => None,
        }
    }

    /// How it stands: a word for machines, and a sentence without its full stop.
    pub(super) fn standing(&self) -> (&'static str, String) {
        let Asked::Aws { entry, step } = &self.asked else {
            return ("unasked", "AWS was not asked".to_owned());
        };
        match (entry, step.map(|step| &step.action)) {
            (Entry::Unreadable(error), _) => ("unreadable", format!("it can't be read: {}", in_short(error))),
            (_, Some(Action::Undetermined(of))) => ("undetermined", format!("not known: {of} can't be read")),
            (_, Some(Action::Blocked(obstacle))) => ("blocked", format!("blocked: {}", obstacle.why)),
            (_, Some(Action::Wait(why))) => ("pending", format!("AWS is still at it: {why}")),
            (Entry::Unborn(gate), _) => {
                ("missing", format!("not there yet; it comes after {}", self.graph.node(*gate).label))
            }
            (Entry::Absent, _) => ("missing", "AWS does not have it; an apply makes it".to_owned()),
            (Entry::Found(found), _) if found.claim == Claim::Nobodys => {
                ("foreign", "it exists without our tags; `--adopt` takes it over".to_owned())
            }
            (_, None) => ("fine", "as it should be".to_owned()),
            (_, Some(_)) => {
                let differing = self.sides.fields.iter().filter(|pair| pair.differs()).count();
                ("differs", format!("differs in {}; an apply changes it", plural(differing, "field")))
            }
        }
    }

    /// What to do about it, where somebody has to.
    pub(super) fn way_out(&self) -> Option<&str> {
        match &self.asked {
            Asked::Aws { step: Some(Step { action: Action::Blocked(obstacle), .. }), .. } => {
                Some(&obstacle.way_out)
            }
            Asked::Aws { entry: Entry::Unreadable(error), .. } => error.hint.as_deref(),
            _ => None,
        }
    }

    /// What it depends on, and what depends on it, without what lies between.
    pub(super) fn relations(&self) -> [Vec<&str>; 2] {
        let label = |id: NodeId| &*self.graph.node(id).label;
        let needs = self.node().needs.iter().copied().map(label).collect();
        [needs, self.graph.dependents(self.id).map(label).collect()]
    }
}

/// The whole, for paper of this width; where lines may have any length, a value is one line.
pub(super) fn page(show: &Show<'_>, paper: Option<usize>, view: View) -> Page {
    let mut page = head(show);
    page.gap();
    let fields: Vec<_> = show.sides.fields.iter().filter(|pair| view.verbose || !is_own_tag(pair)).collect();
    match paper.filter(|columns| show.sides.is_live && *columns >= BESIDE) {
        Some(columns) => page.append(beside(show, &fields, columns)),
        None => page.append(below(show, &fields, paper)),
    }
    if !show.sides.others.is_empty() {
        page.gap();
        let others: Vec<_> =
            show.sides.others.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        page.push(fact("not ours", 11, &format!("tags that are left alone: {}", others.join(", "))));
    }
    let [needs, needed] = show.relations();
    relations(&mut page, "it needs", &needs, view);
    relations(&mut page, "it is needed by", &needed, view);
    page
}

/// Our own two tags say nothing that is not said already, as long as they are right.
fn is_own_tag(pair: &Pair) -> bool {
    let own = [ADDRESS_TAG, ORGANIZATION_TAG].map(|key| format!("tags[{key}]"));
    own.contains(&pair.path) && (!pair.differs() || pair.live.is_none() && pair.wanted.is_some())
}

fn fact(word: &str, column: usize, text: &str) -> Line {
    let pad = " ".repeat(column.saturating_sub(width(word)));
    Line::at(2).say(Label::Aside, word).plain(pad).plain(text).hang(column + 2)
}

fn head(show: &Show<'_>) -> Page {
    let (node, mut page) = (show.node(), Page::default());
    page.push(Line::at(0).say(Label::Heading, &node.label));
    page.push(fact("stated at", 11, &origin(&node.origin, View { verbose: true })));
    if let Some(called) = show.called() {
        page.push(fact("in AWS", 11, called));
    }
    let (word, sentence) = show.standing();
    let label = match word {
        "fine" => Label::Success,
        "missing" => Label::Added,
        "differs" | "pending" => Label::Changed,
        "foreign" => Label::Adopted,
        "blocked" => Label::Blocked,
        "unreadable" | "undetermined" => Label::Unknown,
        _ => Label::Plain,
    };
    let pad = " ".repeat(11 - "stands".len());
    page.push(Line::at(2).say(Label::Aside, "stands").plain(pad).say(label, sentence).hang(13));
    if let Some(way_out) = show.way_out() {
        page.push(Line::at(13).say(Label::Hint, "to do:").plain(" ").plain(way_out).hang(15));
    }
    page
}

/// How the sides of a field stand to each other: a sign, and what it means.
fn sign(pair: &Pair) -> (Label, &'static str) {
    let is_open = pair.wanted.as_ref().is_some_and(|field| !field.is_known());
    match (&pair.wanted, &pair.live) {
        _ if !pair.differs() => (Label::Plain, " "),
        _ if is_open => (Label::Unknown, "?"),
        (Some(_), Some(_)) => (Label::Changed, "~"),
        (Some(_), None) => (Label::Added, "+"),
        (None, _) => (Label::Removed, "-"),
    }
}

fn text(show: &Show<'_>, side: Option<&Field>) -> String {
    let account = show.node().address.place.account.as_str();
    side.map_or_else(|| NOTHING.to_owned(), |field| Shown::of(field, account).text())
}

/// The line that states a field, where that is one of its own.
fn stated(show: &Show<'_>, pair: &Pair) -> Option<String> {
    show.node().stated(&pair.path).map(|stated| origin(&stated, View::default()))
}

/// A row for each field and a column for each side, no wider than it has to be; the line that states a field stands below
/// its path.
fn beside(show: &Show<'_>, fields: &[&Pair], columns: usize) -> Page {
    let told: Vec<_> = fields.iter().map(|pair| Told::of(show, pair)).collect();
    let most = |width_of: &dyn Fn(&Told) -> usize, least: usize| {
        told.iter().map(width_of).max().unwrap_or(least).max(least)
    };
    let path = most(&|told| width(&told.path).max(told.line.as_ref().map_or(0, |line| width(line) + 2)), 5);
    let path = path.min(columns * 3 / 10);
    let half = columns.saturating_sub(8 + path) / 2;
    let wanted = most(&|told| width(&told.wanted), 6).min(half);
    let rest = columns.saturating_sub(8 + path + wanted);
    let rooms = [path, wanted, rest];
    let mut page = Page::default();
    let head = ["field", "wanted", "in AWS"].map(|word| vec![(Label::Aside, word.to_owned())]);
    page.append(row((Label::Plain, " "), &head, rooms));
    for (pair, told) in fields.iter().zip(&told) {
        let [mine, theirs] = if pair.differs() { [Label::Added, Label::Removed] } else { [Label::Plain; 2] };
        let pieces = |label: Label, text: &str, room: usize| {
            wrapped(text, room).into_iter().map(|piece| (label, piece)).collect::<Vec<_>>()
        };
        let mut name = pieces(Label::Plain, &told.path, path);
        let line = told.line.iter().flat_map(|line| pieces(Label::Aside, line, path.saturating_sub(2)));
        name.extend(line.map(|(label, piece)| (label, format!("  {piece}"))));
        let sides = [name, pieces(mine, &told.wanted, wanted), pieces(theirs, &told.live, rest)];
        page.append(row(sign(pair), &sides, rooms));
    }
    page
}

/// A field as text.
struct Told {
    path: String,
    wanted: String,
    live: String,
    line: Option<String>,
}

impl Told {
    fn of(show: &Show<'_>, pair: &Pair) -> Self {
        let [wanted, live] = [&pair.wanted, &pair.live].map(|side| text(show, side.as_ref()));
        Self { path: pair.path.clone(), wanted, live, line: stated(show, pair) }
    }
}

/// Cells beside each other, each in pieces of a line.
fn row((mark, sign): (Label, &str), cells: &[Vec<(Label, String)>; 3], rooms: [usize; 3]) -> Page {
    let mut page = Page::default();
    for at in 0..cells.iter().map(Vec::len).max().unwrap_or_default() {
        let mut line = Line::at(2).say(mark, if at == 0 { sign } else { " " }).plain(" ");
        for (cell, room) in cells.iter().zip(rooms) {
            let (label, piece) = cell.get(at).cloned().unwrap_or_default();
            let pad = (room + 2).saturating_sub(width(&piece));
            line = line.say(label, piece).plain(" ".repeat(pad));
        }
        page.push(line);
    }
    page
}

/// A text in pieces that fit, broken between words where that can be, else behind a sign.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for mut word in text.split(' ') {
        let last = pieces.len() - 1;
        if !pieces[last].is_empty() {
            if width(&pieces[last]) + 1 + width(word) <= room {
                pieces[last].push(' ');
                pieces[last].push_str(word);
                continue;
            }
            pieces.push(String::new());
        }
        while width(word) > room {
            let (fits, rest) = broken(word, room);
            let last = pieces.len() - 1;
            pieces[last].push_str(fits);
            pieces.push(String::new());
            word = rest;
        }
        let last = pieces.len() - 1;
        pieces[last].push_str(word);
    }
    pieces
}

/// As much of a word as fits, and its rest; at least a character.
fn broken(word: &str, room: usize) -> (&str, &str) {
    let fits = cut(word, room);
    let one = word.chars().next().map_or(0, char::len_utf8);
    let sign = fits.rfind(['/', ':', ',', '.', '-', '_']).map(|at| at + 1);
    word.split_at(sign.filter(|at| *at > fits.len() / 2).unwrap_or(fits.len()).max(one))
}

/// A paragraph for each field that differs, a line for each other one.
fn below(show: &Show<'_>, fields: &[&Pair], paper: Option<usize>) -> Page {
    let mut page = Page::default();
    let room = |indent: usize| paper.map_or(usize::MAX, |columns| columns.saturating_sub(indent));
    for pair in fields {
        let Told { path, wanted, live: found, line } = Told::of(show, pair);
        if !show.sides.is_live || !pair.differs() {
            let told = Line::at(4).say(Label::Aside, &path).plain(":");
            if width(&path) + 2 + width(&wanted) <= room(4) {
                page.push(told.plain(" ").plain(wanted).tail(line));
                continue;
            }
            page.push(told);
            let pieces = wrapped(&wanted, room(6));
            for (at, piece) in pieces.iter().enumerate() {
                let is_last = at + 1 == pieces.len();
                page.push(Line::at(6).plain(piece).tail(line.clone().filter(|_| is_last)));
            }
            continue;
        }
        let (mark, sign) = sign(pair);
        page.push(Line::at(2).say(mark, sign).plain(" ").say(Label::Aside, &path).tail(line).hang(6));
        for (word, label, side) in [("wanted  ", Label::Added, wanted), ("in AWS  ", Label::Removed, found)] {
            for (at, piece) in wrapped(&side, room(14)).iter().enumerate() {
                let word = if at == 0 { word } else { "        " };
                page.push(Line::at(6).say(Label::Aside, word).say(label, piece));
            }
        }
    }
    page.align(0);
    page
}

fn relations(page: &mut Page, title: &str, addresses: &[&str], view: View) {
    if addresses.is_empty() {
        return;
    }
    page.gap();
    page.push(Line::at(2).say(Label::Aside, title));
    let told = if view.verbose { addresses.len() } else { TOLD };
    for address in addresses.iter().take(told) {
        page.push(Line::at(4).plain(address));
    }
    if let Some(more) = addresses.len().checked_sub(told).filter(|more| *more > 0) {
        page.push(Line::at(4).say(Label::Aside, format!("and {more} more, which `-v` names")));
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{
        engine::plan::{Options, plan},
        report::{
            page::Paper,
            samples::{Attachment, Has, Policy, Role, Zone, doc},
        },
    };

    /// What is told of one node of a landing zone.
    fn told(zone: Zone, address: &str, paper: Option<usize>) -> String {
        let (graph, snapshot) = zone.snapshot();
        let graph = std::sync::Arc::new(graph);
        let id = graph.at_address(address).expect("it is there");
        let plan = plan(&graph, &snapshot, &Options::default());
        let step = plan.steps.iter().find(|step| step.node == Some(id));
        let asked = Asked::Aws { entry: &snapshot.entries[id.index()], step };
        let show = Show { graph: &graph, id, sides: Sides::of(&graph, &snapshot, id), asked };
        page(&show, paper, View::default()).print(Paper { width: paper, color: false })
    }

    fn zone() -> Zone {
        let mut zone = Zone::new();
        let prod = zone.account("prod", doc([("unit", json!("ou-prod"))]), Has::Same);
        let wants = doc([
            ("max_session", json!(3600)),
            ("path", json!("/")),
            (
                "managed_policies",
                json!([
                    "arn:aws:iam::aws:policy/ReadOnlyAccess",
                    "arn:aws:iam::aws:policy/job-function/SupportUser"
                ]),
            ),
            ("trust[Pipeline].principal", json!({"AWS": "arn:aws:iam::123456789012:root"})),
        ]);
        let has = doc([
            ("max_session", json!(7200)),
            ("path", json!("/")),
            ("managed_policies", json!(["arn:aws:iam::aws:policy/AdministratorAccess"])),
            ("description", json!("made by hand")),
            ("trust[Pipeline].principal", json!({"AWS": "arn:aws:iam::123456789012:root"})),
        ]);
        let fields = [("max_session", "baselines/workload.toml:9")];
        zone.add_with::<Role>(prod, "deployer", "baselines/workload.toml:3", wants, Has::This(has), &fields);
        zone
    }

    const DEPLOYER: &str = "prod/global/iam/role/deployer";

    #[test]
    fn sides_stand_beside_each_other() {
        assert_snapshot!(told(zone(), DEPLOYER, Some(120)));
    }

    #[test]
    fn on_narrow_paper_one_stands_under_the_other() {
        assert_snapshot!(told(zone(), DEPLOYER, Some(60)));
    }

    #[test]
    fn where_lines_may_have_any_length_a_value_is_one_line() {
        assert!(told(zone(), DEPLOYER, None).contains(
            "      wanted  arn:aws:iam::aws:policy/ReadOnlyAccess, arn:aws:iam::aws:policy/job-function/SupportUser\n"
        ));
    }

    #[test]
    fn what_aws_has_not_is_shown_as_it_is_wanted() {
        let mut zone = Zone::new();
        let management = zone.management();
        zone.add::<Policy>(
            management,
            "stay",
            "policies/scp/stay.json:1",
            doc([("type", json!("scp"))]),
            Has::Nothing,
        );
        assert_snapshot!(told(zone, "management/global/organizations/policy/stay", Some(120)));
    }

    #[test]
    fn every_standing_has_its_words() {
        let mut zone = Zone::new();
        let management = zone.management();
        let account = zone.account("prod", doc([]), Has::Nothing);
        let line = "organization.toml:1";
        zone.add::<Policy>(management, "adopted", line, doc([]), Has::Untagged(doc([])));
        zone.add::<Attachment>(management, "pending", line, doc([]), Has::Pending("IN_PROGRESS"));
        zone.add::<Policy>(management, "unreadable", line, doc([]), Has::Unreadable);
        zone.add::<Policy>(management, "fine", line, doc([]), Has::Same);
        zone.add::<Role>(account, "unborn", line, doc([]), Has::Unborn("prod"));
        let (graph, snapshot) = zone.snapshot();
        let graph = std::sync::Arc::new(graph);
        let plan = plan(&graph, &snapshot, &Options::default());
        let standing = |(id, node): (NodeId, &Node)| {
            let step = plan.steps.iter().find(|step| step.node == Some(id));
            let asked = Asked::Aws { entry: &snapshot.entries[id.index()], step };
            let show = Show { graph: &graph, id, sides: Sides::of(&graph, &snapshot, id), asked };
            let (word, sentence) = show.standing();
            format!("{}: {word}: {sentence}", node.address.name)
        };
        assert_snapshot!(graph.nodes().map(standing).collect::<Vec<_>>().join("\n"));
        assert_eq!(
            graph.at_address("management/global/organizations/account/prod").map(NodeId::index),
            Some(0)
        );
    }

    proptest! {
        #[test]
        fn nothing_sticks_out(columns in 60usize..=200) {
            for line in told(zone(), DEPLOYER, Some(columns)).lines() {
                prop_assert!(width(line) <= columns, "{line}");
            }
        }

        #[test]
        fn wrapping_loses_nothing(text in "[a-z役 ]{0,60}", room in 2usize..40) {
            let pieces = wrapped(&text, room);
            prop_assert_eq!(pieces.concat().replace(' ', ""), text.replace(' ', ""));
            prop_assert!(pieces.iter().all(|piece| width(piece) <= room));
        }
    }
}
