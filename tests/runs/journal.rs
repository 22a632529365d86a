//! What a run leaves, and how it is read back.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};

use super::lease::{BUCKET, change, ended, killed, small, spawn, until};
use crate::support::{Sandbox, Zone, behind::done};

/// The journals that lie on this machine, the oldest first.
fn journals(sandbox: &Sandbox) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(sandbox.state().join("landfall/acme")) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn runs(sandbox: &Sandbox, zone: &Zone, arguments: &[&str]) -> Vec<Value> {
    let arguments: Vec<_> = ["history", "--json"].iter().chain(arguments).copied().collect();
    let told = sandbox.run(zone, &arguments).expect(0).json();
    assert_eq!((&told["schema"], &told["organization"]), (&json!("landfall/history@1"), &json!("acme")));
    told["runs"].as_array().unwrap().clone()
}

#[test]
fn a_run_is_told_with_its_steps_and_their_requests() {
    let (sandbox, zone) = (Sandbox::start(), small());
    assert_eq!(sandbox.run(&zone, &["history"]).expect(0).stderr, "No run has left a journal yet.\n");
    sandbox.apply(&zone);
    // Nothing to do leaves nothing.
    sandbox.apply(&zone);
    let [path]: [PathBuf; 1] = journals(&sandbox).try_into().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let written = lines(&text);
    let of = |event: &str| written.iter().filter(|line| line["event"] == event).collect::<Vec<_>>();
    assert_eq!((of("begun").len(), of("ended").len()), (1, 1));
    assert_eq!(of("started").len(), of("done").len());
    assert_eq!(of("ended")[0]["outcome"], "done");
    let role = "prod/global/iam/role/deployer";
    let calls: Vec<_> = of("called").into_iter().filter(|line| line["address"] == role).collect();
    let create = calls.iter().find(|line| line["call"]["operation"] == "CreateRole").unwrap();
    assert_eq!((&create["call"]["account"], &create["call"]["status"]), (&json!("prod"), &json!(200)));
    assert!(create["call"]["request"].as_str().is_some_and(|id| id.len() >= 8), "{create}");
    // Fields by their paths, and not what they hold.
    let started = of("started").into_iter().find(|line| line["address"] == role).unwrap();
    assert!(started["fields"].as_array().unwrap().contains(&json!("name")), "{started}");
    assert!(!text.contains("codebuild.amazonaws.com"), "{text}");

    // The same lies in the bucket, and is read from there where it is not on this machine.
    let run = path.file_stem().unwrap().to_str().unwrap().to_owned();
    let key = format!("runs/acme/{run}.jsonl");
    let request = sandbox.behind().s3("ap-southeast-2").get_object().bucket(BUCKET).key(key);
    let kept =
        done(async { Ok::<_, aws_sdk_s3::Error>(request.send().await?.body.collect().await.unwrap()) });
    assert_eq!(String::from_utf8(kept.into_bytes().to_vec()).unwrap(), text);
    let here = runs(&sandbox, &zone, &[&run[..12]]);
    fs::remove_file(&path).unwrap();
    assert_eq!(runs(&sandbox, &zone, &[&run[..12]]), here);
    assert_eq!(here[0]["outcome"], "done");
    let steps = here[0]["steps"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["address"] == role && step["state"] == "done"), "{steps:?}");
    let told = sandbox.run(&zone, &["history", &run]).expect(0).stdout;
    assert!(told.contains("IAM:CreateRole") && told.contains(role), "{told}");
    let unknown = sandbox.run(&zone, &["history", "1999"]).expect(1).stderr;
    assert_eq!(
        unknown,
        "error: there is no run `1999`\n\
         hint: `landfall history` lists the runs; the beginning of a name is enough\n"
    );
}

#[test]
fn the_newest_stand_first_and_those_of_other_machines_among_them() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    change(&zone);
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = sandbox.command(&zone, &["apply", "--yes", "--quiet"]);
    command.env("XDG_STATE_HOME", elsewhere.path()).env("USER", "joe");
    crate::support::ran(command).expect(0);
    let told = runs(&sandbox, &zone, &[]);
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["user"], "joe");
    assert!(told[0]["done"]["update"].as_u64() > Some(0), "{told:?}");
    assert!(told[0]["run"].as_str() > told[1]["run"].as_str(), "{told:?}");
    assert_eq!(runs(&sandbox, &zone, &["--last", "1"]), told[..1]);
    // Without AWS, those of this machine are told all the same.
    let mut alone = sandbox.command(&zone, &["history"]);
    alone.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let alone = crate::support::ran(alone).expect(0);
    assert!(alone.stderr.starts_with("warning: runs of other machines are not told"), "{}", alone.stderr);
    assert_eq!(alone.stdout.lines().count(), 2, "{}", alone.stdout);
}

#[test]
fn whoever_waited_and_found_it_done_leaves_no_journal() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let apply = || spawn(sandbox.command(&zone, &["apply", "--yes", "--quiet"]));
    for child in [apply(), apply()] {
        ended(child).expect(0);
    }
    assert_eq!((runs(&sandbox, &zone, &[]).len(), journals(&sandbox).len()), (1, 1));
}

#[test]
fn a_run_that_died_is_known_by_what_it_did_not_say() {
    let (sandbox, zone) = (Sandbox::start(), small());
    killed(&sandbox, &zone);
    let died = runs(&sandbox, &zone, &[]);
    assert_eq!((&died[0]["outcome"], &died[0]["ended"]), (&json!("died"), &Value::Null));
    sandbox.apply(&zone);
    assert_eq!(runs(&sandbox, &zone, &[])[0]["outcome"], "done");
}

#[test]
fn what_a_run_left_on_its_machine_alone_is_handed_in_by_the_next() {
    let (sandbox, zone) = (Sandbox::start(), small());
    killed(&sandbox, &zone);
    let elsewhere = tempfile::tempdir().unwrap();
    let told = || {
        let mut command = sandbox.command(&zone, &["history", "--json"]);
        command.env("XDG_STATE_HOME", elsewhere.path());
        crate::support::ran(command).expect(0).json()["runs"].clone()
    };
    assert_eq!(told(), json!([]));
    let [path]: [PathBuf; 1] = journals(&sandbox).try_into().unwrap();
    // In the middle of a line, as a machine that loses its power leaves it; and one of a landing zone of the same name.
    let left = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{left}{{\"event\":\"cal")).unwrap();
    let foreign = left.replace("123456789012", "210987654321");
    fs::write(path.with_file_name("20261129-104142-7f3a.jsonl"), foreign).unwrap();
    sandbox.apply(&zone);
    let runs = told();
    assert_eq!((runs.as_array().unwrap().len(), &runs[1]["outcome"]), (2, &json!("died")), "{runs}");
    assert_eq!(
        format!("{}.jsonl", runs[1]["run"].as_str().unwrap()),
        path.file_name().unwrap().to_str().unwrap()
    );

    // What the bucket did not take goes there with the next apply, even if that has nothing to do; then nothing is left.
    change(&zone);
    let denied =
        json!({"operation": "PutObject", "skip": 1, "times": 1, "error": "AccessDenied", "status": 403});
    sandbox.control().fault(&denied);
    let applied = sandbox.run(&zone, &["apply", "--yes", "--quiet"]).expect(0);
    assert!(applied.stderr.contains("stays on this machine alone"), "{}", applied.stderr);
    assert_eq!(told().as_array().unwrap().len(), 2);
    sandbox.apply(&zone);
    let runs = told();
    assert_eq!((runs.as_array().unwrap().len(), &runs[0]["outcome"]), (3, &json!("done")), "{runs}");
    sandbox.control().forget_calls();
    sandbox.apply(&zone);
    assert!(sandbox.control().calls().iter().all(|call| call.operation != "PutObject"));
}

#[test]
fn a_bucket_that_does_not_take_what_was_left_fails_no_run() {
    let (sandbox, zone) = (Sandbox::start(), small());
    killed(&sandbox, &zone);
    // After the lease, the run's own journal, and the lease again.
    let denied = json!({"operation": "PutObject", "skip": 3, "error": "AccessDenied", "status": 403});
    sandbox.control().fault(&denied);
    let applied = sandbox.run(&zone, &["apply", "--yes", "--quiet"]).expect(0);
    assert!(
        applied.stderr.contains("journals of earlier runs stay on this machine alone"),
        "{}",
        applied.stderr
    );
}

#[test]
fn an_interrupted_run_says_so() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.control().fault(&json!({"operation": "CreateAccount", "delay_ms": 1500}));
    let child = spawn(sandbox.command(&zone, &["apply", "--yes", "--quiet"]));
    until("the account", || sandbox.control().calls().iter().any(|call| call.operation == "CreateAccount"));
    assert_eq!(runs(&sandbox, &zone, &[])[0]["outcome"], "running");
    super::lease::signal(&child, "INT");
    ended(child).expect(3);
    let told = runs(&sandbox, &zone, &[]);
    assert_eq!(told[0]["outcome"], "interrupted");
    assert!(told[0]["not_started"].as_u64() > Some(0), "{told:?}");
}

#[test]
fn a_journal_that_can_not_be_written_stops_nothing() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let mut command = sandbox.command(&zone, &["apply", "--yes", "--quiet"]);
    command.env("XDG_STATE_HOME", "/proc/nowhere");
    let applied = crate::support::ran(command).expect(0);
    assert!(
        applied
            .stderr
            .starts_with("warning: the journal of this run can't be written in /proc/nowhere/landfall/acme"),
        "{}",
        applied.stderr
    );
    assert_eq!(runs(&sandbox, &zone, &[])[0]["outcome"], "done");
}

#[test]
fn a_bucket_that_does_not_take_the_journal_stops_nothing() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    change(&zone);
    let fault =
        json!({"operation": "PutObject", "skip": 1, "times": 1, "error": "AccessDenied", "status": 403});
    sandbox.control().fault(&fault);
    let applied = sandbox.run(&zone, &["apply", "--yes", "--quiet"]).expect(0);
    assert!(applied.stderr.contains("stays on this machine alone"), "{}", applied.stderr);
    assert_eq!(runs(&sandbox, &zone, &[]).len(), 2);
}
