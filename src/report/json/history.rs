use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    journal::{self, Begun, Failure, Record, State},
    report::history::fate,
};

/// `landfall/history@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct History<'r> {
    schema: &'static str,
    organization: &'r str,
    /// The newest first.
    runs: Vec<Entry<'r>>,
}

#[derive(Serialize, JsonSchema)]
struct Entry<'r> {
    run: &'r str,
    /// How it ended, or that it has not.
    #[schemars(extend("enum" = ["running", "done", "failed", "incomplete", "interrupted", "lost its lease", "died"]))]
    outcome: &'static str,
    began: Option<&'r str>,
    ended: Option<&'r str>,
    seconds: Option<f64>,
    version: Option<&'r str>,
    arn: Option<&'r str>,
    user: Option<&'r str>,
    host: Option<&'r str>,
    command: &'r [String],
    /// How many steps were to be taken.
    planned: Option<u64>,
    /// How many steps are done, by what they did.
    done: BTreeMap<&'r str, usize>,
    failed: usize,
    skipped: usize,
    not_started: Option<u64>,
    calls: Option<u64>,
    /// Where one run was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<Step<'r>>>,
}

#[derive(Serialize, JsonSchema)]
struct Step<'r> {
    address: &'r str,
    verb: Option<&'r str>,
    /// `begun` where nobody knows what became of it.
    #[schemars(extend("enum" = ["begun", "done", "failed", "skipped"]))]
    state: &'static str,
    seconds: Option<f64>,
    fields: &'r [String],
    calls: Vec<Call<'r>>,
    error: Option<Error<'r>>,
    /// Why it was skipped: the address of the root cause.
    because: Option<&'r str>,
}

#[derive(Serialize, JsonSchema)]
struct Call<'r> {
    service: &'r str,
    operation: &'r str,
    account: &'r str,
    region: &'r str,
    /// 0 where no answer came.
    status: u16,
    request: Option<&'r str>,
}

#[derive(Serialize, JsonSchema)]
struct Error<'r> {
    message: &'r str,
    facts: BTreeMap<&'r str, &'r str>,
    hint: Option<&'r str>,
    /// What caused it, the nearest first.
    causes: &'r [String],
}

impl<'r> History<'r> {
    /// Runs as a list.
    pub(in crate::report) fn list(organization: &'r str, records: &'r [Record]) -> Self {
        Self { schema: "landfall/history@1", organization, runs: records.iter().map(Entry::of).collect() }
    }

    /// One run with its steps.
    pub(in crate::report) fn one(organization: &'r str, record: &'r Record) -> Self {
        let skipped = record.skipped.iter().map(|(address, because)| Step::skipped(address, because));
        let steps = record.steps.iter().map(Step::of).chain(skipped).collect();
        let run = Entry { steps: Some(steps), ..Entry::of(record) };
        Self { schema: "landfall/history@1", organization, runs: vec![run] }
    }
}

impl<'r> Entry<'r> {
    fn of(record: &'r Record) -> Self {
        let Record { run, begun, steps, skipped, ended, is_running: _ } = record;
        let of = |text: fn(&Begun) -> &str| begun.as_ref().map(text);
        let mut done: BTreeMap<&str, usize> = BTreeMap::new();
        for step in steps.iter().filter(|step| step.state == State::Done) {
            *done.entry(&step.verb).or_default() += 1;
        }
        Self {
            run,
            outcome: fate(record.fate()),
            began: of(|begun| &begun.at),
            ended: ended.as_ref().map(|ended| ended.at.as_str()),
            seconds: record.took().map(|took| took.as_secs_f64()),
            version: of(|begun| &begun.version),
            arn: of(|begun| &begun.arn),
            user: begun.as_ref().and_then(|begun| begun.user.as_deref()),
            host: begun.as_ref().and_then(|begun| begun.host.as_deref()),
            command: begun.as_ref().map(|begun| begun.command.as_slice()).unwrap_or_default(),
            planned: begun.as_ref().map(|begun| begun.steps),
            done,
            failed: record.failed(),
            skipped: skipped.len(),
            not_started: ended.as_ref().map(|ended| ended.not_started),
            calls: ended.as_ref().map(|ended| ended.calls),
            steps: None,
        }
    }
}

impl<'r> Step<'r> {
    fn of(step: &'r journal::Step) -> Self {
        let (state, error) = match &step.state {
            State::Begun => ("begun", None),
            State::Done => ("done", None),
            State::Failed(failure) => ("failed", Some(Error::of(failure))),
        };
        Self {
            address: &step.address,
            verb: Some(&step.verb),
            state,
            seconds: step.took.map(|took| took.as_secs_f64()),
            fields: &step.fields,
            calls: step.calls.iter().map(Call::of).collect(),
            error,
            because: None,
        }
    }

    fn skipped(address: &'r str, because: &'r str) -> Self {
        let (calls, fields) = (Vec::new(), [].as_slice());
        let (verb, seconds, error) = (None, None, None);
        Self { address, verb, state: "skipped", seconds, fields, calls, error, because: Some(because) }
    }
}

impl<'r> Call<'r> {
    fn of(call: &'r journal::Call) -> Self {
        let journal::Call { service, operation, account, region, status, request } = call;
        Self { service, operation, account, region, status: *status, request: request.as_deref() }
    }
}

impl<'r> Error<'r> {
    fn of(failure: &'r Failure) -> Self {
        let Failure { phrases, facts, hint } = failure;
        let facts = facts.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
        let (message, causes) =
            phrases.split_first().map_or(("", &[][..]), |(message, causes)| (message.as_str(), causes));
        Self { message, facts, hint: hint.as_deref(), causes }
    }
}
