//! `landfall graph`

use clap::ValueEnum;

use super::{address, exit::Exit, flow, settings::Settings};
use crate::{
    engine::{graph::Graph, relations::Part},
    report::{Format, Relations},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall graph prod/deployer
  landfall graph --only prod --format graphviz";

/// Draw what depends on what
///
/// All resources, or one with all that it needs and all that needs it. An arrow leads from a resource to what it
/// needs; arrows that others imply are left out.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The address of one, or the beginning or end of it that no other has (default: all, or what `--only` says)
    address: Option<String>,
    /// What to draw it as
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: As,
}

/// What the graph is drawn as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum As {
    /// A flowchart of Mermaid.
    #[default]
    Mermaid,
    /// A graph in the language of Graphviz.
    Graphviz,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    match draw(settings, args) {
        Ok(()) => Exit::Fine,
        Err(exit) => exit,
    }
}

fn draw(settings: &Settings, args: &Args) -> Result<(), Exit> {
    let landing = flow::composed(settings)?;
    let graph: &Graph = &landing.graph;
    let center = args.address.as_ref().map(|word| address::find(graph, word)).transpose();
    let center = center.map_err(|error| {
        settings.out.error(&error);
        Exit::Error
    })?;
    let part = if let Some(center) = center {
        Part::around(graph, center)
    } else {
        let selection = flow::select(settings, graph)?;
        Part::of(graph, |id| selection.has(id))
    };
    let format = match args.format {
        As::Mermaid => Format::Mermaid,
        As::Graphviz => Format::Graphviz,
    };
    settings.out.relations(&Relations { graph, part: &part, center }, format);
    Ok(())
}
