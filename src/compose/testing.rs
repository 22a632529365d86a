//! A small landing zone to compose in tests: one unit, one account, two Regions of which one needs opting in.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use crate::{
    model::{
        Access, Account, Contact, ContactType, LandingZone, Network, Organization, Policies, PolicyFile,
        PolicyId, PolicyType, RootCredentials, Tags, Unit, symbols,
    },
    names::{AccountName, Located, Origin, Period, Region, UnitPath},
};

/// A value without a place of its own.
pub(super) fn here<T>(value: T) -> Located<T> {
    Located::new(value, Origin::file("test.toml"))
}

/// An account's name.
pub(super) fn account_name(name: &str) -> AccountName {
    name.parse().expect("an account's name")
}

/// A policy's name.
pub(super) fn scp(name: &str) -> PolicyId {
    PolicyId::new(PolicyType::ServiceControl, name)
}

/// Root with the generated policies, `Workloads` with the account `prod`, and the management account.
pub(super) fn zone() -> LandingZone {
    let regions =
        ["ap-southeast-2", "ap-southeast-4"].map(|name| here(name.parse::<Region>().expect("a Region")));
    let organization = Organization {
        name: here("acme".into()),
        email: here("aws+{account}@acme.example".into()),
        home_region: regions[0].clone(),
        regions: regions.to_vec(),
        tags: BTreeMap::from([("owner".into(), here("platform".into()))]),
        root_credentials: here(RootCredentials::Removed),
        destroyable: here(false),
        origin: Origin::file("organization.toml"),
    };
    let access = Access {
        role: here("OrganizationAccountAccessRole".into()),
        via: Vec::new(),
        session: here(Period::hours(1)),
        origin: Origin::file("organization.toml"),
    };
    let units = [unit("Root", &[scp("region-guard"), scp("protect-landfall")]), unit("Workloads", &[])];
    let accounts = [account("management", None), account("prod", Some("Workloads"))];
    LandingZone {
        organization,
        access,
        contacts: BTreeMap::new(),
        units: units.map(|unit| (unit.path.clone(), unit)).into(),
        delegated: Vec::new(),
        accounts: accounts.map(|account| (account.name.clone(), account)).into(),
        policies: Policies::default(),
        keys: BTreeMap::new(),
        archive: None,
        trail: None,
        logs: None,
        recording: None,
        network: Network::default(),
        assertions: Vec::new(),
        removed: Vec::new(),
    }
}

/// A unit.
pub(super) fn unit(path: &str, policies: &[PolicyId]) -> Unit {
    Unit {
        path: path.parse::<UnitPath>().expect("a path"),
        moved: None,
        policies: policies.iter().cloned().map(here).collect(),
        tags: Tags::new(),
        managed: here(true),
        full_access: here(true),
        origin: Origin::file("organization.toml"),
    }
}

/// An account with a security contact.
pub(super) fn account(name: &str, unit: Option<&str>) -> Account {
    let email = format!("aws+{name}@acme.example").parse().expect("an address");
    let contact = Contact {
        name: here("Desk".into()),
        title: here("Security".into()),
        email: here("security@acme.example".parse().expect("an address")),
        phone: here("+61 2 5550 0000".into()),
    };
    Account {
        name: account_name(name),
        aws_name: here(name.into()),
        unit: unit.map(|path| here(path.parse().expect("a path"))),
        email: here(email),
        tags: Arc::default(),
        policies: Vec::new(),
        full_access: here(true),
        managed: here(true),
        roles: BTreeMap::new(),
        iam_policies: std::collections::BTreeSet::new(),
        identity_providers: BTreeMap::new(),
        contacts: BTreeMap::from([(ContactType::Security, contact)]),
        alias: None,
        password_policy: None,
        block_public_access: None,
        default_vpcs: None,
        moved: None,
        origin: Origin::file(format!("accounts/{name}.toml")),
    }
}

/// A policy file.
pub(super) fn policy_file(name: &str, text: &str) -> PolicyFile {
    let symbols = symbols(text)
        .into_iter()
        .filter_map(|(range, symbol): (Range<usize>, _)| Some((range, symbol.ok()?)));
    PolicyFile {
        name: name.into(),
        text: text.into(),
        document: serde_json::from_str(text).expect("JSON"),
        symbols: symbols.collect(),
        origin: Origin::file(format!("policies/scp/{name}.json")),
    }
}
