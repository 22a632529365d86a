//! `landfall validate`

use super::{exit::Exit, flow, settings::Settings};
use crate::report::plural;

/// Check the landing zone without asking AWS anything
#[derive(clap::Args)]
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
