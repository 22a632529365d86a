//! Writes the journal of a run, as long as it can.

use std::{
    collections::HashMap,
    io::{self, Write as _},
    sync::Arc,
};

use tokio::{sync::mpsc::UnboundedReceiver, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::folder::Mark;
use crate::{
    engine::{
        event::Numbered,
        plan::{Plan, Step},
    },
    journal::Line,
    names::Moment,
};

/// Tells why nothing more is written here.
pub type Trouble = Box<dyn Fn(&io::Error) + Send>;

/// The journal of a run. What can't be written on this machine is kept in memory all the same, and goes into the bucket.
pub struct Writer {
    mark: Option<Mark>,
    text: String,
    trouble: Trouble,
}

/// A journal that events are being written to.
pub struct Writing {
    over: CancellationToken,
    task: JoinHandle<Writer>,
}

impl Writer {
    /// A journal that is kept in a run's own file, if it has one.
    pub fn new(mark: Option<Mark>, trouble: Trouble) -> Self {
        Self { mark, text: String::new(), trouble }
    }

    /// Writes a line.
    pub fn write(&mut self, line: &Line) {
        let line = line.to_text();
        if let Some(mark) = &mut self.mark
            && !mark.is_full
            && let Err(error) = mark.file.write_all(line.as_bytes())
        {
            // The lock stays: the run lives on.
            mark.is_full = true;
            (self.trouble)(&error);
        }
        self.text.push_str(&line);
    }

    /// All that was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The run's own file, which goes on to say that the run lives.
    pub fn into_mark(self) -> Option<Mark> {
        self.mark
    }

    /// Writes down what happens, until [`Writing::end`].
    pub fn follow(mut self, mut events: UnboundedReceiver<Numbered>, plan: &Arc<Plan>) -> Writing {
        let over = CancellationToken::new();
        let fields = Fields::of(plan);
        let ending = over.clone();
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    biased;
                    numbered = events.recv() => match numbered {
                        Some(numbered) => self.take(numbered, &fields),
                        None => return self,
                    },
                    () = ending.cancelled() => {
                        events.close();
                    }
                }
            }
        });
        Writing { over, task }
    }

    fn take(&mut self, numbered: Numbered, fields: &Fields) {
        if let Some(line) = Line::of(numbered, Moment::now(), |address| fields.get(address)) {
            self.write(&line);
        }
    }
}

impl Writing {
    /// Writes what is still to be written; nothing if that panicked.
    pub async fn end(self) -> Option<Writer> {
        self.over.cancel();
        self.task.await.ok()
    }
}

/// What each step that does something is about.
struct Fields {
    plan: Arc<Plan>,
    by_address: HashMap<Arc<str>, usize>,
}

impl Fields {
    fn of(plan: &Arc<Plan>) -> Self {
        let steps = plan.steps.iter().enumerate().filter(|(_, step)| step.action.verb().is_some());
        let by_address = steps.map(|(index, step)| (Arc::clone(&step.address), index)).collect();
        Self { plan: Arc::clone(plan), by_address }
    }

    /// The paths that the step at an address changes.
    fn get(&self, address: &str) -> Vec<String> {
        let step = self.by_address.get(address).map(|index| &self.plan.steps[*index]);
        let paths = |step: &Step| step.changes.list().iter().map(|change| change.path.clone()).collect();
        step.map(paths).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use super::*;
    use crate::journal::{Ended, Outcome};

    fn line() -> Line {
        Line::Ended(Ended {
            at: "now".into(),
            outcome: Outcome::Done,
            not_started: 0,
            calls: 1,
            milliseconds: 1,
        })
    }

    #[test]
    fn a_full_disk_is_told_once_and_stops_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("r1.jsonl");
        fs::write(&path, "").unwrap();
        // Opened for reading alone, so that every write fails.
        let mark = Mark { file: fs::File::open(&path).unwrap(), path, is_full: false };
        let told = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&told);
        let count = move |_: &io::Error| {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        let mut writer = Writer::new(Some(mark), Box::new(count));
        for _ in 0..3 {
            writer.write(&line());
        }
        assert_eq!((told.load(Ordering::Relaxed), writer.text().lines().count()), (1, 3));
    }
}
