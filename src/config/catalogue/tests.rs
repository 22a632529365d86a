//! That each entry is as it says: what it gives as an example is read, what it calls needed is missed, what is out of its
//! bounds is refused. What the readers know and the catalogue does not is unknown to both: `decode::Table` sees to that.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::{Entry, Fields, File, Key, Map, Need, Shape, Step, entries, schema};
use crate::config::{Complaint, Files, complaint::Sink, folder::Folder, tables};

/// A value of the catalogue.
fn value(toml: &str) -> Value {
    let table: Table = format!("value = {toml}").parse().unwrap_or_else(|error| panic!("{toml}: {error}"));
    table["value"].clone()
}

/// A fraction, which no key takes.
fn odd() -> Value {
    Value::Float(1.5)
}

/// The least that a value of a shape can be, or the example of its key.
fn least(key: &'static Key) -> Value {
    if key.example.is_empty() { of(&key.shape) } else { value(key.example) }
}

fn of(shape: &'static Shape) -> Value {
    match shape {
        Shape::Table(fields) => Value::Table(table(fields)),
        Shape::Map(map) => {
            Value::Table([(map.name.example.to_owned(), of(&map.value))].into_iter().collect())
        }
        Shape::List(element) | Shape::Some(element) => Value::Array(vec![of(element)]),
        Shape::Either(choices) => of(&choices[0]),
        other => panic!("{other:?} needs an example"),
    }
}

/// A table with what it can't do without.
fn table(fields: &'static Fields) -> Table {
    let any = fields.any.first().copied();
    let needed = fields.all().filter(|key| key.need == Need::Required || Some(key.name) == any);
    needed.map(|key| (key.name.to_owned(), least(key))).collect()
}

/// The table that holds a key, among those that a shape may be.
fn holding(shape: &'static Shape, key: &'static Key) -> &'static Fields {
    let tables = shape.tables();
    let holds = |fields: &&Fields| fields.all().any(|other| other.name == key.name);
    tables.iter().find(|fields| holds(fields)).expect("a table with the key")
}

/// A file in which the entry is as `change` leaves it, with all that is needed around it.
fn document(file: File, entry: &Entry, change: &dyn Fn(&mut Table, &str)) -> String {
    let mut whole = build(file.shape(), &entry.path, change);
    // The one key that is needed unless another table has it: `[archive]` takes the key of `[trail]`.
    if let (Some(table), File::Organization) = (whole.as_table_mut(), file) {
        let trail = "{ archive = \"logging/archive\", key = \"key:logs\" }";
        table.entry("trail").or_insert_with(|| value(trail));
    }
    toml::to_string(&whole).expect("TOML")
}

fn build(shape: &'static Shape, path: &[Step], change: &dyn Fn(&mut Table, &str)) -> Value {
    let (first, rest) = path.split_first().expect("a path");
    match (shape, first) {
        (Shape::List(element) | Shape::Some(element), _) => Value::Array(vec![build(element, path, change)]),
        (Shape::Map(Map { name, value }), Step::Name(_)) => {
            Value::Table([(name.example.to_owned(), build(value, rest, change))].into_iter().collect())
        }
        (Shape::Either(choices), step) => {
            let fits = |choice: &&Shape| match step {
                Step::Key(key) => {
                    choice.tables().iter().any(|fields| fields.all().any(|other| other.name == key.name))
                }
                Step::Name(name) => choice.name().is_some_and(|other| std::ptr::eq(other, *name)),
            };
            build(choices.iter().find(fits).expect("a choice that leads on"), path, change)
        }
        (shape, Step::Key(key)) => {
            let fields = holding(shape, key);
            // A key of this name may hold other tables here than in another file.
            let own = fields.all().find(|own| own.name == key.name).expect("the key");
            let mut table = table(fields);
            match rest {
                [] => change(&mut table, key.name),
                rest => drop(table.insert(key.name.to_owned(), build(&own.shape, rest, change))),
            }
            Value::Table(table)
        }
        (shape, step) => panic!("{step:?} is not in {shape:?}"),
    }
}

/// A path at which a file of this kind lies.
fn path(file: File) -> String {
    file.pattern().replace("NAME", "prod")
}

/// What the readers say to a file, which is all of the landing zone but for what it can't do without.
fn complaints(file: File, text: &str) -> Vec<Complaint> {
    let mut files = Files::default();
    let organization = toml::to_string(&table(File::Organization.shape().tables()[0])).expect("TOML");
    files.insert(path(File::Organization), organization.as_bytes());
    files.insert(path(file), text.as_bytes());
    let sink = Sink::default();
    let folder = Folder::open(&files, &sink);
    drop(tables::read(&folder, &sink));
    sink.sorted()
}

/// Every entry in every file that it stands in.
fn everywhere() -> Vec<(File, Entry)> {
    let each = |entry: Entry| entry.files.clone().into_iter().map(move |file| (file, entry.clone()));
    entries().into_iter().flat_map(each).collect()
}

/// What `judge` dislikes of each entry, in one list.
fn assert_each(judge: impl Fn(File, &Entry) -> Result<(), String>) {
    let mut wrong = String::new();
    for (file, entry) in everywhere() {
        if let Err(reason) = judge(file, &entry) {
            writeln!(wrong, "{} in {}: {reason}", entry.path(), file.pattern()).expect("a string");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// That a file is read without a complaint, and that its schema lets it through.
fn is_fine(file: File, text: &str) -> Result<(), String> {
    let complaints = complaints(file, text);
    if let Some(complaint) = complaints.first() {
        return Err(format!("{} {:?} in\n{text}", complaint.message, complaint.help));
    }
    validate(file, text).map_err(|error| format!("{error} in\n{text}"))
}

/// That a file is refused, by its reader and by its schema.
fn is_refused(file: File, text: &str) -> Result<(), String> {
    if complaints(file, text).is_empty() {
        return Err(format!("the reader takes\n{text}"));
    }
    match validate(file, text) {
        Ok(()) => Err(format!("the schema takes\n{text}")),
        Err(_) => Ok(()),
    }
}

thread_local! {
    static COMPILED: Vec<(File, boon::Schemas, boon::SchemaIndex)> = File::ALL.map(compiled).into();
}

fn compiled(file: File) -> (File, boon::Schemas, boon::SchemaIndex) {
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("https://schemas.invalid/x.json", schema(file)).expect("a resource");
    let index = compiler.compile("https://schemas.invalid/x.json", &mut schemas).expect("a schema");
    (file, schemas, index)
}

fn validate(file: File, text: &str) -> Result<(), String> {
    let table: Table = text.parse().expect("TOML");
    let json = serde_json::to_value(table).expect("JSON");
    COMPILED.with(|compiled| {
        let (_, schemas, index) = compiled.iter().find(|(other, ..)| *other == file).expect("a schema");
        schemas.validate(&json, *index).map_err(|error| error.to_string())
    })
}

fn put(value: Value) -> impl Fn(&mut Table, &str) {
    move |table, key| drop(table.insert(key.to_owned(), value.clone()))
}

#[test]
fn every_example_is_read() {
    assert_each(|file, entry| is_fine(file, &document(file, entry, &put(least(entry.key)))));
}

#[test]
fn every_default_is_read() {
    assert_each(|file, entry| match entry.key.need {
        Need::Default(default) => is_fine(file, &document(file, entry, &put(value(default)))),
        _ => Ok(()),
    });
}

#[test]
fn an_example_says_something_else_than_the_default() {
    assert_each(|_, entry| match entry.key.need {
        Need::Default(default) if value(default) == least(entry.key) => match entry.key.shape {
            Shape::Some(_) => Ok(()),
            _ => Err("the example is the default".to_owned()),
        },
        _ => Ok(()),
    });
}

#[test]
fn every_key_is_asked_for_and_takes_no_fraction() {
    assert_each(|file, entry| is_refused(file, &document(file, entry, &put(odd()))));
}

#[test]
fn what_is_needed_is_missed_and_nothing_else() {
    assert_each(|file, entry| {
        let text = document(file, entry, &|table, key| drop(table.remove(key)));
        let is_only = |fields: &Fields| fields.any.contains(&entry.key.name);
        let shape = match &entry.path[..] {
            [.., Step::Key(above), Step::Key(_)] | [.., Step::Key(above), Step::Name(_), Step::Key(_)] => {
                &above.shape
            }
            _ => file.shape(),
        };
        let is_needed = entry.key.need == Need::Required
            || is_only(holding(shape, entry.key))
                && holding(shape, entry.key).any.first() == Some(&entry.key.name);
        if is_needed { is_refused(file, &text) } else { is_fine(file, &text) }
    });
}

#[test]
fn every_word_is_read_and_no_other_one() {
    assert_each(|file, entry| {
        let (words, is_list) = match entry.key.shape {
            Shape::Word(_) => (entry.key.shape.words(), false),
            Shape::List(element) => (element.words(), true),
            _ => return Ok(()),
        };
        let of = |word: &str| {
            let word = Value::from(word);
            if is_list { Value::Array(vec![word]) } else { word }
        };
        let with = |word: &str| {
            let change = |table: &mut Table, key: &str| {
                put(of(word))(table, key);
                // A Region has no more zones than it has.
                if let Some(zones) = table.get_mut("zones") {
                    *zones = 1.into();
                }
            };
            document(file, entry, &change)
        };
        for word in &words {
            is_fine(file, &with(word))?;
        }
        // Whether there is such a service is for a check to say.
        if words.is_empty() || entry.key.name == "endpoints" {
            return Ok(());
        }
        is_refused(file, &document(file, entry, &put(of("nonesuch"))))
    });
}

#[test]
fn numbers_are_read_within_their_bounds() {
    assert_each(|file, entry| {
        let choices = match entry.key.shape {
            Shape::Some(element) => element.choices(),
            _ => entry.key.shape.choices(),
        };
        let bounds = choices.iter().filter_map(|choice| match choice {
            Shape::Number(least, most) => Some((i64::from(*least), i64::from(*most))),
            _ => None,
        });
        let is_list = matches!(entry.key.shape, Shape::Some(_));
        let of = |number: i64| {
            let number = Value::from(number);
            document(file, entry, &put(if is_list { Value::Array(vec![number]) } else { number }))
        };
        for (least, most) in bounds {
            // A range of addresses and its size have to agree, and a Region has no more zones than it has.
            if !matches!(entry.key.name, "size" | "zones") {
                is_fine(file, &of(most))?;
            }
            if entry.key.name != "size" {
                is_fine(file, &of(least))?;
            }
            is_refused(file, &of(least - 1))?;
            is_refused(file, &of(most + 1))?;
        }
        Ok(())
    });
}

#[test]
fn names_of_the_users_are_as_the_catalogue_says() {
    for (file, entry) in everywhere() {
        let Shape::Map(map) = entry.key.shape else { continue };
        let with = |name: &str| {
            let value = of_map(&entry, map);
            document(file, &entry, &put(Value::Table([(name.to_owned(), value)].into_iter().collect())))
        };
        let told =
            |told: Result<(), String>| told.unwrap_or_else(|reason| panic!("{}: {reason}", entry.path()));
        told(is_fine(file, &with(map.name.example)));
        let wrong = if map.name.placeholder == "UNIT" { "a//b" } else { "" };
        told(is_refused(file, &with(wrong)));
    }
}

/// What stands under a name of the user's.
fn of_map(entry: &Entry, map: &'static Map) -> Value {
    if entry.key.example.is_empty() {
        return of(&map.value);
    }
    value(entry.key.example).as_table().and_then(|table| table.values().next().cloned()).expect("an entry")
}

#[test]
fn unknown_keys_are_refused_everywhere() {
    assert_each(|file, entry| {
        let text = document(file, entry, &|table, _| drop(table.insert("nonesuch".to_owned(), true.into())));
        is_refused(file, &text)
    });
}

#[test]
fn examples_are_toml_and_are_read() {
    for (file, entry) in everywhere() {
        let text = entry.example();
        let table: Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}\n{text}", entry.path()));
        assert!(!table.is_empty(), "{}", entry.path());
        // Other tables may be needed besides, but what is shown is in its place.
        let unknown = complaints(file, &text)
            .into_iter()
            .find(|complaint| complaint.message.starts_with("unknown key"));
        assert_eq!(unknown, None, "{}:\n{text}", entry.path());
    }
}

#[test]
fn phrases_are_phrases() {
    for entry in entries() {
        let Key { meaning, link, .. } = entry.key;
        let begins = meaning.starts_with(|c: char| c.is_uppercase());
        assert!(begins && !meaning.ends_with('.'), "{}: {meaning}", entry.path());
        assert_eq!(meaning.matches('`').count() % 2, 0, "{}: {meaning}", entry.path());
        let is_path =
            |link: &str| link.split('#').next().is_some_and(|page| page.rsplit('.').next() == Some("html"));
        assert!(link.is_none_or(is_path), "{}: {link:?}", entry.path());
    }
}
