//! Files that somebody asked for.

use std::{fs, io, path::Path};

use crate::engine::error::{Class, Error};

/// Writes beside the file first, so that whoever reads it sees the old one or the new one.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |error: io::Error| {
        Error::new(Class::Final, format!("failed to write {}", path.display())).source(error)
    };
    let name = path.file_name().ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
    let beside = format!(".{}.{}", name.to_string_lossy(), std::process::id());
    let beside = path.with_file_name(beside);
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    written.map_err(|error| {
        // What is left of it is of no use; that it can't be removed either is no news.
        fs::remove_file(&beside).ok();
        failed(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("map.html");
        replace(&path, "old").unwrap();
        replace(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert!(replace(&dir.path().join("nowhere/map.html"), "x").is_err());
        assert!(replace(dir.path(), "x").is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
