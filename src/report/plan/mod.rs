//! A plan as a person reads it.

mod changes;
mod ending;
#[cfg(test)]
mod golden;
mod groups;
mod markdown;
mod outline;
mod page;
mod sets;
mod statements;
mod step;
mod tally;
mod text;
mod values;

pub(super) use changes::{Item, items};
pub(super) use ending::{orphans, staying, unreadable, unsearched, unstated};
pub(super) use groups::Group;
pub(super) use markdown::markdown;
pub(super) use page::{View, by_account, page};
pub(super) use sets::{Listing, listing};
pub(super) use step::{notes, origin, page as resources, sign_of, title};
pub(super) use tally::{Tally, as_they_should_be};
pub(super) use text::{page as lines, texts};
pub(super) use values::Shown;
