//! What holds for every command.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

use crate::report::{self, Output};

/// When to use colours. What is said of each would make the help of every command a page longer.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// Options of every command, as they were typed.
#[derive(Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Global {
    /// The folder of the landing zone
    #[arg(short = 'C', long = "directory", value_name = "DIR", default_value = ".", global = true)]
    directory: PathBuf,
    /// The profile of the AWS configuration files to start from (default: the SDK's credential chain)
    #[arg(long, value_name = "NAME", global = true)]
    profile: Option<String>,
    /// Only this account, address, or beginning of an address, with everything it needs (repeatable)
    #[arg(long, value_name = "ADDRESS", global = true)]
    only: Vec<String>,
    /// How many reads and steps may be sending calls at the same time
    #[arg(long, value_name = "N", default_value_t = 16, global = true,
          value_parser = clap::value_parser!(u16).range(1..=512))]
    parallel: u16,
    /// Print data as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Print nothing but data and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more: every field of what is created; twice: every call
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    verbose: u8,
    /// When to use colours; `auto`: on terminals, unless `NO_COLOR` is set
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, global = true)]
    color: Color,
}

/// Options of every command, resolved.
#[derive(Clone)]
pub(super) struct Settings {
    pub directory: PathBuf,
    pub profile: Option<String>,
    pub only: Vec<String>,
    pub parallel: usize,
    pub verbosity: u8,
    pub quiet: bool,
    pub color: Color,
    pub out: Output,
}

impl Settings {
    /// What another run of this program has to be told to look and speak the same.
    pub(super) fn arguments(&self) -> Vec<String> {
        let color = match self.color {
            Color::Auto => "auto",
            Color::Always => "always",
            Color::Never => "never",
        };
        let mut arguments = vec![format!("--parallel={}", self.parallel), format!("--color={color}")];
        arguments.extend(self.out.is_json().then(|| "--json".to_owned()));
        arguments.extend(self.quiet.then(|| "--quiet".to_owned()));
        arguments.extend((0..self.verbosity).map(|_| "-v".to_owned()));
        arguments
    }

    /// The same for a landing zone in another folder.
    pub(super) fn at(&self, directory: &Path) -> Self {
        Self { directory: directory.to_owned(), ..self.clone() }
    }

    /// The same about these parts of the landing zone alone.
    pub(super) fn only(&self, only: &[String]) -> Self {
        Self { only: only.to_vec(), ..self.clone() }
    }
}

impl Global {
    pub(super) fn resolve(self) -> Settings {
        let Self { directory, profile, only, parallel, json, quiet, verbose, color } = self;
        let when = match color {
            Color::Auto => report::Color::Auto,
            Color::Always => report::Color::Always,
            Color::Never => report::Color::Never,
        };
        let out = Output::new(&report::Settings { json, quiet, verbosity: verbose, color: when });
        Settings {
            directory,
            profile,
            only,
            parallel: parallel.into(),
            verbosity: verbose,
            quiet,
            color,
            out,
        }
    }
}

/// Traces to stderr with `-vv` (our calls) or as `LANDFALL_LOG` says, in the words of `tracing`'s filters.
pub(super) fn trace(verbosity: u8) {
    let filter = match std::env::var("LANDFALL_LOG") {
        Ok(filter) => EnvFilter::new(filter),
        Err(_) if verbosity >= 3 => {
            EnvFilter::new("landfall=trace,aws_config=debug,aws_smithy_runtime=debug")
        }
        Err(_) if verbosity == 2 => EnvFilter::new("landfall=debug"),
        Err(_) => return,
    };
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
}
