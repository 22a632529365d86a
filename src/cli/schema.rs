//! `landfall schema`

use std::{fs, io, path::PathBuf};

use clap::builder::PossibleValuesParser;

use super::{exit::Exit, file::replace, settings::Settings};
use crate::{
    config::catalogue::{self, File},
    engine::error::{Class, Error},
    report::{
        json::schema::{SCHEMAS, file, text},
        plural,
    },
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall schema account          # of accounts/NAME.toml
  landfall schema plan@1           # of what `landfall plan --json` prints
  landfall schema --dir schemas    # all of them, anew after an update";

/// Print JSON Schemas of the TOML and of what `--json` prints
///
/// `landfall init` writes those of the files into `schemas/`, and a line such as `#:schema ../schemas/account.json`
/// at the top of a file tells editors that know Taplo (Even Better TOML among them) by which one to complete, explain
/// and check it. After an update of Landfall, `landfall schema --dir schemas` writes them anew, and what is printed
/// into `schemas/output`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A kind of file or a printed document; left out, `--dir` writes all of them
    #[arg(
        value_name = "KIND",
        value_parser = PossibleValuesParser::new(names()),
        required_unless_present = "dir"
    )]
    kind: Option<String>,
    /// The folder to write to; made if it is not there
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Where what is printed is described, within the folder.
const OUTPUT: &str = "output";

/// What there are schemas of.
fn names() -> Vec<&'static str> {
    let printed = SCHEMAS.iter().map(|&(name, _)| name.strip_prefix("landfall/").unwrap_or(name));
    File::ALL.map(File::name).into_iter().chain(printed).collect()
}

/// Where the schema of a kind of file lies in a folder, and what it is.
pub(super) fn of_file(file: File) -> (String, String) {
    (format!("{}.json", file.name()), format!("{:#}\n", catalogue::schema(file)))
}

/// Every schema, in the order of their names above.
fn all() -> Vec<(String, String)> {
    let printed = SCHEMAS.iter().map(|(name, make)| (format!("{OUTPUT}/{}", file(name)), text(name, *make)));
    File::ALL.map(of_file).into_iter().chain(printed).collect()
}

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    let is_meant = |name: &str| args.kind.as_deref().is_none_or(|kind| kind == name);
    let chosen: Vec<_> =
        names().into_iter().zip(all()).filter(|(name, _)| is_meant(name)).map(|(_, file)| file).collect();
    let Some(dir) = &args.dir else {
        for (_, text) in &chosen {
            settings.out.data(text);
        }
        return Exit::Fine;
    };
    let failed = |folder: &PathBuf, error: io::Error| {
        Error::new(Class::Final, format!("failed to make {}", folder.display())).source(error)
    };
    for (name, text) in &chosen {
        let path = dir.join(name);
        let folder = path.parent().map_or_else(|| dir.clone(), PathBuf::from);
        let made = fs::create_dir_all(&folder).map_err(|error| failed(&folder, error));
        if let Err(error) = made.and_then(|()| replace(&path, text)) {
            settings.out.error(&error);
            return Exit::Error;
        }
    }
    settings.out.status(&format!("wrote {} to {}", plural(chosen.len(), "schema"), dir.display()));
    Exit::Fine
}
