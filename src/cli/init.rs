//! `landfall init`

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, value};

use super::{exit::Exit, sample, settings::Settings};
use crate::engine::error::{Class, Error};

/// Write a landing zone to begin with: five accounts, units, guardrails, roles
#[derive(clap::Args)]
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
            Exit::Fine
        }
        Err(error) => {
            settings.out.error(&error);
            Exit::Error
        }
    }
}

/// Writes only what is not there: a landing zone is never overwritten, nor mixed with what is in its folders.
pub(super) fn write(args: &Args) -> Result<usize, Error> {
    let taken = |name: &str| args.directory.join(name).exists();
    let tops = ["organization.toml", "accounts", "baselines", "policies", "network"];
    if let Some(name) = tops.into_iter().find(|name| taken(name)) {
        let what = format!("{} has `{name}` already", args.directory.display());
        return Err(Error::new(Class::Final, what).hint("name a folder without a landing zone"));
    }
    let files = sample::files();
    for (path, content) in &files {
        let content = if path == "organization.toml" { personal(content, args)? } else { content.to_vec() };
        let target = args.directory.join(path);
        let written = fs::create_dir_all(target.parent().unwrap_or(&args.directory))
            .and_then(|()| fs::write(&target, content));
        written.map_err(|error| failed(&target.display().to_string(), error))?;
    }
    Ok(files.len())
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

fn failed(path: &str, error: io::Error) -> Error {
    Error::new(Class::Final, format!("failed to write {path}")).source(error)
}
