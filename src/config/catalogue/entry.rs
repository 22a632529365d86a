//! Each key of the format by its path.

use super::{Fields, File, Key, Name, Shape};

/// A key by its path.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The way to it from the top of its files, itself included.
    pub path: Vec<Step>,
    /// What is known of it.
    pub key: &'static Key,
    /// The files that it may stand in.
    pub files: Vec<File>,
}

/// A step on the way to a key.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// A key of the format's.
    Key(&'static Key),
    /// A key of the user's.
    Name(&'static Name),
}

impl Step {
    /// As paths write it: the key, or what stands for a name.
    pub fn text(self) -> &'static str {
        match self {
            Self::Key(key) => key.name,
            Self::Name(name) => name.placeholder,
        }
    }
}

impl Entry {
    /// Its path in full: `roles.NAME.trust`; with the user's own key where that is a table: `roles.NAME`.
    pub fn path(&self) -> String {
        let own = match self.key.shape {
            Shape::Map(map) if !map.value.tables().is_empty() => Some(map.name.placeholder),
            _ => None,
        };
        let steps: Vec<_> = self.path.iter().map(|step| step.text()).chain(own).collect();
        steps.join(".")
    }

    /// The keys of the format's on the way to it, itself included.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        let keys = self.path.iter().filter_map(|step| match step {
            Step::Key(key) => Some(key.name),
            Step::Name(_) => None,
        });
        keys.collect()
    }

    /// The keys of the tables that it may be, or that are in it, each once.
    pub fn children(&self) -> Vec<&'static Key> {
        let mut found: Vec<&'static Key> = Vec::new();
        for key in self.key.shape.tables().into_iter().flat_map(Fields::all) {
            if !found.iter().any(|known| known.name == key.name) {
                found.push(key);
            }
        }
        found
    }

    /// It as a person would write it, with the names of examples.
    pub fn example(&self) -> String {
        match self.key {
            Key { example: "", .. } => self.table(),
            // What can't be written in one line before the tables of a file.
            Key { name, example, shape: Shape::Map(_), .. } if self.path.len() == 1 => {
                format!("[{name}]\n{}", example.trim_matches(['{', '}']).trim())
            }
            Key { example, .. } => self.line(example),
        }
    }

    /// A table with all its keys, but for those that say what another one says.
    fn table(&self) -> String {
        let keys = self.children().into_iter().filter(|key| !key.example.is_empty() && !key.aside);
        let keys: Vec<_> = keys.collect();
        let width = keys.iter().map(|key| key.name.len()).max().unwrap_or_default();
        let lines = keys.iter().map(|key| format!("{:width$} = {}", key.name, key.example));
        let names = self.path.iter().map(example_of).chain(self.key.shape.name().map(quoted));
        let is_list = matches!(self.key.shape, Shape::List(_));
        [header(names, is_list)].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    }

    /// A key in the table that it lies in.
    fn line(&self, value: &str) -> String {
        let has_lines_of_its_own = |step: &Step| match step {
            Step::Key(key) => key.example.is_empty() && matches!(key.shape, Shape::Table(_) | Shape::List(_)),
            Step::Name(_) => true,
        };
        let above = self.path.split_last().map_or(&[][..], |(_, above)| above);
        let table = above.iter().rposition(has_lines_of_its_own).map_or(0, |at| at + 1);
        let (table, rest) = self.path.split_at(table);
        let line = inline(rest, value);
        let Some(last) = table.last() else { return line };
        let is_list = matches!(last, Step::Key(Key { shape: Shape::List(_), .. }));
        format!("{}\n{line}", header(table.iter().map(example_of), is_list))
    }
}

fn header(names: impl Iterator<Item = String>, is_list: bool) -> String {
    let name = names.collect::<Vec<_>>().join(".");
    if is_list { format!("[[{name}]]") } else { format!("[{name}]") }
}

/// The rest of a path and a value in one line: `lock.mode = "governance"`, `data_events = [{ type = … }]`.
fn inline(path: &[Step], value: &str) -> String {
    let Some((first, rest)) = path.split_first() else { return value.to_owned() };
    let name = example_of(first);
    if rest.is_empty() {
        return format!("{name} = {value}");
    }
    let is_list = matches!(first, Step::Key(key) if matches!(key.shape, Shape::List(_) | Shape::Some(_)));
    let rest = inline(rest, value);
    if is_list { format!("{name} = [{{ {rest} }}]") } else { format!("{name}.{rest}") }
}

fn example_of(step: &Step) -> String {
    match step {
        Step::Key(key) => key.name.to_owned(),
        Step::Name(name) => quoted(name),
    }
}

fn quoted(name: &'static Name) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.example.chars().all(bare) { name.example.to_owned() } else { format!("\"{}\"", name.example) }
}

/// Every key of the format, file by file, each below the one that it lies in. The same key of several files is one.
pub fn entries() -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for file in File::ALL {
        for fields in file.shape().tables() {
            walk(file, fields, &[], &mut entries);
        }
    }
    entries
}

fn walk(file: File, fields: &'static Fields, above: &[Step], entries: &mut Vec<Entry>) {
    for key in fields.all() {
        let path: Vec<_> = above.iter().copied().chain([Step::Key(key)]).collect();
        let same = |entry: &&mut Entry| {
            entry.key.meaning == key.meaning
                && entry.path.iter().map(|step| step.text()).eq(path.iter().map(|step| step.text()))
        };
        match entries.iter_mut().find(same) {
            Some(entry) if entry.files.contains(&file) => {}
            Some(entry) => entry.files.push(file),
            None => entries.push(Entry { path: path.clone(), key, files: vec![file] }),
        }
        let below: Vec<_> = path.into_iter().chain(key.shape.name().map(Step::Name)).collect();
        for fields in key.shape.tables() {
            walk(file, fields, &below, entries);
        }
    }
}

impl Shape {
    /// The tables that it may be, or that are in it.
    pub fn tables(&self) -> Vec<&'static Fields> {
        match self {
            Self::Table(fields) => vec![fields],
            Self::Map(map) => map.value.tables(),
            Self::List(element) | Self::Some(element) => element.tables(),
            Self::Either(choices) => choices.iter().flat_map(Self::tables).collect(),
            _ => Vec::new(),
        }
    }

    /// What the keys of it are, where they are the user's and lead to tables.
    pub(super) fn name(&self) -> Option<&'static Name> {
        match self {
            Self::Map(map) if !map.value.tables().is_empty() => Some(&map.name),
            _ => None,
        }
    }
}
