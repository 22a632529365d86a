//! `landfall apply`

use std::{
    io::{IsTerminal as _, stdin},
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

use super::{
    exit::Exit,
    flow::{self, Done},
    interrupt::Interrupt,
    plan::{Reach, standing},
    settings::Settings,
};
use crate::{
    engine::{
        apply::Outcome,
        error::{Class, Error},
        plan::Plan,
    },
    report::plural,
};

/// Make AWS equal to the landing zone, after showing what will be done
#[derive(clap::Args)]
pub(super) struct Args {
    /// Don't ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match apply(settings, args).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn apply(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    let landing = flow::load(settings)?;
    landing.warn(settings);
    let options = flow::options(&landing.zone, args.reach.adopt, args.reach.prune);
    let interrupt = Interrupt::listen();
    let look = flow::look(settings, &interrupt, &landing, &options).await?;
    settings.out.preview(&look.plan, &look.graph);
    look.introduce(settings);
    if !look.plan.has_changes() {
        settings.out.outcome(&look.plan, &Outcome::default(), Duration::ZERO, look.cloud.calls().total());
        return Ok(match standing(&look.plan) {
            // An orphan stays until somebody asks for it to go: that is no failure of this apply.
            Exit::Changes => Exit::Fine,
            exit => exit,
        });
    }
    agreed(settings, &interrupt, args, &look.plan).await?;
    let Done { outcome, plan, cloud, elapsed } = look.apply(settings, &options).await;
    settings.out.outcome(&plan, &outcome, elapsed, cloud.calls().total());
    Ok(ending(&outcome, &plan))
}

/// Whether to go on; what was shown is what will be done.
async fn agreed(settings: &Settings, interrupt: &Interrupt, args: &Args, plan: &Plan) -> Result<(), Exit> {
    if args.yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        let error = Error::new(Class::Final, "there is nobody to ask whether to apply this");
        settings.out.error(&error.hint("`--yes` applies without asking"));
        return Err(Exit::Error);
    }
    let steps = plan.steps.iter().filter(|step| step.action.verb().is_some()).count();
    settings.out.ask(&format!("Apply {}? Only `yes` goes on: ", plural(steps, "step")));
    let answer = interrupt.unless(answer()).await;
    if answer.as_deref() == Some("yes") {
        return Ok(());
    }
    if answer.as_deref().is_none_or(str::is_empty) {
        // The cursor still stands behind the question.
        settings.out.ask("\n");
    }
    settings.out.status("Nothing was changed.");
    Err(Exit::Incomplete)
}

/// A line from the terminal. A thread waits for it that nobody waits for: there is no other way to stop reading.
async fn answer() -> String {
    let (answered, answer) = oneshot::channel();
    thread::spawn(move || {
        let mut line = String::new();
        // Whoever can't be read has not said yes, and whoever asked may have gone.
        drop(stdin().read_line(&mut line).map(|_| answered.send(line.trim().to_owned())));
    });
    answer.await.unwrap_or_default()
}

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
