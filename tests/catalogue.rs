//! What editors are told about the files is what the parser thinks of them, and what is committed is what is told.

use std::fs;

use boon::{Compiler, SchemaIndex, Schemas};
use landfall::config::{
    self, Files,
    catalogue::{self, File},
};
use serde_json::Value;
use toml::Table;

use crate::{
    config::{folders, overlaid, root, sample},
    support::{Zone, binary, ran},
};

/// The schemas of all kinds of files.
struct Compiled {
    schemas: Schemas,
    each: Vec<(File, SchemaIndex)>,
}

impl Compiled {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let each = File::ALL.map(|file| {
            let name = format!("https://schemas.invalid/{}.json", file.name());
            compiler.add_resource(&name, catalogue::schema(file)).unwrap();
            (file, compiler.compile(&name, &mut schemas).unwrap())
        });
        Self { schemas, each: each.into() }
    }

    /// What its schema says to a file in TOML; nothing if it is none of a landing zone's.
    fn judge(&self, path: &str, text: &str) -> Option<Result<(), String>> {
        let file = File::of(path)?;
        let (_, index) = self.each.iter().find(|(other, _)| *other == file)?;
        let table: Table = text.parse().ok()?;
        let json: Value = serde_json::to_value(table).unwrap();
        Some(self.schemas.validate(&json, *index).map_err(|error| error.to_string()))
    }
}

/// `BLESS=1 cargo test` writes what they are now.
#[test]
fn the_committed_schemas_are_what_the_catalogue_says() {
    for file in File::ALL {
        let path = root().join(format!("schemas/{}.json", file.name()));
        let text = format!("{:#}\n", catalogue::schema(file));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &text).unwrap();
        }
        assert!(fs::read_to_string(&path).unwrap_or_default() == text, "{} is out of date", path.display());
    }
}

#[test]
fn every_file_of_the_sample_names_its_schema_and_follows_it() {
    let (compiled, mut seen) = (Compiled::new(), 0);
    for (path, content) in sample().iter().filter(|(path, _)| path.ends_with(".toml")) {
        let text = std::str::from_utf8(content).unwrap();
        let named = text.lines().next().unwrap().strip_prefix("#:schema ").unwrap();
        let folder = root().join(&**path).parent().unwrap().to_owned();
        let name = File::of(path).unwrap().name();
        let expected = root().join(format!("schemas/{name}.json")).canonicalize().unwrap();
        assert_eq!(folder.join(named).canonicalize().unwrap(), expected, "{path}");
        compiled.judge(path, text).unwrap().unwrap_or_else(|error| panic!("{path}: {error}"));
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

/// A schema may let through what the parser refuses for a reason that no schema tells, but never the other way round.
#[test]
fn no_schema_refuses_what_the_parser_takes() {
    let (compiled, mut taken, mut refused) = (Compiled::new(), 0, 0);
    for case in folders(&root().join("tests/invalid")) {
        let files: Files = overlaid(&case);
        let complaints = match config::parse(&files) {
            Ok(_) => Vec::new(),
            Err(complaints) => complaints.iter().cloned().collect(),
        };
        for (path, content) in files.iter() {
            let Ok(text) = std::str::from_utf8(content) else { continue };
            let Some(told) = compiled.judge(path, text) else { continue };
            let is_disliked = complaints.iter().any(|complaint| {
                *complaint.origin.path() == *path
                    || complaint.notes.iter().any(|note| *note.origin.path() == *path)
            });
            match told {
                Ok(()) => taken += 1,
                Err(_) if is_disliked => refused += 1,
                Err(error) => panic!("{}: {path}: {error}", case.display()),
            }
        }
    }
    // Most mistakes are typos, types and forms.
    assert!(taken > 400 && refused > 40, "{taken} taken, {refused} refused");
}

#[test]
fn init_writes_the_schemas_that_its_files_name() {
    let zone = Zone::sample();
    for file in File::ALL {
        let written = zone.read(&format!("schemas/{}.json", file.name()));
        assert_eq!(written, format!("{:#}\n", catalogue::schema(file)));
    }
    let run = |args: &[&str]| {
        let mut command = binary();
        command.arg("-C").arg(zone.path()).args(args);
        ran(command)
    };
    run(&["validate"]).expect(0);
    // Written again after an update, and printed.
    zone.write("schemas/account.json", "old");
    let dir = zone.path().join("schemas");
    run(&["schema", "--dir", dir.to_str().unwrap()]).expect(0);
    let printed = run(&["schema", "account"]).expect(0).stdout;
    assert_eq!(zone.read("schemas/account.json"), printed);
    assert_eq!(run(&["schema", "plan@1"]).expect(0).stdout, zone.read("schemas/output/plan@1.json"));
    run(&["schema"]).expect(1);
    run(&["schema", "acount"]).expect(1);
}

#[test]
fn every_key_is_explained() {
    let run = |args: &[&str]| {
        let mut command = binary();
        command.arg("explain").args(args);
        ran(command)
    };
    let all = run(&["--json"]).expect(0).json();
    assert_eq!(all["schema"], "landfall/explain@1");
    let keys = all["keys"].as_array().unwrap();
    assert!(keys.len() > 150, "{}", keys.len());
    for text in ["path", "meaning", "takes", "example"] {
        assert!(keys.iter().all(|key| !key[text].as_str().unwrap().is_empty()), "{text}");
    }
    insta::assert_snapshot!(run(&["roles.turst"]).expect(1).stderr, @r"
    error: no key is called `roles.turst`
    hint: did you mean `roles.NAME.trust`?
    ");
    for key in ["", "archive.lock", "vpc.prod.zones", "roles.trust", "policies/keys.toml", "region"] {
        let args = [key].into_iter().filter(|key| !key.is_empty()).collect::<Vec<_>>();
        insta::assert_snapshot!(format!("explain {key}").trim_end().to_owned(), run(&args).expect(0).stdout);
    }
}
