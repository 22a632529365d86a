//! Readers of single values.

use std::ops::RangeInclusive;
use std::str::FromStr;

use toml::de::DeValue;

use super::Value;
use crate::config::complaint::Complaint;
use crate::names::{Invalid, Located, nearest};

/// A string, which may be empty.
pub(in crate::config) fn string(value: Value<'_>) -> Option<Located<String>> {
    match value.raw() {
        DeValue::String(text) => Some(Located::new(text.to_string(), value.origin())),
        _ => value.wrong("a string"),
    }
}

/// A string that is not empty.
pub(in crate::config) fn text(value: Value<'_>) -> Option<Located<String>> {
    let text = string(value)?;
    if text.trim().is_empty() {
        return value.complain(Complaint::new(&text.origin, "this can't be empty"));
    }
    Some(text)
}

/// A string that is a name of some kind.
pub(in crate::config) fn parsed<T: FromStr<Err = Invalid>>(value: Value<'_>) -> Option<Located<T>> {
    let text = text(value)?;
    match text.parse() {
        Ok(parsed) => Some(Located::new(parsed, text.origin)),
        Err(invalid) => value.complain(Complaint::invalid(&text.origin, invalid)),
    }
}

/// `true` or `false`.
pub(in crate::config) fn boolean(value: Value<'_>) -> Option<Located<bool>> {
    match value.raw() {
        DeValue::Boolean(yes) => Some(Located::new(*yes, value.origin())),
        _ => value.wrong("`true` or `false`"),
    }
}

/// One of the words that the catalogue has, each with what it means; `told` is what a complaint begins with.
pub(in crate::config) fn word<T: Copy>(
    told: &'static str,
    meanings: &'static [(&'static str, T)],
) -> impl Fn(Value<'_>) -> Option<Located<T>> {
    move |value| {
        let word = text(value)?;
        let known = value.shape.words();
        let meaning = meanings.iter().find(|(known, _)| *known == *word);
        if let Some((_, meaning)) = meaning.filter(|_| known.contains(&word)) {
            return Some(word.map(|_| *meaning));
        }
        let words: Vec<_> = known.iter().map(|word| format!("`{word}`")).collect();
        let message = format!("{told} {}, not `{}`", words.join(" or "), *word);
        let complaint = Complaint::new(&word.origin, message);
        value.complain(match nearest(&word, known.iter().map(String::as_str)) {
            Some(near) => complaint.help(format!("did you mean `{near}`?")),
            None => complaint,
        })
    }
}

/// A whole number within bounds.
pub(in crate::config) fn number(bounds: RangeInclusive<u32>) -> impl Fn(Value<'_>) -> Option<Located<u32>> {
    move |value| {
        let DeValue::Integer(integer) = value.raw() else { return value.wrong("a whole number") };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        let Some(number) = number.filter(|number| bounds.contains(number)) else {
            let message = format!("this must be between {} and {}", bounds.start(), bounds.end());
            return value.complain(Complaint::new(&value.origin(), message));
        };
        Some(Located::new(number, value.origin()))
    }
}

/// A list; elements that their reader dislikes are left out, and the whole list if it dislikes all of them: a list that
/// is empty was written so. The same element twice is a mistake.
pub(in crate::config) fn list<'a, T: PartialEq>(
    read: impl Fn(Value<'a>) -> Option<Located<T>>,
) -> impl Fn(Value<'a>) -> Option<Vec<Located<T>>> {
    move |value| {
        let DeValue::Array(elements) = value.raw() else { return value.wrong("a list") };
        let mut found: Vec<Located<T>> = Vec::with_capacity(elements.len());
        let shape = value.shape.element();
        for spanned in elements {
            let Some(element) = read(Value { shape, spanned, ..value }) else { continue };
            match found.iter().find(|earlier| earlier.value == element.value) {
                Some(earlier) => value.sink.push(twice(&element, earlier)),
                None => found.push(element),
            }
        }
        (elements.is_empty() || !found.is_empty()).then_some(found)
    }
}

fn twice<T>(element: &Located<T>, earlier: &Located<T>) -> Complaint {
    Complaint::new(&element.origin, "this is in the list twice").note(&earlier.origin, "first here")
}
