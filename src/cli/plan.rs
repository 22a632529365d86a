//! `landfall plan`

use super::{exit::Exit, flow, interrupt::Interrupt, settings::Settings};
use crate::engine::plan::Plan;

/// Show what an apply would do, and do nothing
#[derive(clap::Args)]
pub(super) struct Args {
    /// End with 2 if there are changes to make
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    reach: Reach,
}

/// How far a plan may go.
#[derive(clap::Args)]
pub(super) struct Reach {
    /// Take over what is found by name and carries no tags of a landing zone
    #[arg(long)]
    pub adopt: bool,
    /// Delete what is ours and no longer in the landing zone
    #[arg(long)]
    pub prune: bool,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match plan(settings, args).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn plan(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    let landing = flow::load(settings)?;
    landing.warn(settings);
    let options = flow::options(&landing.zone, args.reach.adopt, args.reach.prune);
    let look = flow::look(settings, &Interrupt::listen(), &landing, &options).await?;
    look.introduce(settings);
    settings.out.plan(&look.plan, &look.graph, &look.outlook);
    settings.out.detail(&format!("{} calls, none of which changed anything.", look.cloud.calls().total()));
    Ok(match standing(&look.plan) {
        Exit::Changes if !args.detailed_exitcode => Exit::Fine,
        exit => exit,
    })
}

/// How things stand by a plan.
pub(super) fn standing(plan: &Plan) -> Exit {
    if plan.is_incomplete() {
        Exit::Incomplete
    } else if plan.is_drift() {
        Exit::Changes
    } else {
        Exit::Fine
    }
}
