//! The local AWS itself: what our package adds to moto behaves as AWS documents, seen through boto3.

use std::{path::Path, process::Command};

use crate::support::python;

#[test]
fn what_we_add_to_moto_behaves_as_aws_documents() {
    let sandbox = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox");
    let mut tests = Command::new(python());
    tests.args(["-m", "unittest", "discover", "-q", "-s", "tests"]).current_dir(&sandbox);
    let ran = tests.env("PYTHONPATH", &sandbox).env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}
