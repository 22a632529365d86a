//! While the network changes: who reaches whom is looked at between every two calls that change something.

use std::{collections::BTreeSet, ffi::OsStr};

use serde::Deserialize;

use crate::support::{Sandbox, Zone};

const VPCS: &str = "network/vpcs.toml";

/// How an apply went, and what was seen meanwhile.
#[derive(Deserialize)]
struct Watched {
    code: i32,
    told: String,
    seen: Vec<Seen>,
}

/// What a look showed, against the one before.
#[derive(Deserialize)]
struct Seen {
    /// The call that changed something; none before and after all.
    call: Option<String>,
    /// Conversations that are answered and were not.
    opened: BTreeSet<String>,
    /// Those that were answered and are not.
    cut: BTreeSet<String>,
    /// The VPCs that have no table at their Transit Gateway now.
    swapping: BTreeSet<String>,
}

impl Watched {
    /// Applies while somebody looks.
    fn apply(sandbox: &Sandbox, zone: &Zone) -> Self {
        let words = [
            env!("CARGO_BIN_EXE_landfall"),
            "-C",
            zone.path().to_str().unwrap(),
            "apply",
            "--yes",
            "--prune",
        ];
        let told = sandbox.reader_with("watch.py", &words.map(OsStr::new));
        let watched: Self = serde_json::from_slice(&told).unwrap();
        assert_eq!(watched.code, 0, "{}", watched.told);
        watched
    }

    /// What traffic met: conversations that are allowed before and after have to be answered throughout, but those of
    /// `moved` while its table is swapped; what is forbidden before and after is never answered. Gives what has come and
    /// what has gone.
    fn judge(&self, moved: Option<&str>) -> (BTreeSet<String>, BTreeSet<String>) {
        let (first, rest) = self.seen.split_first().unwrap();
        let last = rest.iter().fold(first.opened.clone(), |now, seen| seen.after(now));
        let (mut now, mut is_cut, mut swaps) = (first.opened.clone(), false, 0);
        for seen in rest {
            now = seen.after(now);
            let call = seen.call.as_deref().unwrap_or("the end");
            let announced =
                |way: &str| moved.is_some_and(|vpc| seen.swapping.contains(vpc) && is_of(vpc, way));
            let cut: Vec<_> = first.opened.intersection(&last).filter(|way| !now.contains(*way)).collect();
            let unannounced: Vec<_> = cut.iter().filter(|way| !announced(way)).collect();
            assert!(unannounced.is_empty(), "{call} cuts {unannounced:#?}");
            let open: Vec<_> =
                now.iter().filter(|way| !first.opened.contains(*way) && !last.contains(*way)).collect();
            assert!(open.is_empty(), "{call} opens {open:#?}");
            swaps += usize::from(!cut.is_empty() && !is_cut);
            is_cut = !cut.is_empty();
        }
        // From the call that takes the old table away to the one that gives the new one; what others do between the two is
        // looked at as well.
        assert!(swaps <= 1, "it is cut {swaps} times");
        let calls = self.seen.iter().filter(|seen| seen.call.is_some()).count();
        assert!(calls > 5, "only {calls} calls changed anything");
        (last.difference(&first.opened).cloned().collect(), first.opened.difference(&last).cloned().collect())
    }
}

impl Seen {
    fn after(&self, before: BTreeSet<String>) -> BTreeSet<String> {
        before.into_iter().filter(|way| !self.cut.contains(way)).chain(self.opened.iter().cloned()).collect()
    }
}

/// Whether a VPC is at either end of `prod/data-az1 dev/data-az1 tcp 443`.
fn is_of(vpc: &str, way: &str) -> bool {
    way.split(' ').take(2).any(|end| end.split('/').next() == Some(vpc))
}

fn any(ways: &BTreeSet<String>, from: &str, to: &str) -> bool {
    ways.iter().any(|way| {
        let mut ends = way.split(' ').map(|end| end.split('/').next().unwrap_or_default());
        ends.next() == Some(from) && ends.next() == Some(to)
    })
}

fn settled() -> (Sandbox, Zone) {
    let (sandbox, zone) = (Sandbox::start(), Zone::sample());
    sandbox.apply(&zone);
    (sandbox, zone)
}

#[test]
fn a_vpc_moves_to_another_segment() {
    let (sandbox, zone) = settled();
    let text = zone.read(VPCS);
    let (before, after) = text.split_at(text.find("[vpc.staging]").unwrap());
    zone.write(VPCS, &(before.to_owned() + &after.replacen("\"nonprod\"", "\"prod\"", 1)));
    let (come, gone) = Watched::apply(&sandbox, &zone).judge(Some("staging"));
    assert!(any(&come, "staging", "prod") && any(&come, "prod-standby", "staging"), "{come:?}");
    assert!(any(&gone, "staging", "dev") && !any(&gone, "staging", "hub"), "{gone:?}");
    sandbox.expect_settled(&zone);
}

#[test]
fn a_vpc_grows_by_a_zone() {
    let (sandbox, zone) = settled();
    zone.replace(VPCS, "zones     = 2", "zones     = 3");
    let (come, gone) = Watched::apply(&sandbox, &zone).judge(None);
    assert!(come.iter().any(|way| way.contains("prod-standby/application-az3")), "{come:?}");
    assert!(gone.is_empty(), "{gone:?}");
    sandbox.expect_settled(&zone);
}

#[test]
fn a_vpc_goes() {
    let (sandbox, zone) = settled();
    let text = zone.read(VPCS);
    let (before, rest) = text.split_once("[vpc.staging]").unwrap();
    zone.write(VPCS, &format!("{before}[vpc.prod]{}", rest.split_once("[vpc.prod]").unwrap().1));
    let text = zone.read("network/dns.toml");
    let (before, rest) = text.split_once("[zone.\"staging").unwrap();
    zone.write(
        "network/dns.toml",
        &format!("{before}[zone.\"prod{}", rest.split_once("[zone.\"prod").unwrap().1),
    );
    // Until it is listed, all of it stays.
    let plan = sandbox.run(&zone, &["plan", "--prune", "--json"]).expect(0).steps();
    let deleted =
        plan.iter().filter(|(address, (action, _))| address.starts_with("staging/ap-") && action == "delete");
    assert_eq!(deleted.count(), 0, "{plan:?}");
    assert_eq!(plan["staging/ap-southeast-2/ec2/subnet/staging/data-az1"].0, "orphan");
    let listed = "\n[removed]\naddresses = [\"staging/ap-southeast-2/ec2/vpc/staging\"]\n";
    zone.write("organization.toml", &(zone.read("organization.toml") + listed));
    let (come, gone) = Watched::apply(&sandbox, &zone).judge(None);
    assert!(come.is_empty(), "{come:?}");
    assert!(gone.iter().all(|way| is_of("staging", way)), "{gone:?}");
    sandbox.expect_settled(&zone);
}
