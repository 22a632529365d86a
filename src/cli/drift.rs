//! `landfall drift`

use super::{exit::Exit, flow, interrupt::Interrupt, plan::standing, settings::Settings};
use crate::engine::snapshot::Keep;

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall drift
  landfall drift --json";

/// Compare AWS with the landing zone
///
/// Ends with 0 where nothing moved, with 2 where something did, with 3 where something could not be read.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {}

pub(super) async fn run(settings: &Settings, Args {}: &Args) -> Exit {
    match drift(settings).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn drift(settings: &Settings) -> Result<Exit, Exit> {
    let landing = flow::load(settings)?;
    let options = flow::options(&landing.zone, false, false);
    let look = flow::look(settings, &Interrupt::listen(), &landing, (&options, Keep::Differences)).await?;
    look.introduce(settings);
    settings.out.drift(&look.plan, &look.graph);
    Ok(standing(&look.plan))
}
