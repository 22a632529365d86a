//! `landfall apply`

use std::path::{Path, PathBuf};

use super::{
    agreement::Said,
    exit::Exit,
    flow::{self, Landing},
    interrupt::Interrupt,
    plan::Reach,
    saved,
    settings::Settings,
    work::{Task, Work},
};
use crate::{
    engine::plan::Options,
    report::json::{self, Saved},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall apply                  # shows the plan, asks, does it
  landfall apply reviewed.plan    # what `landfall plan --out` wrote, or nothing
  landfall apply --yes --json     # from a pipeline";

/// Make AWS equal to the landing zone, after showing the changes
///
/// With FILE it does exactly what `landfall plan --out FILE` saved: it plans the text in FILE again and, if a step is
/// another than then, or the landing zone's folder holds another text, shows each difference and changes nothing.
///
/// In an organization there is one apply at a time: another one waits until it is done, or has died, and says so.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A plan that `landfall plan --out` wrote
    #[arg(value_name = "FILE", conflicts_with_all = ["adopt", "prune"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    said: Said,
    #[command(flatten)]
    reach: Reach,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    let ended = match &args.plan {
        None => fresh(settings, args).await,
        Some(path) => reviewed(settings, args, path).await,
    };
    match ended {
        Ok(exit) | Err(exit) => exit,
    }
}

/// Applies what is planned now.
async fn fresh(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    let landing = flow::load(settings)?;
    let options = flow::options(&landing.zone, args.reach.adopt, args.reach.prune);
    apply(settings, &args.said, (&landing, options), None).await
}

/// Applies what was planned before, if it would still be planned.
async fn reviewed(settings: &Settings, args: &Args, path: &Path) -> Result<Exit, Exit> {
    let (saved, landing) = saved::open(settings, path)?;
    let json::Options { adopt, prune, only } = &saved.options;
    let options = flow::options(&landing.zone, *adopt, *prune);
    apply(&settings.only(only), &args.said, (&landing, options), Some((path, &saved))).await
}

async fn apply(
    settings: &Settings,
    said: &Said,
    (landing, options): (&Landing, Options),
    saved: Option<(&Path, &Saved)>,
) -> Result<Exit, Exit> {
    landing.warn(settings);
    let interrupt = Interrupt::listen();
    let task = Task::Apply { said, saved };
    Work { settings, landing, options, interrupt: &interrupt, task }.run().await
}
