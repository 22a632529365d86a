//! Kinds of resources: what each is, how it is found, changed and removed, what it takes and how long.

use super::{
    page::{Line, Page, width},
    style::Label,
    words::took,
};
use crate::engine::{
    erased::AnyKind,
    kind::{Identity, Removal, Scope},
};

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What it is, and the rest in a line.
    Short,
    /// Everything.
    Full,
}

/// Where the second column begins when all is told of a kind.
const COLUMN: usize = 14;

/// All of them, service by service, with what is said of each in short.
pub(super) fn in_short(kinds: &[&dyn AnyKind]) -> Page {
    let mut page = Page::default();
    let mut services: Vec<_> = kinds.iter().map(|kind| kind.service()).collect();
    services.sort_unstable();
    services.dedup();
    let column = kinds.iter().map(|kind| width(kind.name())).max().unwrap_or_default() + 4;
    for service in services {
        page.gap();
        page.push(Line::at(0).say(Label::Heading, service));
        for kind in kinds.iter().filter(|kind| kind.service() == service) {
            let pad = " ".repeat(column - width(kind.name()) - 2);
            page.push(Line::at(2).plain(kind.name()).plain(pad).plain(kind.about()).hang(column));
            page.push(Line::at(column).say(Label::Aside, standing(*kind)).hang(column));
        }
    }
    page
}

fn standing(kind: &dyn AnyKind) -> String {
    let scope = match kind.scope() {
        Scope::Organization => "in the management account",
        Scope::Global => "in an account",
        Scope::Regional => "in a Region",
    };
    let removal = match kind.removal() {
        Removal::Follows => "taken back when its lines go",
        Removal::Prune => "deleted by `--prune`",
        Removal::Listed => "deleted when `[removed]` lists it",
        Removal::Never(_) => "never deleted",
    };
    let removal = if kind.identity() == Identity::Lookup { "only read" } else { removal };
    format!("{scope} · {} · {removal} · {}", identity(kind.identity()), took(kind.timing().typical))
}

/// By what it is found, in short.
pub(super) const fn identity(identity: Identity) -> &'static str {
    match identity {
        Identity::Named => "by name",
        Identity::Tagged => "by tags",
        Identity::Slot => "by slot",
        Identity::Related => "by its ends",
        Identity::Singleton => "the only one",
        Identity::Lookup => "looked up",
    }
}

/// Each of them with everything that is to be said.
pub(super) fn in_full(kinds: &[&dyn AnyKind]) -> Page {
    let mut page = Page::default();
    for kind in kinds {
        page.gap();
        page.append(whole(*kind));
    }
    page
}

fn whole(kind: &dyn AnyKind) -> Page {
    let mut page = Page::default();
    page.push(Line::at(0).say(Label::Heading, kind.name()));
    page.push(Line::at(2).plain(kind.about()).hang(2));
    page.gap();
    page.push(fact("lives", lives(kind.scope())));
    page.push(fact("is found", found(kind.identity())));
    page.push(fact("goes", &goes(kind)));
    if let Some(of) = kind.part_of() {
        page.push(fact("is part of", &format!("{of}, and stays as long as that does")));
    }
    changes(&mut page, kind);
    if !kind.read_after().is_empty() {
        page.push(fact("is read after", &kind.read_after().join(", ")));
    }
    let timing = kind.timing();
    let (typical, deadline) = (took(timing.typical), took(timing.deadline));
    page.push(fact("takes", &format!("{typical} as a rule; after {deadline} it counts as failed")));
    page.push(Line::at(COLUMN + 2).say(Label::Aside, timing.source).hang(COLUMN + 2));
    page.gap();
    let actions = kind.actions();
    let parts = [
        ("to read", actions.read),
        ("to create", actions.create),
        ("to update", actions.update),
        ("to delete", actions.delete),
    ];
    for (word, actions) in parts.into_iter().filter(|(_, actions)| !actions.is_empty()) {
        page.push(fact(word, &actions.join(", ")));
    }
    page
}

fn fact(word: &str, text: &str) -> Line {
    let pad = " ".repeat(COLUMN.saturating_sub(width(word)));
    Line::at(2).say(Label::Aside, word).plain(pad).plain(text).hang(COLUMN + 2)
}

const fn lives(scope: Scope) -> &'static str {
    match scope {
        Scope::Organization => "once for the organization, in the management account",
        Scope::Global => "once for an account, whatever the Region",
        Scope::Regional => "in an account and a Region",
    }
}

const fn found(identity: Identity) -> &'static str {
    match identity {
        Identity::Named => {
            "by a name that AWS holds unique; ours if it carries our tags, else `--adopt` takes it over"
        }
        Identity::Tagged => {
            "by our tags; where they are gone by what makes it unique, and then `--adopt` takes it over"
        }
        Identity::Slot => "in its slot, of which AWS has one; what fills it is changed in place",
        Identity::Related => "by what it joins; ours if both ends are",
        Identity::Singleton => "always: an account has one, and it is only changed",
        Identity::Lookup => "by its name; it is only read",
    }
}

fn goes(kind: &dyn AnyKind) -> String {
    if kind.identity() == Identity::Lookup {
        return "never: it is only read".to_owned();
    }
    match (kind.removal(), kind.kept()) {
        (Removal::Follows, _) => "with the next apply, when its lines leave the landing zone".to_owned(),
        (Removal::Prune, _) => {
            "with `apply --prune`; until then it is an orphan that every plan shows".to_owned()
        }
        (Removal::Listed, kept) => {
            let kept = kept.map(|kept| format!("; {kept}")).unwrap_or_default();
            format!("with `apply --prune`, and only when `[removed]` lists its address{kept}")
        }
        (Removal::Never(why), _) => format!("never: {why}"),
    }
}

/// What can't be changed in place, and what to do then.
fn changes(page: &mut Page, kind: &dyn AnyKind) {
    if kind.identity() == Identity::Lookup {
        return;
    }
    if kind.immutable().is_empty() {
        page.push(fact("changes", "in place, every field"));
        return;
    }
    let fields: Vec<_> = kind.immutable().iter().map(|field| format!("`{field}`")).collect();
    page.push(fact("changes", &format!("in place, but for {}: a difference blocks", fields.join(", "))));
    page.push(fact("", &format!("way out: {}", kind.way_out())));
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::{
        engine::{erased::Of, kind::Kind as _},
        report::{
            page::Paper,
            samples::{Account, Attachment, Role, Vpc},
        },
    };

    const KINDS: [&dyn AnyKind; 4] =
        [Of::<Account>::REF, Of::<Role>::REF, Of::<Attachment>::REF, Of::<Vpc>::REF];

    fn narrow(page: &Page) -> String {
        page.print(Paper { width: Some(80), color: false })
    }

    #[test]
    fn kinds_are_told_service_by_service() {
        assert_snapshot!(narrow(&in_short(&KINDS)));
    }

    #[test]
    fn a_kind_is_told_in_full() {
        assert_eq!(Vpc::NAME, "ec2/vpc");
        assert_snapshot!(narrow(&in_full(&[Of::<Vpc>::REF])));
    }
}
