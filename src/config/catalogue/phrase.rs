//! What a value is, in words.

use super::{Form, Map, Need, Shape, Words};

/// Words up to this number are told where they are asked for.
const FEW: usize = 4;

impl Shape {
    /// What it is: a phrase, with literals in backticks.
    pub fn phrase(&self) -> String {
        match self {
            Self::Unknown => "anything".to_owned(),
            Self::Text(Form { noun: (one, _), longest: None, .. }) => (*one).to_owned(),
            Self::Text(Form { noun: (one, _), longest: Some(longest), .. }) => {
                format!("{one} of at most {longest} characters")
            }
            Self::Word(words) => one_of(words).unwrap_or_else(|| words.noun.0.to_owned()),
            Self::Number(least, most) => format!("a whole number from {least} to {most}"),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::List(element) => format!("a list of {}", element.plural()),
            Self::Some(element) => format!("a list of {}, at least one", element.plural()),
            Self::Table(_) => "a table".to_owned(),
            Self::Map(map) => by(map),
            Self::Either(choices) => {
                joined(choices.iter().map(|choice| choice.form().unwrap_or_else(|| choice.phrase())))
            }
        }
    }

    fn plural(&self) -> String {
        match self {
            Self::Text(form) => form.noun.1.to_owned(),
            Self::Word(words) => one_of(words).unwrap_or_else(|| words.noun.1.to_owned()),
            Self::Number(least, most) => format!("whole numbers from {least} to {most}"),
            Self::Table(_) => "tables".to_owned(),
            Self::Either(choices) => {
                joined(choices.iter().map(|choice| choice.form().unwrap_or_else(|| choice.plural())))
            }
            other => other.phrase(),
        }
    }

    /// What tells a table from others that may stand in its place: the keys that it can't do without.
    fn form(&self) -> Option<String> {
        let Self::Table(fields) = self else { return None };
        let needed = fields.all().filter(|key| key.need == Need::Required);
        let needed: Vec<_> = needed.map(|key| format!("{} = …", key.name)).collect();
        (!needed.is_empty()).then(|| format!("`{{ {} }}`", needed.join(", ")))
    }

    /// The words that it, or each of what it holds, is one of.
    pub fn all_words(&self) -> Vec<String> {
        match self {
            Self::List(element) | Self::Some(element) => element.all_words(),
            one => one.words(),
        }
    }
}

fn one_of(words: &Words) -> Option<String> {
    let list = (words.list)();
    let told = || joined(list.iter().map(|word| format!("`{word}`")));
    (list.len() <= FEW).then(told)
}

fn by(map: &Map) -> String {
    if map.value.tables().is_empty() {
        return format!("a table, by {}: {}", map.name.shape.phrase(), map.value.phrase());
    }
    let one = if let Shape::Table(_) = map.value { "a table".to_owned() } else { map.value.phrase() };
    format!("{one} for each, by {}", map.name.shape.phrase())
}

/// Several in their order, each once: `a`, `b` or `c`.
fn joined(several: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for one in several {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    match all.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::catalogue::entries;

    #[test]
    fn every_value_can_be_told() {
        for entry in entries() {
            let phrase = entry.key.shape.phrase();
            let is_whole = !phrase.ends_with(' ') && !phrase.contains("  ") && !phrase.contains("of ,");
            assert!(is_whole && !phrase.ends_with("of"), "{}: {phrase:?}", entry.path());
        }
    }
}
