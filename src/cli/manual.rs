//! What people read says what the program does: each command line and each piece of TOML in the first page, in `docs/` and in
//! the help is tried, each link leads somewhere, and each command is told of.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use clap::{Command, CommandFactory as _, Parser as _};
use toml::{Table, Value};

use super::{Cli, flow, sample};
use crate::config::{
    Files,
    catalogue::{Fields, File},
};

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_line_of_the_documentation_is_taken() {
    let mut tried = 0;
    for (path, text) in documentation() {
        for block in blocks(&text, "console") {
            for line in block.lines().filter_map(|line| line.strip_prefix("$ landfall ")) {
                assert_taken(&path, &format!("landfall {line}"));
                tried += 1;
            }
        }
    }
    assert!(tried > 40, "{tried} command lines");
}

#[test]
fn every_command_has_a_short_line_and_examples_that_are_taken() {
    for command in Cli::command().get_subcommands().filter(|command| command.get_name() != "help") {
        let name = command.get_name();
        let about = command.get_about().unwrap().to_string();
        assert!(about.len() < 66, "{name} takes more than a line at 80 columns: {about}");
        let examples = command.get_after_help().unwrap().to_string();
        let (first, examples) = examples.split_once('\n').unwrap();
        assert_eq!(first, "Examples:", "{name}");
        for line in examples.lines() {
            assert!(line.len() <= 80, "{line}");
            assert!(line.starts_with(&format!("  landfall {name}")) || line.contains(" -C "), "{line}");
            assert_taken(Path::new(name), line.trim_start());
        }
    }
}

/// Commands in the middle of a sentence, which may be the beginning of one.
#[test]
fn every_command_that_a_sentence_names_is_there_with_its_options() {
    for (path, text) in documentation() {
        for code in text.split('`').skip(1).step_by(2) {
            let Some(line) = code.strip_prefix("landfall ") else { continue };
            let (mut command, words) = (whole(), words(line));
            for (at, word) in words.iter().enumerate() {
                if let Some(inner) = command.find_subcommand(word) {
                    command = inner.clone();
                } else if let Some(option) = word.strip_prefix("--") {
                    let is_known = command.get_arguments().any(|known| known.get_long() == Some(option));
                    assert!(is_known, "{}: there is no `--{option}`: `{code}`", path.display());
                } else {
                    assert!(at > 0 || word == "COMMAND", "{}: no command: `{code}`", path.display());
                }
            }
        }
    }
}

#[test]
fn the_first_page_names_every_command() {
    let page = fs::read_to_string(root().join("README.md")).unwrap();
    for command in Cli::command().get_subcommands().filter(|command| command.get_name() != "help") {
        assert!(page.contains(&format!("`{}`", command.get_name())), "{} is missing", command.get_name());
    }
}

/// A piece is laid over the sample, which then has to be a landing zone without a mistake.
#[test]
fn every_piece_of_toml_in_the_documentation_is_taken() {
    let mut tried = 0;
    for (path, text) in documentation() {
        for block in blocks(&text, "toml") {
            if let Err(complaints) = flow::try_to_prove(overlaid(&block)) {
                panic!("{}: {}\n{block}", path.display(), complaints.render(false));
            }
            tried += 1;
        }
    }
    assert!(tried > 15, "{tried} pieces");
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages = documentation();
    for path in ["CONTRIBUTING.md", "CHANGELOG.md", "tests/sandbox/README.md"] {
        pages.push((path.into(), fs::read_to_string(root().join(path)).unwrap()));
    }
    for (path, text) in &pages {
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.starts_with("https://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let place = root().join(path.parent().unwrap()).join(file);
            let place = if file.is_empty() { root().join(path) } else { place };
            assert!(place.exists(), "{}: {target}", path.display());
            if !heading.is_empty() {
                let anchors = anchors(&fs::read_to_string(&place).unwrap());
                assert!(anchors.contains(heading), "{}: {target} of {anchors:?}", path.display());
            }
        }
    }
}

#[test]
fn every_page_is_linked_from_the_first() {
    let first = fs::read_to_string(root().join("README.md")).unwrap();
    for (path, _) in documentation().iter().skip(1) {
        assert!(first.contains(&format!("]({}", path.display())), "{} is not linked", path.display());
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The first page and those it leads to, by their path.
fn documentation() -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut pages: Vec<_> = entries.map(|name| Path::new("docs").join(name)).collect();
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.sort();
    pages.insert(0, "README.md".into());
    assert!(pages.len() > 5, "{pages:?}");
    pages
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(root().join(&path)).unwrap();
            (path, text)
        })
        .collect()
}

/// What stands between fences of this language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("\n```{language}\n");
    text.split(&opening).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// The headings of a page, as links write them.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let line = line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        line.chars().filter(|char| char.is_alphanumeric() || *char == '-').collect()
    };
    headings.map(anchor).collect()
}

fn whole() -> Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// Whether the program takes a line, and one within it that a sandbox is to run.
#[track_caller]
fn assert_taken(path: &Path, line: &str) {
    let words = words(line);
    if let Err(error) = Cli::try_parse_from(&words) {
        panic!("{}: {line}: {error}", path.display());
    }
    if let Some(at) = words.iter().position(|word| word == "--").filter(|at| words[at + 1] == "landfall") {
        assert_taken(path, &words[at + 1..].join(" "));
    }
}

/// The words of a line, as a shell splits it, up to a comment, a pipe or a redirection.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for char in line.chars().chain([' ']) {
        match (quote, char) {
            (Some(open), _) if open == char => quote = None,
            (None, '\'' | '"') => quote = Some(char),
            (None, ' ') if word.is_empty() => {}
            (None, ' ') if ["#", "|", ">"].contains(&&*word) => break,
            (None, ' ') => words.push(std::mem::take(&mut word)),
            _ => word.push(char),
        }
    }
    words
}

/// A file that a piece of TOML names.
const STATEMENTS: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Describe", "Effect": "Allow",
    "Principal": {"Service": "logs.amazonaws.com"}, "Action": "kms:DescribeKey", "Resource": "*"}]}"#;

/// The sample with a piece of TOML laid over it: over the file that has its keys; of an account, over `prod`.
fn overlaid(block: &str) -> Files {
    let piece: Table = block.parse().unwrap();
    let kinds = [File::Organization, File::Network, File::Keys, File::Assertions, File::Account];
    let has = |file: &File, key: &str| {
        file.shape().tables().into_iter().flat_map(Fields::all).any(|known| known.name == key)
    };
    let kind = kinds.into_iter().find(|file| piece.keys().all(|key| has(file, key)));
    let kind = kind.unwrap_or_else(|| panic!("no file has all these keys:\n{block}"));
    let is_meant =
        |path: &str| File::of(path) == Some(kind) && (kind != File::Account || path == "accounts/prod.toml");
    let (mut files, mut whole, mut target) = (Files::default(), Table::new(), String::new());
    for (path, content) in sample::files() {
        if is_meant(&path) {
            lay(&mut whole, std::str::from_utf8(content).unwrap().parse().unwrap());
            target = path;
        } else {
            files.insert(path, content);
        }
    }
    lay(&mut whole, piece);
    files.insert(target, whole.to_string().into_bytes());
    // What a key's intents can't say.
    files.insert("policies/kms/logs.json", STATEMENTS.as_bytes());
    // What nobody writes by hand.
    files.insert("policies/saml/okta.xml", include_str!("../../tests/support/saml.xml").as_bytes());
    files
}

/// Lays tables over tables, key by key.
fn lay(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(under)), Value::Table(over)) => lay(under, over),
            (_, value) => drop(under.insert(key, value)),
        }
    }
}
