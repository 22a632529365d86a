//! Lines of labelled text, and how they are laid out on paper of a width, with or without colours.

use std::fmt::Write as _;

use super::{
    style::{Label, style},
    words::printable,
};

/// What a page is printed on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Paper {
    /// How many columns there are; none where lines may have any length.
    pub width: Option<usize>,
    /// Whether there are colours.
    pub color: bool,
}

/// Far enough for most addresses; an origin that stands further out is hard to follow.
const FURTHEST: usize = 64;

/// A line before it is laid out.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    indent: usize,
    hang: usize,
    spans: Vec<(Label, String)>,
    tail: Option<(usize, String)>,
    cut: bool,
}

impl Line {
    /// An empty line that starts so many columns in; if it has to be continued, two columns further.
    pub(super) fn at(indent: usize) -> Self {
        Self { indent, hang: indent + 2, ..Self::default() }
    }

    /// Adds text. Nothing in it steers the terminal.
    #[must_use]
    pub(super) fn say(mut self, label: Label, text: impl AsRef<str>) -> Self {
        self.spans.push((label, printable(text.as_ref())));
        self
    }

    /// Adds text that means nothing in particular.
    #[must_use]
    pub(super) fn plain(self, text: impl AsRef<str>) -> Self {
        self.say(Label::Plain, text)
    }

    /// Where the line goes on when it has to be continued.
    #[must_use]
    pub(super) fn hang(self, hang: usize) -> Self {
        Self { hang, ..self }
    }

    /// An aside at the end, which [`Page::align`] puts into a column.
    #[must_use]
    pub(super) fn tail(self, text: Option<String>) -> Self {
        Self { tail: text.map(|text| (0, printable(&text))), ..self }
    }

    /// Makes the line end where the paper does.
    #[must_use]
    pub(super) fn cut(self) -> Self {
        Self { cut: true, ..self }
    }

    /// How many columns it takes without its tail.
    pub(super) fn width(&self) -> usize {
        self.indent + self.spans.iter().map(|(_, text)| width(text)).sum::<usize>()
    }

    fn rows(&self, paper: Paper) -> Vec<Row> {
        let mut rows = vec![Row::at(self.indent)];
        for Word { gap, parts } in self.words() {
            let (row, needed) = (rows.len() - 1, parts.iter().map(|(_, text)| width(text)).sum::<usize>());
            let is_full = paper.width.is_some_and(|width| rows[row].width + gap + needed > width);
            if is_full && !self.cut && rows[row].width > self.hang.max(self.indent) {
                rows.push(Row::at(self.hang));
            } else {
                rows[row].space(gap);
            }
            let row = rows.len() - 1;
            for (label, text) in parts {
                rows[row].put(label, &text);
            }
        }
        if let (true, Some(width)) = (self.cut, paper.width) {
            rows[0].cut(width);
        }
        self.finish(rows, paper)
    }

    fn finish(&self, mut rows: Vec<Row>, paper: Paper) -> Vec<Row> {
        let Some((column, tail)) = &self.tail else { return rows };
        let last = rows.last().map_or(0, |row| row.width);
        let column = if rows.len() == 1 { (*column).max(last + 2) } else { last + 2 };
        if paper.width.is_some_and(|width| column + self::width(tail) > width) {
            rows.push(Row::at(self.hang));
        } else if let Some(row) = rows.last_mut() {
            row.space(column - last);
        }
        if let Some(row) = rows.last_mut() {
            row.put(Label::Aside, tail);
        }
        rows
    }

    fn words(&self) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut gap = Some(0);
        for (label, text) in &self.spans {
            for (at, piece) in text.split(' ').enumerate() {
                if at > 0 {
                    gap = Some(gap.map_or(1, |gap| gap + 1));
                }
                if piece.is_empty() {
                    continue;
                }
                let part = (*label, piece.to_owned());
                match (gap.take(), words.last_mut()) {
                    (None, Some(word)) => word.parts.push(part),
                    (gap, _) => words.push(Word { gap: gap.unwrap_or_default(), parts: vec![part] }),
                }
            }
        }
        words
    }
}

/// What is never broken, and how many spaces stand before it.
struct Word {
    gap: usize,
    parts: Vec<(Label, String)>,
}

/// A line as it is printed.
struct Row {
    width: usize,
    pieces: Vec<(Label, String)>,
}

impl Row {
    fn at(indent: usize) -> Self {
        Self { width: indent, pieces: vec![(Label::Plain, " ".repeat(indent))] }
    }

    fn space(&mut self, gap: usize) {
        if gap > 0 {
            self.width += gap;
            self.pieces.push((Label::Plain, " ".repeat(gap)));
        }
    }

    fn put(&mut self, label: Label, text: &str) {
        self.width += width(text);
        // The space between two words of one meaning takes on that meaning: fewer escapes, and an unbroken underline.
        if let [.., (before, _), (_, gap)] = self.pieces.as_mut_slice()
            && *before == label
            && gap.trim().is_empty()
        {
            let gap = std::mem::take(gap);
            self.pieces.pop();
            if let Some((_, words)) = self.pieces.last_mut() {
                words.push_str(&gap);
                words.push_str(text);
                return;
            }
        }
        self.pieces.push((label, text.to_owned()));
    }

    fn cut(&mut self, limit: usize) {
        if self.width <= limit {
            return;
        }
        let mut left = limit.saturating_sub(1);
        for (_, text) in &mut self.pieces {
            *text = cut(text, left).to_owned();
            left -= width(text);
        }
        self.pieces.push((Label::Plain, "…".to_owned()));
        self.width = limit;
    }

    fn print(&self, color: bool, out: &mut String) {
        for (label, text) in &self.pieces {
            let style = style(*label);
            if color && style != anstyle::Style::new() && !text.is_empty() {
                // Writing to a string can't fail.
                _ = write!(out, "{style}{text}{style:#}");
            } else {
                out.push_str(text);
            }
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { console::measure_text_width(text) }
}

/// As much of the beginning of a text as fits.
pub(super) fn cut(text: &str, limit: usize) -> &str {
    // A beginning as a whole, and not character by character: some make the one before them wider.
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let fits = ends.take_while(|end| width(&text[..*end]) <= limit).last();
    &text[..fits.unwrap_or_default()]
}

/// Lines in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    lines: Vec<Line>,
}

impl Page {
    /// Adds a line.
    pub(super) fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// Adds all lines of another page.
    pub(super) fn append(&mut self, other: Self) {
        self.lines.extend(other.lines);
    }

    /// Adds an empty line, unless the page is empty or ends in one.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// Adds another page behind an empty line, if anything stands on it.
    pub(super) fn section(&mut self, other: Self) {
        if !other.is_empty() {
            self.gap();
            self.append(other);
        }
    }

    /// Whether nothing stands on it.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many lines it has; also where the next one will stand.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Moves all lines to the right.
    pub(super) fn indent(&mut self, columns: usize) {
        for line in &mut self.lines {
            line.indent += columns;
            line.hang += columns;
        }
    }

    /// Puts the tails of the lines from here on into one column.
    pub(super) fn align(&mut self, from: usize) {
        let block = &mut self.lines[from..];
        let column = block.iter().filter(|line| line.tail.is_some()).map(|line| line.width() + 2);
        let column = column.filter(|column| *column <= FURTHEST).max().unwrap_or_default();
        for (at, _) in block.iter_mut().filter_map(|line| line.tail.as_mut()) {
            *at = column;
        }
    }

    /// The page as text; every line ends in a line break.
    pub(super) fn print(&self, paper: Paper) -> String {
        let mut out = String::new();
        for row in self.lines.iter().flat_map(|line| line.rows(paper)) {
            row.print(paper.color, &mut out);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    fn printed(line: Line, width: usize) -> String {
        let mut page = Page::default();
        page.push(line);
        page.print(Paper { width: Some(width), color: false })
    }

    #[test]
    fn a_long_line_goes_on_further_in() {
        let line = || {
            Line::at(2)
                .plain("one two ")
                .say(Label::Added, "three")
                .plain(": four five")
                .tail(Some("a.toml:1".to_owned()))
        };
        assert_snapshot!(printed(line(), 60), @"
          one two three: four five  a.toml:1
        ");
        assert_snapshot!(printed(line(), 30), @"
        one two three: four five
          a.toml:1
        ");
        assert_snapshot!(printed(line(), 16), @"
        one two three:
          four five
          a.toml:1
        ");
        assert_snapshot!(printed(line().cut(), 16), @"
        one two three…
          a.toml:1
        ");
    }

    #[test]
    fn tails_stand_in_a_column() {
        let mut page = Page::default();
        for text in ["a", "bcd", "ロール"] {
            page.push(Line::at(1).plain(text).tail(Some("x".to_owned())));
        }
        page.push(Line::at(1).plain("without a tail"));
        page.align(0);
        assert_snapshot!(page.print(Paper::default()), @"
        a       x
        bcd     x
        ロール  x
        without a tail
        ");
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_sticks_out(words in prop::collection::vec("[a-z役]{1,9}", 1..40), columns in 24usize..90) {
            let text = words.join(" ");
            let told = printed(Line::at(4).plain(&text), columns);
            prop_assert_eq!(told.split_whitespace().collect::<Vec<_>>(), words);
            prop_assert!(told.lines().all(|line| width(line) <= columns));
            let cut = printed(Line::at(4).plain(&text).cut(), columns);
            prop_assert!(cut.lines().count() == 1 && cut.lines().all(|line| width(line) <= columns));
        }

        #[test]
        fn what_is_cut_fits(text in "[a-z役❤\u{fe0f}\u{200d}👩🚀🇨🇭]{0,30}", limit in 0usize..40) {
            let fits = cut(&text, limit);
            prop_assert!(width(fits) <= limit && text.starts_with(fits));
            prop_assert!(width(&text) > limit || fits == text);
        }

        #[test]
        fn any_text_is_printed_without_control(text in any::<String>(), columns in 10usize..90) {
            let told = printed(Line::at(0).plain(&text).tail(Some(text.clone())), columns);
            prop_assert!(!told.contains(|c: char| c.is_control() && c != '\n'));
        }
    }
}
