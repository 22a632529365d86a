//! What is printed with `--json`, and written to files, is what the committed schemas say.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use boon::{Compiler, Schemas};
use serde_json::{Value as Json, json};

use crate::support::{Ran, Sandbox, Zone, behind::done, binary, ran};

/// Whether a document is what the committed schema of its name says; panics with all that is wrong otherwise.
#[track_caller]
fn expect_valid(document: &Json) {
    let name = document["schema"].as_str().unwrap().trim_start_matches("landfall/");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/output/{name}.json"));
    let schema: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let (mut compiler, mut schemas) = (Compiler::new(), Schemas::new());
    let location = format!("https://schemas.invalid/{name}.json");
    compiler.add_resource(&location, schema).unwrap();
    let index = compiler.compile(&location, &mut schemas).unwrap();
    if let Err(error) = schemas.validate(document, index) {
        panic!("{error}\n{document:#}");
    }
}

/// The same of what a run printed, which has to be a document of this name.
#[track_caller]
fn expect_printed(ran: &Ran, name: &str) -> Json {
    let document = ran.json();
    assert_eq!(document["schema"], name);
    expect_valid(&document);
    document
}

#[test]
fn what_a_life_prints_is_what_its_schemas_say() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let run = |args: &[&str], code: i32| sandbox.run(&zone, args).expect(code);
    let file = zone.path().join("first.plan");
    let path = file.to_str().unwrap();
    expect_printed(&run(&["validate", "--json"], 0), "landfall/validate@1");
    expect_printed(&run(&["policy", "plan", "--json"], 0), "landfall/policy@1");
    let first = expect_printed(&run(&["plan", "--json", "--out", path], 0), "landfall/plan@1");
    assert!(!first["steps"].as_array().unwrap().is_empty());
    expect_valid(&serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap());
    let applied = expect_printed(&run(&["apply", path, "--json", "--yes"], 0), "landfall/apply@1");
    assert!(!applied["done"].as_array().unwrap().is_empty());
    expect_printed(&run(&["apply", path, "--json", "--yes"], 1), "landfall/difference@1");
    let told = expect_printed(&run(&["history", "--json"], 0), "landfall/history@1");
    let name = told["runs"][0]["run"].as_str().unwrap();
    let told = expect_printed(&run(&["history", name, "--json"], 0), "landfall/history@1");
    assert!(!told["runs"][0]["steps"].as_array().unwrap().is_empty());
    expect_printed(&run(&["unlock", "--json"], 0), "landfall/unlock@1");
    expect_printed(&run(&["drift", "--json"], 0), "landfall/drift@1");
    expect_troubles(&sandbox, &zone);
    zone.replace("organization.toml", "[organization]\n", "[organization]\ndestroyable = true\n");
    let left = expect_printed(&run(&["destroy", "--dry-run", "--json"], 0), "landfall/destroy@1");
    assert!(!left["steps"].as_array().unwrap().is_empty());
    zone.replace("accounts/prod.toml", "Workloads/Prod", "Workloads/Prd");
    let complaints = expect_printed(&run(&["validate", "--json"], 1), "landfall/validate@1");
    assert_eq!(complaints["complaints"].as_array().unwrap().len(), 1);
}

/// What differs, is adopted, can't be read, is foreign or fails.
fn expect_troubles(sandbox: &Sandbox, zone: &Zone) {
    let behind = sandbox.behind();
    let iam = behind.member("prod").iam();
    done(iam.untag_role().role_name("deployer").tag_keys("landfall:organization").send());
    done(iam.update_role().role_name("read-only").max_session_duration(7200).send());
    let staging = behind.accounts()["staging"].clone();
    let denied = json!({"service": "iam", "account": staging, "error": "AccessDenied", "status": 403});
    sandbox.control().fault(&denied);
    let drift = expect_printed(&sandbox.run(zone, &["drift", "--json"]).expect(3), "landfall/drift@1");
    assert!(!drift["unreadable"].as_array().unwrap().is_empty());
    let applied =
        expect_printed(&sandbox.run(zone, &["apply", "--json", "--yes"]).expect(3), "landfall/apply@1");
    assert!(!applied["skipped"].as_array().unwrap().is_empty());
    sandbox.control().no_faults();
    done(iam.update_role().role_name("read-only").max_session_duration(7200).send());
    sandbox.control().fault(&json!({"operation": "UpdateRole", "error": "AccessDenied", "status": 403}));
    let applied =
        expect_printed(&sandbox.run(zone, &["apply", "--json", "--yes"]).expect(1), "landfall/apply@1");
    assert!(!applied["failed"].as_array().unwrap().is_empty());
    sandbox.control().no_faults();
}

#[test]
fn what_is_asked_of_the_whole_sample_is_what_its_schemas_say() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    let reach = ["reach", "vpc:dev/application", "vpc:prod/application", "--json"];
    let reach = expect_printed(&sandbox.run(&zone, &reach).expect(0), "landfall/reach@1");
    assert!(!reach["ways"].as_array().unwrap().is_empty());
    let doctor = sandbox.run(&zone, &["doctor", "--replication", "--json"]).expect(3);
    expect_printed(&doctor, "landfall/doctor@1");
    expect_printed(&sandbox.run(&zone, &["plan", "--json"]).expect(0), "landfall/plan@1");
    for (args, name) in [
        (&["kinds"][..], "landfall/kinds@1"),
        (&["explain", "vpc"], "landfall/explain@1"),
        (&["render"], "landfall/render@1"),
        (&["graph"], "landfall/graph@1"),
        (&["show", "prod/deployer", "--offline"], "landfall/show@1"),
        (&["unlock"], "landfall/unlock@1"),
    ] {
        expect_printed(&sandbox.run(&zone, &[args, &["--json"]].concat()).expect(0), name);
    }
}

/// Whoever reads JSON finds a document on stdout whatever becomes of the run, and prose on stderr all the same.
#[test]
fn what_fails_is_a_document_too() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    let expect_error = |ran: Ran| {
        let ran = ran.expect(1);
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
        expect_printed(&ran, "landfall/error@1")["errors"].as_array().unwrap().clone()
    };
    let expired = json!({"operation": "GetCallerIdentity", "error": "ExpiredToken", "status": 403});
    sandbox.control().fault(&expired);
    for command in
        [&["plan"][..], &["drift"], &["apply", "--yes"], &["unlock"], &["reach", "internet", "vpc:a"]]
    {
        let errors = expect_error(sandbox.run(&zone, &[command, &["--json"]].concat()));
        assert!(!errors.is_empty(), "{command:?}");
    }
    let errors = expect_error(sandbox.run(&zone, &["plan", "--json"]));
    sandbox.control().no_faults();
    assert_eq!(
        (&errors[0]["class"], &errors[0]["facts"]["operation"]),
        (&json!("denied"), &json!("GetCallerIdentity"))
    );
    assert!(errors[0]["hint"].as_str().unwrap().starts_with("sign in again"), "{errors:?}");
    assert!(!errors[0]["causes"].as_array().unwrap().is_empty());
    let several = expect_error(sandbox.run(&zone, &["plan", "--json", "--only", "prd", "--only", "nobody"]));
    assert_eq!(several.len(), 2);
    expect_error(sandbox.run(&zone, &["show", "prod/nothing", "--offline", "--json"]));
    expect_error(sandbox.run(&zone, &["explain", "roles.turst", "--json"]));
    expect_error(sandbox.run(&zone, &["kinds", "iam/rol", "--json"]));
}

#[test]
fn a_mistake_says_all_that_a_person_is_told() {
    let zone = Zone::foundation();
    zone.replace("baselines/foundation.toml", "security/auditor", "security/auditr");
    let mut command = binary();
    command.arg("-C").arg(zone.path()).args(["validate", "--json"]);
    let told = expect_printed(&ran(command).expect(1), "landfall/validate@1");
    let first = &told["complaints"][0];
    assert_eq!(first["file"], "baselines/foundation.toml", "{told:#}");
    assert!(first["via"].as_array().unwrap().iter().all(|place| place["line"].is_u64()));
    assert!(!first["via"].as_array().unwrap().is_empty(), "{told:#}");
}

/// A sandbox tells where it listens before it serves.
#[test]
fn a_sandbox_tells_what_to_set() {
    let mut command = binary();
    command.args(["sandbox", "--json"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let document = serde_json::Deserializer::from_reader(stdout).into_iter::<Json>().next();
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    child.wait().unwrap();
    let document = document.unwrap().unwrap();
    assert_eq!(document["schema"], "landfall/sandbox@1");
    expect_valid(&document);
    assert!(document["variables"]["AWS_ENDPOINT_URL"].as_str().unwrap().starts_with("http://127.0.0.1:"));
}
