//! What was made, seen by programs that others wrote: boto3 reads it back and walks its network, two linters judge its
//! policies.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
    sync::LazyLock,
};

use landfall::{
    config::Files,
    model::Endpoint,
    proofs::reach::{Fabric, ask},
    sandbox::{default_cache, interpreter},
};

use crate::support::{
    RUNTIME, Sandbox, Zone,
    composed::{composed, parsed},
    reader,
};

/// A Python with the linters.
static LINTERS: LazyLock<PathBuf> = LazyLock::new(|| {
    let (home, requirements) = (default_cache().join("linters"), include_str!("readers/requirements.txt"));
    RUNTIME.block_on(interpreter(&home, requirements, &|_: &str| {})).unwrap()
});

/// What the linters find, as they print it.
fn lint(policies: &[u8]) -> String {
    let mut command = Command::new(&*LINTERS);
    let command = command.arg(reader("lint.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut linters = command.spawn().unwrap();
    linters.stdin.take().unwrap().write_all(policies).unwrap();
    String::from_utf8(linters.wait_with_output().unwrap().stdout).unwrap()
}

#[test]
fn two_linters_find_nothing_in_what_is_generated() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    sandbox.apply(&zone);
    let policies = sandbox.reader("policies.py");
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
    sandbox.reader("intent.py");
}

/// Each is found by name, and one apply repairs them all and nothing else.
fn tampered(script: &str) -> (Sandbox, Zone) {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    sandbox.apply(&zone);
    let named: Vec<(String, String)> = serde_json::from_slice(&sandbox.reader(script)).unwrap();
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
    (sandbox, zone)
}

#[test]
fn what_is_changed_behind_our_back_is_named_and_repaired() {
    let (sandbox, _zone) = tampered("behind.py");
    sandbox.reader("intent.py");
}

#[test]
fn what_is_changed_in_the_network_is_named_and_repaired() {
    let (sandbox, zone) = tampered("network_behind.py");
    walked(&sandbox, &zone);
}

#[test]
fn every_two_subnets_reach_each_other_as_an_independent_walk_says() {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    sandbox.apply(&zone);
    walked(&sandbox, &zone);
}

/// Compares what the landing zone says with a walk over what AWS has, which boto3 reads: between every two subnets and
/// the internet, whatever is carried.
fn walked(sandbox: &Sandbox, zone: &Zone) {
    let walk: BTreeMap<String, String> = serde_json::from_slice(&sandbox.reader("network.py")).unwrap();
    let zone = parsed(&Files::read(zone.path()));
    let graph = composed(&zone);
    let fabric = Fabric::desired(&zone.network, &graph);
    let ends = zone.network.vpcs.keys().map(|vpc| format!("vpc:{vpc}")).chain(["internet".to_owned()]);
    let ends: Vec<Endpoint> = ends.map(|end| end.parse().unwrap()).collect();
    let between = ends.iter().flat_map(|from| ends.iter().map(move |to| (from, to)));
    let pairs = between.flat_map(|(from, to)| ask(&fabric, from, to, None).pairs);
    let (mut count, mut passing) = (0, 0);
    for pair in pairs.filter(|pair| pair.from != pair.to) {
        count += 1;
        for (protocol, port) in CARRIED {
            let way = format!("{} {} {protocol} {port}", pair.from, pair.to);
            let passes = pair.traffic.iter().any(|traffic| includes(traffic, protocol, *port));
            assert_eq!(
                walk.get(&way).is_some_and(|how| how == "passes"),
                passes,
                "{way}: {:?}",
                pair.traffic
            );
            passing += usize::from(passes);
        }
    }
    // 37 subnets in tiers and the internet.
    assert_eq!(count, 38 * 37);
    let walked = walk.values().filter(|how| *how == "passes").count();
    assert_eq!(walked, passing, "there are no conversations but these");
}

/// What `network.py` tries.
const CARRIED: &[(&str, u16)] = &[
    ("tcp", 22),
    ("tcp", 80),
    ("tcp", 443),
    ("tcp", 1024),
    ("tcp", 5432),
    ("tcp", 8443),
    ("tcp", 65535),
    ("udp", 53),
    ("udp", 123),
    ("udp", 4000),
];

/// Whether `all`, `tcp`, `tcp 443` or `tcp 1024-65535` is about a port.
fn includes(traffic: &str, protocol: &str, port: u16) -> bool {
    let (of, ports) = traffic.split_once(' ').unwrap_or((traffic, "0-65535"));
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let range = first.parse::<u16>().unwrap()..=last.parse().unwrap();
    of == "all" || (of == protocol && range.contains(&port))
}
