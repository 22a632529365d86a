//! What people read: whole sessions with the real binary, as they look. A change of any word shows up in review.

use std::{
    io::{BufRead as _, BufReader},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use insta::assert_snapshot;
use landfall::sandbox::default_cache;
use serde_json::json;

use crate::support::{Ran, Sandbox, Zone, behind::done, binary, ran};

const ORGANIZATION: &str = r#"[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2"]
root_credentials = "kept"

[units]
Workloads = { policies = ["stay"] }
"#;

const PROD: &str = r#"unit = "Workloads"
tags = { environment = "prod" }

[roles.deployer]
trust = ["service:codebuild"]
allow = ["policy:deploy"]
"#;

const STAY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Stay", "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*" }
  ]
}
"#;

const DEPLOY: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Deploy", "Effect": "Allow", "Action": ["ecs:UpdateService", "lambda:UpdateFunctionCode"], "Resource": "*" },
    { "Sid": "Artifacts", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-artifacts/*" }
  ]
}
"#;

pub fn small() -> Zone {
    Zone::of(&[
        ("organization.toml", ORGANIZATION),
        ("accounts/prod.toml", PROD),
        ("policies/scp/stay.json", STAY),
        ("policies/iam/deploy.json", DEPLOY),
    ])
}

/// A session as one would see it, without what differs from run to run.
fn session(Ran { code, stdout, stderr }: &Ran) -> String {
    let text = format!("exit {code}\n-- stdout\n{stdout}-- stderr\n{stderr}");
    text.lines().map(stable).collect::<Vec<_>>().join("\n")
}

/// Ids, times and counts of calls are not what these tests are about.
pub fn stable(line: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ') {
        let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_time = core.strip_suffix('s').is_some_and(|number| number.parse::<f64>().is_ok());
        let replaced = if is_time { word.replace(core, "<time>") } else { word.to_owned() };
        // How much is read grows with every kind that is registered.
        if ["batch", "call", "place", "read"].iter().any(|noun| word.starts_with(noun))
            && let Some(number) =
                words.last_mut().filter(|last| last.replace(',', "").parse::<usize>().is_ok())
        {
            "<some>".clone_into(number);
        }
        let is_count = words.last().is_some_and(|last| ["\"calls\":", "\"reads\":"].contains(&last.as_str()));
        if is_count && core.parse::<usize>().is_ok() {
            words.push(word.replace(core, "<some>"));
            continue;
        }
        words.push(ids(&replaced));
    }
    words.join(" ")
}

/// What stands around an id.
const ENDS: [char; 8] = [':', '/', ',', '"', '.', ';', '(', ')'];

fn ids(word: &str) -> String {
    let parts = word.split_inclusive(ENDS).map(|part| {
        let core = part.trim_matches(ENDS);
        let is_account = core.len() == 12 && core.bytes().all(|byte| byte.is_ascii_digit());
        let is_id = ["o-", "r-", "ou-", "p-"].iter().any(|prefix| {
            core.strip_prefix(prefix).is_some_and(|rest| {
                rest.len() >= 4 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
        });
        let is_request =
            core.len() >= 36 && core.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match (is_account, is_id, is_request) {
            (true, ..) => part.replace(core, "<account>"),
            (_, true, _) => part.replace(core, "<id>"),
            (.., true) => part.replace(core, "<request>"),
            _ => part.to_owned(),
        }
    });
    parts.collect()
}

fn run(args: &[&str]) -> Ran {
    let mut command = binary();
    command.args(args).env("COLUMNS", "100");
    ran(command)
}

#[test]
fn help() {
    assert_snapshot!(run(&["--help"]).stdout);
    let commands = [
        "init",
        "validate",
        "explain",
        "schema",
        "plan",
        "apply",
        "drift",
        "destroy",
        "history",
        "unlock",
        "map",
        "network",
        "reach",
        "policy",
        "kinds",
        "render",
        "show",
        "graph",
        "doctor",
        "sandbox",
        "demo",
        "completions",
        "man",
    ];
    for command in commands {
        assert_snapshot!(format!("help {command}"), run(&[command, "-h"]).stdout);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_can_not_be_written_is_an_error() {
    for args in [&["--help"][..], &["--version"], &["validate", "--json"]] {
        let zone = small();
        let mut command = binary();
        command.arg("-C").arg(zone.path()).args(args);
        command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
        assert_eq!(command.status().unwrap().code(), Some(1), "{args:?}");
    }
}

#[test]
fn mistakes_are_shown_all_at_once() {
    let zone = small();
    zone.replace("accounts/prod.toml", "\"Workloads\"", "\"Workload\"");
    zone.replace("accounts/prod.toml", "allow =", "alow =");
    zone.replace("organization.toml", "\"stay\"", "\"stey\"");
    let dir = zone.path().to_str().unwrap();
    assert_snapshot!(session(&run(&["-C", dir, "validate"])));
    assert_snapshot!("mistakes as json", run(&["-C", dir, "validate", "--json"]).stdout);
}

#[test]
fn a_warning_stops_nothing() {
    let zone = small();
    zone.replace("organization.toml", "\"stay\"", "\"region-guard\"");
    let dir = zone.path().to_str().unwrap();
    assert_snapshot!(session(&run(&["-C", dir, "validate"])), @r#"
    exit 0
    -- stdout
    -- stderr
    warning: members can get past `region-guard` without `protect-landfall`
     --> organization.toml:9:27
      |
    9 | Workloads = { policies = ["region-guard"] }
      |                           ^^^^^^^^^^^^^^ lets every role called `OrganizationAccountAccessRole` pass, whoever made it
      |
      = help: name `protect-landfall` beside it or above: it lets nobody else make or change such roles

    The landing zone is valid, with 1 warning: 13 resources in 2 accounts.
    "#);
    let ran = run(&["-C", dir, "validate", "--json"]).expect(0);
    assert_eq!((&ran.json()["complaints"], ran.stderr.as_str()), (&json!([]), ""));
    assert_eq!(ran.json()["warnings"][0]["file"], "organization.toml");
}

#[test]
fn a_first_plan() {
    let (sandbox, zone) = (Sandbox::start(), small());
    assert_snapshot!(session(&sandbox.run(&zone, &["plan"])));
    assert_snapshot!("a first plan as json", stable_json(&sandbox.run(&zone, &["plan", "--json"])));
}

#[test]
fn nobody_to_ask() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let mut command = sandbox.command(&zone, &["apply", "--quiet"]);
    command.stdin(Stdio::null());
    assert_snapshot!(session(&ran(command)));
}

#[test]
fn a_member_is_sent_to_the_management_account() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let member = sandbox.behind().member("prod").variables();
    let mut command = sandbox.command(&zone, &["apply", "--yes", "--quiet"]);
    command.envs(member);
    assert_snapshot!(session(&ran(command)), @r"
    exit 1
    -- stdout
    -- stderr
    error: you are arn:aws:sts::<account>:assumed-role/OrganizationAccountAccessRole/somebody-else, and account <account> does not manage the organization <id>
    hint: its management account is <account>: use credentials of that account (`--profile`)
    ");
}

#[test]
fn a_member_is_sent_away_whichever_part_it_is_about() {
    let (sandbox, zone) = (Sandbox::start(), small());
    zone.write("accounts/management.toml", "[roles.auditor]\ntrust = [\"service:ec2\"]\n");
    sandbox.apply(&zone);
    let part = ["--only", "management/global/iam/role/auditor"];
    let mut command = sandbox.command(&zone, &[&["apply", "--yes"], &part[..]].concat());
    command.envs(sandbox.behind().member("prod").variables());
    let refused = ran(command).expect(1).stderr;
    assert!(refused.contains("does not manage the organization"), "{refused}");
    let roles = done(sandbox.behind().member("prod").iam().list_roles().send()).roles;
    assert!(roles.iter().all(|role| role.role_name() != "auditor"), "{roles:?}");
    let told = sandbox.run(&zone, &[&["plan"], &part[..]].concat()).expect(0).stderr;
    assert!(told.contains("landing zone `acme`, the organization o-"), "{told}");
}

#[test]
fn a_profile_that_is_named_comes_before_keys_in_the_environment() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let keys = "aws_access_key_id = sandbox\naws_secret_access_key = sandbox\n";
    zone.write("aws-config", &format!("[profile boss]\n{keys}"));
    let plan = |profile: Option<&str>| {
        let mut command = sandbox.command(&zone, &["plan", "--quiet"]);
        command.envs(sandbox.behind().member("prod").variables());
        command.env("AWS_CONFIG_FILE", zone.path().join("aws-config"));
        ran({
            command.args(profile.map(|name| format!("--profile={name}")));
            command
        })
    };
    assert!(plan(None).expect(1).stderr.contains("does not manage the organization"));
    plan(Some("boss")).expect(0);
    let stderr = plan(Some("nobody")).expect(1).stderr;
    assert!(stderr.contains("`nobody`") && stderr.contains("hint: "), "{stderr}");
}

#[test]
fn what_somebody_may_have_meant() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let words = ["prd", "prod/deployer", "prod/deploier", "nothing"].map(|word| format!("--only={word}"));
    let words = words.iter().map(String::as_str);
    let ran = sandbox.run(&zone, &["plan"].into_iter().chain(words).collect::<Vec<_>>());
    assert_snapshot!(session(&ran), @r"
    exit 1
    -- stdout
    -- stderr
    error: `--only prd` names no account and no address of this landing zone
    hint: did you mean `prod`?
    error: `--only prod/deployer` names no account and no address of this landing zone
    hint: did you mean `prod/global/iam/role/deployer`?
    error: `--only prod/deploier` names no account and no address of this landing zone
    hint: did you mean `prod/global/iam/role/deployer`?
    error: `--only nothing` names no account and no address of this landing zone
    hint: it takes an account, or an address such as `prod/global/iam/role/deployer` or its beginning
    ");
}

#[test]
fn whichever_part_of_an_address_is_wrong() {
    let zone = Zone::sample();
    let hint = |word: &str| {
        let stderr = run(&["-C", zone.path().to_str().unwrap(), "graph", word]).expect(1).stderr;
        stderr.lines().find_map(|line| line.strip_prefix("hint: ")).unwrap().to_owned()
    };
    for (word, meant) in [
        ("prdo/global/iam/role/deployer", "prod/global/iam/role/deployer"),
        ("prdo/deployer", "prod/global/iam/role/deployer"),
        ("prod/globl/iam/role/deployer", "prod/global/iam/role/deployer"),
        ("prod/global/iam/rol/deployer", "prod/global/iam/role/deployer"),
        ("prod/global/ian/role/deployer", "prod/global/iam/role/deployer"),
        ("prod/global/iam/role/deploier", "prod/global/iam/role/deployer"),
        ("prod/us-east-1/ec2/vpc/prod", "prod/ap-southeast-2/ec2/vpc/prod"),
        ("prod/ap-southeast2/ec2/vpc/prd", "prod/ap-southeast-2/ec2/vpc/prod"),
        ("prod/ec2/vcp/prod", "prod/ap-southeast-2/ec2/vpc/prod"),
        ("lgging/ap-southeast-2/s3", "logging/ap-southeast-2/s3"),
        ("securty", "security"),
    ] {
        assert_eq!(hint(word), format!("did you mean `{meant}`?"), "{word}");
    }
    for word in ["nobody/global/iam/role/deployer", "prod/nothing", "x"] {
        assert!(hint(word).starts_with("it takes an account"), "{word}");
    }
}

#[test]
fn nothing_is_written_that_would_not_be_valid() {
    let zone = Zone::of(&[]);
    let dir = zone.path().join("acme");
    let ran = run(&["init", dir.to_str().unwrap(), "--name", "Acme Inc", "--email", "aws@acme.example"]);
    assert_snapshot!(session(&ran), @r"
    exit 1
    -- stdout
    -- stderr
    error: an organization's name has at most 20 lower-case letters, digits and hyphens
    hint: it begins the names of buckets
    error: the pattern must hold `{account}` once
    hint: each account needs an address of its own: `aws+{account}@acme.example`
    ");
    assert!(!dir.exists());
}

/// Starts the binary and reads what it prints first; it goes on.
fn begun(args: &[&str]) -> (Child, String) {
    let mut command = binary();
    let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

/// Sends SIGTERM; the status that follows from it.
fn terminated(mut child: Child) -> Option<i32> {
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    child.wait().unwrap().code()
}

#[test]
fn a_sandbox_lasts_until_it_is_asked_to_end() {
    Sandbox::start();
    let (mut child, line) = begun(&["sandbox"]);
    let url = line.trim().strip_prefix("export AWS_ENDPOINT_URL=").unwrap().to_owned();
    std::thread::sleep(Duration::from_secs(1));
    assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
    let address = url.strip_prefix("http://").unwrap();
    assert!(TcpStream::connect(address).is_ok());
    assert_eq!(terminated(child), Some(0));
    assert!(TcpStream::connect(address).is_err(), "the server is still there");
}

#[test]
fn what_runs_in_a_sandbox_leave_goes_with_it() {
    let (zone, home) = (small(), tempfile::tempdir().unwrap());
    let script = "\"$0\" -C \"$1\" apply --yes >&2 && echo \"$LANDFALL_STATE\" && ls \"$LANDFALL_STATE\"/*";
    let mut command = binary();
    let program = command.get_program().to_owned();
    command.args(["sandbox", "--ephemeral", "--", "sh", "-c", script]).arg(program).arg(zone.path());
    command.env("LANDFALL_CACHE", default_cache()).env("HOME", home.path()).env_remove("XDG_STATE_HOME");
    let ran = ran(command).expect(0);
    let (state, journals) = ran.stdout.split_once('\n').unwrap();
    assert!(journals.contains(".jsonl"), "{journals}");
    assert!(!Path::new(state).exists(), "{state}");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn what_runs_in_a_sandbox_is_asked_to_end_too() {
    Sandbox::start();
    let script = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done";
    let (child, line) = begun(&["sandbox", "--ephemeral", "--", "sh", "-c", script]);
    assert_eq!(line.trim(), "ready");
    assert_eq!(terminated(child), Some(7));
    assert_eq!(run(&["sandbox", "--ephemeral", "--", "sh", "-c", "kill -9 $$"]).code, 137);
}

#[test]
fn a_change_in_the_toml() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    zone.replace("policies/iam/deploy.json", "\"lambda:UpdateFunctionCode\"", "\"s3:PutObject\"");
    zone.replace("accounts/prod.toml", "allow =", "session = \"2h\"\nallow =");
    zone.replace("accounts/prod.toml", "\"prod\"", "\"production\"");
    zone.replace("organization.toml", "policies = [\"stay\"]", "policies = []");
    assert_snapshot!(session(&sandbox.run(&zone, &["plan"])));
}

#[test]
fn drift_is_named() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let iam = sandbox.behind().member("prod").iam();
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Services", "Effect": "Allow", "Action": "sts:AssumeRole",
         "Principal": {"Service": ["codebuild.amazonaws.com", "ec2.amazonaws.com"]}}]});
    done(iam.update_assume_role_policy().role_name("deployer").policy_document(trust.to_string()).send());
    assert_snapshot!(session(&sandbox.run(&zone, &["drift"])));
    assert_snapshot!("drift as json", stable_json(&sandbox.run(&zone, &["drift", "--json"])));
}

fn stable_json(ran: &Ran) -> String {
    ran.stdout.lines().map(stable).collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_moved() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    assert_snapshot!(session(&sandbox.run(&zone, &["drift"])));
}

#[test]
fn what_may_not_be_read() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let account = sandbox.behind().accounts()["prod"].clone();
    sandbox.control().fault(&json!({
        "operation": "GetAccountAuthorizationDetails", "account": account,
        "error": "AccessDenied", "status": 403,
        "message": "not authorized to perform this action"}));
    assert_snapshot!(session(&sandbox.run(&zone, &["drift"])));
}

#[test]
fn an_apply_that_fails_halfway() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.control().fault(&json!({
        "operation": "CreatePolicy", "service": "iam", "error": "LimitExceeded", "status": 409,
        "message": "Cannot exceed quota for PoliciesPerAccount: 1500."}));
    let ran = sandbox.run(&zone, &["apply", "--yes", "--quiet"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("PoliciesPerAccount"), "{}", ran.stdout);
    assert!(ran.stdout.contains("prod/global/iam/role/deployer"), "{}", ran.stdout);
}

#[test]
fn the_readme_shows_what_validate_prints() {
    let zone = Zone::sample();
    zone.replace("accounts/prod.toml", "Workloads/Prod", "Workloads/Prd");
    let said = run(&["-C", zone.path().to_str().unwrap(), "validate"]).stderr;
    let complaint = said.split("\n\n").next().unwrap();
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(readme.contains(complaint), "the README shows something else than:\n{complaint}");
}
