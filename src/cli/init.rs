//! `landfall init`

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, value};

use super::{exit::Exit, sample, schema, settings::Settings};
use crate::{
    config::{self, Complaint, Files, catalogue::File},
    engine::error::{Class, Error},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall init acme --name acme --email 'aws+{account}@acme.example'";

/// Write a landing zone to begin with
///
/// Five accounts in their units with guardrails, roles, keys, an archive and a network, and JSON Schemas for editors.
/// What is there already is never overwritten.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The folder to write to; made if it is not there
    directory: PathBuf,
    /// The organization's name: lowercase letters, digits and `-`
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The root e-mail address of each account, with `{account}` where its name goes
    #[arg(long, value_name = "PATTERN")]
    email: Option<String>,
}

impl Args {
    /// The sample as it is.
    pub(super) fn plain(directory: &Path) -> Self {
        Self { directory: directory.to_owned(), name: None, email: None }
    }
}

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    match write(args) {
        Ok(count) => {
            let dir = args.directory.display();
            settings.out.status(&format!("wrote a landing zone of {count} files to {dir}"));
            settings.out.hint(&format!(
                "look through {dir}/organization.toml, then `landfall -C {dir} validate` and `landfall -C {dir} plan`"
            ));
            if args.email.is_none() {
                settings.out.hint(
                    "the e-mail addresses of accounts are an example's, and AWS keeps those that accounts are made \
                     with: put your own in before you apply",
                );
            }
            Exit::Fine
        }
        Err(errors) => {
            for error in &errors {
                settings.out.error(error);
            }
            Exit::Error
        }
    }
}

/// Writes only what is not there: a landing zone is never overwritten, nor mixed with what is in its folders.
pub(super) fn write(args: &Args) -> Result<usize, Vec<Error>> {
    vacant(&args.directory).map_err(|error| vec![error])?;
    let schemas = File::ALL.map(schema::of_file).map(|(name, text)| (format!("{SCHEMAS}/{name}"), text));
    if let Some((name, _)) = schemas.iter().find(|(name, _)| args.directory.join(name).exists()) {
        return Err(vec![taken(&args.directory, name)]);
    }
    let mut files = Files::default();
    for (path, content) in sample::files() {
        let is_personal = path == "organization.toml";
        let content = if is_personal {
            personal(content, args).map_err(|error| vec![error])?
        } else {
            content.to_vec()
        };
        files.insert(path, content);
    }
    sound(&files)?;
    let schemas = schemas.iter().map(|(path, text)| (path.as_str(), text.as_bytes()));
    for (path, content) in files.iter().map(|(path, content)| (&**path, content)).chain(schemas) {
        put(&args.directory, &args.directory.join(path), content).map_err(|error| vec![error])?;
    }
    Ok(files.iter().count())
}

/// Where the files of the sample look for their schemas.
const SCHEMAS: &str = "schemas";

/// Whether a folder has nothing of a landing zone in it.
pub(super) fn vacant(directory: &Path) -> Result<(), Error> {
    let tops = ["organization.toml", "accounts", "baselines", "policies", "network"];
    let Some(name) = tops.into_iter().find(|name| directory.join(name).exists()) else { return Ok(()) };
    Err(taken(directory, name))
}

fn taken(directory: &Path, name: &str) -> Error {
    let what = format!("{} has `{name}` already", directory.display());
    Error::new(Class::Final, what).hint("name a folder without a landing zone")
}

/// Whether a landing zone with the name and the e-mail pattern that were given is valid: better said before it is
/// written. A bad pattern is bad for every account; it is told once.
fn sound(files: &Files) -> Result<(), Vec<Error>> {
    let Err(complaints) = config::parse(files) else { return Ok(()) };
    let mut told = BTreeSet::new();
    let mistakes = complaints.iter().filter(|complaint| !complaint.is_warning());
    let new = mistakes.filter(|complaint| told.insert(&complaint.message));
    let error = |complaint: &Complaint| {
        let error = Error::new(Class::Final, &*complaint.message);
        match &complaint.help {
            Some(help) => error.hint(&**help),
            None => error,
        }
    };
    Err(new.map(error).collect())
}

/// Writes one file, and the folder it lies in.
pub(super) fn put(directory: &Path, target: &Path, content: &[u8]) -> Result<(), Error> {
    let folder = target.parent().unwrap_or(directory);
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    fs::write(target, content).map_err(|error| failed(target, error))
}

/// The organization's own name and e-mail pattern, with comments and layout kept.
fn personal(content: &[u8], args: &Args) -> Result<Vec<u8>, Error> {
    let text = String::from_utf8_lossy(content);
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        Error::new(Class::Final, "the sample is broken").source(error)
    })?;
    let table = &mut document["organization"];
    for (key, given) in [("name", &args.name), ("email", &args.email)] {
        if let Some(given) = given {
            let decor = table[key].as_value().map(|old| old.decor().clone());
            table[key] = value(given);
            if let (Some(decor), Some(new)) = (decor, table[key].as_value_mut()) {
                *new.decor_mut() = decor;
            }
        }
    }
    Ok(document.to_string().into_bytes())
}

fn failed(path: &Path, error: io::Error) -> Error {
    Error::new(Class::Final, format!("failed to write {}", path.display())).source(error)
}
