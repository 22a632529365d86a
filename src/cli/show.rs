//! `landfall show`

use super::{address, exit::Exit, flow, interrupt::Interrupt, settings::Settings};
use crate::{
    engine::{
        plan::Action,
        select::Selection,
        sides::Sides,
        snapshot::{Keep, Snapshot},
    },
    report::{Asked, Show},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall show prod/deployer
  landfall show prod/global/iam/role/deployer --offline";

/// Show what is wanted of a resource and what AWS has
///
/// Side by side, with the lines that state it, what it needs and what needs it. Only what it needs is read. Secrets
/// are shown by their fingerprints.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Its address, or the beginning or end of it that no other has: `prod/global/iam/role/deployer`, `prod/deployer`
    address: String,
    /// Ask AWS nothing, and show what is wanted alone
    #[arg(long)]
    offline: bool,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match show(settings, args).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn show(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    // Whether it all holds is not asked here.
    let landing = flow::composed(settings)?;
    let graph = &landing.graph;
    let id = address::find(graph, &args.address).map_err(|error| {
        settings.out.error(&error);
        Exit::Error
    })?;
    if args.offline {
        let unread = Snapshot::unread(graph.len(), Selection::everything());
        let sides = Sides::of(graph, &unread, id);
        settings.out.show(&Show { graph, id, sides, asked: Asked::Nothing });
        return Ok(Exit::Fine);
    }
    let narrowed =
        Settings { only: vec![graph.node(id).label.to_string()], ..settings.at(&settings.directory) };
    let options = flow::options(&landing.zone, false, false);
    let look = flow::look(&narrowed, &Interrupt::listen(), &landing, (&options, Keep::Everything)).await?;
    look.introduce(settings);
    let sides = Sides::of(graph, &look.snapshot, id);
    let step = look.plan.steps.iter().find(|step| step.node == Some(id));
    let entry = &look.snapshot.entries[id.index()];
    settings.out.show(&Show { graph, id, sides, asked: Asked::Aws { entry, step } });
    Ok(match step.map(|step| &step.action) {
        Some(Action::Blocked(_) | Action::Undetermined(_)) => Exit::Incomplete,
        _ => Exit::Fine,
    })
}
