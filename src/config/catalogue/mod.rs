//! Every key of the format: what it means, what it takes, whether it can be left out, and in which files it stands.
//!
//! The decoder knows keys from here alone: whatever a reader asks for, a key without an entry is an unknown key. So a
//! key that works has an entry; that each entry is as it says (its words, bounds, defaults and examples) is tested
//! against the readers. What `landfall explain` tells and what editors know by the JSON Schemas both come from here.

mod account;
mod assertion;
mod dns;
mod entry;
mod file;
mod find;
mod form;
mod key;
mod keys;
mod logs;
mod network;
mod organization;
mod phrase;
mod role;
mod schema;
#[cfg(test)]
mod tests;
mod words;

pub use entry::{Entry, Step, entries};
pub use file::File;
pub use find::{Found, find};
pub use form::Form;
pub use key::{Fields, Key, Map, Name, Need, Shape, Words};
pub use schema::schema;
