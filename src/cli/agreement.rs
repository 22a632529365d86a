//! Whether to go on with what a plan shows: asked at a terminal, said beforehand everywhere else.

use std::{
    io::{IsTerminal as _, stdin},
    thread,
};

use tokio::sync::oneshot;

use super::{exit::Exit, interrupt::Interrupt, settings::Settings};
use crate::{
    engine::{
        error::{Class, Error},
        kind::Kind as _,
        plan::{Action, Plan, Step},
    },
    kinds::s3::Bucket,
    model::{Archive, LandingZone, LockMode},
    report::{Outlook, plural},
};

/// What was said beforehand.
#[derive(clap::Args)]
pub(super) struct Said {
    /// Don't ask
    #[arg(long)]
    yes: bool,
    /// Agree to what nobody can take back, in the words that are asked for (`--yes` alone does not)
    #[arg(long, value_name = "TEXT")]
    confirm: Option<String>,
}

/// Asks whether to go on, unless that was said; what was shown is what will be done. What nobody can take back has to
/// be agreed to in words of its own.
pub(super) async fn ask(
    settings: &Settings,
    interrupt: &Interrupt,
    said: &Said,
    (zone, plan, outlook): (&LandingZone, &Plan, &Outlook),
) -> Result<(), Exit> {
    let broken = outlook.broken();
    for told in &broken {
        settings.out.warn(told);
    }
    let words = irrevocable(zone, plan).filter(|words| said.confirm.as_ref() != Some(words));
    let terminal = stdin().is_terminal();
    let refuse = |error: Error| {
        settings.out.error(&error);
        Err(Exit::Error)
    };
    match words {
        Some(words) => {
            settings.out.warn(FOR_GOOD);
            if !terminal || said.confirm.is_some() {
                return refuse(unconfirmed(&words, said));
            }
            let question = format!("Nobody can undo this. Only `{words}` goes on: ");
            answered(settings, interrupt, &question, &words).await
        }
        None if said.yes => Ok(()),
        None if !terminal => {
            let error = Error::new(Class::Final, "there is nobody to ask whether to apply this");
            refuse(error.hint("`--yes` applies without asking"))
        }
        None => {
            let steps = plan.steps.iter().filter(|step| step.action.verb().is_some()).count();
            let although = match broken.len() {
                0 => String::new(),
                quotas => format!(", although AWS refuses what is beyond {}", plural(quotas, "quota")),
            };
            let question = format!("Apply {}{although}? Only `yes` goes on: ", plural(steps, "step"));
            answered(settings, interrupt, &question, "yes").await
        }
    }
}

/// What a lock in compliance mode means.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes>
const FOR_GOOD: &str = "in compliance mode nobody can delete what is archived before its lock ends or shorten that \
                        lock: not its account's root user, not AWS; whatever it costs, it is paid for until then";

fn unconfirmed(words: &str, said: &Said) -> Error {
    let what = match &said.confirm {
        Some(other) => format!("`{other}` is not what is to be agreed to"),
        None => "there is nobody to ask whether to lock the archive for good".to_owned(),
    };
    Error::new(Class::Final, what)
        .hint(format!("`--confirm \"{words}\"` agrees to it; `--yes` alone does not"))
}

/// The roots of fields that say of a bucket how it is locked.
const LOCK: [&str; 2] = ["object_lock", "default_retention"];

/// What has to be typed, if a step makes or changes a lock in compliance mode.
fn irrevocable(zone: &LandingZone, plan: &Plan) -> Option<String> {
    let archive = zone.archive.as_ref()?;
    let locks = |step: &Step| {
        step.action.verb().is_some()
            && step.kind == Bucket::NAME
            && step.changes.list().iter().any(|change| LOCK.contains(&change.root()))
    };
    let locks = archive.lock.mode.value == LockMode::Compliance && plan.steps.iter().any(locks);
    let bucket = || format!("{}/{}", archive.account, Archive::MAIN);
    locks.then(|| format!("lock {} for {}", bucket(), archive.lock.days.period()))
}

/// How to agree to the destruction of a landing zone beforehand.
pub(super) fn confirm(name: &str) -> String {
    format!("`--confirm {name}` agrees to destroy the landing zone `{name}`")
}

/// Asks for the name of what is to be destroyed.
pub(super) async fn ask_to_destroy(
    settings: &Settings,
    interrupt: &Interrupt,
    name: &str,
    plan: &Plan,
) -> Result<(), Exit> {
    if !stdin().is_terminal() {
        let error = Error::new(Class::Final, "there is nobody to ask whether to destroy this");
        settings.out.error(&error.hint(confirm(name)));
        return Err(Exit::Error);
    }
    // What is made in their place is none of them.
    let goes = |step: &&Step| matches!(step.action, Action::Remove | Action::Delete);
    let going = plural(plan.steps.iter().filter(goes).count(), "resource");
    let question = format!("Take away {going}? Only the landing zone's name goes on: ");
    answered(settings, interrupt, &question, name).await
}

/// Asks something at the terminal; only these words go on.
pub(super) async fn answered(
    settings: &Settings,
    interrupt: &Interrupt,
    question: &str,
    wanted: &str,
) -> Result<(), Exit> {
    settings.out.ask(question);
    let answer = interrupt.unless(line()).await;
    if answer.as_deref() == Some(wanted) {
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
async fn line() -> String {
    let (answered, answer) = oneshot::channel();
    thread::spawn(move || {
        let mut line = String::new();
        // Whoever can't be read has not agreed, and whoever asked may have gone.
        drop(stdin().read_line(&mut line).map(|_| answered.send(line.trim().to_owned())));
    });
    answer.await.unwrap_or_default()
}
