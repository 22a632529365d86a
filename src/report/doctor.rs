//! What was tried and found.

use super::{
    page::{Line, Page},
    style::Label,
    trouble,
};
use crate::engine::error::Error;

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// Not as it should be.
    Wrong,
    /// It could not be found out.
    Unknown,
}

impl Verdict {
    /// In one word.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "ok",
            Self::Wrong => "wrong",
            Self::Unknown => "unknown",
        }
    }

    const fn label(self) -> Label {
        match self {
            Self::Fine => Label::Success,
            Self::Wrong => Label::Error,
            Self::Unknown => Label::Unknown,
        }
    }
}

/// One thing that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, in one word: `copy`, `key`, `lock`.
    pub check: &'static str,
    /// How it was found.
    pub verdict: Verdict,
    /// What was found: a sentence without its full stop.
    pub text: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Finding {
    /// Something that was found so.
    pub fn new(check: &'static str, verdict: Verdict, text: impl Into<String>) -> Self {
        Self { check, verdict, text: text.into(), hint: None }
    }

    /// Something that an error tells: what it kept from being found, and its way out.
    pub fn failed(check: &'static str, verdict: Verdict, what: &str, error: &Error) -> Self {
        let text = format!("{what}: {}", trouble::in_short(error));
        Self { hint: error.hint.clone(), ..Self::new(check, verdict, text) }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// How wide the column of verdicts is, and that of checks at least.
const COLUMNS: (usize, usize) = (9, 10);

/// Findings as prose, a line each.
pub(super) fn page(findings: &[Finding]) -> Page {
    let mut page = Page::default();
    let (first, least) = COLUMNS;
    let second = findings.iter().map(|finding| finding.check.len() + 2).fold(least, usize::max);
    for Finding { check, verdict, text, hint } in findings {
        let line = Line::at(0).say(verdict.label(), format!("{:first$}", verdict.as_str()));
        page.push(line.plain(format!("{check:second$}")).plain(text).hang(first + second));
        if let Some(hint) = hint {
            let line = Line::at(first + second).say(Label::Hint, "hint:").plain(" ").plain(hint);
            page.push(line.hang(first + second + 6));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_finding_is_a_line_with_a_way_out_below() {
        let findings = [
            Finding::new("key", Verdict::Fine, "the copy is under another key"),
            Finding::new("copy", Verdict::Unknown, "nothing came within 15m").hint("try again"),
        ];
        let text = page(&findings).print(crate::report::page::Paper::default());
        assert_snapshot!(text, @r"
    ok       key       the copy is under another key
    unknown  copy      nothing came within 15m
                       hint: try again
    ");
    }
}
