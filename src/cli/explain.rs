//! `landfall explain`

use super::{exit::Exit, settings::Settings};
use crate::{
    config::catalogue::{self, Entry, Fields, File, Found, Key, Shape},
    engine::error::{Class, Error},
    report::{Explained, Explanation, Listed, Need},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall explain roles.trust
  landfall explain vpc            # a table with its keys
  landfall explain accounts       # a file with its tables
  landfall explain                # all files";

/// Tell what a key of the TOML means
///
/// What it takes, what holds if it is left out, where it may stand, and an example. A table is told of with its keys,
/// a file with its tables; without KEY, all files are told of.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A key (`roles.NAME.trust`, `roles.trust`, `trust`, `rol.tr`), a table (`vpc`) or a file (`organization.toml`)
    key: Option<String>,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    let mut explanation = Explanation::default();
    match args.key.as_deref().map(|asked| (asked, catalogue::find(asked))) {
        None => {
            explanation.files.extend(File::ALL.map(file));
            explanation.keys.extend(catalogue::entries().iter().map(key));
        }
        Some((_, Found::File(found))) => explanation.files.push(file(found)),
        Some((_, Found::Keys(found))) => explanation.keys.extend(found.iter().map(key)),
        Some((asked, Found::Nothing(likely))) => {
            let error = Error::new(Class::Final, format!("no key is called `{asked}`"));
            settings.out.error(&match likely {
                Some(likely) => error.hint(format!("did you mean `{likely}`?")),
                None => error.hint("`landfall explain` tells which there are"),
            });
            return Exit::Error;
        }
    }
    settings.out.explained(&explanation);
    if args.key.is_none() {
        settings.out.hint("`landfall explain FILE` tells of a file, and `landfall explain KEY` of a key");
    }
    Exit::Fine
}

fn file(file: File) -> Explained {
    let tables = file.shape().tables();
    Explained {
        path: file.pattern().to_owned(),
        meaning: file.meaning().to_owned(),
        takes: file.shape().phrase(),
        words: Vec::new(),
        need: Need::Optional,
        files: vec![file.pattern().to_owned()],
        example: String::new(),
        link: None,
        keys: tables.into_iter().flat_map(Fields::all).map(listed).collect(),
        any: Vec::new(),
    }
}

fn key(entry: &Entry) -> Explained {
    let Entry { key, files, .. } = entry;
    let any = match key.shape.tables().as_slice() {
        [fields] => fields.any,
        _ => &[],
    };
    Explained {
        path: entry.path(),
        meaning: key.meaning.to_owned(),
        takes: key.shape.phrase(),
        words: key.shape.all_words(),
        need: need(key),
        files: files.iter().map(|file| file.pattern().to_owned()).collect(),
        example: entry.example(),
        link: key.see(),
        keys: entry.children().into_iter().map(|child| within(&key.shape, child)).collect(),
        any: any.iter().map(|name| format!("`{name}`")).collect(),
    }
}

fn listed(key: &Key) -> Listed {
    let name = match key.shape {
        Shape::Map(map) if !map.value.tables().is_empty() => format!("{}.{}", key.name, map.name.placeholder),
        _ => key.name.to_owned(),
    };
    Listed { name, meaning: key.meaning.to_owned(), need: need(key) }
}

/// A key of a table; where that is one of several, it can't be left out only if all of them need it.
fn within(shape: &Shape, key: &Key) -> Listed {
    let has = |fields: &&Fields| fields.all().any(|other| other.name == key.name);
    let is_everywhere = shape.tables().iter().all(has);
    let listed = listed(key);
    Listed { need: if is_everywhere { listed.need } else { Need::Optional }, ..listed }
}

fn need(key: &Key) -> Need {
    match key.need {
        catalogue::Need::Required => Need::Required,
        catalogue::Need::Optional => Need::Optional,
        catalogue::Need::Default(value) => Need::Default(value.to_owned()),
        catalogue::Need::Otherwise(words) => Need::Otherwise(words.to_owned()),
    }
}
