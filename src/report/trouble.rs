//! A failure as a person reads it: what failed, where, what caused it, and a way out.

use std::error::Error as StdError;

use super::{
    page::{Line, Page, width},
    style::Label,
};
use crate::engine::error::Error;

/// An error of the engine.
pub(super) fn page(error: &Error) -> Page {
    let mut page = Page::default();
    let facts = error.facts.iter().map(|(label, value)| (*label, value.as_str())).collect::<Vec<_>>();
    let mut chain = error.chain().into_iter();
    chain.next();
    page.push(Line::at(0).say(Label::Error, "error:").plain(" ").plain(headline(error)));
    let column = facts.iter().map(|(label, _)| width(label)).max().unwrap_or_default();
    for (label, value) in facts {
        let pad = " ".repeat(column - width(label) + 2);
        page.push(Line::at(2).say(Label::Aside, label).plain(pad).plain(value).hang(4 + column));
    }
    finish(&mut page, chain, error.hint.as_deref());
    page
}

/// Any other error.
pub(super) fn page_of(error: &(dyn StdError + 'static)) -> Page {
    if let Some(error) = error.downcast_ref::<Error>() {
        return page(error);
    }
    let mut page = Page::default();
    page.push(Line::at(0).say(Label::Error, "error:").plain(" ").plain(error.to_string()));
    let causes = std::iter::successors(error.source(), |&cause| cause.source()).map(ToString::to_string);
    finish(&mut page, causes, None);
    page
}

/// What failed, as a phrase that stands alone.
pub(super) fn headline(error: &Error) -> String {
    error.headline()
}

/// What failed and the first cause, in one line.
pub(super) fn in_short(error: &Error) -> String {
    match error.chain().get(1) {
        Some(cause) => format!("{}: {cause}", headline(error)),
        None => headline(error),
    }
}

fn finish(page: &mut Page, causes: impl Iterator<Item = String>, hint: Option<&str>) {
    for cause in causes {
        let mut lines = cause.lines();
        let first = lines.next().unwrap_or_default();
        page.push(Line::at(2).say(Label::Aside, "caused by:").plain(" ").plain(first).hang(13));
        lines.for_each(|line| page.push(Line::at(13).plain(line)));
    }
    if let Some(hint) = hint {
        page.push(Line::at(0).say(Label::Hint, "hint:").plain(" ").plain(hint).hang(6));
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{engine::error::Class, report::page::Paper};

    fn refused() -> Error {
        Error::new(Class::Denied, "call CreateRole")
            .fact("account", "prod (123456789012)")
            .fact("Region", "ap-southeast-2")
            .fact("operation", "CreateRole")
            .fact("request id", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")
            .source("AccessDenied: not authorized to perform iam:CreateRole\nwith an explicit deny in a service control policy")
            .hint("an SCP denies it: exempt `${landfall}` in the policy")
    }

    #[test]
    fn an_error_says_what_where_why_and_what_to_do() {
        assert_snapshot!(page(&refused()).print(Paper::default()), @"
        error: failed to call CreateRole
          account     prod (123456789012)
          Region      ap-southeast-2
          operation   CreateRole
          request id  6ba7b810-9dad-11d1-80b4-00c04fd430c8
          caused by: AccessDenied: not authorized to perform iam:CreateRole
                     with an explicit deny in a service control policy
        hint: an SCP denies it: exempt `${landfall}` in the policy
        ");
    }

    #[test]
    fn a_narrow_terminal_keeps_the_columns() {
        let paper = Paper { width: Some(60), color: false };
        assert_snapshot!(page(&refused()).print(paper), @"
        error: failed to call CreateRole
          account     prod (123456789012)
          Region      ap-southeast-2
          operation   CreateRole
          request id  6ba7b810-9dad-11d1-80b4-00c04fd430c8
          caused by: AccessDenied: not authorized to perform
                     iam:CreateRole
                     with an explicit deny in a service control
                       policy
        hint: an SCP denies it: exempt `${landfall}` in the policy
        ");
    }

    #[test]
    fn any_error_tells_its_causes() {
        let inner = std::io::Error::other("disk is full");
        let outer = Error::new(Class::Final, "can't write the journal").source(inner);
        assert_snapshot!(page_of(&outer).print(Paper::default()), @"
        error: can't write the journal
          caused by: disk is full
        ");
        assert_eq!(in_short(&outer), "can't write the journal: disk is full");
    }
}
