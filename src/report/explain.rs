//! What the keys of the TOML mean.

use super::{
    page::{Line, Page},
    style::Label,
    words::number,
};

/// A key of the TOML, or one of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// Its path: `roles.NAME.trust`; of a file, where it lies.
    pub path: String,
    /// What it says: a phrase.
    pub meaning: String,
    /// What it takes, in words.
    pub takes: String,
    /// The words that it takes, if it takes words only.
    pub words: Vec<String>,
    /// Whether it can be left out, and what holds then.
    pub need: Need,
    /// Where it may stand.
    pub files: Vec<String>,
    /// How it is written.
    pub example: String,
    /// Where AWS says more about it.
    pub link: Option<String>,
    /// The keys in it.
    pub keys: Vec<Listed>,
    /// Those of them of which it needs at least one.
    pub any: Vec<String>,
}

/// Whether a key can be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// It can't.
    Required,
    /// It can, and nothing holds in its place.
    Optional,
    /// It can, and this value holds, as the TOML writes it.
    Default(String),
    /// It can, and what holds is told in words.
    Otherwise(String),
}

/// A key in a list of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What it is called there.
    pub name: String,
    /// What it says: a phrase.
    pub meaning: String,
    /// Whether it can be left out.
    pub need: Need,
}

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Files: one is told of with what stands at its top, several in short.
    pub files: Vec<Explained>,
    /// Keys, told of if there are no files; several if nobody has chosen between them.
    pub keys: Vec<Explained>,
}

/// So many keys are told of in full; of more, only that they are there.
const FULL: usize = 3;
/// So many words are shown; who wants to see more takes the JSON.
const SHOWN: usize = 60;
/// Where what is said of a key begins.
const COLUMN: usize = 11;
/// The widest column of names.
const WIDEST: usize = 24;

/// An explanation as prose.
pub(super) fn page(explanation: &Explanation) -> Page {
    let mut page = Page::default();
    match (explanation.files.as_slice(), explanation.keys.as_slice()) {
        ([], keys) if keys.len() > FULL => {
            let listed = keys.iter().map(|key| Listed {
                name: key.path.clone(),
                meaning: key.meaning.clone(),
                need: key.need.clone(),
            });
            list(&mut page, &listed.collect::<Vec<_>>());
        }
        ([], keys) => {
            for one in keys {
                page.gap();
                page.append(key(one));
            }
        }
        ([file], _) => {
            title(&mut page, file, None);
            page.gap();
            list(&mut page, &file.keys);
        }
        (files, _) => files.iter().for_each(|file| overview(&mut page, file)),
    }
    page
}

/// A file, and what its tables and keys are called.
fn overview(page: &mut Page, file: &Explained) {
    page.gap();
    title(page, file, None);
    let names: Vec<_> = file.keys.iter().map(|key| key.name.as_str()).collect();
    page.push(Line::at(2).say(Label::Aside, names.join(", ")).hang(2));
}

fn title(page: &mut Page, of: &Explained, aside: Option<&str>) {
    let line = Line::at(0).say(Label::Heading, &of.path);
    page.push(match aside {
        Some(aside) => line.say(Label::Aside, format!("  {aside}")),
        None => line,
    });
    page.push(Line::at(2).plain(&of.meaning).hang(2));
}

fn key(of: &Explained) -> Page {
    let mut page = Page::default();
    title(&mut page, of, (of.need == Need::Required).then_some("required"));
    page.gap();
    let mut row = |name: &str, text: &str| {
        let line = Line::at(2).say(Label::Aside, format!("{name:COLUMN$}"));
        page.push(line.plain(text).hang(2 + COLUMN));
    };
    row("takes", &of.takes);
    if !of.words.is_empty() && !of.takes.contains(&format!("`{}`", of.words[0])) {
        row("which are", &words(&of.words));
    }
    match &of.need {
        Need::Required | Need::Optional => {}
        Need::Default(held) | Need::Otherwise(held) => row("left out", held),
    }
    if !of.any.is_empty() {
        row("needs", &format!("at least one of {}", of.any.join(", ")));
    }
    row("stands in", &of.files.join(", "));
    if let Some(link) = &of.link {
        row("see", link);
    }
    if !of.keys.is_empty() {
        page.gap();
        list(&mut page, &of.keys);
    }
    page.gap();
    for line in of.example.lines() {
        page.push(Line::at(2).plain(line).hang(4));
    }
    page
}

fn words(words: &[String]) -> String {
    let shown = words.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match words.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {} more (`--json` lists them)", number(more)),
    }
}

fn list(page: &mut Page, keys: &[Listed]) {
    let widest = keys.iter().map(|key| key.name.len()).max().unwrap_or_default();
    let column = widest.min(WIDEST) + 2;
    for Listed { name, meaning, need } in keys {
        let line =
            Line::at(2).say(Label::Heading, format!("{name:widest$}", widest = column - 2)).plain("  ");
        let line = line.plain(meaning);
        let aside = match need {
            Need::Required => "required".to_owned(),
            Need::Optional => String::new(),
            Need::Default(value) => format!("left out: {value}"),
            Need::Otherwise(words) => format!("left out: {words}"),
        };
        let line = if aside.is_empty() { line } else { line.say(Label::Aside, format!(" ({aside})")) };
        page.push(line.hang(2 + column));
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::page::Paper;

    fn listed(name: &str, meaning: &str, need: Need) -> Listed {
        Listed { name: name.to_owned(), meaning: meaning.to_owned(), need }
    }

    fn mode() -> Explained {
        Explained {
            path: "archive.lock.mode".to_owned(),
            meaning: "Whether Landfall's role can shorten it, or nobody at all".to_owned(),
            takes: "`governance` or `compliance`".to_owned(),
            words: vec!["governance".to_owned(), "compliance".to_owned()],
            need: Need::Default("\"governance\"".to_owned()),
            files: vec!["organization.toml".to_owned()],
            example: "[archive]\nlock.mode = \"compliance\"".to_owned(),
            link: Some("https://docs.aws.amazon.com/x".to_owned()),
            keys: Vec::new(),
            any: Vec::new(),
        }
    }

    fn told(keys: Vec<Explained>, width: usize) -> String {
        printed(&Explanation { files: Vec::new(), keys }, width)
    }

    fn printed(explanation: &Explanation, width: usize) -> String {
        page(explanation).print(Paper { width: Some(width), color: false })
    }

    #[test]
    fn a_key_is_told_of_in_full() {
        assert_snapshot!(told(vec![mode()], 60));
    }

    #[test]
    fn a_table_lists_its_keys() {
        let keys = vec![
            listed("mode", "Whether anybody can shorten it", Need::Default("\"governance\"".to_owned())),
            listed("for", "How long it lasts", Need::Required),
        ];
        let table = Explained {
            path: "archive.lock".to_owned(),
            takes: "a table".to_owned(),
            need: Need::Required,
            keys,
            any: vec!["`mode`".to_owned(), "`for`".to_owned()],
            link: None,
            words: (0..=SHOWN).map(|word| format!("w{word}")).collect(),
            ..mode()
        };
        assert_snapshot!(told(vec![table], 80));
    }

    #[test]
    fn many_keys_are_listed_and_files_told_of_in_short() {
        assert_snapshot!("many keys", told(vec![mode(), mode(), mode(), mode()], 100));
        let keys =
            vec![listed("unit", "Where it lies", Need::Required), listed("tags", "Its tags", Need::Optional)];
        let file = Explained { path: "accounts/NAME.toml".to_owned(), keys, ..mode() };
        let of = |files| printed(&Explanation { files, keys: Vec::new() }, 100);
        assert_snapshot!("several files", of(vec![file.clone(), file.clone()]));
        assert_snapshot!("a file", of(vec![file]));
    }
}
