use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::names::{Origin, Reached, Spot};

/// The text of a file, and how to say where in it something stands.
#[derive(Clone, Debug)]
pub(super) struct Source<'a> {
    file: Reached,
    text: &'a str,
    lines: Rc<[usize]>,
}

impl<'a> Source<'a> {
    pub(super) fn new(path: Arc<str>, text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { file: Reached::file(path), text, lines }
    }

    /// The path of the file.
    pub(super) fn name(&self) -> &str {
        self.file.path()
    }

    /// What the file is called without folder and extension.
    pub(super) fn stem(&self) -> &str {
        let name = self.name().rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The same file, reached by way of `line`: what is read from it remembers that.
    pub(super) fn through(&self, line: &Origin) -> Self {
        Self { file: self.file.through(line), ..self.clone() }
    }

    /// The file as a whole.
    pub(super) fn whole(&self) -> Origin {
        Origin::whole(self.file.clone())
    }

    /// Some bytes of the file.
    pub(super) fn origin(&self, span: Range<usize>) -> Origin {
        let start = span.start.min(self.text.len());
        let line = self.lines.partition_point(|first| *first <= start).saturating_sub(1);
        let before = self.text.get(self.lines[line]..start).unwrap_or_default();
        Origin {
            file: self.file.clone(),
            at: Spot {
                line: small(line + 1),
                column: small(before.chars().count() + 1),
                start: small(start),
                end: small(span.end.clamp(start, self.text.len())),
            },
        }
    }

    /// The byte at a line and a column that counts bytes, both from 1, as `serde_json` gives them.
    pub(super) fn byte(&self, line: usize, column: usize) -> usize {
        let line = line.clamp(1, self.lines.len());
        let mut at = (self.lines[line - 1] + column.saturating_sub(1)).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// Files are limited to far less than this.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let source = Source::new("accounts/prod.toml".into(), "a = 1\né = 'ü' # x\n");
        let origin = source.origin(11..15);
        assert_eq!(origin.to_string(), "accounts/prod.toml:2:5");
        assert_eq!(source.stem(), "prod");
        assert_eq!(source.byte(2, 2), 6, "not inside a character");
        assert_eq!(source.origin(900..901).to_string(), "accounts/prod.toml:3:1");
    }
}
