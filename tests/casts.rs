//! Recorded sessions in `docs/casts`: what a terminal shows of the main commands, one after the other, without what differs
//! from run to run. `BLESS=1 cargo test casts` records them anew.

use std::{
    fmt::Write as _,
    fs::{self, File},
    path::Path,
};

use serde_json::json;

use crate::{
    sessions::{small, stable},
    support::{Sandbox, Zone, behind::done},
};

/// A session in the making.
struct Cast<'s> {
    sandbox: &'s Sandbox,
    zone: &'s Zone,
    text: String,
}

impl<'s> Cast<'s> {
    fn new(sandbox: &'s Sandbox, zone: &'s Zone) -> Self {
        Self { sandbox, zone, text: String::new() }
    }

    /// What happens between two commands.
    fn tell(&mut self, what: &str) {
        writeln!(self.text, "# {what}\n").unwrap();
    }

    /// Runs a command, whose data and messages a terminal shows as they come.
    #[track_caller]
    fn run(&mut self, line: &str, code: i32) {
        let folder = tempfile::tempdir().unwrap();
        let screen = folder.path().join("screen");
        let file = File::create(&screen).unwrap();
        let mut command = self.sandbox.command(self.zone, &line.split(' ').collect::<Vec<_>>());
        command.current_dir(self.zone.path()).stdout(file.try_clone().unwrap()).stderr(file);
        let status = command.status().unwrap();
        let shown =
            fs::read_to_string(&screen).unwrap().replace(self.zone.path().to_str().unwrap(), "~/acme");
        assert_eq!(status.code(), Some(code), "{line}: {shown}");
        let shown: Vec<_> = shown.trim_end().lines().map(stable).collect();
        writeln!(self.text, "$ landfall {line}\n{}", shown.join("\n")).unwrap();
        let ended = if code == 0 { String::new() } else { format!("(exit {code})\n") };
        writeln!(self.text, "{ended}").unwrap();
    }

    /// Whether it is what was recorded.
    #[track_caller]
    fn end(self, name: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/casts").join(name);
        let text = format!("{}\n", self.text.trim_end());
        if std::env::var_os("BLESS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let recorded = fs::read_to_string(&path).unwrap_or_default();
        assert!(recorded == text, "{} is to be:\n{text}", path.display());
    }
}

#[test]
fn a_first_day() {
    let (sandbox, zone) = (Sandbox::start(), small());
    let mut cast = Cast::new(&sandbox, &zone);
    cast.run("validate", 0);
    cast.run("plan", 0);
    cast.run("apply --yes --quiet", 0);
    cast.run("plan --detailed-exitcode", 0);
    cast.run("show --offline prod/deployer", 0);
    cast.run("explain roles.session", 0);
    cast.end("a-first-day.txt");
}

#[test]
fn somebody_changes_something() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let mut cast = Cast::new(&sandbox, &zone);
    cast.tell("Somebody lets EC2 use a role, too.");
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "Services", "Effect": "Allow", "Action": "sts:AssumeRole",
         "Principal": {"Service": ["codebuild.amazonaws.com", "ec2.amazonaws.com"]}}]});
    let iam = sandbox.behind().member("prod").iam();
    done(iam.update_assume_role_policy().role_name("deployer").policy_document(trust.to_string()).send());
    cast.run("drift", 2);
    cast.run("apply --yes", 0);
    cast.run("drift", 0);
    cast.end("somebody-changes-something.txt");
}

#[test]
fn a_plan_that_was_reviewed() {
    let (sandbox, zone) = (Sandbox::start(), small());
    sandbox.apply(&zone);
    let mut cast = Cast::new(&sandbox, &zone);
    cast.tell("A role is to be held for two hours at a time.");
    zone.replace("accounts/prod.toml", "allow =", "session = \"2h\"\nallow =");
    cast.run("plan --out reviewed.plan", 0);
    cast.tell("Meanwhile somebody makes that three.");
    zone.replace("accounts/prod.toml", "\"2h\"", "\"3h\"");
    cast.run("apply --yes reviewed.plan", 1);
    cast.tell("It is two hours again.");
    zone.replace("accounts/prod.toml", "\"3h\"", "\"2h\"");
    cast.run("apply --yes reviewed.plan", 0);
    cast.end("a-plan-that-was-reviewed.txt");
}
