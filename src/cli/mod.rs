//! The command line: one file per command; what was typed is resolved once into plain structs.

mod address;
mod agreement;
mod apply;
mod completions;
mod demo;
mod destroy;
mod doctor;
mod drift;
mod exit;
mod explain;
mod file;
mod flow;
mod graph;
mod history;
mod home;
mod init;
mod interrupt;
mod kinds;
mod man;
mod map;
mod network;
mod offer;
mod plan;
mod policy;
mod quotas;
mod reach;
mod render;
mod sample;
mod sandbox;
mod saved;
mod schema;
mod settings;
mod show;
mod turn;
mod unlock;
mod validate;
mod work;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use exit::Exit;
use settings::{Global, Settings};

use crate::engine::error::{Class, Error};

/// Turns a folder of TOML into a whole multi-account AWS organization, and proves that it stays that way.
///
/// Exit codes: 0 all is well; 1 an error; 2 changes or drift (`drift`, `plan --detailed-exitcode`); 3 incomplete:
/// something could not be read, is blocked, was skipped or interrupted.
#[derive(Parser)]
#[command(name = "landfall", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// In the order of their help: to begin with, to run, to ask, the network, what others need to know.
#[derive(Subcommand)]
enum Command {
    Init(init::Args),
    Validate(validate::Args),
    Explain(explain::Args),
    Doctor(doctor::Args),
    Plan(plan::Args),
    Apply(apply::Args),
    Drift(drift::Args),
    History(history::Args),
    Unlock(unlock::Args),
    Destroy(destroy::Args),
    Show(show::Args),
    Render(render::Args),
    Graph(graph::Args),
    Kinds(kinds::Args),
    Network(network::Args),
    Reach(reach::Args),
    Map(map::Args),
    Policy(policy::Args),
    Schema(schema::Args),
    Sandbox(sandbox::Args),
    Demo(demo::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Parses, runs, and tells how it ended.
pub async fn main() -> ExitCode {
    let Cli { global, command } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are data and go to stdout; a wrong use is an error like any other (clap says 2).
            // What can't be written is an error too, and there is nowhere left to say so; whoever closed the pipe has
            // read enough.
            let written = error.print().and_then(|()| io::stdout().flush());
            let failed = written.is_err_and(|error| error.kind() != io::ErrorKind::BrokenPipe);
            return ExitCode::from(u8::from(error.use_stderr() || failed));
        }
    };
    let settings = global.resolve();
    settings::trace(settings.verbosity);
    let exit = run(&settings, command).await;
    match settings.out.finish() {
        Ok(()) => exit.into(),
        // What was asked for could not be written: a full disk, for one. Stderr may still take it.
        Err(error) => {
            settings.out.error(&Error::new(Class::Final, "failed to write to stdout").source(error));
            Exit::Error.into()
        }
    }
}

async fn run(settings: &Settings, command: Command) -> Exit {
    match command {
        Command::Init(args) => init::run(settings, &args),
        Command::Validate(args) => validate::run(settings, &args),
        Command::Explain(args) => explain::run(settings, &args),
        Command::Schema(args) => schema::run(settings, &args),
        Command::Plan(args) => plan::run(settings, &args).await,
        Command::Apply(args) => apply::run(settings, &args).await,
        Command::Drift(args) => drift::run(settings, &args).await,
        Command::Destroy(args) => destroy::run(settings, &args).await,
        Command::History(args) => history::run(settings, &args).await,
        Command::Unlock(args) => unlock::run(settings, &args).await,
        Command::Reach(args) => reach::run(settings, &args).await,
        Command::Network(args) => network::run(settings, &args),
        Command::Map(args) => map::run(settings, &args).await,
        Command::Policy(args) => policy::run(settings, &args),
        Command::Render(args) => render::run(settings, &args),
        Command::Show(args) => show::run(settings, &args).await,
        Command::Graph(args) => graph::run(settings, &args),
        Command::Kinds(args) => kinds::run(settings, &args),
        Command::Doctor(args) => doctor::run(settings, &args).await,
        Command::Sandbox(args) => sandbox::run(settings, args).await,
        Command::Demo(args) => demo::run(settings, &args).await,
        Command::Completions(args) => completions::run(settings, &args),
        Command::Man(args) => man::run(settings, &args),
    }
}

#[cfg(test)]
mod manual;
