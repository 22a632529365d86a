//! What somebody has to be allowed.

use serde_json::Value;

/// The policies that somebody needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Needed {
    /// Who: a phrase.
    pub holder: String,
    /// Each of them.
    pub policies: Vec<Value>,
    /// The characters of each, not counting white space, as AWS counts them.
    pub sizes: Vec<usize>,
}
