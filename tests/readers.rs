//! What was made, seen by programs that others wrote: boto3 reads it back, two linters judge its policies.

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

use landfall::sandbox::{default_cache, interpreter};

use crate::support::{RUNTIME, Sandbox, Zone, python};

/// A Python with the linters.
static LINTERS: LazyLock<PathBuf> = LazyLock::new(|| {
    let (home, requirements) = (default_cache().join("linters"), include_str!("readers/requirements.txt"));
    RUNTIME.block_on(interpreter(&home, requirements, &|_: &str| {})).unwrap()
});

const REGIONS: [&str; 2] = ["ap-southeast-2", "ap-southeast-4"];

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers").join(name)
}

impl Sandbox {
    /// What a script of boto3's prints, run with the management account's credentials.
    fn read(&self, name: &str) -> Vec<u8> {
        let mut command = Command::new(python());
        command.arg(script(name)).args(REGIONS).envs(self.variables());
        let ran = command.output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        ran.stdout
    }
}

/// What the linters find, as they print it.
fn lint(policies: &[u8]) -> String {
    let mut command = Command::new(&*LINTERS);
    let command = command.arg(script("lint.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut linters = command.spawn().unwrap();
    linters.stdin.take().unwrap().write_all(policies).unwrap();
    String::from_utf8(linters.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn two_linters_find_nothing_in_what_is_generated() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    sandbox.apply(&zone);
    let policies = sandbox.read("policies.py");
    let count = serde_json::from_slice::<Vec<serde_json::Value>>(&policies).unwrap().len();
    assert!(count > 20, "only {count} policies were read back");
    assert_eq!(lint(&policies), "[]");
}

#[test]
fn the_linters_would_find_something() {
    for sort in ["identity", "trust", "scp", "kms", "s3", "sns", "logs"] {
        let statement = r#"{"Effect":"Allow","Action":"s3:Foo","Resource":"*"}"#;
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let found = lint(format!(r#"[{{"where":"x","sort":"{sort}","document":{policy}}}]"#).as_bytes());
        assert!(found.contains("cfn-lint") && found.contains("parliament"), "{sort}: {found}");
    }
}

#[test]
fn what_was_made_is_what_was_meant() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    sandbox.apply(&zone);
    sandbox.read("intent.py");
}

/// Each is found by name, and one apply repairs them all.
#[test]
fn what_is_changed_behind_our_back_is_named_and_repaired() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    sandbox.apply(&zone);
    let named: Vec<(String, String)> = serde_json::from_slice(&sandbox.read("behind.py")).unwrap();
    assert!(named.len() > 20);
    let drift = sandbox.drift(&zone, 2);
    let is_named = |(address, what): &(String, String)| {
        drift.get(address).is_some_and(|(action, paths)| {
            action == what || paths.iter().any(|path| path.starts_with(what.as_str()))
        })
    };
    let missed: Vec<_> = named.iter().filter(|one| !is_named(one)).collect();
    assert!(missed.is_empty(), "{missed:#?} are not in {drift:#?}");
    let changed: BTreeSet<_> = named.iter().map(|(address, _)| address).collect();
    let more: Vec<_> = drift.keys().filter(|address| !changed.contains(address)).collect();
    assert!(more.is_empty(), "nobody changed {more:#?}");
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    sandbox.read("intent.py");
}
