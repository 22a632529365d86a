//! Policy documents: parsing, one canonical form, rendering.
//!
//! AWS stores a document as it was sent, and people spell the same policy in many ways. This module decides
//! when two spellings are the same policy, so that everything above it can compare with `==` or field by
//! field. A difference that AWS does not document as insignificant stays a difference.
//!
//! | Spelled differently, equal | Source |
//! |---|---|
//! | one value or an array of one; order and repetition of statements and values | [grammar] |
//! | white space, order of elements | [grammar] |
//! | numbers and booleans in conditions, quoted or not | [grammar] |
//! | `Version` missing or `2008-10-17` | [version] |
//! | upper and lower case in actions | [action] |
//! | upper and lower case in condition keys | [condition] |
//! | upper and lower case in condition operators; `ArnEquals` and `ArnLike` | [operators] |
//! | upper and lower case in values of `String…IgnoreCase` | [operators] |
//! | an account's id or its root ARN as a principal | [principal] |
//! | `"*"` or `{"AWS": "*"}`, only as `Principal` of an `Allow` | [principal] |
//! | an empty or missing `Sid`, an empty or missing `Condition` | neither says anything |
//!
//! Kept apart on purpose: a role's ARN, its session's ARN and its unique id (`AROA…`), because AWS turns the
//! first into the last when the role is deleted; an action pattern and the actions it matches; `*` beside
//! other principals; case in resources and in all other condition values.
//!
//! Spelling is kept for rendering and set aside for comparing: [`Document::compact`] writes what was read,
//! while [`Document::fields`] holds the canonical form and [`Document::spelled_fields`] both.
//!
//! [grammar]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
//! [version]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
//! [action]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
//! [condition]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
//! [operators]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
//! [principal]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html

mod arn;
mod builder;
mod condition;
mod cursor;
mod document;
mod error;
mod generic;
mod json;
mod parse;
mod principal;
#[cfg(test)]
mod properties;
mod render;
mod spelling;
mod statement;
mod text;

pub use arn::{Arn, ArnError};
pub use condition::{Condition, Test};
pub use document::{Document, Substitute, Version};
pub use error::{Error, Position, Problem};
pub use generic::{flatten_json, join, json_text, map_json_strings, normalise};
pub use json::parse as parse_json;
pub use principal::{Principal, PrincipalType};
pub use render::Size;
pub use statement::{Effect, Pick, Statement};
pub use text::{Text, Values};
