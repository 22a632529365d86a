//! Configuration: the sample is valid, every kind of mistake is rendered as it should be, and no mutation of the
//! sample, however mad, does anything but load or complain at a place.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use landfall::compose;
use landfall::config::{self, Checked, Complaint, Complaints, Files};
use landfall::model::{LandingZone, PolicyRef, Problem, Trust};
use landfall::names::{AccountName, RoleRef};
use landfall::proofs;

use crate::support::composed::parsed;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn sample() -> Files {
    Files::read(root())
}

#[test]
fn the_sample_loads_without_complaint() {
    let sample = parsed(&sample());
    let names: Vec<_> = sample.accounts.keys().map(AccountName::as_str).collect();
    assert_eq!(names, ["dev", "logging", "management", "prod", "security", "staging"]);
    let pipeline = Trust::Role("security/pipeline".parse().expect("a role"));
    for account in ["dev", "staging", "prod"] {
        let role = RoleRef::new(account.parse().expect("a name"), "deployer");
        let deployer = sample.role(&role).expect("the deployer");
        assert_eq!(deployer.trust.iter().map(|trust| &trust.value).collect::<Vec<_>>(), [&pipeline]);
    }
}

#[test]
fn the_sample_is_short() {
    let lines = |files: Files| -> usize {
        let toml = files.iter().filter(|(path, _)| path.ends_with(".toml"));
        toml.map(|(_, content)| String::from_utf8_lossy(content).lines().count()).sum()
    };
    assert!(lines(sample()) < 250);
}

#[test]
fn a_value_knows_by_which_way_it_came() {
    let sample = parsed(&sample());
    let role = &sample.accounts["prod"].roles["read-only"];
    let way: Vec<_> = role.allow[0].origin.chain().map(ToString::to_string).collect();
    assert_eq!(
        way,
        ["baselines/foundation.toml:9:16", "baselines/workload.toml:2:11", "accounts/prod.toml:3:12"]
    );
}

#[test]
fn an_account_overrides_single_fields() {
    let sample = parsed(&sample());
    let prod = &sample.accounts["prod"];
    let deployer = &prod.roles["deployer"];
    assert_eq!(deployer.boundary.as_deref(), Some(&PolicyRef::Own("production-boundary".into())));
    assert_eq!(deployer.allow[0].value, PolicyRef::Own("deploy".into()));
    let phones: Vec<_> = prod.contacts.values().map(|contact| contact.phone.as_str()).collect();
    assert_eq!(phones, ["+61 2 5550 0199"]);
    assert_eq!(prod.tags["owner"].value, "platform");
    assert_eq!(prod.tags["environment"].value, "prod");
    let longest = prod.password_policy.as_ref().and_then(|policy| policy.max_age.as_deref()?.as_days());
    assert_eq!(longest, Some(90));
}

#[test]
fn the_management_account_needs_no_file() {
    let mut files = Files::default();
    let organization =
        "[organization]\nname = 'a'\nemail = 'a+{account}@b.example'\nhome_region = 'us-east-1'\n";
    files.insert("organization.toml", organization.as_bytes());
    let landing_zone = parsed(&files);
    assert!(landing_zone.management().roles.is_empty());
    assert_eq!(landing_zone.members().count(), 0);
    assert_eq!(landing_zone.units.len(), 1);
}

/// Each folder in `tests/invalid` is laid over the sample, or stands alone if it has an `organization.toml`, and must
/// render as its `expected.txt` says. `BLESS=1 cargo test` writes what it renders now.
#[test]
fn mistakes_are_rendered_as_expected() {
    let cases = folders(&root().join("tests/invalid"));
    assert!(cases.len() > 40, "{} cases", cases.len());
    let wrong: Vec<_> = cases.iter().filter_map(|case| difference(case)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn difference(case: &Path) -> Option<String> {
    let complaints = match config::parse(&overlaid(case)) {
        Ok(Checked { zone, mut warnings }) => {
            warnings.extend(composed(&zone));
            warnings
        }
        Err(complaints) => complaints,
    };
    let rendered = match (complaints.mistakes(), complaints.count()) {
        (0, 0) => "valid\n".to_owned(),
        (0, _) => format!("{}\nvalid\n", complaints.render(false)),
        _ => complaints.render(false),
    };
    let expected = case.join("expected.txt");
    if std::env::var_os("BLESS").is_some() {
        fs::write(&expected, &rendered).expect("writable");
    }
    let wanted = fs::read_to_string(&expected).unwrap_or_default();
    (rendered != wanted)
        .then(|| format!("{}:\n--- expected\n{wanted}--- rendered\n{rendered}", case.display()))
}

/// What is wrong with a landing zone that reads well.
fn composed(zone: &LandingZone) -> Vec<Complaint> {
    let problems = match compose::compose(zone) {
        Ok(composed) => {
            let refuted = proofs::refuted(zone, &composed.graph);
            composed.warnings.into_iter().chain(refuted).collect()
        }
        Err(problems) => problems,
    };
    let complaint = |problem: Problem| {
        let Problem { severity, origin, message, details, help } = problem;
        Complaint { severity, help, ..Complaint::new(&origin, message) }.details(details)
    };
    problems.into_iter().map(complaint).collect()
}

pub fn overlaid(case: &Path) -> Files {
    let mut files = if case.join("organization.toml").exists() { Files::default() } else { plain_sample() };
    for path in walk(case).into_iter().filter(|path| !path.ends_with("expected.txt")) {
        let name = path.strip_prefix(case).expect("inside").to_string_lossy().replace('\\', "/");
        files.insert(name, fs::read(&path).expect("readable"));
    }
    files
}

/// The sample without what needs its keys, so that a case may state keys of its own, and without its warning.
fn plain_sample() -> Files {
    let (sample, mut files) = (sample(), Files::default());
    let is_plain = |path: &str| !path.starts_with("network/") && path != "policies/assertions.toml";
    for (path, content) in sample.iter().filter(|(path, _)| is_plain(path)) {
        files.insert(path.clone(), content);
    }
    let organization = String::from_utf8_lossy(files.get("organization.toml").expect("a file")).into_owned();
    let (plain, _) = organization.split_once("\n[trail]").expect("the trail and what follows it");
    files.insert("organization.toml", plain.as_bytes());
    files
}

pub fn folders(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> =
        fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// What a folder can hold besides files that can be read.
#[cfg(unix)]
#[test]
fn what_can_t_be_read_is_said_with_its_reason() {
    use std::os::unix::fs::symlink;

    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    fs::create_dir(path("accounts")).unwrap();
    fs::create_dir(path("policies")).unwrap();
    symlink("nowhere.toml", path("accounts/dev.toml")).unwrap();
    symlink("/dev/null", path("accounts/prod.toml")).unwrap();
    symlink(".", path("policies/again")).unwrap();
    fs::File::create(path("organization.toml")).unwrap().set_len(64 * 1024 * 1024).unwrap();
    let complaints = config::load(dir.path()).expect_err("nothing can be read");
    insta::assert_snapshot!(complaints.render(false));
    let empty = tempfile::tempdir().unwrap();
    fs::write(empty.path().join("organisation.toml"), "").unwrap();
    let complaints = config::load(empty.path()).expect_err("there is nothing");
    let rendered = complaints.render(false).replace(&empty.path().display().to_string(), "<dir>");
    insta::assert_snapshot!("another spelling", rendered);
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let complaints =
        config::parse(&overlaid(&root().join("tests/invalid/unknown-key"))).expect_err("a mistake");
    let (plain, colored) = (complaints.render(false), complaints.render(true));
    assert!(!plain.contains('\u{1b}') && colored.contains("\u{1b}["));
}

#[test]
fn no_mutation_of_the_sample_panics() {
    let sample = sample();
    let wholes = replaced();
    let mut complaints = 0;
    for (path, content) in sample.iter() {
        let text = std::str::from_utf8(content).expect("the sample is text");
        for (what, content) in spoilt(text).iter().chain(&wholes) {
            let mut files = sample.clone();
            files.insert(path.clone(), content.clone());
            if let Err(found) = config::parse(&files) {
                assert_located(&format!("{path}: {what}"), &found, &files);
                complaints += 1;
            }
        }
    }
    assert!(complaints > 1000, "{complaints}");
}

/// Each complaint names a file; a place in it lies within; rendering does not panic and quotes no control characters.
fn assert_located(name: &str, complaints: &Complaints, files: &Files) {
    assert!(complaints.count() > 0, "{name}");
    for complaint in complaints.iter() {
        let origin = &complaint.origin;
        assert!(
            !origin.path().is_empty() && origin.at.line > 0 && origin.at.column > 0,
            "{name}: {complaint:?}"
        );
        let length = files.get(origin.path()).map_or(0, <[u8]>::len);
        assert!(
            origin.at.start <= origin.at.end && origin.at.end as usize <= length,
            "{name}: {complaint:?}"
        );
    }
    let rendered = complaints.render(false);
    assert!(rendered.starts_with("error: "), "{name}: {rendered}");
    assert!(!rendered.contains(|c: char| c.is_control() && c != '\n'), "{name}: {rendered:?}");
}

/// A file with each line spoilt in some way, and cut off at many places.
fn spoilt(text: &str) -> Vec<(String, Arc<[u8]>)> {
    let lines: Vec<_> = text.lines().collect();
    let mut spoilt = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for (what, other) in spoilt_line(line) {
            let mut changed = lines.clone();
            changed[index] = &other;
            spoilt.push((format!("line {}: {what}", index + 1), changed.join("\n").into_bytes().into()));
        }
    }
    let cuts = (0..text.len()).step_by(23).map(|at| (format!("cut at {at}"), text.as_bytes()[..at].into()));
    spoilt.extend(cuts);
    spoilt
}

fn spoilt_line(line: &str) -> Vec<(&'static str, String)> {
    let mut spoilt = vec![("gone", String::new()), ("twice", format!("{line}\n{line}"))];
    // A letter dropped out of the first word, and out of the first string.
    for (what, start) in [("key", line.find(char::is_alphabetic)), ("value", line.find('"').map(|at| at + 1))]
    {
        let Some(at) = start.filter(|at| at + 2 < line.len() && line.is_char_boundary(at + 1)) else {
            continue;
        };
        let mut other = line.to_owned();
        other.replace_range(at + 1..=at + 1, "");
        spoilt.push((what, other));
    }
    if let Some((key, value)) = line.split_once(" = ") {
        let others = [
            "42",
            "true",
            "[]",
            "{}",
            "\"\"",
            "\"${nothing}\"",
            "[[[1]]]",
            "1979-05-27",
            "\"\\u001b[2J\"",
            "nan",
        ];
        spoilt.extend(others.map(|other| ("another type", format!("{key} = {other}"))));
        spoilt.push(("more", format!("{key} = {value} {value}")));
    }
    spoilt
}

fn replaced() -> Vec<(String, Arc<[u8]>)> {
    let garbage: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let deep =
        |open: &str, close: &str| format!("a = {}{}", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let wholes: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("blank", b"\n\n \t\n".to_vec()),
        ("garbage", garbage),
        ("not UTF-8", b"name = \"\xff\xfe\"".to_vec()),
        ("a byte order mark", b"\xef\xbb\xbf[organization]\n".to_vec()),
        ("zeroes", vec![0; 4096]),
        ("deep lists", deep("[", "]")),
        ("deep tables", deep("{a=", "}")),
        ("deep and open", "[".repeat(100_000).into_bytes()),
        ("deep JSON", "{\"a\":".repeat(100_000).into_bytes()),
        ("deep keys", format!("{}a = 1", "a.".repeat(10_000)).into_bytes()),
        ("one long line", format!("name = \"{}\"", "x".repeat(900_000)).into_bytes()),
        ("many keys", (0..20_000).flat_map(|n| format!("k{n} = {n}\n").into_bytes()).collect()),
        ("huge", vec![b'#'; 50 * 1024 * 1024]),
    ];
    wholes.into_iter().map(|(what, content)| (what.to_owned(), content.into())).collect()
}
