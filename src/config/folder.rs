use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use toml::de::DeTable;

use super::catalogue::File;
use super::complaint::{Complaint, Sink};
use super::files::{DIVIDE, Files, LARGEST, ORGANIZATION, too_large};
use super::source::Source;
use crate::model::PolicyType;
use crate::names::Origin;

/// The files of a landing zone by what they are, those in TOML as spanned trees.
pub(super) struct Folder<'a> {
    /// `organization.toml`.
    pub(super) organization: Option<Document<'a>>,
    /// `accounts/*.toml` by stem.
    pub(super) accounts: BTreeMap<String, Document<'a>>,
    /// `baselines/*.toml` by stem.
    pub(super) baselines: BTreeMap<String, Document<'a>>,
    /// `policies/keys.toml`.
    pub(super) keys: Option<Document<'a>>,
    /// `policies/assertions.toml`.
    pub(super) assertions: Option<Document<'a>>,
    /// `network/*.toml`.
    pub(super) network: Vec<Document<'a>>,
    /// `policies/*/*.json`.
    pub(super) policies: Vec<Source<'a>>,
    /// `policies/saml/*.xml` by path.
    pub(super) metadata: BTreeMap<String, Source<'a>>,
    broken: bool,
}

/// A file in TOML.
#[derive(Clone)]
pub(super) struct Document<'a> {
    pub(super) file: File,
    pub(super) source: Source<'a>,
    pub(super) table: Rc<DeTable<'a>>,
}

impl Document<'_> {
    /// The same file, reached by way of `line`: what is read from it remembers that.
    pub(super) fn through(&self, line: &Origin) -> Self {
        Self { source: self.source.through(line), ..self.clone() }
    }
}

/// How many syntax errors of one file are shown: what follows is mostly a consequence.
const SHOWN: usize = 5;

impl<'a> Folder<'a> {
    /// Sorts the files by what they are and parses those in TOML.
    pub(super) fn open(files: &'a Files, sink: &Sink) -> Self {
        let mut folder = Self {
            organization: None,
            accounts: BTreeMap::new(),
            baselines: BTreeMap::new(),
            keys: None,
            assertions: None,
            network: Vec::new(),
            policies: Vec::new(),
            metadata: BTreeMap::new(),
            broken: !files.complaints().is_empty(),
        };
        for (path, content) in files.iter() {
            folder.add(path, content, sink);
        }
        if folder.organization.is_none() && !folder.broken {
            sink.push(Complaint::new(&Origin::file(ORGANIZATION), format!("there is no `{ORGANIZATION}`")));
            folder.broken = true;
        }
        folder
    }

    /// Whether every file could be read as a whole.
    pub(super) fn is_whole(&self) -> bool {
        !self.broken
    }

    /// All files in TOML.
    pub(super) fn documents(&self) -> impl Iterator<Item = &Document<'a>> {
        let Self { organization, accounts, baselines, keys, assertions, network, .. } = self;
        let alone = [organization, keys, assertions].into_iter().flatten();
        alone.chain(accounts.values()).chain(baselines.values()).chain(network)
    }

    fn add(&mut self, path: &Arc<str>, content: &'a [u8], sink: &Sink) {
        let Some(place) = Place::of(path) else {
            return sink.push(misplaced(path));
        };
        let source = match text(path, content) {
            Ok(text) => Source::new(path.clone(), text),
            Err(complaint) => {
                self.broken = true;
                return sink.push(*complaint);
            }
        };
        match place {
            Place::Policy => self.policies.push(source),
            Place::Metadata => drop(self.metadata.insert(path.to_string(), source)),
            Place::Toml(file) => self.add_toml(file, source, sink),
        }
    }

    fn add_toml(&mut self, file: File, source: Source<'a>, sink: &Sink) {
        let Some(document) = parse(file, source, sink) else {
            // The file is there, which is all that those who refer to it by its stem need.
            self.broken = true;
            return;
        };
        let stem = document.source.stem().to_owned();
        match file {
            File::Organization => self.organization = Some(document),
            File::Account | File::Management => drop(self.accounts.insert(stem, document)),
            File::Baseline => drop(self.baselines.insert(stem, document)),
            File::Network => self.network.push(document),
            File::Keys => self.keys = Some(document),
            File::Assertions => self.assertions = Some(document),
        }
    }
}

/// What a file is, by where it lies.
#[derive(Clone, Copy)]
enum Place {
    Toml(File),
    Policy,
    Metadata,
}

impl Place {
    fn of(path: &str) -> Option<Self> {
        if let Some(file) = File::of(path) {
            return Some(Self::Toml(file));
        }
        let (stem, extension) = path.rsplit_once('.')?;
        match (stem.split('/').collect::<Vec<_>>().as_slice(), extension) {
            (["policies", "saml", _], "xml") => Some(Self::Metadata),
            (["policies", "iam" | "kms", _], "json") => Some(Self::Policy),
            (["policies", kind, _], "json") => PolicyType::from_folder(kind).map(|_| Self::Policy),
            _ => None,
        }
    }
}

fn misplaced(path: &str) -> Complaint {
    let complaint = Complaint::new(&Origin::file(path), format!("`{path}` is not part of a landing zone"));
    let folders = PolicyType::ALL.map(PolicyType::folder).into_iter().chain(["iam", "kms", "saml"]);
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["policies", folder, _] => complaint.nearest(folder, folders),
        ["policies", _] => complaint.help("policies lie in a folder for each type, such as `policies/scp/`"),
        _ => complaint.help("accounts are `accounts/NAME.toml`, baselines are `baselines/NAME.toml`, the network is `network/NAME.toml`"),
    }
}

const ENCODING: &str = "let your editor save it as UTF-8, or put a text file into its place";

fn text<'a>(path: &Arc<str>, content: &'a [u8]) -> Result<&'a str, Box<Complaint>> {
    if content.len() as u64 > LARGEST {
        let message = format!("can't read `{path}`: {}", too_large(content.len() as u64));
        return Err(Box::new(Complaint::new(&Origin::file(path.clone()), message).help(DIVIDE)));
    }
    std::str::from_utf8(content).map_err(|error| {
        let valid = content.get(..error.valid_up_to()).unwrap_or_default();
        let source = Source::new(path.clone(), std::str::from_utf8(valid).unwrap_or_default());
        let origin = source.origin(valid.len()..valid.len());
        Box::new(Complaint::new(&origin, "this is not UTF-8").help(ENCODING))
    })
}

/// The tree of a file, unless its syntax is wrong: recovery would invent values that nobody wrote.
fn parse<'a>(file: File, source: Source<'a>, sink: &Sink) -> Option<Document<'a>> {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    for error in errors.iter().take(SHOWN) {
        let origin = source.origin(error.span().unwrap_or(0..0));
        sink.push(Complaint::new(&origin, error.message()));
    }
    if errors.len() > SHOWN {
        let origin = source.origin(errors[SHOWN].span().unwrap_or(0..0));
        sink.push(Complaint::new(&origin, format!("and {} more mistakes from here", errors.len() - SHOWN)));
    }
    errors.is_empty().then(|| Document { file, source, table: Rc::new(table.into_inner()) })
}
