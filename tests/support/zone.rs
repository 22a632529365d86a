//! A landing zone in a folder of its own.

use std::{fs, path::Path};

use tempfile::TempDir;

/// A folder of TOML that ends with the test.
pub struct Zone {
    dir: TempDir,
}

impl Zone {
    /// The sample, as `landfall init` writes it.
    pub fn sample() -> Self {
        let zone = Self { dir: tempfile::tempdir().unwrap() };
        super::ran({
            let mut init = super::binary();
            init.arg("init").arg(zone.path());
            init
        })
        .expect(0);
        zone
    }

    /// The sample without logs, recording and network: organization, identity and keys. What does not depend on the
    /// rest is tried with these, a quarter of the whole.
    pub fn foundation() -> Self {
        let zone = Self::sample();
        fs::remove_dir_all(zone.path().join("network")).unwrap();
        fs::remove_file(zone.path().join("policies/assertions.toml")).unwrap();
        let organization = zone.read("organization.toml");
        let (foundation, _) = organization.split_once("\n[trail]").unwrap();
        zone.write("organization.toml", foundation);
        zone
    }

    /// A landing zone of these files.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let zone = Self { dir: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            zone.write(path, text);
        }
        zone
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    /// Replaces one piece of text, which has to be there.
    #[track_caller]
    pub fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "`{old}` is not in {path}:\n{text}");
        self.write(path, &text.replacen(old, new, 1));
    }
}
