//! What the catalogue is made of.

use super::Form;

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// As the TOML writes it.
    pub name: &'static str,
    /// What it says: a phrase, with literals in backticks.
    pub meaning: &'static str,
    /// What it takes.
    pub shape: Shape,
    /// Whether it can be left out, and what holds then.
    pub need: Need,
    /// A value as the TOML writes it; empty where it follows from the keys of the table.
    pub example: &'static str,
    /// Whether it is left out where a whole table is shown: another key says the same, or it is written only once in a
    /// while.
    pub aside: bool,
    /// Where AWS says more about it, within its documentation.
    pub(super) link: Option<&'static str>,
}

/// Whether a key can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It can't.
    Required,
    /// It can, and nothing holds in its place.
    Optional,
    /// It can, and this value holds, as the TOML writes it.
    Default(&'static str),
    /// It can, and what holds is told in words.
    Otherwise(&'static str),
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Not known: what lies below a key that is not in the catalogue.
    Unknown,
    /// A string of a form.
    Text(&'static Form),
    /// One of a number of words.
    Word(&'static Words),
    /// A whole number from the first to the second.
    Number(u32, u32),
    /// `true` or `false`.
    Boolean,
    /// Several of the same, none twice.
    List(&'static Shape),
    /// The same, at least one.
    Some(&'static Shape),
    /// A table with keys of the format's.
    Table(&'static Fields),
    /// A table whose keys are the user's.
    Map(&'static Map),
    /// One of several.
    Either(&'static [Shape]),
}

/// The keys of a table.
#[derive(Debug)]
pub struct Fields {
    /// Its own.
    pub keys: &'static [Key],
    /// Tables whose keys it has too.
    pub with: &'static [&'static Fields],
    /// Keys of which it needs at least one.
    pub any: &'static [&'static str],
}

/// A table whose keys are the user's.
#[derive(Debug)]
pub struct Map {
    /// What its keys are.
    pub name: Name,
    /// What each of its values is.
    pub value: Shape,
}

/// A key that is the user's.
#[derive(Debug)]
pub struct Name {
    /// What stands for it in paths: `NAME`.
    pub placeholder: &'static str,
    /// What it may be.
    pub shape: Shape,
    /// One of them.
    pub example: &'static str,
}

/// Words of which a value is one.
#[derive(Debug)]
pub struct Words {
    /// What they are, of one and of many: `Region`, `Regions`.
    pub noun: (&'static str, &'static str),
    /// Each of them.
    pub list: fn() -> Vec<String>,
}

impl Key {
    /// A key that can't be left out.
    pub(super) const fn required(
        name: &'static str,
        shape: Shape,
        meaning: &'static str,
        example: &'static str,
    ) -> Self {
        Self { name, meaning, shape, need: Need::Required, example, aside: false, link: None }
    }

    /// A key that can be left out.
    pub(super) const fn optional(
        name: &'static str,
        shape: Shape,
        meaning: &'static str,
        example: &'static str,
    ) -> Self {
        Self { need: Need::Optional, ..Self::required(name, shape, meaning, example) }
    }

    /// `moved` of what AWS calls by a `name` that it can't change.
    pub(super) const fn moved(shape: Shape, example: &'static str) -> Self {
        let meaning = "That its key was another one before, so that it is not made again; `name` then keeps what AWS \
                       calls it";
        Self::optional("moved", shape, meaning, example).aside()
    }

    /// A table, whose example is that of its keys.
    pub(super) const fn table(name: &'static str, shape: Shape, meaning: &'static str) -> Self {
        Self::optional(name, shape, meaning, "")
    }

    /// It can't be left out.
    pub(super) const fn needed(self) -> Self {
        Self { need: Need::Required, ..self }
    }

    /// What holds if it is left out, as the TOML writes it.
    pub(super) const fn or(self, value: &'static str) -> Self {
        Self { need: Need::Default(value), ..self }
    }

    /// What holds if it is left out, in words.
    pub(super) const fn otherwise(self, words: &'static str) -> Self {
        Self { need: Need::Otherwise(words), ..self }
    }

    /// Left out where a whole table is shown.
    pub(super) const fn aside(self) -> Self {
        Self { aside: true, ..self }
    }

    /// Where AWS says more about it.
    pub fn see(&self) -> Option<String> {
        self.link.map(|path| format!("https://docs.aws.amazon.com/{path}"))
    }

    /// Where AWS says more, within its documentation.
    pub(super) const fn link(self, link: &'static str) -> Self {
        Self { link: Some(link), ..self }
    }
}

impl Fields {
    /// A table of these keys alone.
    pub(super) const fn new(keys: &'static [Key]) -> Self {
        Self { keys, with: &[], any: &[] }
    }

    /// Every key, its own first.
    pub fn all(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().chain(self.with.iter().flat_map(|with| with.keys))
    }

    fn get(&self, name: &str) -> Option<&'static Key> {
        let own = self.keys.iter().find(|key| key.name == name);
        own.or_else(|| self.with.iter().find_map(|with| with.get(name)))
    }
}

impl Shape {
    /// The shapes that a value may have.
    pub(in crate::config) fn choices(&self) -> &[Self] {
        match self {
            Self::Either(choices) => choices,
            one => std::slice::from_ref(one),
        }
    }

    /// What lies under a key of a table of this shape.
    pub(in crate::config) fn under(&self, key: &str) -> Option<&'static Self> {
        self.choices().iter().find_map(|choice| match choice {
            Self::Table(fields) => fields.get(key).map(|key| &key.shape),
            Self::Map(map) => Some(&map.value),
            _ => None,
        })
    }

    /// A key of a table of this shape with a value, as the TOML writes it.
    pub(in crate::config) fn example(&self, key: &str) -> Option<String> {
        let key = self.choices().iter().find_map(|choice| match choice {
            Self::Table(fields) => fields.get(key),
            _ => None,
        })?;
        (!key.example.is_empty()).then(|| format!("{} = {}", key.name, key.example))
    }

    /// What each element of a list of this shape is.
    pub(in crate::config) fn element(&self) -> &'static Self {
        let element = self.choices().iter().find_map(|choice| match choice {
            Self::List(element) | Self::Some(element) => Some(*element),
            _ => None,
        });
        element.unwrap_or(&Self::Unknown)
    }

    /// The words it is one of.
    pub(in crate::config) fn words(&self) -> Vec<String> {
        match self {
            Self::Word(words) => (words.list)(),
            _ => Vec::new(),
        }
    }
}
