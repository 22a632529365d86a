//! The sample landing zone: this repository's own folders, embedded in the binary.

use std::path::Path;

use include_dir::{Dir, include_dir};

const ORGANIZATION: &str = include_str!("../../organization.toml");
static FOLDERS: [(&str, Dir<'_>); 4] = [
    ("accounts", include_dir!("$CARGO_MANIFEST_DIR/accounts")),
    ("baselines", include_dir!("$CARGO_MANIFEST_DIR/baselines")),
    ("network", include_dir!("$CARGO_MANIFEST_DIR/network")),
    ("policies", include_dir!("$CARGO_MANIFEST_DIR/policies")),
];

/// All files of the sample by their path, with `/` between its parts, sorted.
pub(super) fn files() -> Vec<(String, &'static [u8])> {
    let mut files = vec![("organization.toml".to_owned(), ORGANIZATION.as_bytes())];
    for (name, folder) in &FOLDERS {
        collect(Path::new(name), folder, &mut files);
    }
    files.sort_unstable();
    files
}

fn collect(name: &Path, folder: &'static Dir<'static>, files: &mut Vec<(String, &'static [u8])>) {
    for file in folder.files() {
        let path = name.join(file.path());
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        files.push((parts.join("/"), file.contents()));
    }
    folder.dirs().for_each(|inner| collect(name, inner, files));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_whole() {
        let names: Vec<_> = files().into_iter().map(|(name, _)| name).collect();
        for name in ["organization.toml", "accounts/prod.toml", "baselines/workload.toml"] {
            assert!(names.iter().any(|have| have == name), "{name} is not among {names:?}");
        }
    }
}
