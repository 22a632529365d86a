//! `landfall map`

mod live;
mod names;
mod network;
mod organization;

use std::path::PathBuf;

use clap::ValueEnum;

use super::{exit::Exit, file, flow, interrupt::Interrupt, settings::Settings};
use crate::{
    engine::{
        error::{Class, Error},
        snapshot::Keep,
    },
    model::LandingZone,
    names::Origin,
    report::{
        map::{self, Drawing},
        plural,
    },
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall map --out map.html
  landfall map --live --out map.html    # marked with what AWS has
  landfall map --format mermaid";

/// Draw the organization and its network
///
/// As a page to search, zoom and print, or as text for documentation.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// What to draw it as
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// The file to write, as a whole or not at all (default: stdout)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Ask AWS, and mark what is as it should be, differs, is missing, or is somebody else's
    #[arg(long)]
    live: bool,
}

/// What the map is drawn as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page that needs nothing else.
    #[default]
    Html,
    /// A flowchart of Mermaid.
    Mermaid,
    /// A graph in the language of Graphviz.
    Graphviz,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match draw(settings, args).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn draw(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    let failed = |error: &Error| {
        settings.out.error(error);
        Exit::Error
    };
    if let Some(error) = misuse(settings, args) {
        return Err(failed(&error));
    }
    let landing = flow::load(settings)?;
    landing.warn(settings);
    let mut drawing = drawing(&landing.zone);
    let mut exit = Exit::Fine;
    if args.live {
        let options = flow::options(&landing.zone, false, false);
        let look = flow::look(settings, &Interrupt::listen(), &landing, (&options, Keep::Everything)).await?;
        look.introduce(settings);
        live::mark(&mut drawing, &landing.zone, &look);
        exit = if look.plan.unreadable.is_empty() { Exit::Fine } else { Exit::Incomplete };
    }
    let text = match args.format {
        Format::Html => map::html(&drawing),
        Format::Mermaid => map::mermaid(&drawing),
        Format::Graphviz => map::graphviz(&drawing),
    };
    match &args.out {
        None => settings.out.data(&text),
        Some(path) => {
            file::replace(path, &text).map_err(|error| failed(&error))?;
            settings.out.status(&format!("wrote the map to {}", path.display()));
        }
    }
    Ok(exit)
}

/// What was asked for and can't be had.
fn misuse(settings: &Settings, args: &Args) -> Option<Error> {
    if settings.out.is_json() {
        let what = "a map is no JSON";
        return Some(
            Error::new(Class::Final, what).hint("leave `--json` out; `plan --json` is for machines"),
        );
    }
    if args.live && args.format != Format::Html {
        let what = "only the page shows what AWS has";
        return Some(Error::new(Class::Final, what).hint("leave `--format` or `--live` out"));
    }
    None
}

/// What the landing zone says, as a drawing.
fn drawing(zone: &LandingZone) -> Drawing {
    let network = &zone.network;
    let mut drawing = Drawing {
        organization: zone.organization.name.value.clone(),
        counts: vec![
            plural(zone.accounts.len(), "account"),
            plural(zone.organization.regions.len(), "Region"),
            plural(network.vpcs.len(), "VPC"),
        ],
        root: organization::root(zone),
        ..Drawing::default()
    };
    network::draw(zone, &mut drawing);
    drawing.names = names::groups(zone);
    drawing
}

/// A place in the landing zone, as editors take it.
fn at(origin: &Origin) -> String {
    format!("{}:{}", origin.path(), origin.at.line)
}

/// Values beside each other.
fn listed<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    values.into_iter().map(|value| value.to_string()).collect::<Vec<_>>().join(", ")
}
