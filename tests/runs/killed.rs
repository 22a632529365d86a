//! Killed at any moment of a first apply, the next one ends the same, without help and with nothing twice.

use std::{
    collections::BTreeMap,
    env, fs, thread,
    time::{Duration, Instant},
};

use super::lease::spawn;
use crate::support::{Behind, Ran, Sandbox, Zone, behind::done, ran};

/// How many moments are tried; fifty are many for each change.
const MOMENTS: u32 = 12;
/// By what another number, or what is tried again, is given.
const MOMENTS_VARIABLE: &str = "LANDFALL_TEST_KILLS";
const SEED_VARIABLE: &str = "LANDFALL_TEST_SEED";

const HOME: &str = "ap-southeast-2";

/// The smallest landing zone that has what AWS makes twice if it is asked twice: accounts, a key, a VPC and what lies in
/// it, gateways.
fn zone() -> Zone {
    let organization = format!(
        "[organization]\nname = \"acme\"\nemail = \"aws+{{account}}@acme.example\"\nhome_region = \"{HOME}\"\n\
         regions = [\"{HOME}\"]\nroot_credentials = \"kept\"\n\n[units]\nWorkloads = {{}}\n"
    );
    let management = "[roles.break-glass]\ntrust = [\"account:management\"]\n";
    let prod = "unit = \"Workloads\"\n\n[roles.deployer]\ntrust = [\"service:codebuild\"]\n\n\
                [keys.data]\nadmins = [\"management/break-glass\"]\nuse = [\"deployer\"]\n";
    let transit = "[transit]\naccount = \"prod\"\nasn = 64512\negress = \"main\"\nsegments = { main = [] }\n";
    let vpcs = "[vpc.main]\naccount = \"prod\"\ncidr = \"10.16.0.0/16\"\nzones = 1\nsegment = \"main\"\n\
                tiers = { dmz = 24, application = 20 }\n";
    Zone::of(&[
        ("organization.toml", &organization),
        ("accounts/management.toml", management),
        ("accounts/prod.toml", prod),
        ("network/transit.toml", transit),
        ("network/vpcs.toml", vpcs),
    ])
}

/// How many there are of what, as AWS itself tells.
fn census(sandbox: &Sandbox) -> BTreeMap<&'static str, usize> {
    let management = sandbox.behind();
    let organizations = management.organizations();
    let accounts = done(organizations.list_accounts().send()).accounts().len();
    let root = management.unit("");
    let units = done(organizations.list_organizational_units_for_parent().parent_id(root).send());
    let mut census = network(&management.member("prod"));
    census.extend([("accounts", accounts), ("units", units.organizational_units().len())]);
    census
}

fn network(member: &Behind) -> BTreeMap<&'static str, usize> {
    let ec2 = member.ec2(HOME);
    let associations = done(ec2.describe_route_tables().send());
    let associations: usize =
        associations.route_tables().iter().map(|table| table.associations().len()).sum();
    BTreeMap::from([
        ("addresses", done(ec2.describe_addresses().send()).addresses().len()),
        ("aliases", done(member.kms(HOME).list_aliases().send()).aliases().len()),
        ("associations", associations),
        (
            "attachments",
            done(ec2.describe_transit_gateway_vpc_attachments().send())
                .transit_gateway_vpc_attachments()
                .len(),
        ),
        ("groups", done(ec2.describe_security_groups().send()).security_groups().len()),
        ("internet gateways", done(ec2.describe_internet_gateways().send()).internet_gateways().len()),
        ("keys", done(member.kms(HOME).list_keys().send()).keys().len()),
        ("lists", done(ec2.describe_network_acls().send()).network_acls().len()),
        ("NAT gateways", done(ec2.describe_nat_gateways().send()).nat_gateways().len()),
        ("roles", done(member.iam().list_roles().send()).roles().len()),
        ("route tables", done(ec2.describe_route_tables().send()).route_tables().len()),
        ("subnets", done(ec2.describe_subnets().send()).subnets().len()),
        ("transit gateways", done(ec2.describe_transit_gateways().send()).transit_gateways().len()),
        (
            "transit tables",
            done(ec2.describe_transit_gateway_route_tables().send()).transit_gateway_route_tables().len(),
        ),
        ("VPCs", done(ec2.describe_vpcs().send()).vpcs().len()),
    ])
}

fn number(variable: &str, otherwise: u32) -> u32 {
    env::var(variable).map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: {text}")))
}

/// A number from 0 up to 1 that depends on seed and round alone.
/// <https://prng.di.unimi.it/splitmix64.c>
fn random(seed: u32, round: u32) -> f64 {
    let mut z = ((u64::from(seed) << 32) | u64::from(round)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    f64::from(u32::try_from((z ^ (z >> 31)) >> 32).unwrap()) / f64::from(u32::MAX)
}

#[test]
fn killed_at_random_moments_of_a_first_apply_the_next_one_ends_the_same() {
    let (sandbox, zone) = (Sandbox::start(), zone());
    let begun = Instant::now();
    sandbox.apply(&zone);
    let (length, undisturbed) = (begun.elapsed(), census(&sandbox));
    let (moments, seed) = (number(MOMENTS_VARIABLE, MOMENTS), number(SEED_VARIABLE, 1));
    for round in 0..moments {
        // One at random in each of as many equal parts of the whole.
        let at = length.mul_f64((f64::from(round) + random(seed, round)) / f64::from(moments));
        let what =
            format!("{SEED_VARIABLE}={seed} {MOMENTS_VARIABLE}={moments}: round {round}, after {at:?}");
        // Every fourth is gone on with on another machine, where the lease has to lapse.
        let next = next(&sandbox, &zone, at, round % 4 == 3);
        assert_eq!(next.code, 0, "{what}: {next:?}");
        assert_eq!(census(&sandbox), undisturbed, "{what}: {next:?}");
        let left = sandbox.run(&zone, &["plan", "--detailed-exitcode"]);
        assert_eq!(left.code, 0, "{what}: {left:?}");
    }
}

/// Kills a first apply after so long, and applies once more, here or elsewhere.
fn next(sandbox: &Sandbox, zone: &Zone, at: Duration, elsewhere: bool) -> Ran {
    sandbox.control().reset();
    fs::remove_dir_all(sandbox.state().join("landfall")).ok();
    let apply = || {
        let mut command = sandbox.command(zone, &["apply", "--yes", "--quiet"]);
        command.env("LANDFALL_TEST_LEASE_SECONDS", "3");
        command
    };
    let mut child = spawn(apply());
    thread::sleep(at);
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut next, other) = (apply(), tempfile::tempdir().unwrap());
    if elsewhere {
        next.env("XDG_STATE_HOME", other.path());
    }
    ran(next)
}
