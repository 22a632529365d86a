use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::Complaint;
use crate::names::{Origin, nearest};

/// The files of a landing zone: what its folder holds, or what is kept in memory of it.
#[derive(Clone, Debug, Default)]
pub struct Files {
    files: BTreeMap<Arc<str>, Arc<[u8]>>,
    unreadable: Vec<Complaint>,
}

/// The file every landing zone has.
pub(super) const ORGANIZATION: &str = "organization.toml";

/// The folders that belong to a landing zone; whatever lies beside them is not ours to read.
const FOLDERS: [&str; 4] = ["accounts", "baselines", "network", "policies"];

/// What the format is written in; editors' backups, notes and the like are passed over.
const EXTENSIONS: [&str; 3] = ["toml", "json", "xml"];

/// Far above what a person writes (the largest policy AWS takes is 10 KB), far below what would hurt.
pub(super) const LARGEST: u64 = 1024 * 1024;

/// The format nests two folders deep; more is a mistake, or a symbolic link that leads back.
const DEEPEST: usize = 4;

impl Files {
    /// Reads the landing zone in `dir`. What can't be read becomes a complaint when the files are parsed.
    pub fn read(dir: &Path) -> Self {
        let mut files = Self::default();
        if dir.join(ORGANIZATION).exists() {
            files.read_file(dir, ORGANIZATION);
        } else {
            files.unreadable.push(not_a_landing_zone(dir));
        }
        for folder in FOLDERS {
            if fs::symlink_metadata(dir.join(folder)).is_ok() {
                files.read_folder(dir, folder);
            }
        }
        files
    }

    /// Adds a file under its path relative to the landing zone, with `/` between its parts.
    pub fn insert(&mut self, path: impl Into<Arc<str>>, content: impl Into<Arc<[u8]>>) {
        self.files.insert(path.into(), content.into());
    }

    /// The content of a file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(|content| &**content)
    }

    /// All files by path.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &[u8])> {
        self.files.iter().map(|(path, content)| (path, &**content))
    }

    /// What could not be read.
    pub fn complaints(&self) -> &[Complaint] {
        &self.unreadable
    }

    fn read_folder(&mut self, dir: &Path, folder: &str) {
        if folder.split('/').count() > DEEPEST {
            let deep = format!("folders nest more than {DEEPEST} deep");
            self.complain(
                folder,
                Complaint::new(&Origin::file(folder), deep).help("is it a symbolic link that leads back?"),
            );
            return;
        }
        match entries(&dir.join(folder)) {
            Ok(names) => names.iter().for_each(|name| self.read_entry(dir, &format!("{folder}/{name}"))),
            Err(error) => self.complain(folder, unreadable(folder, &error)),
        }
    }

    fn read_entry(&mut self, dir: &Path, path: &str) {
        match fs::metadata(dir.join(path)) {
            Ok(about) if about.is_dir() => self.read_folder(dir, path),
            _ if is_format(path) => self.read_file(dir, path),
            _ => {}
        }
    }

    fn read_file(&mut self, dir: &Path, path: &str) {
        match content(&dir.join(path)) {
            Ok(content) => self.insert(path, content),
            Err(error) => self.complain(path, unreadable(path, &error)),
        }
    }

    fn complain(&mut self, path: &str, complaint: Complaint) {
        debug_assert_eq!(&**complaint.origin.path(), path);
        self.unreadable.push(complaint);
    }
}

/// The names in a folder, sorted, without hidden ones and editors' backups.
fn entries(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && !name.ends_with('~') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn is_format(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}

/// A pipe or a device would never end, and a huge file is nobody's configuration: neither is opened.
fn content(path: &Path) -> io::Result<Vec<u8>> {
    let about = fs::metadata(path)?;
    if !about.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    if about.len() > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, too_large(about.len())));
    }
    fs::read(path)
}

/// The complaint about a file of so many bytes.
pub(super) fn too_large(bytes: u64) -> String {
    format!("it has {bytes} bytes, and no file of a landing zone has more than {LARGEST}")
}

/// What to do about a file of a landing zone that is too large to be one.
pub(super) const DIVIDE: &str =
    "divide it among several files, or keep what is no configuration outside of these folders";

fn unreadable(path: &str, error: &io::Error) -> Complaint {
    let (why, help) = match error.kind() {
        io::ErrorKind::NotFound => (
            "it does not exist, or is a symbolic link that leads nowhere".to_owned(),
            "let the link lead to what it is meant for, or remove it".to_owned(),
        ),
        io::ErrorKind::PermissionDenied => (
            "permission denied".to_owned(),
            format!(
                "whoever runs Landfall has to be allowed to read it: `chmod u+rX {path}`, if it is yours"
            ),
        ),
        io::ErrorKind::NotADirectory => (
            "it is not a folder".to_owned(),
            format!("what it says belongs into files inside of a folder `{path}`"),
        ),
        io::ErrorKind::InvalidInput => (error.to_string(), "put a text file into its place".to_owned()),
        io::ErrorKind::FileTooLarge => (error.to_string(), DIVIDE.to_owned()),
        _ => (
            error.to_string(),
            "where nothing else can read it either, the fault is that of the disk or network drive below it"
                .to_owned(),
        ),
    };
    Complaint::new(&Origin::file(path), format!("can't read `{path}`: {why}")).help(help)
}

fn not_a_landing_zone(dir: &Path) -> Complaint {
    let missing = Complaint::new(
        &Origin::file(ORGANIZATION),
        format!("there is no `{ORGANIZATION}` in {}", dir.display()),
    );
    let names = entries(dir).unwrap_or_default();
    match nearest(ORGANIZATION, names.iter().map(String::as_str)) {
        Some(near) => missing.help(format!("is it `{near}`?")),
        None => missing
            .help("`landfall init DIR` writes a landing zone to begin with; `-C DIR` says where yours is"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(paths: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        for path in paths {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, "x").expect("a file");
        }
        dir
    }

    #[test]
    fn reads_what_belongs_to_a_landing_zone_only() {
        let dir = folder(&[
            "organization.toml",
            "Cargo.toml",
            "src/x.toml",
            "accounts/prod.toml",
            "accounts/.hidden.toml",
            "accounts/prod.toml~",
            "accounts/README.md",
            "policies/scp/a.json",
        ]);
        let files = Files::read(dir.path());
        let paths: Vec<_> = files.iter().map(|(path, _)| &**path).collect();
        assert_eq!(paths, ["accounts/prod.toml", "organization.toml", "policies/scp/a.json"]);
        assert_eq!(files.complaints(), []);
    }

    #[test]
    fn offers_the_file_that_was_meant() {
        let dir = folder(&["organisation.toml"]);
        let complaints = Files::read(dir.path()).unreadable;
        assert_eq!(complaints[0].help.as_deref(), Some("is it `organisation.toml`?"));
    }

    #[test]
    fn whatever_can_not_be_read_has_a_way_out() {
        let ways_out = |kind: io::ErrorKind| unreadable("accounts/prod.toml", &kind.into()).help.unwrap();
        let allowed = ways_out(io::ErrorKind::PermissionDenied);
        assert!(allowed.contains("`chmod u+rX accounts/prod.toml`"), "{allowed}");
        assert!(ways_out(io::ErrorKind::NotFound).contains("link"));
        assert!(ways_out(io::ErrorKind::Other).contains("disk"));

        let dir = folder(&["organization.toml/x", "accounts", "network/large.toml"]);
        let large = fs::File::create(dir.path().join("network/large.toml")).expect("a file");
        large.set_len(LARGEST + 1).expect("a size");
        let complaints = Files::read(dir.path()).unreadable;
        let told: Vec<_> = complaints.iter().map(|it| (it.message.as_str(), it.help.as_deref())).collect();
        let large = "can't read `network/large.toml`: it has 1048577 bytes, and no file of a landing zone has more than \
                     1048576";
        assert_eq!(
            told,
            [
                (
                    "can't read `organization.toml`: it is not a regular file",
                    Some("put a text file into its place")
                ),
                (
                    "can't read `accounts`: it is not a folder",
                    Some("what it says belongs into files inside of a folder `accounts`")
                ),
                (large, Some(DIVIDE)),
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_back_ends() {
        let dir = folder(&["organization.toml", "accounts/prod.toml"]);
        std::os::unix::fs::symlink(dir.path().join("accounts"), dir.path().join("accounts/again"))
            .expect("a link");
        std::os::unix::fs::symlink("nowhere", dir.path().join("accounts/lost.toml")).expect("a link");
        let messages: Vec<_> = Files::read(dir.path()).unreadable.into_iter().map(|c| c.message).collect();
        assert!(messages.iter().any(|message| message == "folders nest more than 4 deep"), "{messages:?}");
        assert!(messages.iter().any(|message| message.contains("leads nowhere")), "{messages:?}");
    }
}
