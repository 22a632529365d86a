//! The house rules that a compiler does not know: which folder may use which, and that the registry is whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use landfall::engine::{doc::Field, env::Env};
use syn::visit::{self, Visit};

use crate::{
    config::sample,
    support::composed::{composed, parsed},
};

/// Which folders of `src/` each folder may use. `tests` modules inside them may use what they like.
const ARROWS: &[(&str, &[&str])] = &[
    ("names", &[]),
    ("policy", &[]),
    ("sandbox", &[]),
    ("model", &["names"]),
    ("config", &["model", "names", "policy"]),
    ("engine", &["names"]),
    ("journal", &["engine", "names"]),
    ("aws", &["engine", "names"]),
    ("kinds", &["engine", "aws", "names", "policy"]),
    ("compose", &["model", "kinds", "engine", "names", "policy"]),
    ("proofs", &["model", "engine", "names", "policy"]),
    ("report", &["engine", "journal", "names", "policy"]),
    ("runs", &["engine", "aws", "journal", "names", "policy"]),
    (
        "cli",
        &[
            "aws", "compose", "config", "engine", "journal", "kinds", "model", "names", "policy", "proofs",
            "report", "runs", "sandbox",
        ],
    ),
];

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Collects the first segment after `crate` in every path and use tree, outside of test modules.
#[derive(Default)]
struct Uses {
    crates: BTreeSet<String>,
    implemented: Vec<String>,
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string().contains("test"))
    })
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_use_tree(&mut self, tree: &'ast syn::UseTree) {
        if let syn::UseTree::Path(path) = tree
            && path.ident == "crate"
        {
            self.firsts(&path.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path.segments.iter();
        if segments.next().is_some_and(|segment| segment.ident == "crate")
            && let Some(second) = segments.next()
        {
            self.crates.insert(second.ident.to_string());
        }
        visit::visit_path(self, path);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if let (Some((_, path, _)), syn::Type::Path(of)) = (&item.trait_, &*item.self_ty)
            && path.segments.last().is_some_and(|segment| segment.ident == "Kind")
        {
            self.implemented.push(of.path.segments.last().unwrap().ident.to_string());
        }
        visit::visit_item_impl(self, item);
    }
}

impl Uses {
    fn firsts(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => _ = self.crates.insert(path.ident.to_string()),
            syn::UseTree::Name(name) => _ = self.crates.insert(name.ident.to_string()),
            syn::UseTree::Rename(rename) => _ = self.crates.insert(rename.ident.to_string()),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.firsts(item)),
            syn::UseTree::Glob(_) => _ = self.crates.insert("*".to_owned()),
        }
    }
}

fn uses(file: &Path) -> Uses {
    let syntax = syn::parse_file(&fs::read_to_string(file).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut uses = Uses::default();
    uses.visit_file(&syntax);
    uses
}

/// Files that are a test module of their own are named so.
fn is_test_file(file: &Path) -> bool {
    let names = ["tests.rs", "testing.rs", "toy.rs", "properties.rs"];
    file.file_name().is_some_and(|name| names.iter().any(|test| name == *test))
        || file.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn no_arrow_points_back_up() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for file in sources(&src()).iter().filter(|file| !is_test_file(file)) {
        let path = file.strip_prefix(src()).unwrap();
        let folder = path.components().next().unwrap().as_os_str().to_string_lossy();
        let Some(allowed) = arrows.get(&*folder) else {
            assert!(["main.rs", "lib.rs"].contains(&&*folder), "{} has no arrows", path.display());
            continue;
        };
        let foreign = |used: &String| **used != *folder && !allowed.contains(&used.as_str());
        for used in uses(file).crates.into_iter().filter(foreign) {
            wrong.push(format!("{} uses `{used}`", path.display()));
        }
    }
    assert!(wrong.is_empty(), "new arrows:\n{}", wrong.join("\n"));
}

#[test]
fn every_kind_is_registered_once() {
    let mut implemented = Vec::new();
    for file in sources(&src().join("kinds")) {
        if !is_test_file(&file) {
            implemented.extend(uses(&file).implemented);
        }
    }
    assert_eq!(implemented.len(), landfall::kinds::ALL.len(), "implemented: {implemented:?}");
    let names: BTreeSet<_> = landfall::kinds::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names.len(), landfall::kinds::ALL.len(), "a name stands twice");
}

#[test]
fn kinds_come_after_what_they_are_read_after() {
    let mut seen = BTreeSet::new();
    for kind in landfall::kinds::ALL {
        for before in kind.read_after() {
            let known = seen.contains(before) || *before == kind.name();
            assert!(known, "{} is read after {before}, which comes later", kind.name());
        }
        seen.insert(kind.name());
    }
}

#[test]
fn only_the_report_writes_to_the_terminal() {
    for file in sources(&src()) {
        let text = fs::read_to_string(&file).unwrap();
        let is_report = file.starts_with(src().join("report"));
        assert!(is_report || !text.contains("println!("), "{} prints", file.display());
    }
}

/// A plan puts the document of what is to be made together only if something that the node needs could not be read.
#[test]
fn a_document_waits_only_for_what_its_node_needs() {
    let graph = composed(&parsed(&sample()));
    let mut waiting = 0;
    for (_, node) in graph.nodes() {
        for (path, field) in node.kind.desired(&node.spec, &Env::nothing_known()).iter() {
            let Field::After { address, .. } = field else { continue };
            let is_needed = node.needs.iter().any(|need| graph.node(*need).label == *address);
            assert!(is_needed, "{}: {path} waits for {address}", node.label);
            waiting += 1;
        }
    }
    assert!(waiting > 100, "{waiting}");
}
