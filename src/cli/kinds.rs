//! `landfall kinds`

use super::{exit::Exit, settings::Settings};
use crate::{
    engine::{
        erased::AnyKind,
        error::{Class, Error},
    },
    kinds,
    names::nearest,
    report::Detail,
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall kinds
  landfall kinds iam     # of a service
  landfall kinds role    # one in full";

/// Tell what kinds of resources there are, and all about one
///
/// How it is found, changed and removed, what it takes and how long.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// One kind in full, such as `iam/role` or `role`; or all of a service, such as `iam`
    kind: Option<String>,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    let Some(word) = &args.kind else {
        settings.out.kinds(kinds::ALL, Detail::Short);
        if settings.verbosity == 0 {
            settings.out.hint("`landfall kinds NAME` tells all about one of them, `-v` about each");
        }
        return Exit::Fine;
    };
    match meant(word) {
        Ok((kinds, detail)) => {
            settings.out.kinds(&kinds, detail);
            Exit::Fine
        }
        Err(error) => {
            settings.out.error(&error);
            Exit::Error
        }
    }
}

/// The kind of that name; else those of that service; else the one whose name ends so.
fn meant(word: &str) -> Result<(Vec<&'static dyn AnyKind>, Detail), Error> {
    let that = |is: &dyn Fn(&dyn AnyKind) -> bool| {
        let found: Vec<_> = kinds::ALL.iter().copied().filter(|kind| is(*kind)).collect();
        (!found.is_empty()).then_some(found)
    };
    if let Some(exactly) = that(&|kind| kind.name() == word) {
        return Ok((exactly, Detail::Full));
    }
    if let Some(of_service) = that(&|kind| kind.service() == word) {
        return Ok((of_service, Detail::Short));
    }
    let ending = that(&|kind| kind.name().split_once('/').is_some_and(|(_, last)| last == word));
    let ending = ending.ok_or_else(|| unknown(word))?;
    if ending.len() > 1 {
        let them: Vec<_> = ending.iter().map(|kind| format!("`{}`", kind.name())).collect();
        let error = Error::new(Class::Final, format!("several kinds are called `{word}`"));
        return Err(error.hint(format!("it may be {}", them.join(" or "))));
    }
    Ok((ending, Detail::Full))
}

fn unknown(word: &str) -> Error {
    let error = Error::new(Class::Final, format!("there is no kind `{word}`"));
    let names = || kinds::ALL.iter().map(|kind| kind.name());
    let last = |name: &'static str| name.split_once('/').map_or(name, |(_, last)| last);
    let whole = |near: &str| names().find(|name| last(name) == near);
    match nearest(word, names()).or_else(|| whole(nearest(word, names().map(last))?)) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("`landfall kinds` lists them all"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(word: &str) -> Vec<&'static str> {
        meant(word).map(|(kinds, _)| kinds.iter().map(|kind| kind.name()).collect()).unwrap_or_default()
    }

    fn hint(word: &str) -> Option<String> {
        meant(word).err().and_then(|error| error.hint)
    }

    #[test]
    fn a_kind_is_found_by_its_name_or_the_end_of_it() {
        assert_eq!((told("iam/role"), told("role")), (vec!["iam/role"], vec!["iam/role"]));
        assert_eq!(told("sns"), ["sns/topic", "sns/subscription"]);
        assert_eq!(meant("sns").map(|(_, detail)| detail).ok(), Some(Detail::Short));
        assert_eq!(meant("role").map(|(_, detail)| detail).ok(), Some(Detail::Full));
    }

    #[test]
    fn what_is_no_kind_may_be_near_to_one() {
        assert_eq!(hint("iam/rol").as_deref(), Some("did you mean `iam/role`?"));
        assert_eq!(hint("subnets").as_deref(), Some("did you mean `ec2/subnet`?"));
        assert_eq!(hint("policy").as_deref(), Some("it may be `iam/policy` or `organizations/policy`"));
        assert_eq!(hint("lambda/function").as_deref(), Some("`landfall kinds` lists them all"));
    }
}
