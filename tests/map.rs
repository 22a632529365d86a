//! The map in a real browser: at five and at a hundred accounts nothing overlaps or sticks out, and it can be searched.

use std::{fmt::Write as _, process::Command};

use aws_sdk_iam::types::Tag;
use serde_json::Value;

use crate::support::{Ran, Sandbox, Zone, behind::done, binary, ran};

const ORGANIZATION: &str = r#"[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "ap-southeast-2"
regions     = ["ap-southeast-2", "ap-southeast-4"]
root_credentials = "kept"

[units]
Root                = { policies = ["region-guard", "protect-landfall"] }
Security            = {}
Workloads           = {}
"Workloads/NonProd" = {}
"Workloads/Prod"    = {}
Suspended           = { managed = false }
"#;

const HUB: &str = r#"[transit]
account  = "security"
asn      = 64512
egress   = "hub"
segments = { prod = [], nonprod = [], shared = ["prod", "nonprod"] }

[pool]
cidr = "10.0.0.0/8"

[vpc.hub]
account   = "security"
cidr      = "10.255.0.0/16"
zones     = 3
segment   = "shared"
tiers     = { dmz = 24, application = 20, data = 22 }
endpoints = ["s3", "kms", "sts"]

[external.office]
cidrs      = ["192.168.0.0/16"]
attachment = "tgw-attach-0123456789abcdef0"
segment    = "shared"

[resolver.main]
vpc      = "hub"
inbound  = true
outbound = true

[forward."corp.acme.example"]
to       = ["192.168.10.10", "192.168.10.11"]
segments = ["shared"]
"#;

/// A landing zone of so many accounts: the management account, `security` with the hub, and customers, each with a VPC
/// and a private zone.
fn zone(accounts: usize) -> Zone {
    let zone = Zone::of(&[
        ("organization.toml", ORGANIZATION),
        ("accounts/security.toml", "unit = \"Security\"\n"),
        ("network/hub.toml", HUB),
    ]);
    let mut network = String::new();
    for number in 0..accounts - 2 {
        let name = format!("customer-{number:03}");
        let (unit, segment) = [("Prod", "prod"), ("NonProd", "nonprod")][number % 2];
        let region = ["ap-southeast-2", "ap-southeast-4"][number / 2 % 2];
        zone.write(&format!("accounts/{name}.toml"), &format!("unit = \"Workloads/{unit}\"\n"));
        write!(
            network,
            "[vpc.{name}]\naccount = \"{name}\"\nregion = \"{region}\"\ncidr = \"10.{number}.0.0/16\"\nzones = 3\n\
             segment = \"{segment}\"\ntiers = {{ dmz = 24, application = 20, data = 22 }}\n\
             [zone.\"{name}.acme.internal\"]\naccount = \"{name}\"\nvpcs = [\"{name}\"]\n\n"
        )
        .unwrap();
    }
    zone.write("network/customers.toml", &network);
    zone
}

fn map(zone: &Zone, args: &[&str]) -> Ran {
    let mut command = binary();
    command.arg("-C").arg(zone.path()).arg("map").args(args);
    ran(command)
}

/// The browser, where there is one.
fn browser() -> Option<Command> {
    let is_there = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let name = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(is_there)?;
    let mut command = Command::new(name);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]);
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    command.args(["--window-size=1600,1000", "--virtual-time-budget=5000"]);
    Some(command)
}

/// What the page has to say about itself when it is opened: the verdict of `map/look.js`.
fn look(mut browser: Command, page: &str, args: &[&str]) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let script = format!("<script>\n{}</script>\n</body>", include_str!("map/look.js"));
    let file = dir.path().join("map.html");
    std::fs::write(&file, page.replace("</body>", &script)).unwrap();
    browser
        .args(args)
        .arg("--dump-dom")
        .arg(format!("--user-data-dir={}", dir.path().join("profile").display()));
    browser.arg(format!("file://{}", file.display()));
    let Ran { stdout, stderr, .. } = ran(browser);
    let (_, said) = stdout.split_once("<pre id=\"verdict\">").unwrap_or_else(|| panic!("{stderr}\n{stdout}"));
    let (said, _) = said.split_once("</pre>").unwrap();
    serde_json::from_str(&said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")).unwrap()
}

#[test]
fn a_browser_shows_five_and_a_hundred_accounts() {
    for accounts in [5, 100] {
        let zone = zone(accounts);
        let page = map(&zone, &[]).expect(0).stdout;
        let Some(browser) = browser() else {
            eprintln!("no browser here: the page was made, and not looked at");
            continue;
        };
        let verdict = look(browser, &page, &[]);
        assert_eq!(verdict["problems"], serde_json::json!([]), "{accounts} accounts");
        assert_eq!(verdict["accounts"], accounts);
        assert_eq!(verdict["vpcs"], accounts - 1);
        assert_eq!(verdict["by_address"], serde_json::json!(["box-vpc-customer-002"]));
        assert_eq!(
            verdict["by_name"],
            serde_json::json!([
                "box-account-customer-002",
                "box-vpc-customer-002",
                "box-zone-customer-002.acme.internal"
            ])
        );
        assert_eq!(verdict["by_nothing"], serde_json::json!([]));
        // What the chosen VPC may talk to is seen, and nothing of the segment that it may not.
        assert_eq!(
            verdict["chosen"],
            serde_json::json!({ "about": "block", "own": true, "hub": true, "other": false })
        );
        assert_eq!(verdict["zoomed"], true);
        let light = verdict["paper"].as_str().unwrap();
        let dark = look(self::browser().unwrap(), &page, &["--blink-settings=preferredColorScheme=0"]);
        assert_ne!(dark["paper"], light);
    }
}

#[test]
fn the_same_map_comes_out_each_time_and_whole() {
    let zone = zone(5);
    for format in ["html", "mermaid", "graphviz"] {
        let file = zone.path().join(format!("map.{format}"));
        let told = map(&zone, &["--format", format, "--out", file.to_str().unwrap()]).expect(0);
        assert_eq!(told.stdout, "");
        let printed = map(&zone, &["--format", format]).expect(0).stdout;
        assert!(std::fs::read_to_string(&file).unwrap() == printed, "{format} differs");
    }
    insta::assert_snapshot!("map as mermaid", map(&zone, &["--format", "mermaid"]).stdout);
    insta::assert_snapshot!("map as graphviz", map(&zone, &["--format", "graphviz"]).stdout);
    assert!(map(&zone, &["--json"]).expect(1).stderr.contains("no JSON"));
    assert!(map(&zone, &["--live", "--format", "mermaid"]).expect(1).stderr.contains("only the page"));
}

/// The class of a box in a page.
#[track_caller]
fn class<'p>(page: &'p str, id: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("<a id=\"box-{id}\" ")).unwrap_or_else(|| panic!("no {id}"));
    let (_, rest) = rest.split_once("class=\"").unwrap();
    rest.split_once('"').unwrap().0
}

#[test]
fn a_live_map_shows_what_is_there() {
    let zone = Zone::of(&[
        ("organization.toml", ORGANIZATION),
        ("accounts/prod.toml", "unit = \"Workloads/Prod\"\n[roles.reader]\ntrust = [\"service:ec2\"]\n"),
        ("accounts/dev.toml", "unit = \"Workloads/NonProd\"\n"),
        (
            "network/dev.toml",
            "[vpc.dev]\naccount = \"dev\"\ncidr = \"10.1.0.0/16\"\nzones = 2\ntiers = { data = 24 }\n",
        ),
    ]);
    let sandbox = Sandbox::start();
    let look = || sandbox.run(&zone, &["map", "--live", "--quiet"]).expect(0).stdout;
    let page = look();
    assert!(class(&page, "account-prod").contains("is-missing"));
    assert!(class(&page, "vpc-dev").contains("is-missing"));
    sandbox.apply(&zone);
    let page = look();
    for id in ["account-prod", "account-dev", "vpc-dev", "unit-Workloads"] {
        assert!(class(&page, id).contains("is-fine"), "{id}: {}", class(&page, id));
    }
    let behind = sandbox.behind();
    let tag = Tag::builder().key("landfall:organization").value("globex").build().unwrap();
    done(behind.member("prod").iam().tag_role().role_name("reader").tags(tag).send());
    let page = look();
    assert!(class(&page, "account-prod").contains("is-unknown"));
    assert!(page.contains("blocked: prod/global/iam/role/reader"));
    assert!(class(&page, "account-dev").contains("is-fine"));
}
