//! Whatever breaks on the way, the next run ends the same.

use std::{
    process::Stdio,
    thread,
    time::{Duration, SystemTime},
};

use aws_smithy_types::{DateTime, date_time::Format};
use serde_json::json;

use super::lease::{ended, killed, small, spawn, until};
use crate::{
    everyday::{census, settled},
    support::{Ran, Sandbox, Zone, ran},
};

/// Answers so many of a hundred calls with one of what AWS and the network have to offer: a throttle, a failure before
/// or after the work was done, a dropped connection.
fn disturb(sandbox: &Sandbox, percent: u64) {
    let probability = f64::from(u32::try_from(percent).unwrap()) / 100.0 / 4.0;
    let faults = [
        json!({"error": "ThrottlingException", "status": 400}),
        json!({"error": "InternalFailure", "status": 500}),
        json!({"error": "InternalFailure", "status": 500, "after": true}),
        json!({"drop": true}),
    ];
    for (mut fault, seed) in faults.into_iter().zip(percent..) {
        fault["probability"] = json!(probability);
        fault["seed"] = json!(seed);
        sandbox.control().fault(&fault);
    }
}

#[test]
fn a_run_of_which_every_tenth_call_fails_converges() {
    converges_under(10);
}

#[test]
fn a_run_of_which_every_fifth_call_fails_converges() {
    converges_under(20);
}

fn converges_under(percent: u64) {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    disturb(&sandbox, percent);
    // A call that fails more often than it is tried ends what depends on it; the next run goes on from there.
    let ends = (0..5).map(|_| sandbox.run(&zone, &["apply", "--yes", "--quiet"]));
    let last =
        ends.inspect(|ran| assert!([0, 1, 3].contains(&ran.code), "{ran:?}")).find(|ran| ran.code == 0);
    assert!(last.is_some(), "five runs did not do it");
    sandbox.control().no_faults();
    sandbox.expect_settled(&zone);
    assert_eq!(census(&sandbox), census(&settled().0));
}

#[test]
fn a_run_whose_calls_are_slow_converges() {
    let (sandbox, zone) = (Sandbox::start(), Zone::foundation());
    sandbox.control().fault(&json!({"delay_ms": 200}));
    sandbox.apply(&zone);
    sandbox.control().no_faults();
    sandbox.expect_settled(&zone);
    assert_eq!(census(&sandbox), census(&settled().0));
}

#[test]
fn credentials_that_expire_on_the_way_say_how_to_sign_in_and_the_next_run_goes_on() {
    let (sandbox, zone) = (Sandbox::start(), small());
    zone.write(
        "aws-config",
        "[profile boss]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\n",
    );
    let apply = |arguments: &[&str]| {
        let mut command = sandbox.command(&zone, arguments);
        command.env("AWS_CONFIG_FILE", zone.path().join("aws-config"));
        ran(command)
    };
    // From the first account on.
    sandbox.control().fault(&json!({"operation": "CreateAccount", "delay_ms": 300, "times": 1}));
    let child = {
        let mut command = sandbox.command(&zone, &["apply", "--yes", "--profile", "boss"]);
        command.env("AWS_CONFIG_FILE", zone.path().join("aws-config"));
        spawn(command)
    };
    until("the account", || sandbox.control().calls().iter().any(|call| call.operation == "CreateAccount"));
    sandbox
        .control()
        .fault(&json!({"error": "ExpiredToken", "status": 400, "message": "The token has expired"}));
    let expired = ended(child).expect(1);
    assert!(
        expired.stderr.contains("aws sso login --profile boss"),
        "{}\n{}",
        expired.stdout,
        expired.stderr
    );
    sandbox.control().no_faults();
    apply(&["apply", "--yes", "--profile", "boss"]).expect(0);
    sandbox.expect_settled(&zone);
    assert_eq!(sandbox.behind().accounts().len(), 2);
}

#[test]
fn a_clock_that_is_wrong_is_named() {
    let (sandbox, zone) = (Sandbox::start(), small());
    for (code, message) in [
        (
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        ),
        (
            "SignatureDoesNotMatch",
            "Signature not yet current: 20261129T110000Z is still later than 20261129T105000Z",
        ),
    ] {
        sandbox.control().fault(&json!({"error": code, "message": message, "status": 403}));
        let wrong = sandbox.run(&zone, &["plan"]).expect(1).stderr;
        assert!(wrong.contains("this machine's clock"), "{wrong}");
        sandbox.control().no_faults();
    }
    // Where its answer tells the time, by how much is told, too: services have codes of their own. By more than this, the
    // SDK would correct the clock itself and try again.
    for (code, command) in [("SignatureDoesNotMatch", "plan"), ("InvalidSignatureException", "doctor")] {
        let there = DateTime::from(SystemTime::now() - Duration::from_secs(150));
        let there = there.fmt(Format::HttpDate).unwrap();
        sandbox.control().fault(&json!({"error": code, "status": 403, "date": there}));
        let Ran { stdout, stderr, .. } = sandbox.run(&zone, &[command]).expect(1);
        let told = stdout + &stderr;
        assert!(
            told.contains("hint: this machine's clock is 2m ") && told.contains("s ahead of AWS's"),
            "{told}"
        );
        sandbox.control().no_faults();
    }
}

/// What a run that was killed had asked for is carried out after the next one has read AWS, and before that asks for the
/// same.
#[test]
fn an_account_that_lands_between_plan_and_create_is_taken_for_what_it_is() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let delay = |milliseconds| json!({"operation": "CreateAccount", "delay_ms": milliseconds, "times": 1});
    sandbox.control().fault(&delay(5000));
    sandbox.control().fault(&delay(6000));
    let mut command = sandbox.command(&zone, &["apply", "--yes", "--quiet"]);
    command.env("LANDFALL_TEST_LEASE_SECONDS", "3");
    let mut child = spawn(command);
    let asked = || sandbox.control().calls().iter().filter(|call| call.operation == "CreateAccount").count();
    until("the account", || asked() == 1);
    child.kill().unwrap();
    child.wait().unwrap();
    let next = sandbox.run(&zone, &["apply", "--yes", "--quiet"]).expect(0);
    assert!(next.stderr.contains("died on this machine"), "{}", next.stderr);
    assert_eq!(sandbox.behind().accounts().len(), 2);
    sandbox.expect_settled(&zone);
}

#[test]
fn whoever_reads_no_further_stops_nothing() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let mut command = sandbox.command(&zone, &["apply", "--yes"]);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    sandbox.expect_settled(&zone);
}

#[test]
fn a_full_disk_stops_nothing_either() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = sandbox.command(&zone, &["apply", "--yes"]);
    let status = command.stdin(Stdio::null()).stdout(full()).stderr(full()).status().unwrap();
    // What came of it could not be told, which is an error; it was done all the same.
    assert_eq!(status.code(), Some(1));
    sandbox.expect_settled(&zone);
}

#[test]
fn a_run_that_was_killed_on_this_machine_is_replaced_soon_and_elsewhere_when_its_lease_lapses() {
    let (sandbox, zone) = (Sandbox::start(), small());
    killed(&sandbox, &zone);
    let here = sandbox.run(&zone, &["apply", "--yes", "--quiet"]).expect(0);
    assert!(here.stderr.contains("died on this machine"), "{}", here.stderr);
    sandbox.expect_settled(&zone);

    let (sandbox, zone) = (Sandbox::start(), small());
    killed(&sandbox, &zone);
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = sandbox.command(&zone, &["apply", "--yes", "--quiet"]);
    command.env("XDG_STATE_HOME", elsewhere.path());
    let there = ran(command).expect(0);
    assert!(there.stderr.contains("was not renewed, and is taken over"), "{}", there.stderr);
    sandbox.expect_settled(&zone);
}

#[test]
fn a_terminal_that_goes_away_is_like_one_ctrl_c() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.control().fault(&json!({"operation": "CreateAccount", "delay_ms": 1500}));
    let apply = sandbox.command(&zone, &["apply", "--yes"]);
    // A pseudo-terminal whose other end is closed while the program runs in it.
    let mut python = std::process::Command::new(crate::support::python());
    python.arg("-c").arg(TERMINAL).arg(apply.get_program()).args(apply.get_args());
    python.envs(apply.get_envs().filter_map(|(name, value)| Some((name, value?))));
    python.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.spawn().unwrap();
    until("the account", || sandbox.control().calls().iter().any(|call| call.operation == "CreateAccount"));
    thread::sleep(Duration::from_millis(300));
    drop(child.stdin.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ended.stdout).trim(), "3");
    sandbox.control().no_faults();
    let next = sandbox.run(&zone, &["apply", "--yes", "--quiet"]).expect(0);
    assert_eq!(next.stderr, "", "the lease was given back");
    sandbox.expect_settled(&zone);
}

/// Runs a program in a terminal, closes that when its own input ends, and prints what the program ended with.
const TERMINAL: &str = r"
import os, pty, select, sys
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    ready = select.select([0, terminal], [], [])[0]
    if 0 in ready and not os.read(0, 1): break
    if terminal in ready: os.read(terminal, 4096)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
";
