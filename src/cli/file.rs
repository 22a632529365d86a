//! Files that are written as a whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process,
};

use crate::engine::error::{Class, Error};

/// Replaces a file: whoever reads it sees the old one or the new one. A disk that is full leaves it as it was.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Error> {
    Beside::of(path)
        .and_then(|mut beside| beside.file.write_all(text.as_bytes()).map(|()| beside))
        .and_then(Beside::take_over)
        .map_err(|error| failed(path, error))
}

/// Whether a file can be replaced, before long work is done for it. It is left as it is.
pub(super) fn try_to_replace(path: &Path) -> Result<(), Error> {
    Beside::of(path).map(drop).map_err(|error| failed(path, error))
}

fn failed(path: &Path, error: io::Error) -> Error {
    Error::new(Class::Final, format!("failed to write {}", path.display())).source(error)
}

/// A file beside the one that it is to become; removed again unless it did.
struct Beside<'p> {
    path: PathBuf,
    target: &'p Path,
    file: File,
}

impl<'p> Beside<'p> {
    fn of(target: &'p Path) -> io::Result<Self> {
        // A folder can't be replaced, and a device must not be.
        match fs::metadata(target) {
            Ok(about) if about.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(about) if !about.is_file() => return Err(io::Error::other("it is not a regular file")),
            _ => {}
        }
        let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let path = target.with_file_name(format!(".{}.{}", name.to_string_lossy(), process::id()));
        let file = File::create(&path)?;
        Ok(Self { path, target, file })
    }

    /// What a disk can't hold is told here at the latest.
    fn take_over(self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, self.target)
    }
}

impl Drop for Beside<'_> {
    fn drop(&mut self) {
        // Once renamed it is not there. What is left of it otherwise is of no use; that it can't be removed is no news.
        fs::remove_file(&self.path).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("map.html");
        try_to_replace(&path).unwrap();
        assert!(!path.exists());
        replace(&path, "old").unwrap();
        try_to_replace(&path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        replace(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        for not in
            [dir.path().join("nowhere/map.html"), dir.path().to_owned(), "/".into(), "/dev/null".into()]
        {
            assert!(try_to_replace(&not).is_err() && replace(&not, "x").is_err(), "{}", not.display());
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
