//! `landfall doctor`

mod replication;

use std::{str::FromStr as _, time::Duration};

use super::{exit::Exit, flow, interrupt::Interrupt, settings::Settings};
use crate::{
    engine::error::{Class, Error},
    names::Period,
    report::{Finding, Verdict},
};

/// Try what no plan can show: whether what is there also works
#[derive(clap::Args)]
pub(super) struct Args {
    /// Put a small object into the archive and wait for its copy in the other Region
    #[arg(long, required = true)]
    replication: bool,
    /// How long to wait for the copy; AWS promises 15 minutes
    #[arg(long, value_name = "PERIOD", default_value = "15m", value_parser = period)]
    wait: Period,
}

fn period(text: &str) -> Result<Period, String> {
    Period::from_str(text).map_err(|invalid| invalid.reason)
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match doctor(settings, args).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn doctor(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    let landing = flow::load(settings)?;
    let Some(route) = replication::Route::of(&landing.zone) else {
        let error = Error::new(Class::Final, "nothing is copied: `[archive]` says nothing of `replicate`");
        settings
            .out
            .error(&error.hint("`replicate = { region = \"…\", key = \"key:…\" }` copies the archive"));
        return Err(Exit::Error);
    };
    let interrupt = Interrupt::listen();
    // What is looked at is read, with what it needs, and nothing else.
    let narrowed = Settings { only: route.addresses(), ..settings.at(&settings.directory) };
    let options = flow::options(&landing.zone, false, false);
    let look = flow::look(&narrowed, &interrupt, &landing, &options).await?;
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
