use std::{cmp::Ordering, fmt, sync::Arc};

/// Where in the landing zone a value is written, and by way of which lines it came to be where it is used.
///
/// There are several of them to each resource, so that all of a file share its name and the way to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The file.
    pub file: Reached,
    /// Where in it.
    pub at: Spot,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The first byte of the value in the file.
    pub start: u32,
    /// The byte after the value.
    pub end: u32,
}

/// A file, and by way of which line it was reached. Clones share it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reached(Arc<Way>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Way {
    path: Arc<str>,
    via: Option<Origin>,
}

impl Reached {
    /// A file by its path, reached by no way but its own.
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Self(Arc::new(Way { path: path.into(), via: None }))
    }

    /// Its path relative to the landing zone's folder, with `/` between its parts.
    pub fn path(&self) -> &Arc<str> {
        &self.0.path
    }

    /// The line that pulled it in: the `baseline` of an account, the `extends` of a baseline.
    pub fn via(&self) -> Option<&Origin> {
        self.0.via.as_ref()
    }

    /// The same file, reached by way of `line`, which comes after whatever it was reached by before.
    #[must_use]
    pub fn through(&self, line: &Origin) -> Self {
        let via = match self.via() {
            Some(earlier) => earlier.through(line),
            None => line.clone(),
        };
        Self(Arc::new(Way { path: Arc::clone(self.path()), via: Some(via) }))
    }
}

impl Origin {
    /// The beginning of a file: for complaints about the file as a whole.
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Self::whole(Reached::file(path))
    }

    /// The beginning of a file that was reached in some way.
    pub fn whole(file: Reached) -> Self {
        Self { file, at: Spot { line: 1, column: 1, start: 0, end: 0 } }
    }

    /// The file's path relative to the landing zone's folder, with `/` between its parts.
    pub fn path(&self) -> &Arc<str> {
        self.file.path()
    }

    /// The same place, reached by way of `line`, which comes after whatever it was reached by before.
    #[must_use]
    pub fn through(&self, line: &Origin) -> Self {
        Self { file: self.file.through(line), ..self.clone() }
    }

    /// The place itself, then each line by way of which it was reached, ending with the one that asked for it all.
    pub fn chain(&self) -> impl Iterator<Item = &Origin> {
        std::iter::successors(Some(self), |origin| origin.file.via())
    }
}

/// By file and place, then by the way there.
impl Ord for Origin {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_way = || self.file.via().cmp(&other.file.via());
        self.path().cmp(other.path()).then(self.at.cmp(&other.at)).then_with(by_way)
    }
}

impl PartialOrd for Origin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path(), self.at.line, self.at.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_whole_way() {
        let value = Origin::file("baselines/foundation.toml")
            .through(&Origin::file("baselines/workload.toml"))
            .through(&Origin::file("accounts/prod.toml"));
        let files: Vec<_> = value.chain().map(|origin| &**origin.path()).collect();
        assert_eq!(files, ["baselines/foundation.toml", "baselines/workload.toml", "accounts/prod.toml"]);
        assert_eq!(value.to_string(), "baselines/foundation.toml:1:1");
    }
}
