//! `landfall doctor`

mod checkup;
mod replication;
mod stand;

pub(super) use replication::Route;

use std::{str::FromStr as _, time::Duration};

use super::{exit::Exit, flow, interrupt::Interrupt, settings::Settings};
use crate::{
    engine::{
        error::{Class, Error},
        snapshot::Keep,
    },
    names::Period,
    report::{Finding, Verdict},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall doctor
  landfall doctor --replication   # whether the archive is copied";

/// Find out whether everything that a run needs is there
///
/// Credentials and when they end, the clock, the organization, the way into every account, trusted access, Regions,
/// quotas, and what may not be read: each is looked at for itself, whatever is wrong with the others. Nothing is changed.
/// Ends with 1 where something is wrong, with 3 where something could not be found out.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Try the archive instead: put a small object into it and wait for its copy in the other Region
    #[arg(long)]
    replication: bool,
    /// How long to wait for the copy; AWS promises 15 minutes
    #[arg(long, value_name = "PERIOD", default_value = "15m", value_parser = period, requires = "replication")]
    wait: Period,
}

fn period(text: &str) -> Result<Period, String> {
    Period::from_str(text).map_err(|invalid| invalid.reason)
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    let ended = if args.replication { try_archive(settings, args).await } else { check_up(settings).await };
    match ended {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn check_up(settings: &Settings) -> Result<Exit, Exit> {
    let interrupt = Interrupt::listen();
    let Some(findings) = Box::pin(checkup::findings(settings, &interrupt)).await else {
        settings.out.warn("interrupted while nothing was being changed");
        return Err(Exit::Incomplete);
    };
    settings.out.findings(&findings);
    Ok(ending(&findings))
}

async fn try_archive(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    let landing = flow::load(settings)?;
    let Some(route) = Route::of(&landing.zone) else {
        settings.out.error(&not_copied());
        return Err(Exit::Error);
    };
    let interrupt = Interrupt::listen();
    // What is looked at is read, with what it needs, and nothing else.
    let narrowed = Settings { only: route.addresses(), ..settings.at(&settings.directory) };
    let options = flow::options(&landing.zone, false, false);
    let look = flow::look(&narrowed, &interrupt, &landing, (&options, Keep::Everything)).await?;
    look.introduce(settings);
    let wait = Duration::from_secs(args.wait.as_seconds());
    let trying = replication::Trying { settings, look: &look, route: &route, wait };
    let Some(findings) = interrupt.unless(trying.findings()).await else {
        settings.out.warn("interrupted: a probe that was put into the archive stays there");
        return Err(Exit::Incomplete);
    };
    let findings = findings.map_err(|error| {
        settings.out.error(&error);
        Exit::Error
    })?;
    settings.out.findings(&findings);
    Ok(ending(&findings))
}

/// That there is no way to try.
pub(super) fn not_copied() -> Error {
    let error = Error::new(Class::Final, "nothing is copied: `[archive]` says nothing of `replicate`");
    error.hint("`replicate = { region = \"…\", key = \"key:…\" }` copies the archive")
}

/// What is wrong is an error; what could not be found out leaves the answer open.
fn ending(findings: &[Finding]) -> Exit {
    let any = |verdict| findings.iter().any(|finding| finding.verdict == verdict);
    if any(Verdict::Wrong) {
        Exit::Error
    } else if any(Verdict::Unknown) {
        Exit::Incomplete
    } else {
        Exit::Fine
    }
}
