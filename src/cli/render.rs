//! `landfall render`

use std::path::{Path, PathBuf};

use super::{
    exit::Exit,
    flow,
    init::{put, vacant},
    settings::Settings,
};
use crate::{
    config::{self, Entry, Files, Section, Written, written},
    engine::error::{Class, Error},
    names::nearest,
    report::{
        json::{RenderedFile, RenderedTable, RenderedValue},
        plural,
    },
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall render prod              # one account
  landfall render organization.toml
  landfall render --out filled-in   # a landing zone that says the same";

/// Print the landing zone with every default filled in
///
/// It is TOML that Landfall takes again. Baselines are merged into the accounts that have them; behind each value stands
/// the line that states it, or `default`.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// One account, or one file such as `organization.toml` (default: all)
    #[arg(value_name = "ACCOUNT|FILE")]
    what: Option<String>,
    /// Leave out where values are stated
    #[arg(long)]
    bare: bool,
    /// Write a whole landing zone into this folder, with the policies as they are
    #[arg(long, value_name = "DIR", conflicts_with = "what")]
    out: Option<PathBuf>,
}

pub(super) fn run(settings: &Settings, args: &Args) -> Exit {
    let files = Files::read(&settings.directory);
    let zone = match config::parse(&files) {
        Ok(checked) => checked.zone,
        Err(complaints) => return flow::complain(settings, &complaints),
    };
    let all = written(&zone, &files);
    let done = match &args.out {
        Some(dir) => write(dir, &files, &all, args).map(|count| {
            settings.out.status(&format!(
                "wrote a landing zone of {} to {}",
                plural(count, "file"),
                dir.display()
            ));
        }),
        None => chosen(&all, args.what.as_deref()).map(|chosen| tell(settings, args, chosen)),
    };
    match done {
        Ok(()) => Exit::Fine,
        Err(error) => {
            settings.out.error(&error);
            Exit::Error
        }
    }
}

/// The file that a word names, be it by its path, as an account or by its name; all without a word.
fn chosen<'w>(all: &'w [Written], what: Option<&str>) -> Result<&'w [Written], Error> {
    let Some(word) = what else { return Ok(all) };
    let paths = ["", "accounts/", "network/", "policies/"]
        .iter()
        .flat_map(|folder| [format!("{folder}{word}"), format!("{folder}{word}.toml")]);
    let found = paths.into_iter().find_map(|path| all.iter().position(|written| *written.path == *path));
    if let Some(at) = found {
        return Ok(&all[at..=at]);
    }
    let error = Error::new(Class::Final, format!("the landing zone has no account and no file `{word}`"));
    let accounts =
        all.iter().filter_map(|written| written.path.strip_prefix("accounts/")?.strip_suffix(".toml"));
    let known = accounts.chain(all.iter().map(|written| &*written.path));
    Err(match nearest(word, known) {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None => error.hint("it takes the name of an account, or a path such as `organization.toml`; baselines are a part of their accounts"),
    })
}

fn text(written: &Written, args: &Args) -> String {
    if args.bare { written.bare() } else { written.text() }
}

fn tell(settings: &Settings, args: &Args, chosen: &[Written]) {
    if settings.out.is_json() {
        settings.out.filled_in(&chosen.iter().map(view).collect::<Vec<_>>());
        return;
    }
    if let [one] = chosen {
        settings.out.data(&text(one, args));
        return;
    }
    let told = chosen.iter().map(|written| format!("# {}\n\n{}", written.path, text(written, args)));
    settings.out.data(&told.collect::<Vec<_>>().join("\n"));
}

fn view(written: &Written) -> RenderedFile<'_> {
    RenderedFile::new(&written.path, written.sections.iter().map(table).collect())
}

fn table(section: &Section) -> RenderedTable<'_> {
    let Section { header, is_element, entries, .. } = section;
    RenderedTable::new(header, *is_element, entries.iter().map(value).collect())
}

fn value(entry: &Entry) -> RenderedValue<'_> {
    let Entry { key, value, stated } = entry;
    RenderedValue::new(key, value, stated)
}

/// Writes what was filled in, and beside it whatever else the landing zone consists of.
fn write(dir: &Path, files: &Files, all: &[Written], args: &Args) -> Result<usize, Error> {
    vacant(dir)?;
    let filled_in = whole(files, all, |written| text(written, args));
    for (path, content) in filled_in.iter() {
        put(dir, &dir.join(&**path), content)?;
    }
    Ok(filled_in.iter().count())
}

/// The files of a landing zone that says the same: TOML as it is written, anything else as it was.
fn whole(files: &Files, all: &[Written], text: impl Fn(&Written) -> String) -> Files {
    let mut whole = Files::default();
    let is_toml = |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "toml");
    for (path, content) in files.iter().filter(|(path, _)| !is_toml(path)) {
        whole.insert(path.clone(), content.to_vec());
    }
    for written in all {
        whole.insert(written.path.clone(), text(written).into_bytes());
    }
    whole
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;
    use crate::{
        cli::sample,
        compose::compose,
        engine::{select::Selection, sides::Sides, snapshot::Snapshot},
        model::LandingZone,
    };

    /// The sample.
    fn sampled() -> Files {
        let mut files = Files::default();
        for (path, content) in sample::files() {
            files.insert(path, content.to_vec());
        }
        files
    }

    /// The sample, changed so that it says everything that can be said.
    fn everything() -> Files {
        let mut files = Files::default();
        for (path, content) in sample::files() {
            let text = String::from_utf8_lossy(content);
            let (before, after) = match &*path {
                "accounts/dev.toml" => (DEV_TOP, DEV),
                "accounts/security.toml" => ("", HUB),
                "network/vpcs.toml" => ("", NETWORK),
                "network/dns.toml" => ("", RESOLVER),
                "organization.toml" => {
                    ("", "\n[removed]\naddresses = [\"logging/ap-southeast-2/s3/bucket/old\"]\n")
                }
                _ => ("", ""),
            };
            let text = text
                .replace("insights = true ", TRAIL)
                .replace("[transit] ", "[transit]\nmoved = { prod = { from = \"production\" } }\n#")
                .replace(
                    "\"Workloads/Prod\"    = {",
                    "\"Workloads/Prod\" = { moved = { from = \"Workloads/Live\" },",
                )
                .replace("[access] ", "[access]\nvia = [\"security/hub\"]\n#");
            files.insert(path, format!("{before}{text}{after}").into_bytes());
        }
        files.insert("policies/saml/okta.xml", include_bytes!("../../tests/support/saml.xml").to_vec());
        files.insert("policies/kms/extra.json", EXTRA.as_bytes().to_vec());
        files
    }

    const DEV_TOP: &str = "name = \"Development\"\nalias = \"acme-{account}\"\nemail = \"aws+sandbox@acme.example\"\n\
                           moved = { from = \"sandbox\" }\n";
    const DEV: &str = r#"
[identity_providers.okta]
name     = "ping"
moved    = { from = "ping" }
metadata = "policies/saml/okta.xml"

[roles.partner]
name        = "old"
path        = "/partners/"
moved       = { from = "old" }
trust       = [{ saml = "okta" }, { account = "210987654321", external_id = "as-agreed" }]
require     = { source_ip = ["203.0.113.0/24"], source_vpc = ["vpc-0123456789abcdef0"] }

[keys.extra]
name       = "special"
moved      = { from = "special" }
statements = "policies/kms/extra.json"
"#;
    const HUB: &str = "\n[roles.hub]\ntrust = [\"account:management\"]\n";
    const TRAIL: &str = "insights = true\nretention = \"90d\"\ndata_events = [{ type = \"AWS::S3::Object\", \
                         resources = [\"arn:aws:s3:::orders/\"], write_only = true }] ";
    const RESOLVER: &str =
        "\n[resolver.other]\nname = \"first\"\nmoved = { from = \"first\" }\nvpc = \"dev\"\ninbound = true\n";
    const EXTRA: &str = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Extra", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::${account.dev}:root"}, "Action": "kms:DescribeKey", "Resource": "*"}
  ]
}
"#;
    const NETWORK: &str = r#"
[vpc.lab]
name      = "trials"
moved     = { from = "trials" }
account   = "dev"
cidr      = "10.48.0.0/20"
size      = 20
zones     = ["apse2-az1"]
tiers     = { application = 24 }
ports     = { application = [8443] }
dhcp      = { domain_name = "lab.acme.internal", domain_name_servers = ["AmazonProvidedDNS"], ntp_servers = ["169.254.169.123"] }
flow_logs = { bucket = "logging/archive", retention = "30d" }
tags      = { use = "trials" }

[external.office]
cidrs      = ["192.168.0.0/16"]
attachment = "tgw-attach-0123456789abcdef0"
segment    = "shared"

[firewall.bad]
name     = "evil"
moved    = { from = "evil" }
account  = "security"
block    = ["*.bad.example"]
managed  = ["AWSManagedDomainsMalwareDomainList"]
segments = ["prod", "nonprod"]

[zone."lab.acme.internal"]
account = "dev"
vpcs    = ["dev"]

[zone."lab.acme.internal".records]
"@" = { txt = ["a \"quoted\" text"] }
www = { a = ["10.48.0.10"], ttl = 60 }
"*" = { cname = ["www.lab.acme.internal"] }
"#;

    fn parsed(files: &Files) -> LandingZone {
        config::parse(files).unwrap_or_else(|complaints| panic!("{}", complaints.render(false))).zone
    }

    fn bare(files: &Files) -> (Files, Vec<Written>) {
        let all = written(&parsed(files), files);
        (whole(files, &all, Written::bare), all)
    }

    /// Every node with what it needs and all its fields, as far as the landing zone says.
    fn graph(files: &Files) -> Vec<String> {
        let graph = compose(&parsed(files)).unwrap_or_else(|problems| panic!("{problems:?}")).graph;
        let unread = Snapshot::unread(graph.len(), Selection::everything());
        let mut nodes: Vec<_> = graph
            .nodes()
            .map(|(id, node)| {
                let needs: BTreeSet<_> = node.needs.iter().map(|need| &graph.node(*need).label).collect();
                format!("{}\n{needs:?}\n{:?}", node.label, Sides::of(&graph, &unread, id))
            })
            .collect();
        nodes.sort();
        nodes
    }

    fn same(files: &Files) {
        let (filled_in, _) = bare(files);
        let (again, _) = bare(&filled_in);
        for ((path, once), (_, twice)) in filled_in.iter().zip(again.iter()) {
            assert_eq!(String::from_utf8_lossy(once), String::from_utf8_lossy(twice), "{path}");
        }
        assert_eq!(filled_in.iter().count(), again.iter().count());
        for (before, after) in graph(files).iter().zip(graph(&filled_in)) {
            assert_eq!(*before, after);
        }
        assert_eq!(graph(files).len(), graph(&filled_in).len());
    }

    #[test]
    fn what_is_filled_in_says_the_same_and_stays_as_it_is() {
        same(&sampled());
        same(&everything());
    }

    #[test]
    fn what_is_stated_is_never_told_to_be_a_default() {
        for files in [sampled(), everything()] {
            // Once everything is filled in, everything is stated.
            let (filled_in, _) = bare(&files);
            for Written { path, sections } in written(&parsed(&filled_in), &filled_in) {
                for Section { header, entries, .. } in sections {
                    let unstated = entries.iter().filter(|entry| entry.stated.is_empty());
                    let unstated: Vec<_> = unstated.map(|entry| &entry.key).collect();
                    assert!(unstated.is_empty(), "{path} {header:?}: {unstated:?}");
                }
            }
        }
    }

    #[test]
    fn a_list_of_nothing_is_stated_where_a_baseline_has_it() {
        let mut files = sampled();
        let role = "\n[roles.idle]\ntrust = [\"account:management\"]\nallow = []\n";
        let (path, text) = files
            .iter()
            .find(|(path, _)| ***path == *"baselines/foundation.toml")
            .map(|(path, text)| (path.clone(), String::from_utf8_lossy(text).into_owned() + role))
            .unwrap();
        files.insert(path, text.into_bytes());
        let all = written(&parsed(&files), &files);
        let prod = chosen(&all, Some("prod")).unwrap()[0].text();
        let allow = prod.split("[roles.idle]").nth(1).unwrap().lines().find(|line| line.starts_with("allow"));
        let allow = allow.unwrap();
        assert!(allow.contains("baselines/foundation.toml:"), "{allow}");
        assert!(allow.contains(" by way of baselines/workload.toml:"), "{allow}");
        assert!(allow.contains("accounts/prod.toml:"), "{allow}");
    }

    #[test]
    fn comments_change_nothing() {
        let files = everything();
        let all = written(&parsed(&files), &files);
        assert_eq!(graph(&whole(&files, &all, Written::text)), graph(&files));
    }

    /// All keys in a tree of tables.
    fn keys(value: &toml::Value, into: &mut BTreeSet<String>) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    into.insert(key.clone());
                    keys(value, into);
                }
            }
            toml::Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
            _ => {}
        }
    }

    /// What the readers of tables below a folder ask for.
    fn asked(folder: &Path, into: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("sources are there").map(|entry| entry.expect("readable")) {
            if entry.path().is_dir() {
                asked(&entry.path(), into);
                continue;
            }
            let text = fs::read_to_string(entry.path()).expect("sources are text");
            let is_key = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            for method in ["optional(\"", "required(\"", ".table(\"", ".map(\""] {
                let rests = text.split(method).skip(1);
                let words = rests.filter_map(|rest| Some(rest.split_once('"')?.0));
                into.extend(words.filter(is_key).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_key_of_the_format_is_written() {
        let (mut written, mut known) = (BTreeSet::new(), BTreeSet::new());
        for (path, content) in bare(&everything()).0.iter().filter(|(path, _)| path.ends_with(".toml")) {
            let text = String::from_utf8_lossy(content);
            let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
            keys(&toml::Value::Table(table), &mut written);
        }
        asked(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config/tables"), &mut known);
        assert!(known.len() > 80, "{known:?}");
        // Baselines are a part of their accounts.
        let merged = ["baseline", "extends"];
        let is_open = |key: &&String| !merged.contains(&key.as_str());
        let missing: Vec<_> = known.difference(&written).filter(is_open).collect();
        assert!(missing.is_empty(), "nobody writes {missing:?}");
    }

    #[test]
    fn a_file_is_found_by_its_path_its_name_or_its_account() {
        let all = bare(&everything()).1;
        let told = |word| chosen(&all, Some(word)).map(|found| found[0].path.to_string());
        assert_eq!(told("prod").ok().as_deref(), Some("accounts/prod.toml"));
        assert_eq!(told("organization").ok().as_deref(), Some("organization.toml"));
        assert_eq!(told("network/vpcs.toml").ok().as_deref(), Some("network/vpcs.toml"));
        assert_eq!(told("prdo").err().and_then(|error| error.hint).as_deref(), Some("did you mean `prod`?"));
        assert_eq!(chosen(&all, None).map(<[Written]>::len).ok(), Some(all.len()));
    }
}
