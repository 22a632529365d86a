//! `landfall history`

use std::collections::BTreeSet;

use super::{
    exit::Exit,
    flow::{self, Landing},
    interrupt::Interrupt,
    settings::Settings,
    turn,
};
use crate::{
    engine::error::{Class, Error},
    journal::Record,
    runs::{Folder, RunId, Store},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall history                # the last twenty runs
  landfall history 20261129-10    # one, by how its name begins";

/// Tell what runs did: who, when, what changed, which requests
///
/// Every run that changes something keeps a journal on its machine and in the bucket of the management account.
/// Those of both places are told, the newest first.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A run, or how its name begins: its steps, their fields and requests
    run: Option<String>,
    /// How many runs to list
    #[arg(long, value_name = "N", default_value_t = 20, conflicts_with = "run")]
    last: usize,
}

/// How many runs an error names.
const NAMED: usize = 5;

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match history(settings, args).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn history(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    // What it was like is worth knowing of a landing zone that does not hold, too.
    let landing = flow::composed(settings)?;
    let interrupt = Interrupt::listen();
    let organization = landing.graph.organization();
    let folder = Folder::of(organization);
    let here = folder.as_ref().map(Folder::runs).unwrap_or_default();
    let mut shelf = Shelf { settings, interrupt: &interrupt, folder, store: None };
    let mut all: BTreeSet<RunId> = here.into_iter().collect();
    let is_here = |name: &String| all.iter().any(|run| run.as_str() == name);
    if !args.run.as_ref().is_some_and(is_here) {
        all.extend(shelf.open(&landing).await?);
    }
    let Some(name) = &args.run else {
        let mut records = Vec::new();
        for run in all.iter().rev().take(args.last) {
            records.extend(shelf.record(run).await?);
        }
        settings.out.history(organization, &records, all.len());
        return Ok(Exit::Fine);
    };
    let run = find(name, &all).map_err(|error| shelf.failed(&error))?;
    let record = shelf.record(run).await?.ok_or_else(|| {
        shelf.failed(&Error::new(Class::Final, format!("the journal of run {run} is gone")))
    })?;
    settings.out.run(organization, &record);
    Ok(Exit::Fine)
}

/// The one run whose name begins so.
fn find<'r>(name: &str, all: &'r BTreeSet<RunId>) -> Result<&'r RunId, Error> {
    let found: Vec<_> = all.iter().rev().filter(|run| run.as_str().starts_with(name)).collect();
    match found.as_slice() {
        [run] => Ok(run),
        [] => Err(Error::new(Class::Final, format!("there is no run `{name}`"))
            .hint("`landfall history` lists the runs; the beginning of a name is enough")),
        several => {
            let some: Vec<_> = several.iter().take(NAMED).map(ToString::to_string).collect();
            let more = several.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            Err(Error::new(Class::Final, format!("`{name}` begins the names of {} runs", several.len()))
                .hint(format!("it may be {}{more}", some.join(", "))))
        }
    }
}

/// Where journals are.
struct Shelf<'a> {
    settings: &'a Settings,
    interrupt: &'a Interrupt,
    folder: Option<Folder>,
    store: Option<Store>,
}

impl Shelf<'_> {
    /// The runs of all machines, as far as AWS can be asked; those of this one are told anyway.
    async fn open(&mut self, landing: &Landing) -> Result<Vec<RunId>, Exit> {
        let asking = Box::pin(async {
            let entered = flow::entered(self.settings, self.interrupt, &landing.zone).await?;
            let store = turn::store(landing, &entered);
            let runs = store.runs().await?;
            Ok::<_, Error>((store, runs))
        });
        match self.interrupt.unless(asking).await {
            Some(Ok((store, runs))) => {
                self.store = Some(store);
                Ok(runs)
            }
            Some(Err(error)) => {
                let why = error.in_short();
                self.settings.out.warn(&format!("runs of other machines are not told: {why}"));
                error.hint.iter().for_each(|hint| self.settings.out.hint(hint));
                Ok(Vec::new())
            }
            None => flow::unless_interrupted(self.settings, None),
        }
    }

    /// What a run left, on this machine if it ran here.
    async fn record(&self, run: &RunId) -> Result<Option<Record>, Exit> {
        if let Some(folder) = &self.folder {
            match folder.read(run) {
                Ok(Some(text)) => {
                    let is_running = folder.is_over(run) == Some(false);
                    return Ok(Some(Record::read(run.as_str(), &text, is_running)));
                }
                Ok(None) => {}
                Err(error) => {
                    self.settings.out.warn(&format!("the journal of run {run} can't be read: {error}"));
                }
            }
        }
        let Some(store) = &self.store else { return Ok(None) };
        let recalling = Box::pin(store.recall(run));
        let text = flow::unless_interrupted(self.settings, self.interrupt.unless(recalling).await)?;
        Ok(text.map(|text| Record::read(run.as_str(), &text, false)))
    }

    fn failed(&self, error: &Error) -> Exit {
        self.settings.out.error(error);
        Exit::Error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_found_by_how_its_name_begins() {
        let all: BTreeSet<RunId> = ["20261129-104142-7f3a", "20261129-104142-7f3b", "20261201-000000-0000"]
            .map(|run| run.parse().unwrap())
            .into();
        assert_eq!(find("202612", &all).unwrap().as_str(), "20261201-000000-0000");
        let several = find("20261129", &all).unwrap_err();
        assert_eq!(several.to_string(), "`20261129` begins the names of 2 runs");
        assert_eq!(several.hint.unwrap(), "it may be 20261129-104142-7f3b, 20261129-104142-7f3a");
        assert_eq!(find("1999", &all).unwrap_err().to_string(), "there is no run `1999`");
    }
}
