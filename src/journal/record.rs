//! A journal, read back.

use std::{collections::HashMap, time::Duration};

use super::line::{Begun, Call, Ended, Failure, Line, Outcome};
use crate::names::Moment;

/// What is known of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is called.
    pub run: String,
    /// Who began what; nothing where not even that was written.
    pub begun: Option<Begun>,
    /// Its steps, in the order in which they began.
    pub steps: Vec<Step>,
    /// Steps that were not tried, and the address of the root cause.
    pub skipped: Vec<(String, String)>,
    /// How it ended, if it said so.
    pub ended: Option<Ended>,
    /// Whether it is known to be at work still.
    pub is_running: bool,
}

/// How a run ended, whether or not it said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is at work.
    Running,
    /// It ended so.
    Ended(Outcome),
    /// It broke off without a word: it was killed, or its machine was.
    Died,
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The address.
    pub address: String,
    /// What was done: `create`.
    pub verb: String,
    /// The fields that it was about.
    pub fields: Vec<String>,
    /// How far it came.
    pub state: State,
    /// How long it took to its end.
    pub took: Option<Duration>,
    /// The calls that it made.
    pub calls: Vec<Call>,
    began: Option<Moment>,
}

/// How far a step came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It began.
    Begun,
    /// It is done.
    Done,
    /// It failed.
    Failed(Failure),
}

impl Record {
    /// Reads a journal. What broke off in the middle of a line, or was written by a version that knows more, is left
    /// out.
    pub fn read(run: &str, text: &str, is_running: bool) -> Self {
        let mut record = Self {
            run: run.to_owned(),
            begun: None,
            steps: Vec::new(),
            skipped: Vec::new(),
            ended: None,
            is_running,
        };
        let mut at: HashMap<String, usize> = HashMap::new();
        for line in text.lines().filter_map(Line::read) {
            record.take(line, &mut at);
        }
        record
    }

    fn take(&mut self, line: Line, index: &mut HashMap<String, usize>) {
        let step = |address: &str| index.get(address).copied();
        match line {
            Line::Begun(begun) => self.begun = Some(begun),
            Line::Started { at, sequence: _, address, verb, fields } => {
                index.insert(address.clone(), self.steps.len());
                let began = at.parse().ok();
                let (state, calls) = (State::Begun, Vec::new());
                self.steps.push(Step { address, verb, fields, state, took: None, calls, began });
            }
            Line::Called { at: _, sequence: _, address, call } => {
                if let Some(step) = step(&address) {
                    self.steps[step].calls.push(call);
                }
            }
            Line::Done { at, sequence: _, address } => {
                if let Some(step) = step(&address) {
                    self.steps[step].end(State::Done, &at);
                }
            }
            Line::Failed { at, sequence: _, address, error } => {
                if let Some(step) = step(&address) {
                    self.steps[step].end(State::Failed(error), &at);
                }
            }
            Line::Skipped { at: _, sequence: _, address, because } => self.skipped.push((address, because)),
            Line::Again { .. } | Line::Kept { .. } => {}
            Line::Ended(ended) => self.ended = Some(ended),
        }
    }

    /// How it ended.
    pub fn fate(&self) -> Fate {
        match &self.ended {
            Some(ended) => Fate::Ended(ended.outcome),
            None if self.is_running => Fate::Running,
            None => Fate::Died,
        }
    }

    /// When it began.
    pub fn began(&self) -> Option<Moment> {
        self.begun.as_ref()?.at.parse().ok()
    }

    /// How long it took.
    pub fn took(&self) -> Option<Duration> {
        self.ended.as_ref().map(|ended| Duration::from_millis(ended.milliseconds))
    }

    /// How many steps of this verb are done.
    pub fn done(&self, verb: &str) -> usize {
        self.steps.iter().filter(|step| step.verb == verb && step.state == State::Done).count()
    }

    /// How many steps failed.
    pub fn failed(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.state, State::Failed(_))).count()
    }
}

impl Step {
    fn end(&mut self, state: State, at: &str) {
        let ended: Option<Moment> = at.parse().ok();
        self.took = ended.zip(self.began).map(|(ended, began)| ended.since(began));
        self.state = state;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::engine::{
        error::{Class, Error},
        event::{self, Event, Numbered, Verb},
    };

    fn written() -> String {
        let address = || Arc::<str>::from("prod/global/iam/role/deployer");
        let other = || Arc::<str>::from("prod/global/iam/role/reader");
        let error = Error::new(Class::Denied, "call CreateRole").fact("operation", "CreateRole").hint("ask");
        let call = event::Call {
            service: "IAM".into(),
            operation: "CreateRole".into(),
            account: "prod".into(),
            region: "us-east-1".into(),
            status: 200,
            request: Some("6ba7b810".into()),
        };
        let events = [
            Event::Applying { steps: Vec::new(), is_destruction: false },
            Event::Started { address: address(), verb: Verb::Create },
            Event::Called { address: address(), call },
            Event::Done { address: address(), verb: Verb::Create },
            Event::Started { address: other(), verb: Verb::Create },
            Event::Failed { address: other(), error: Arc::new(error) },
            Event::Skipped { address: "prod/global/iam/policy/a".into(), because: other() },
        ];
        let start: Moment = "2026-11-29T10:41:42Z".parse().unwrap();
        let mut text = String::new();
        for (event, number) in events.into_iter().zip(1..) {
            let now = start.after(Duration::from_secs(number));
            let numbered = Numbered { sequence: number, event };
            let fields = |address: &str| vec![format!("name of {address}")];
            text.extend(Line::of(numbered, now, fields).map(|line| line.to_text()));
        }
        text
    }

    #[test]
    fn a_journal_is_read_as_it_was_written() {
        let record = Record::read("r1", &written(), false);
        let [first, second] = record.steps.as_slice() else { panic!("{record:?}") };
        assert_eq!((first.verb.as_str(), &first.state), ("create", &State::Done));
        assert_eq!(first.took, Some(Duration::from_secs(2)));
        assert_eq!(first.calls[0].request.as_deref(), Some("6ba7b810"));
        assert_eq!(first.fields, ["name of prod/global/iam/role/deployer"]);
        let State::Failed(failure) = &second.state else { panic!("{second:?}") };
        assert_eq!(
            (failure.phrases[0].as_str(), failure.hint.as_deref()),
            ("failed to call CreateRole", Some("ask"))
        );
        assert_eq!(record.skipped.len(), 1);
        assert_eq!((record.done("create"), record.failed(), record.fate()), (1, 1, Fate::Died));
        assert_eq!(Record::read("r1", "", true).fate(), Fate::Running);
    }

    #[test]
    fn what_broke_off_is_read_as_far_as_it_goes() {
        let whole = written();
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            let record = Record::read("r1", &whole[..end], false);
            assert!(record.steps.len() <= 2 && record.ended.is_none());
        }
        let future = format!("{}{}", "{\"event\":\"dreamt\",\"at\":\"x\"}\n", whole);
        assert_eq!(Record::read("r1", &future, false), Record::read("r1", &whole, false));
    }
}
