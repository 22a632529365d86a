use schemars::JsonSchema;
use serde::Serialize;

use crate::report::explain::{Explained, Explanation, Need};

/// `landfall/explain@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Explain<'e> {
    schema: &'static str,
    /// The files that were asked for.
    files: Vec<File<'e>>,
    /// The keys that were asked for, or that may have been meant.
    keys: Vec<Key<'e>>,
}

#[derive(Serialize, JsonSchema)]
struct File<'e> {
    path: &'e str,
    meaning: &'e str,
    /// What stands at its top.
    keys: Vec<&'e str>,
}

#[derive(Serialize, JsonSchema)]
struct Key<'e> {
    path: &'e str,
    meaning: &'e str,
    /// What it takes, in words.
    takes: &'e str,
    /// The words that it takes, if it takes words only.
    words: &'e [String],
    required: bool,
    /// What holds if it is left out, as the TOML writes it.
    default: Option<&'e str>,
    /// What holds if it is left out, in words.
    otherwise: Option<&'e str>,
    files: &'e [String],
    /// TOML.
    example: &'e str,
    link: Option<&'e str>,
    /// What stands in it.
    keys: Vec<&'e str>,
    /// Those of them of which it needs at least one.
    at_least_one_of: &'e [String],
}

impl<'e> Explain<'e> {
    pub(in crate::report) fn of(explanation: &'e Explanation) -> Self {
        let Explanation { files, keys } = explanation;
        Self {
            schema: "landfall/explain@1",
            files: files.iter().map(File::of).collect(),
            keys: keys.iter().map(Key::of).collect(),
        }
    }
}

impl<'e> File<'e> {
    fn of(file: &'e Explained) -> Self {
        Self { path: &file.path, meaning: &file.meaning, keys: names(file) }
    }
}

impl<'e> Key<'e> {
    fn of(key: &'e Explained) -> Self {
        let (default, otherwise) = match &key.need {
            Need::Required | Need::Optional => (None, None),
            Need::Default(value) => (Some(value.as_str()), None),
            Need::Otherwise(words) => (None, Some(words.as_str())),
        };
        Self {
            path: &key.path,
            meaning: &key.meaning,
            takes: &key.takes,
            words: &key.words,
            required: key.need == Need::Required,
            default,
            otherwise,
            files: &key.files,
            example: &key.example,
            link: key.link.as_deref(),
            keys: names(key),
            at_least_one_of: &key.any,
        }
    }
}

fn names(of: &Explained) -> Vec<&str> {
    of.keys.iter().map(|key| key.name.as_str()).collect()
}
