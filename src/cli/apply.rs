//! `landfall apply`

use super::{
    agreement::{self, Said},
    exit::Exit,
    flow,
    interrupt::Interrupt,
    plan::{Reach, standing},
    settings::Settings,
};
use crate::engine::{
    apply::Outcome,
    error::{Class, Error},
    plan::Plan,
};

/// Make AWS equal to the landing zone, after showing what will be done
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    said: Said,
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
    settings.out.preview(&look.plan, &look.graph, &look.outlook);
    look.introduce(settings);
    if !look.plan.has_changes() {
        let done = look.done();
        done.tell(settings);
        return Ok(match standing(&done.plan) {
            // An orphan stays until somebody asks for it to go: that is no failure of this apply.
            Exit::Changes => Exit::Fine,
            exit => exit,
        });
    }
    agreement::ask(settings, &interrupt, &args.said, (&landing.zone, &look.plan, &look.outlook)).await?;
    let done = look.apply(settings, &options).await;
    done.tell(settings);
    Ok(ending(&done.outcome, &done.plan))
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
