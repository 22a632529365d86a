//! One apply at a time.

use std::{
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use aws_sdk_s3::types::ServerSideEncryption;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{Ran, Sandbox, Zone, behind::done, ran};

/// Of whoever the sandbox takes for its administrator.
pub const BUCKET: &str = "landfall-123456789012-ap-southeast-2";

const HOME: &str = "ap-southeast-2";

/// An organization with one account and a role: an apply of a second or two.
pub fn small() -> Zone {
    called("acme")
}

fn called(name: &str) -> Zone {
    let organization = format!(
        "[organization]\nname = \"{name}\"\nemail = \"aws+{{account}}@acme.example\"\nhome_region = \"{HOME}\"\n\
         regions = [\"{HOME}\"]\nroot_credentials = \"kept\"\n\n[units]\nWorkloads = {{}}\n"
    );
    let prod = "unit = \"Workloads\"\n\n[roles.deployer]\ntrust = [\"service:codebuild\"]\n";
    Zone::of(&[("organization.toml", &organization), ("accounts/prod.toml", prod)])
}

/// The lease as it lies there.
fn lease(sandbox: &Sandbox) -> Value {
    let request = sandbox.behind().s3(HOME).get_object().bucket(BUCKET).key("lease.json");
    let body =
        done(async { Ok::<_, aws_sdk_s3::Error>(request.send().await?.body.collect().await.unwrap()) });
    serde_json::from_slice(&body.into_bytes()).unwrap()
}

/// Somebody else's lease, held for so long from now on.
fn hold(sandbox: &Sandbox, seconds: u64) {
    let lease = json!({
        "schema": "landfall/lease@1", "until": "2026-11-29T10:42:42Z", "seconds": seconds, "renewed": 3,
        "free": false, "broken_by": null,
        "holder": {
            "run": "20261129-104142-7f3a", "organization": "acme", "user": "joe", "host": "elsewhere",
            "arn": "arn:aws:iam::123456789012:user/joe", "since": "2026-11-29T10:41:42Z", "boot": null}});
    let request = sandbox.behind().s3(HOME).put_object().bucket(BUCKET).key("lease.json");
    done(request.body(lease.to_string().into_bytes().into()).send());
}

/// Something to do for the next apply.
pub fn change(zone: &Zone) {
    zone.replace("accounts/prod.toml", "unit =", "tags = { owner = \"jane\" }\nunit =");
}

pub fn spawn(mut command: Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

pub fn ended(child: Child) -> Ran {
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: status.code().unwrap_or(-1), stdout: text(stdout), stderr: text(stderr) }
}

pub fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap().success());
}

/// An apply that is killed while it makes an account, with a lease of three seconds.
pub fn killed(sandbox: &Sandbox, zone: &Zone) {
    sandbox.control().fault(&json!({"operation": "CreateAccount", "delay_ms": 1000, "times": 1}));
    let mut command = sandbox.command(zone, &["apply", "--yes", "--quiet"]);
    command.env("LANDFALL_TEST_LEASE_SECONDS", "3");
    let mut child = spawn(command);
    until("the account", || sandbox.control().calls().iter().any(|call| call.operation == "CreateAccount"));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Waits until something holds.
#[track_caller]
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_mins(1), "{what} did not come to be");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn nobody_waits_for_ever_for_an_object_that_does_not_come_on() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    change(&zone);
    let stalls = json!({"operation": "GetObject", "stall_ms": 20_000, "times": 1});
    sandbox.control().fault(&stalls);
    let mut command = sandbox.command(&zone, &["apply", "--yes"]);
    command.env("LANDFALL_TEST_LEASE_SECONDS", "3");
    let begun = Instant::now();
    let stderr = ran(command).expect(1).stderr;
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(stderr.contains("failed to read an object to its end"), "{stderr}");
    assert!(stderr.contains("AWS does not answer"), "{stderr}");
    sandbox.apply(&zone);
}

#[test]
fn a_first_apply_makes_the_bucket_of_its_lease_before_anything_else() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let calls = sandbox.control().calls().into_iter().filter(|call| call.mutating);
    let first: Vec<_> = calls.take(5).map(|call| call.operation).collect();
    let made =
        ["CreateBucket", "PutPublicAccessBlock", "PutBucketEncryption", "PutBucketPolicy", "PutObject"];
    assert_eq!(first, made);
    let s3 = sandbox.behind().s3(HOME);
    let block = done(s3.get_public_access_block().bucket(BUCKET).send());
    let block = block.public_access_block_configuration.unwrap();
    assert_eq!((block.block_public_policy, block.restrict_public_buckets), (Some(true), Some(true)));
    let rule = done(s3.get_bucket_encryption().bucket(BUCKET).send());
    let rule = rule.server_side_encryption_configuration.unwrap().rules.remove(0);
    let default = rule.apply_server_side_encryption_by_default.unwrap();
    assert_eq!(default.sse_algorithm, ServerSideEncryption::Aes256);
    let policy = done(s3.get_bucket_policy().bucket(BUCKET).send()).policy.unwrap();
    let policy: Value = serde_json::from_str(&policy).unwrap();
    let statement = &policy["Statement"][0];
    assert_eq!(statement["Effect"], "Deny");
    assert_eq!(statement["Condition"]["Bool"]["aws:SecureTransport"], "false");
    let tags = done(s3.get_bucket_tagging().bucket(BUCKET).send()).tag_set;
    assert_eq!((tags[0].key.as_str(), tags[0].value.as_str()), ("landfall:organization", "acme"));
    assert_eq!(done(s3.get_bucket_versioning().bucket(BUCKET).send()).status, None);
    let lease = lease(&sandbox);
    assert_eq!((&lease["free"], &lease["holder"]["organization"]), (&json!(true), &json!("acme")));
    // Nobody who only looks touches it, and an apply without anything to do leaves it as it is.
    sandbox.control().forget_calls();
    sandbox.run(&zone, &["plan"]).expect(0);
    sandbox.run(&zone, &["drift"]).expect(0);
    assert!(sandbox.control().calls().iter().all(|call| call.operation != "GetObject"));
    sandbox.apply(&zone);
    assert!(sandbox.control().calls().iter().all(|call| !call.mutating));
    assert_eq!(self::lease(&sandbox), lease);
}

#[test]
fn a_landing_zone_called_landfall_does_not_take_the_bucket_for_its_own() {
    let (sandbox, zone) = (Sandbox::start(), called("landfall"));
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
    let pruned = sandbox.run(&zone, &["plan", "--prune", "--json"]).expect(0).steps();
    assert!(pruned.is_empty(), "{pruned:?}");
}

#[test]
fn what_is_not_finished_of_the_bucket_is_made_up_for() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let s3 = sandbox.behind().s3(HOME);
    done(s3.delete_bucket_policy().bucket(BUCKET).send());
    change(&zone);
    sandbox.apply(&zone);
    assert!(done(s3.get_bucket_policy().bucket(BUCKET).send()).policy.is_some());
}

#[test]
fn whoever_comes_second_waits_and_says_for_whom() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    hold(&sandbox, 3);
    change(&zone);
    let applied = sandbox.run(&zone, &["apply", "--yes", "--quiet"]).expect(0);
    assert_snapshot!(applied.stderr, @r"
    warning: waiting, because joe on elsewhere (arn:aws:iam::123456789012:user/joe, run 20261129-104142-7f3a) is at work since 2026-11-29 10:41:42 UTC
    warning: the lease of joe on elsewhere (arn:aws:iam::123456789012:user/joe, run 20261129-104142-7f3a) was not renewed, and is taken over: this run goes on where AWS stands
    ");
    assert_eq!(lease(&sandbox)["free"], true);
    sandbox.expect_settled(&zone);
}

#[test]
fn whoever_waits_may_stop_waiting() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    hold(&sandbox, 60);
    let before = lease(&sandbox);
    change(&zone);
    let mut command = sandbox.command(&zone, &["apply", "--yes", "--quiet"]);
    command.env("LANDFALL_LOG", "landfall=debug");
    sandbox.control().forget_calls();
    let child = spawn(command);
    until("a look at the lease", || {
        sandbox.control().calls().iter().any(|call| call.operation == "GetObject")
    });
    signal(&child, "INT");
    let waited = ended(child).expect(3);
    assert!(waited.stderr.contains("interrupted while nothing was being changed"), "{}", waited.stderr);
    assert_eq!(lease(&sandbox), before);
}

#[test]
fn of_two_that_begin_together_one_waits_and_finds_it_done() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let apply = || spawn(sandbox.command(&zone, &["apply", "--yes"]));
    let both = [apply(), apply()];
    let [first, second] = both.map(|child| ended(child).expect(0));
    let did = |ran: &Ran| !ran.stdout.contains("nothing to do");
    assert!(
        did(&first) != did(&second),
        "{}\n{}\n{}\n{}",
        first.stdout,
        first.stderr,
        second.stdout,
        second.stderr
    );
    sandbox.expect_settled(&zone);
    assert_eq!(sandbox.behind().accounts().len(), 2);
}

#[test]
fn whoever_finds_it_done_and_can_not_read_all_says_so() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    change(&zone);
    sandbox.control().forget_calls();
    // Between what it has read and its lease, somebody else applies.
    sandbox.control().fault(&json!({"operation": "GetBucketPolicy", "delay_ms": 10_000, "times": 1}));
    let slow = spawn(sandbox.command(&zone, &["apply", "--yes"]));
    until("its turn", || sandbox.control().calls().iter().any(|call| call.operation == "GetBucketPolicy"));
    sandbox.run(&zone, &["apply", "--yes"]).expect(0);
    sandbox.control().fault(
        &json!({"operation": "GetAccountAuthorizationDetails", "error": "AccessDenied", "status": 403}),
    );
    let slow = ended(slow).expect(3);
    assert!(slow.stderr.contains("somebody else was at work meanwhile"), "{}", slow.stderr);
}

#[test]
fn a_lease_that_was_broken_starts_no_more_steps() {
    let (sandbox, zone) = (Sandbox::start(), small());
    // Roles wait for the account, which takes its time.
    sandbox.control().fault(&json!({"operation": "CreateAccount", "delay_ms": 5000}));
    let mut command = sandbox.command(&zone, &["apply", "--yes", "--quiet"]);
    command.env("LANDFALL_TEST_LEASE_SECONDS", "6");
    let child = spawn(command);
    until("the account", || sandbox.control().calls().iter().any(|call| call.operation == "CreateAccount"));
    let shown = sandbox.run(&zone, &["unlock"]).expect(1);
    assert!(shown.stdout.contains("holds the lease") && shown.stderr.contains("`--yes`"), "{shown:?}");
    let broken = sandbox.run(&zone, &["unlock", "--yes", "--json"]).expect(0).json();
    assert_eq!((&broken["schema"], &broken["broken"]), (&json!("landfall/unlock@1"), &json!(true)));
    assert_eq!(broken["holder"]["organization"], "acme");
    let lost = ended(child).expect(3);
    assert!(lost.stderr.contains("was broken by arn:"), "{}", lost.stderr);
    assert!(lost.stdout.contains("not started"), "{}", lost.stdout);
    // What the next run writes is not overwritten by the one that lost.
    assert!(lease(&sandbox)["broken_by"].is_string());
    sandbox.control().no_faults();
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}

#[test]
fn a_lease_that_can_not_be_renewed_is_given_up_before_it_lapses() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.control().fault(&json!({"operation": "CreateAccount", "delay_ms": 6000}));
    // The first writing is that of taking it.
    sandbox.control().fault(&json!({
        "service": "s3", "operation": "PutObject", "skip": 1, "error": "ExpiredToken", "status": 400}));
    let mut command = sandbox.command(&zone, &["apply", "--yes", "--quiet", "--profile", "boss"]);
    zone.write(
        "aws-config",
        "[profile boss]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\n",
    );
    command.env("AWS_CONFIG_FILE", zone.path().join("aws-config")).env("LANDFALL_TEST_LEASE_SECONDS", "3");
    let lost = ended(spawn(command)).expect(3);
    assert!(lost.stderr.contains("could not be renewed in time"), "{}", lost.stderr);
    assert!(lost.stderr.contains("`aws sso login --profile boss`"), "{}", lost.stderr);
    sandbox.control().no_faults();
    sandbox.apply(&zone);
    sandbox.expect_settled(&zone);
}

#[test]
fn nothing_is_unlocked_that_nobody_holds() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let nobody = sandbox.run(&zone, &["unlock"]).expect(0);
    assert_eq!(
        (&*nobody.stdout, &*nobody.stderr),
        ("", "Nobody holds the lease: there is nothing to unlock.\n")
    );
    sandbox.apply(&zone);
    let nobody = sandbox.run(&zone, &["unlock", "--json"]).expect(0).json();
    assert_eq!(nobody, json!({"schema": "landfall/unlock@1", "holder": null, "broken": false}));
}

#[test]
fn who_may_not_make_the_bucket_changes_nothing_and_is_told_why() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.control().fault(&json!({
        "operation": "CreateBucket", "error": "AccessDenied", "status": 403, "message": "Access Denied"}));
    let denied = sandbox.run(&zone, &["apply", "--yes", "--quiet"]).expect(1);
    let said: Vec<_> = denied.stderr.lines().filter(|line| !line.contains("request id")).collect();
    assert_snapshot!(said.join("\n"), @r"
    error: failed to call CreateBucket
      account     management (123456789012)
      Region      ap-southeast-2
      operation   CreateBucket
      error code  AccessDenied
      caused by: AccessDenied: Access Denied
    hint: an apply holds a lease in a bucket of the management account, which it makes before anything else: `landfall policy apply` prints what the caller has to be allowed
    ");
    let changed = sandbox.control().calls().into_iter().filter(|call| call.mutating);
    assert!(changed.map(|call| call.operation).all(|operation| operation == "CreateBucket"));
}

#[test]
fn the_lease_goes_back_however_often_ctrl_c_is_pressed_and_when_the_terminal_goes() {
    for signals in [&["INT"][..], &["INT", "INT"], &["HUP", "HUP"], &["TERM"]] {
        let (sandbox, zone) = (Sandbox::start(), small());
        sandbox.control().fault(&json!({"operation": "CreateAccount", "delay_ms": 1500}));
        let child = spawn(sandbox.command(&zone, &["apply", "--yes", "--quiet"]));
        let is_making = || sandbox.control().calls().iter().any(|call| call.operation == "CreateAccount");
        until("the account", is_making);
        for name in signals {
            signal(&child, name);
            thread::sleep(Duration::from_millis(200));
        }
        let interrupted = ended(child).expect(3);
        let abandoned = interrupted.stderr.contains("interrupted again");
        assert_eq!(abandoned, signals == ["INT", "INT"], "{signals:?}: {}", interrupted.stderr);
        assert_eq!(lease(&sandbox)["free"], true, "{signals:?}");
        // What was abandoned is carried out all the same, and this is not about two that meet.
        until("the account that was asked for", || sandbox.behind().accounts().contains_key("prod"));
        sandbox.control().no_faults();
        sandbox.apply(&zone);
        sandbox.expect_settled(&zone);
    }
}

#[test]
fn what_runs_without_a_terminal_on_purpose_goes_on_without_one() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.control().fault(&json!({"operation": "CreateAccount", "delay_ms": 1000}));
    let apply = sandbox.command(&zone, &["apply", "--yes", "--quiet"]);
    let mut command = Command::new("nohup");
    command.arg(apply.get_program()).args(apply.get_args()).env_clear();
    command.envs(apply.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.env("PATH", std::env::var_os("PATH").unwrap());
    let child = spawn(command);
    until("the account", || sandbox.control().calls().iter().any(|call| call.operation == "CreateAccount"));
    signal(&child, "HUP");
    ended(child).expect(0);
    sandbox.expect_settled(&zone);
}
