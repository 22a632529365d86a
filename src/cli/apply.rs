//! `landfall apply`

use std::{
    io::{IsTerminal as _, stdin},
    time::Duration,
};

use super::{
    exit::Exit,
    flow::{self, Done, Look},
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
    let options = flow::options(&landing.zone, args.reach.adopt, args.reach.prune);
    let look = flow::look(settings, &landing, &options).await?;
    settings.out.preview(&look.plan, &look.graph);
    introduce(settings, &look);
    if !look.plan.has_changes() {
        settings.out.outcome(&look.plan, &Outcome::default(), Duration::ZERO, look.cloud.calls().total());
        return Ok(match standing(&look.plan) {
            // An orphan stays until somebody asks for it to go: that is no failure of this apply.
            Exit::Changes => Exit::Fine,
            exit => exit,
        });
    }
    agreed(settings, args, &look.plan)?;
    let Done { outcome, plan, cloud, elapsed } = look.apply(settings, &options).await;
    settings.out.outcome(&plan, &outcome, elapsed, cloud.calls().total());
    Ok(ending(&outcome, &plan))
}

/// Before anything is changed: who you are and in which organization.
pub(super) fn introduce(settings: &Settings, look: &Look) {
    let organization = match look.organization() {
        Some(id) => format!("the organization {id}"),
        None => "no organization yet: it will be created".to_owned(),
    };
    let (caller, name) = (&look.caller, &look.plan.organization);
    settings.out.status(&format!(
        "You are {} in account {}; landing zone `{name}`, {organization}.",
        caller.arn, caller.account
    ));
}

/// Whether to go on; what was shown is what will be done.
fn agreed(settings: &Settings, args: &Args, plan: &Plan) -> Result<(), Exit> {
    if args.yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        let error = Error::new(Class::Final, "there is nobody to ask whether to apply this");
        settings.out.error(&error.hint("`--yes` applies without asking"));
        return Err(Exit::Error);
    }
    let steps = plan.steps.iter().filter(|step| step.action.verb().is_some()).count();
    settings.out.ask(&format!("Apply {steps} steps? Only `yes` goes on: "));
    let mut answer = String::new();
    // Whoever can't be read has not said yes.
    drop(stdin().read_line(&mut answer));
    if answer.trim() == "yes" {
        return Ok(());
    }
    settings.out.status("Nothing was changed.");
    Err(Exit::Incomplete)
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
