//! What units and accounts lie in, and what policies are attached to.

use std::collections::HashMap;

use super::{Account, Organization, Unit};
use crate::{
    engine::{
        doc::Field,
        env::{Env, Need, Value},
    },
    names::{AccountName, UnitPath},
};

/// What a unit or an account lies in.
#[derive(Clone, Debug)]
pub enum Parent {
    /// The organization's root.
    Root(Need<Organization>),
    /// A unit.
    Unit(Need<Unit>, UnitPath),
}

impl Parent {
    /// Its id: `r-…` or `ou-…`.
    pub fn id(&self, env: &Env<'_>) -> Value<String> {
        match self {
            Self::Root(organization) => env.get(organization).map(|organization| organization.root),
            Self::Unit(unit, _) => env.get(unit).map(|unit| unit.id),
        }
    }

    /// Its id as a field, shown as its path until it is known.
    pub fn id_field(&self, env: &Env<'_>) -> Field {
        Field::of(self.id(env), Some(self.path().into()))
    }

    /// Its path as a field, for what is read once the units are: see [`Parent::paths`].
    pub fn path_field(&self, env: &Env<'_>) -> Field {
        let path = || self.path().to_owned();
        Field::of(self.id(env).map(|_| path()), Some(path().into()))
    }

    /// The paths of these parents by their ids, as far as those are known: people read paths, AWS compares ids.
    pub fn paths<'a>(parents: impl Iterator<Item = (&'a Self, Env<'a>)>) -> HashMap<String, String> {
        parents
            .filter_map(|(parent, env)| Some((parent.id(&env).known()?, parent.path().to_owned())))
            .collect()
    }

    /// Its path, `Workloads/Prod`; `Root` for the root.
    pub fn path(&self) -> &str {
        match self {
            Self::Root(_) => UnitPath::ROOT,
            Self::Unit(_, path) => path.as_str(),
        }
    }
}

/// What a policy is attached to.
#[derive(Clone, Debug)]
pub enum Target {
    /// The root or a unit.
    Parent(Parent),
    /// An account.
    Account(Need<Account>, AccountName),
}

impl Target {
    /// Its id: `r-…`, `ou-…` or an account's.
    pub fn id(&self, env: &Env<'_>) -> Value<String> {
        match self {
            Self::Parent(parent) => parent.id(env),
            Self::Account(account, _) => env.get(account).map(|account| account.id.to_string()),
        }
    }

    /// As the landing zone writes it: `Workloads/Prod`, `account:prod`.
    pub fn name(&self) -> String {
        match self {
            Self::Parent(parent) => parent.path().to_owned(),
            Self::Account(_, name) => format!("account:{name}"),
        }
    }
}
