//! A small decoder: a table is read by naming its keys, each with a reader for its value; what is not named is an
//! unknown key, and so is what the catalogue does not have. A reader that dislikes a value complains and gives nothing, and the others go on.

mod readers;
mod table;
mod value;

pub(super) use readers::{boolean, list, number, parsed, string, text, word};
pub(super) use table::Table;
pub(super) use value::Value;
