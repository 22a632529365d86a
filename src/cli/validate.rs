//! `landfall validate`

use super::{exit::Exit, flow, settings::Settings};
use crate::report::plural;

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall validate
  landfall -C acme validate --json  # for editors and pipelines";

/// Check the landing zone without asking AWS anything
///
/// All mistakes are told at once, each with its place and a way out. `plan`, `apply` and `drift` begin with this.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {}

pub(super) fn run(settings: &Settings, Args {}: &Args) -> Exit {
    match flow::load(settings) {
        Ok(landing) => {
            let (accounts, resources) = (landing.zone.accounts.len(), landing.graph.len());
            if settings.out.is_json() {
                landing.validated(settings);
            } else {
                landing.warn(settings);
            }
            let warned = match landing.warnings.count() {
                0 => String::new(),
                count => format!(", with {}", plural(count, "warning")),
            };
            settings.out.status(&format!(
                "The landing zone is valid{warned}: {} in {}.",
                plural(resources, "resource"),
                plural(accounts, "account")
            ));
            Exit::Fine
        }
        Err(exit) => exit,
    }
}
