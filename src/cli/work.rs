//! What changes AWS, from the first look to the lease that is given back: an apply, or a destroy.

use std::path::Path;

use super::{
    agreement::{self, Said},
    destroy,
    exit::Exit,
    flow::{self, Done, Entered, Landing, Look},
    interrupt::Interrupt,
    plan::standing,
    saved,
    settings::Settings,
    turn::Turn,
};
use crate::{
    engine::{
        apply::Outcome,
        error::{Class, Error},
        event::Events,
        plan::{Options, Plan},
        snapshot::Keep,
    },
    journal::{self, Ended},
    names::Moment,
    report::json::Saved,
    runs::Held,
};

/// What is to become of a landing zone.
pub(super) enum Task<'a> {
    /// AWS is made equal to it.
    Apply {
        /// What was agreed to beforehand.
        said: &'a Said,
        /// The plan that alone is to be done.
        saved: Option<(&'a Path, &'a Saved)>,
    },
    /// All that may go is taken away.
    Destroy {
        /// Whether its name was said beforehand.
        is_confirmed: bool,
    },
}

/// A run that changes AWS.
pub(super) struct Work<'a> {
    pub settings: &'a Settings,
    pub landing: &'a Landing,
    pub options: Options,
    pub interrupt: &'a Interrupt,
    pub task: Task<'a>,
}

impl Work<'_> {
    /// Looks, shows, asks, waits for its turn, and does it.
    pub(super) async fn run(&self) -> Result<Exit, Exit> {
        let Self { settings, landing, interrupt, .. } = self;
        // What can't be meant is told before anybody is asked for credentials.
        flow::select(settings, &landing.graph)?;
        let entered = flow::enter(settings, interrupt, &landing.zone).await?;
        let mut turn = Turn::of(settings, interrupt, landing, &entered);
        let basis = turn.free().await?;
        let look = self.look(&entered).await?;
        self.preview(&look);
        if !self.agreed(&look).await? {
            let exit = settled(settings, &look);
            turn.hand_in().await;
            return Ok(exit);
        }
        let (held, look) = if let Some(held) = turn.take(&basis).await? {
            (held, Ok(look))
        } else {
            let held = take_later(&mut turn).await?;
            let look = self.look_again(&entered, &look.plan).await;
            (held, look)
        };
        let watching = tokio::spawn(turn.watch(&held));
        let exit = match look {
            Ok(look) => Ok(self.apply(look, &mut turn, &held).await),
            Err(exit) => Err(exit),
        };
        let is_kept = turn.end(held, watching).await;
        match exit {
            Ok(Exit::Fine) if !is_kept => Ok(Exit::Incomplete),
            exit => exit,
        }
    }

    async fn look(&self, entered: &Entered) -> Result<Look, Exit> {
        let Self { settings, landing, options, interrupt, task } = self;
        let keep = match task {
            Task::Apply { .. } => Keep::Differences,
            Task::Destroy { .. } => Keep::Everything,
        };
        let look = flow::look_in(settings, interrupt, landing, (options, keep), entered).await?;
        match task {
            Task::Apply { saved: Some((path, saved)), .. } => {
                saved::demand(settings, path, saved, &look)?;
                Ok(look)
            }
            Task::Apply { saved: None, .. } => Ok(look),
            Task::Destroy { .. } => {
                let own = destroy::ways_in(&landing.zone, &look.caller);
                Ok(look.destroying(settings, &own, options))
            }
        }
    }

    fn preview(&self, look: &Look) {
        let out = &self.settings.out;
        match &self.task {
            Task::Apply { .. } => out.preview(&look.plan, &look.graph, &look.outlook),
            Task::Destroy { .. } => out.destruction_ahead(&look.plan, &look.graph, &look.outlook),
        }
        look.introduce(self.settings);
    }

    /// Whether there is something to do that was agreed to.
    async fn agreed(&self, look: &Look) -> Result<bool, Exit> {
        let Self { settings, landing, interrupt, task, .. } = self;
        let (zone, plan) = (&landing.zone, &look.plan);
        if plan.has_changes() {
            match task {
                Task::Apply { said, .. } => {
                    agreement::ask(settings, interrupt, said, (zone, plan, &look.outlook)).await?;
                }
                Task::Destroy { is_confirmed: true } => {}
                Task::Destroy { is_confirmed: false } => {
                    let name = zone.organization.name.as_str();
                    agreement::ask_to_destroy(settings, interrupt, name, plan).await?;
                }
            }
        }
        Ok(plan.has_changes())
    }

    /// What is left to do after somebody else applied; asks again where that is not what was agreed to. Where nothing is
    /// left, the run ends as it stands.
    async fn look_again(&self, entered: &Entered, before: &Plan) -> Result<Look, Exit> {
        let look = self.look(entered).await?;
        if is_same(&look.plan, before) {
            return Ok(look);
        }
        self.settings.out.warn("somebody else was at work meanwhile; this is what is left to do:");
        self.preview(&look);
        if self.agreed(&look).await? { Ok(look) } else { Err(settled(self.settings, &look)) }
    }

    async fn apply(&self, look: Look, turn: &mut Turn<'_>, held: &Held) -> Exit {
        let mut events = Events::default();
        let writing = turn.journal(&look.plan).follow(events.listen(), &look.plan);
        let done = look.apply(self.settings, &self.options, held.stop(), events).await;
        if let Some(writer) = writing.end().await {
            turn.keep(writer, ended(&done, held)).await;
        }
        done.tell(self.settings);
        ending(&done.outcome, &done.plan)
    }
}

/// The lease, once others have done with it.
async fn take_later(turn: &mut Turn<'_>) -> Result<Held, Exit> {
    loop {
        let basis = turn.free().await?;
        if let Some(held) = turn.take(&basis).await? {
            return Ok(held);
        }
    }
}

/// The end of a run, as its journal tells it.
fn ended(done: &Done, held: &Held) -> Ended {
    let Done { outcome, cloud, elapsed, .. } = done;
    let abandoned = |error: &Error| error.class == Class::Interrupted;
    let how = if outcome.failed.iter().any(|(_, error)| !abandoned(error)) {
        journal::Outcome::Failed
    } else if held.loss().is_some() {
        journal::Outcome::Lost
    } else if outcome.interrupted > 0 || !outcome.failed.is_empty() {
        journal::Outcome::Interrupted
    } else if !outcome.skipped.is_empty() {
        journal::Outcome::Incomplete
    } else {
        journal::Outcome::Done
    };
    Ended {
        at: Moment::now().to_string(),
        outcome: how,
        not_started: u64::try_from(outcome.interrupted).unwrap_or(u64::MAX),
        calls: cloud.calls().total(),
        milliseconds: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    }
}

/// Tells that there is nothing to do.
fn settled(settings: &Settings, look: &Look) -> Exit {
    look.settled(settings);
    match standing(&look.plan) {
        // An orphan stays until somebody asks for it to go: that is no failure of this run.
        Exit::Changes => Exit::Fine,
        exit => exit,
    }
}

/// Whether two plans do the same.
fn is_same(one: &Plan, other: &Plan) -> bool {
    let does = |plan: &Plan| {
        let steps = plan.steps.iter().filter(|step| step.action.verb().is_some());
        steps
            .map(|step| (step.address.clone(), step.action.clone(), step.changes.clone()))
            .collect::<Vec<_>>()
    };
    does(one) == does(other)
}

/// How a run ends by what became of its steps.
pub(super) fn ending(outcome: &Outcome, plan: &Plan) -> Exit {
    let abandoned = |error: &Error| error.class == Class::Interrupted;
    let left = outcome.interrupted > 0
        || !outcome.skipped.is_empty()
        || plan.is_incomplete()
        || outcome.failed.iter().any(|(_, error)| abandoned(error));
    if outcome.failed.iter().any(|(_, error)| !abandoned(error)) {
        Exit::Error
    } else if left {
        Exit::Incomplete
    } else {
        Exit::Fine
    }
}
