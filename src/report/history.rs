//! What runs did.

use super::{
    page::{Line, Page, cut, width},
    plan::View,
    style::Label,
    words::{number, plural, took},
};
use crate::{
    engine::event::Verb,
    journal::{Begun, Failure, Fate, Outcome, Record, State, Step},
    names::Moment,
};

/// What is done, and how it is told.
const VERBS: [(Verb, &str); 6] = [
    (Verb::Create, "created"),
    (Verb::Update, "changed"),
    (Verb::Adopt, "adopted"),
    (Verb::Remove, "removed"),
    (Verb::Delete, "deleted"),
    (Verb::Wait, "waited for"),
];

/// How a run ended, in a word.
pub(super) const fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Running => "running",
        Fate::Ended(Outcome::Done) => "done",
        Fate::Ended(Outcome::Failed) => "failed",
        Fate::Ended(Outcome::Incomplete) => "incomplete",
        Fate::Ended(Outcome::Interrupted) => "interrupted",
        Fate::Ended(Outcome::Lost) => "lost its lease",
        Fate::Died => "died",
    }
}

const fn label(fate: Fate) -> Label {
    match fate {
        Fate::Running => Label::Pending,
        Fate::Ended(Outcome::Done) => Label::Success,
        Fate::Ended(Outcome::Failed) | Fate::Died => Label::Error,
        Fate::Ended(Outcome::Incomplete | Outcome::Interrupted | Outcome::Lost) => Label::Warning,
    }
}

/// Runs as a table, the newest first; `all` is how many there are.
pub(super) fn page(records: &[Record], all: usize) -> Page {
    let mut page = Page::default();
    let rows: Vec<_> = records.iter().map(|record| (record, cells(record))).collect();
    let titles = ["run", "took", "outcome", "who", "what"].map(str::to_owned);
    let widest = |column: usize| {
        let cells = rows.iter().map(|(_, cells)| width(&cells[column]));
        cells.max().unwrap_or_default().max(width(&titles[column])).min(WIDEST)
    };
    let columns: [usize; 4] = std::array::from_fn(widest);
    page.push(row(&titles, &columns, |_| Label::Heading));
    for (record, cells) in &rows {
        page.push(row(
            cells,
            &columns,
            |column| if column == 2 { label(record.fate()) } else { Label::Plain },
        ));
    }
    if all > records.len() {
        let more =
            format!("and {} before these: `--last {all}` lists all", plural(all - records.len(), "run"));
        page.push(Line::at(0).say(Label::Aside, more));
    }
    page
}

/// Wider than this no column gets; what is cut stands in the run's own page.
const WIDEST: usize = 28;

fn row(cells: &[String; 5], columns: &[usize; 4], label: impl Fn(usize) -> Label) -> Line {
    let mut line = Line::at(0);
    for (at, cell) in cells.iter().enumerate() {
        let Some(column) = columns.get(at) else {
            line = line.say(label(at), cell);
            break;
        };
        let text = if width(cell) > *column { format!("{}…", cut(cell, column - 1)) } else { cell.clone() };
        let pad = " ".repeat(column - width(&text) + 2);
        line = line.say(label(at), text).plain(pad);
    }
    line.cut()
}

fn cells(record: &Record) -> [String; 5] {
    [
        record.run.clone(),
        record.took().map(took).unwrap_or_default(),
        fate(record.fate()).to_owned(),
        record.begun.as_ref().map(who).unwrap_or_default(),
        did(record),
    ]
}

/// `jane on laptop`
fn who(begun: &Begun) -> String {
    match (&begun.user, &begun.host) {
        (Some(user), Some(host)) => format!("{user} on {host}"),
        (Some(name), None) | (None, Some(name)) => name.clone(),
        (None, None) => begun.arn.clone(),
    }
}

/// `40 created, 3 changed, 1 failed`
fn did(record: &Record) -> String {
    let done = VERBS.iter().map(|(verb, done)| (record.done(verb.as_str()), *done));
    let left = record.steps.iter().filter(|step| step.state == State::Begun).count();
    let more = [
        (record.failed(), "failed"),
        (record.skipped.len(), "skipped"),
        (left, "under way"),
        (
            record.ended.as_ref().and_then(|ended| usize::try_from(ended.not_started).ok()).unwrap_or(0),
            "not started",
        ),
    ];
    let told = done.chain(more).filter(|(count, _)| *count > 0);
    let parts: Vec<_> = told.map(|(count, what)| format!("{} {what}", number(count))).collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") }
}

/// One run: who and when, then step by step.
pub(super) fn detail(record: &Record, view: View) -> Page {
    let mut page = Page::default();
    let time = record.took().map(|time| format!(" in {}", took(time))).unwrap_or_default();
    let how = format!("{}{time}", fate(record.fate()));
    let title = Line::at(0).say(Label::Heading, format!("Run {}", record.run)).plain(": ");
    page.push(title.say(label(record.fate()), how).plain(format!("; {}", did(record))));
    if let Some(begun) = &record.begun {
        facts(&mut page, record, begun);
    }
    if !record.steps.is_empty() || !record.skipped.is_empty() {
        page.gap();
    }
    for step in &record.steps {
        tell(&mut page, step, view);
    }
    for (address, because) in &record.skipped {
        let line = Line::at(0).say(Label::Aside, "/").plain(" ").plain(address);
        page.push(line.say(Label::Aside, format!("  skipped because of {because}")).hang(4));
    }
    page
}

fn facts(page: &mut Page, record: &Record, begun: &Begun) {
    let Begun { schema: _, at, run: _, organization, version, arn, user: _, host: _, command, steps } = begun;
    let mut fact = |label: &str, text: &str| {
        page.push(Line::at(2).say(Label::Aside, format!("{label:14}")).plain(text).hang(16));
    };
    fact("landing zone", organization);
    fact("caller", arn);
    let by = who(begun);
    if by != *arn {
        fact("by", &by);
    }
    fact("began", &at.parse().map_or_else(|_| at.clone(), Moment::clock));
    fact("command", &format!("landfall {}", command.join(" ")));
    fact("version", version);
    fact("planned", &plural(usize::try_from(*steps).unwrap_or(usize::MAX), "step"));
    if let Some(ended) = &record.ended {
        fact("calls", &number(usize::try_from(ended.calls).unwrap_or(usize::MAX)));
    }
}

fn tell(page: &mut Page, step: &Step, view: View) {
    let Step { address, verb, fields, state, took: time, calls, .. } = step;
    let verb = Verb::of(verb);
    let (mark, sign) = verb.map_or((Label::Unknown, "?"), super::progress::sign);
    let (mark, sign) = if matches!(state, State::Failed(_)) { (Label::Error, "x") } else { (mark, sign) };
    let mut line = Line::at(0).say(mark, sign).plain(" ").plain(address).hang(4);
    let time = time.map(|time| format!("  {}", took(time))).unwrap_or_default();
    line = match state {
        State::Done => line.say(Label::Aside, time),
        State::Failed(_) => line.say(Label::Error, "  failed").say(Label::Aside, time),
        State::Begun => line.say(Label::Pending, "  not known to be done"),
    };
    page.push(line);
    // Everything there is about what was made: that is what it was made of.
    if view.verbose || verb != Some(Verb::Create) {
        for field in fields {
            page.push(Line::at(4).plain(field));
        }
    }
    if let State::Failed(failure) = state {
        fail(page, failure);
    }
    for call in calls {
        let answer = if call.status == 0 { "no answer".to_owned() } else { call.status.to_string() };
        let what = format!("{}:{}  {} {}  {answer}", call.service, call.operation, call.account, call.region);
        let line = Line::at(4).say(Label::Aside, what);
        let request = call.request.as_ref().map(|id| format!("  {id}")).unwrap_or_default();
        page.push(line.say(Label::Aside, request).hang(8));
    }
}

fn fail(page: &mut Page, failure: &Failure) {
    let Failure { phrases, facts: _, hint } = failure;
    page.push(Line::at(4).say(Label::Error, "error:").plain(" ").plain(phrases.join(": ")).hang(11));
    if let Some(hint) = hint {
        page.push(Line::at(4).say(Label::Hint, "hint:").plain(" ").plain(hint).hang(10));
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::page::Paper;

    /// A journal as it may lie somewhere.
    const JOURNAL: &str = r#"{"event":"begun","schema":"landfall/journal@1","at":"2026-11-29T10:41:42.123Z","run":"20261129-104142-7f3a","organization":"acme","version":"0.1.0","arn":"arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jane@acme.example","user":"jane","host":"laptop","command":["apply","--yes"],"steps":5}
{"event":"started","at":"2026-11-29T10:41:43Z","sequence":1,"address":"management/global/organizations/account/prod","verb":"create","fields":["email","name"]}
{"event":"called","at":"2026-11-29T10:41:44Z","sequence":2,"address":"management/global/organizations/account/prod","call":{"service":"Organizations","operation":"CreateAccount","account":"management","region":"ap-southeast-2","status":200,"request":"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}}
{"event":"done","at":"2026-11-29T10:42:17Z","sequence":3,"address":"management/global/organizations/account/prod"}
{"event":"started","at":"2026-11-29T10:42:17Z","sequence":4,"address":"dev/global/iam/role/deployer","verb":"update","fields":["session","tags[owner]"]}
{"event":"done","at":"2026-11-29T10:42:18Z","sequence":5,"address":"dev/global/iam/role/deployer"}
{"event":"started","at":"2026-11-29T10:42:17Z","sequence":6,"address":"prod/global/iam/role/deployer","verb":"create","fields":["name"]}
{"event":"called","at":"2026-11-29T10:42:18Z","sequence":7,"address":"prod/global/iam/role/deployer","call":{"service":"IAM","operation":"CreateRole","account":"prod","region":"us-east-1","status":403,"request":null}}
{"event":"failed","at":"2026-11-29T10:42:18Z","sequence":8,"address":"prod/global/iam/role/deployer","error":{"phrases":["failed to call CreateRole","AccessDenied: not authorized"],"facts":[["account","prod"]],"hint":"check the role's policies"}}
{"event":"skipped","at":"2026-11-29T10:42:18Z","sequence":9,"address":"prod/global/iam/policy/deploy","because":"prod/global/iam/role/deployer"}
"#;
    const END: &str = "{\"event\":\"ended\",\"at\":\"2026-11-29T10:42:19Z\",\"outcome\":\"failed\",\"not_started\":1,\"calls\":214,\"milliseconds\":36877}\n";

    fn record(text: &str) -> Record {
        Record::read("20261129-104142-7f3a", text, false)
    }

    fn printed(page: &Page, width: usize) -> String {
        page.print(Paper { width: Some(width), color: false })
    }

    #[test]
    fn runs_stand_in_a_table() {
        let records = [
            record(&(JOURNAL.to_owned() + END)),
            record(JOURNAL),
            Record::read("20261128-090000-0001", "", true),
        ];
        assert_snapshot!(printed(&page(&records, 7), 120), @r"
        run                   took  outcome  who             what
        20261129-104142-7f3a  36s   failed   jane on laptop  1 created, 1 changed, 1 failed, 1 skipped, 1 not started
        20261129-104142-7f3a        died     jane on laptop  1 created, 1 changed, 1 failed, 1 skipped
        20261128-090000-0001        running                  nothing
        and 4 runs before these: `--last 7` lists all
        ");
        let narrow = printed(&page(&records, 3), 60);
        assert!(narrow.lines().all(|line| width(line) <= 60), "{narrow}");
    }

    #[test]
    fn a_run_is_told_step_by_step() {
        let record = record(&(JOURNAL.to_owned() + END));
        assert_snapshot!(printed(&detail(&record, View { verbose: false }), 110), @r"
        Run 20261129-104142-7f3a: failed in 36s; 1 created, 1 changed, 1 failed, 1 skipped, 1 not started
          landing zone  acme
          caller        arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jane@acme.example
          by            jane on laptop
          began         2026-11-29 10:41:42 UTC
          command       landfall apply --yes
          version       0.1.0
          planned       5 steps
          calls         214

        + management/global/organizations/account/prod  34s
            Organizations:CreateAccount  management ap-southeast-2  200  6ba7b810-9dad-11d1-80b4-00c04fd430c8
        ~ dev/global/iam/role/deployer  1.0s
            session
            tags[owner]
        x prod/global/iam/role/deployer  failed  1.0s
            error: failed to call CreateRole: AccessDenied: not authorized
            hint: check the role's policies
            IAM:CreateRole  prod us-east-1  403
        / prod/global/iam/policy/deploy  skipped because of prod/global/iam/role/deployer
        ");
        let narrow = printed(&detail(&record, View { verbose: true }), 60);
        assert!(narrow.contains("email"), "{narrow}");
    }
}
