use std::fmt;
use std::sync::Arc;

/// Where in the landing zone a value is written, and by way of which lines it came to be where it is used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file, relative to the landing zone's folder, with `/` between its parts.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The first byte of the value in the file.
    pub start: u32,
    /// The byte after the value.
    pub end: u32,
    /// The line that pulled the value in: the `baseline` of an account, the `extends` of a baseline.
    pub via: Option<Arc<Origin>>,
}

impl Origin {
    /// The beginning of a file: for complaints about the file as a whole.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: 1, column: 1, start: 0, end: 0, via: None }
    }

    /// The same place, reached by way of `line`, which comes after whatever it was reached by before.
    #[must_use]
    pub fn through(&self, line: &Origin) -> Self {
        let via = match &self.via {
            Some(earlier) => earlier.through(line),
            None => line.clone(),
        };
        Self { via: Some(Arc::new(via)), ..self.clone() }
    }

    /// The place itself, then each line by way of which it was reached, ending with the one that asked for it all.
    pub fn chain(&self) -> impl Iterator<Item = &Origin> {
        std::iter::successors(Some(self), |origin| origin.via.as_deref())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
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
        let files: Vec<_> = value.chain().map(|origin| &*origin.file).collect();
        assert_eq!(files, ["baselines/foundation.toml", "baselines/workload.toml", "accounts/prod.toml"]);
        assert_eq!(value.to_string(), "baselines/foundation.toml:1:1");
    }
}
