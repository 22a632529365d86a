//! `landfall plan`

use std::path::PathBuf;

use super::{exit::Exit, file, flow, interrupt::Interrupt, saved, settings::Settings};
use crate::engine::{
    error::{Class, Error},
    plan::Plan,
    snapshot::Keep,
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall plan
  landfall plan --only prod           # an account and what it needs
  landfall plan --out reviewed.plan   # then `landfall apply reviewed.plan`
  landfall plan --markdown            # for a pull request
  landfall plan --prune               # with what has left the landing zone";

/// Show what an apply would do, and do nothing
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// End with 2 if there are changes to make
    #[arg(long)]
    detailed_exitcode: bool,
    /// Write the plan to a file too; `landfall apply FILE` does exactly that, or nothing
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Print the plan as Markdown for a pull request, folded by account and no longer than a comment of GitHub's may be
    #[arg(long)]
    markdown: bool,
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
    let failed = |error: &Error| {
        settings.out.error(error);
        Exit::Error
    };
    if args.markdown && settings.out.is_json() {
        let error = Error::new(Class::Final, "a plan is printed as Markdown or as JSON");
        return Err(failed(&error.hint("leave `--markdown` or `--json` out")));
    }
    let landing = flow::load(settings)?;
    landing.warn(settings);
    if let Some(path) = &args.out {
        file::try_to_replace(path).map_err(|error| failed(&error))?;
    }
    let options = flow::options(&landing.zone, args.reach.adopt, args.reach.prune);
    let look = flow::look(settings, &Interrupt::listen(), &landing, (&options, Keep::Differences)).await?;
    look.introduce(settings);
    if args.markdown {
        settings.out.plan_as_markdown(&look.plan, &look.graph, &look.outlook);
    } else {
        settings.out.plan(&look.plan, &look.graph, &look.outlook);
    }
    if let Some(path) = &args.out {
        saved::write(settings, path, (&landing, &look), &args.reach)?;
    }
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
