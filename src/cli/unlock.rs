//! `landfall unlock`

use std::io::{IsTerminal as _, stdin};

use super::{agreement, exit::Exit, flow, interrupt::Interrupt, settings::Settings, turn};
use crate::{
    engine::error::{Class, Error},
    report::Lock,
    runs::{Condition, Found, Store},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall unlock";

/// Show who applies right now, and break their lease after asking
///
/// Whoever dies in the middle of an apply loses the lease by itself within a minute, so that this is needed for a run
/// that lives and is not to go on: it starts no more steps as soon as it notices, which takes 20 seconds at most.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Don't ask
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match unlock(settings, args).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn unlock(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    let landing = flow::load(settings)?;
    let interrupt = Interrupt::listen();
    let entered = flow::enter(settings, &interrupt, &landing.zone).await?;
    let store = turn::store(&landing, &entered);
    let reading = Box::pin(store.read());
    let found = flow::unless_interrupted(settings, interrupt.unless(reading).await)?;
    let Some(found) = found.filter(|found| !found.lease.free) else {
        settings.out.lock(None, false);
        return Ok(Exit::Fine);
    };
    if !settings.out.is_json() {
        settings.out.lock(Some(&lock(&found)), false);
    }
    agree(settings, &interrupt, args).await?;
    let broken = Box::pin(broken(&store, &found, &entered.caller.arn)).await.map_err(|error| {
        settings.out.error(&error);
        Exit::Error
    })?;
    if settings.out.is_json() {
        settings.out.lock(broken.as_ref().map(lock).as_ref(), true);
    } else if broken.is_some() {
        settings.out.status("The lease is broken: nobody holds it.");
    } else {
        settings.out.status("The run gave the lease back by itself: nobody holds it.");
    }
    Ok(Exit::Fine)
}

async fn agree(settings: &Settings, interrupt: &Interrupt, args: &Args) -> Result<(), Exit> {
    if args.yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        let error = Error::new(Class::Final, "there is nobody to ask whether to break the lease");
        settings.out.error(&error.hint("`--yes` breaks it without asking"));
        return Err(Exit::Error);
    }
    agreement::answered(settings, interrupt, "Break the lease? Only `yes` goes on: ", "yes").await
}

/// Takes the lease away from the run that was shown, also where it renews it meanwhile; gives what was taken away, which
/// is nothing if it was given back first.
async fn broken(store: &Store, shown: &Found, by: &str) -> Result<Option<Found>, Error> {
    let mut found = shown.clone();
    loop {
        let condition = Condition::Seen(found.etag.clone());
        if store.write(&found.lease.broken(by), &condition).await?.is_some() {
            return Ok(Some(found));
        }
        let Some(now) = store.read().await?.filter(|now| !now.lease.free) else { return Ok(None) };
        if now.lease.holder != shown.lease.holder {
            let what = format!("{} has the lease now", turn::who(&now.lease.holder));
            return Err(
                Error::new(Class::Stale, what).hint("unlock again, if it is to be taken from that run")
            );
        }
        found = now;
    }
}

fn lock(found: &Found) -> Lock {
    let Found { lease, etag: _, age } = found;
    Lock { holder: lease.holder.clone(), renewed: *age, lasts: lease.timing().lasts }
}
