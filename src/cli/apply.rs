//! `landfall apply`

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    agreement::{self, Said},
    exit::Exit,
    flow::{self, Done, Landing},
    interrupt::Interrupt,
    plan::{Reach, standing},
    saved,
    settings::Settings,
};
use crate::{
    engine::{
        apply::Outcome,
        error::{Class, Error},
        plan::{Options, Plan},
    },
    report::json::{self, Saved},
};

/// Make AWS equal to the landing zone, after showing what will be done
///
/// With FILE it does exactly what `landfall plan --out FILE` saved: it plans the text in FILE again and, if a step is
/// another than then, or the landing zone's folder holds another text, shows each difference and changes nothing.
#[derive(clap::Args)]
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
    apply(settings, &args.said, (&landing, &options), None).await
}

/// Applies what was planned before, if it would still be planned.
async fn reviewed(settings: &Settings, args: &Args, path: &Path) -> Result<Exit, Exit> {
    let (saved, landing) = saved::open(settings, path)?;
    let json::Options { adopt, prune, only } = &saved.options;
    let options = flow::options(&landing.zone, *adopt, *prune);
    apply(&settings.only(only), &args.said, (&landing, &options), Some((path, &saved))).await
}

async fn apply(
    settings: &Settings,
    said: &Said,
    (landing, options): (&Landing, &Options),
    saved: Option<(&Path, &Saved)>,
) -> Result<Exit, Exit> {
    landing.warn(settings);
    let interrupt = Interrupt::listen();
    let look = flow::look(settings, &interrupt, landing, options).await?;
    if let Some((path, saved)) = saved {
        saved::demand(settings, path, saved, &look)?;
    }
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
    agreement::ask(settings, &interrupt, said, (&landing.zone, &look.plan)).await?;
    let Done { outcome, plan, cloud, elapsed } = look.apply(settings, options).await;
    settings.out.outcome(&plan, &outcome, elapsed, cloud.calls().total());
    Ok(ending(&outcome, &plan))
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
