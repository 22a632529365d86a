//! `landfall network`

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Subcommand;
use toml_edit::{Array, DocumentMut, Item, TableLike, Value, value};

use super::{exit::Exit, flow, settings::Settings};
use crate::{
    config::{self, Files},
    engine::error::{Class, Error},
    model::Network,
    names::{Cidr, VpcName},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall network allocate";

/// Give ranges of addresses to VPCs
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Give each VPC that states its `size` alone a range of the pool
    ///
    /// It is written into the VPC's file. A range is given once: it stays in the file, and in `handed_out` of `[pool]`, so that the range of a VPC that
    /// left goes to no other.
    Allocate,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    match args.command {
        Command::Allocate => allocate(settings),
    }
}

fn allocate(settings: &Settings) -> Exit {
    let files = Files::read(&settings.directory);
    let network = match config::parse(&files) {
        Ok(checked) => checked.zone.network,
        Err(complaints) => return flow::complain(settings, &complaints),
    };
    let given = match network.allocate() {
        Ok(given) => given,
        Err(problems) => return flow::complain(settings, &flow::complaints(problems, &files)),
    };
    let texts = files.iter().collect();
    let written = edited(&network, &given, &texts).and_then(|edits| write(&settings.directory, &edits));
    if let Err(error) = written {
        settings.out.error(&error);
        return Exit::Error;
    }
    for (name, range) in &given {
        let file = network.vpcs.get(name).map_or("", |vpc| vpc.origin.path());
        settings.out.status(&format!("gave {range} to the VPC `{name}`, written into {file}"));
    }
    if given.is_empty() {
        settings.out.status("every VPC has a range: nothing to give");
    }
    Exit::Fine
}

/// The files that change, with their new text: ranges in the tables of their VPCs, and all of them in the pool's.
fn edited(
    network: &Network,
    given: &[(VpcName, Cidr)],
    files: &BTreeMap<&Arc<str>, &[u8]>,
) -> Result<BTreeMap<Arc<str>, String>, Error> {
    let mut documents: BTreeMap<Arc<str>, DocumentMut> = BTreeMap::new();
    for (name, range) in given {
        let Some(vpc) = network.vpcs.get(name) else { continue };
        let document = open(&mut documents, vpc.origin.path(), files)?;
        let table = below(document, &["vpc", name.as_str()]).ok_or_else(|| lost(vpc.origin.path()))?;
        table.insert("cidr", value(range.to_string()));
    }
    if let Some(pool) = network.pool.as_ref().filter(|_| !given.is_empty()) {
        let document = open(&mut documents, pool.origin.path(), files)?;
        let table = below(document, &["pool"]).ok_or_else(|| lost(pool.origin.path()))?;
        let list = table.entry("handed_out").or_insert(value(Array::new()));
        let list = list.as_array_mut().ok_or_else(|| lost(pool.origin.path()))?;
        for (_, range) in given {
            note(list, *range);
        }
    }
    Ok(documents.into_iter().map(|(path, document)| (path, document.to_string())).collect())
}

/// Adds a range on a line of its own, so that two people who are given the same one at the same time find out when they
/// merge.
fn note(list: &mut Array, range: Cidr) {
    let mut element = Value::from(range.to_string());
    element.decor_mut().set_prefix("\n    ");
    list.push_formatted(element);
    list.set_trailing("\n");
    list.set_trailing_comma(true);
}

fn open<'d>(
    documents: &'d mut BTreeMap<Arc<str>, DocumentMut>,
    path: &Arc<str>,
    files: &BTreeMap<&Arc<str>, &[u8]>,
) -> Result<&'d mut DocumentMut, Error> {
    if !documents.contains_key(path) {
        let text = String::from_utf8_lossy(files.get(path).copied().unwrap_or_default());
        let document = text.parse::<DocumentMut>();
        let document = document
            .map_err(|error| Error::new(Class::Final, format!("failed to read {path}")).source(error))?;
        documents.insert(Arc::clone(path), document);
    }
    documents.get_mut(path).ok_or_else(|| lost(path))
}

/// A table, however it is written: under a header, within braces or with dots.
fn below<'d>(document: &'d mut DocumentMut, keys: &[&str]) -> Option<&'d mut dyn TableLike> {
    let mut item: &mut Item = document.as_item_mut();
    for key in keys {
        item = item.as_table_like_mut()?.get_mut(key)?;
    }
    item.as_table_like_mut()
}

fn lost(path: &str) -> Error {
    Error::new(Class::Final, format!("failed to find in {path} what was read from it"))
}

/// Writes beside each file first: a full disk leaves it as it was.
fn write(directory: &Path, edits: &BTreeMap<Arc<str>, String>) -> Result<(), Error> {
    let beside = |path: &Path| PathBuf::from(format!("{}.new", path.display()));
    let failed = |path: &Path, error: io::Error| {
        Error::new(Class::Final, format!("failed to write {}", path.display())).source(error)
    };
    let paths: Vec<_> = edits.iter().map(|(path, text)| (directory.join(&**path), text)).collect();
    for (path, text) in &paths {
        fs::write(beside(path), text).map_err(|error| failed(path, error))?;
    }
    for (path, _) in &paths {
        fs::rename(beside(path), path).map_err(|error| failed(path, error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORGANIZATION: &str = "[organization]\nname = \"acme\"\nemail = \"aws+{account}@acme.example\"\n\
                                home_region = \"ap-southeast-2\"\n\n[units]\nWorkloads = {}\n";
    const NETWORK: &str = r#"# What VPCs are given.
[pool]
cidr    = "10.0.0.0/8"   # all of it
retired = ["10.0.0.0/16"]

[vpc.prod]               # where it runs
account = "prod"
size    = 20             # small
zones   = 3
tiers   = { application = 24 }

[vpc.lab]
account = "prod"
size    = 22
zones   = 1
tiers   = { application = 24 }
"#;

    fn allocated(network: &str) -> String {
        let mut files = Files::default();
        files.insert("organization.toml", ORGANIZATION.as_bytes().to_vec());
        files.insert("accounts/prod.toml", b"unit = \"Workloads\"\n".to_vec());
        files.insert("network/vpcs.toml", network.as_bytes().to_vec());
        let network =
            config::parse(&files).unwrap_or_else(|all| panic!("{}", all.render(false))).zone.network;
        let given = network.allocate().expect("there is room");
        let texts = files.iter().collect();
        let edits = edited(&network, &given, &texts).expect("it is there");
        edits.into_values().collect()
    }

    #[test]
    fn ranges_are_written_once_and_comments_stay() {
        let once = allocated(NETWORK);
        assert!(
            once.contains("# What VPCs are given.\n[pool]\ncidr    = \"10.0.0.0/8\"   # all of it"),
            "{once}"
        );
        assert!(once.contains("size    = 20             # small"), "{once}");
        assert!(
            once.contains("cidr = \"10.1.0.0/20\"") && once.contains("cidr = \"10.1.16.0/22\""),
            "{once}"
        );
        assert!(once.contains("handed_out = [\n    \"10.1.0.0/20\",\n    \"10.1.16.0/22\",\n]"), "{once}");
        assert_eq!(allocated(&once), "");
    }

    #[test]
    fn the_range_of_a_vpc_that_left_goes_to_no_other() {
        let first = "[pool]\ncidr = \"10.0.0.0/8\"\n\n[vpc.a]\naccount = \"prod\"\nsize = 20\nzones = 1\ntiers = { data = 26 }\n";
        let once = allocated(first);
        assert!(once.contains("cidr = \"10.0.0.0/20\""), "{once}");
        let left = once.replace("[vpc.a]", "[vpc.b]").replace("cidr = \"10.0.0.0/20\"\n", "");
        assert!(allocated(&left).contains("cidr = \"10.0.16.0/20\""), "{left}");
    }
}
