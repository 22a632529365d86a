//! What the capabilities share while they compose: the graph, what can be referred to, and what went wrong.

use std::{cell::RefCell, collections::BTreeMap};

use super::{Composed, Known, Problem};
use crate::{
    engine::graph::{Duplicate, Graph, PlaceId},
    kinds::organizations::Organization,
    kinds::organizations::organization,
    model::{Archive, LandingZone, Policies, PolicyFile, Symbol},
    names::{AccountName, Severity},
};

/// A graph in the making.
///
/// `graph` and `known` are apart so that a spec can be made from what is known while its node is added:
/// `let Composer { graph, known, .. } = composer;`.
pub(super) struct Composer<'z> {
    /// What has been composed so far.
    pub graph: Graph,
    /// What can be referred to.
    pub known: Known<'z>,
    /// The management account's global place, where the organization is kept.
    pub management: PlaceId,
    /// What stands in the way, and what is warned of.
    pub problems: Vec<Problem>,
}

impl<'z> Composer<'z> {
    /// A graph with the organization in it, on which everything hangs.
    pub(super) fn new(zone: &'z LandingZone) -> Self {
        let mut graph = Graph::new(zone.organization.name.as_str());
        let management = graph.management(None);
        let origin = &zone.organization.origin;
        let organization =
            graph.add::<Organization>(management, "organization", origin, |_| organization::Spec);
        let known = Known {
            zone,
            organization,
            policy_types: BTreeMap::new(),
            trusted: BTreeMap::new(),
            sharing: None,
            delegated: BTreeMap::new(),
            units: BTreeMap::new(),
            accounts: BTreeMap::new(),
            homes: BTreeMap::new(),
            keys: BTreeMap::new(),
            roles: BTreeMap::new(),
            archive: BTreeMap::new(),
            vpcs: BTreeMap::new(),
            log_groups: Vec::new(),
            whole: RefCell::default(),
        };
        let mut composer = Self { graph, known, management, problems: Vec::new() };
        composer.check_symbols(&zone.policies);
        composer
    }

    /// Notes what stands in the way, or is warned of.
    pub(super) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The graph, unless something stands in the way.
    pub(super) fn finish(mut self) -> Result<Composed, Vec<Problem>> {
        self.problems.extend(self.graph.duplicates().iter().map(duplicate));
        let Self { mut graph, problems, .. } = self;
        graph.shrink_to_fit();
        if problems.iter().any(|problem| problem.severity == Severity::Mistake) {
            return Err(problems);
        }
        Ok(Composed { graph, warnings: problems })
    }

    /// Symbols that nothing can fill, in whichever policy they stand.
    fn check_symbols(&mut self, policies: &Policies) {
        for file in policies.organization.values().chain(policies.iam.values()).chain(policies.kms.values()) {
            let problems = file.symbols.iter().filter_map(|(_, symbol)| self.unfillable(file, symbol));
            let problems: Vec<_> = problems.collect();
            self.problems.extend(problems);
        }
    }

    fn unfillable(&self, file: &PolicyFile, symbol: &Symbol) -> Option<Problem> {
        let is_account = |name: &AccountName| self.known.zone.accounts.contains_key(name);
        let is_bucket = |account: &AccountName, bucket: &str| {
            let mut known = self.known.zone.archive.iter().flat_map(Archive::buckets);
            known.any(|known| known.account == *account && *known.bucket == *bucket)
        };
        let why = match symbol {
            Symbol::Account(account) if !is_account(account) => "no account is called so",
            Symbol::Role(role) if self.known.zone.role(role).is_none() => "no role is called so",
            Symbol::Key(key, region) => match self.known.zone.key(key) {
                None => "no key is called so",
                Some(key) if region.is_none_or(|region| key.regions().any(|there| there == region)) => {
                    return None;
                }
                Some(_) => "the key is not in this Region",
            },
            Symbol::Bucket(account, bucket) if !is_bucket(account, bucket) => "no bucket is called so",
            _ => return None,
        };
        Some(Problem::new(&file.origin, format!("`{symbol}` can't be filled in: {why}")))
    }
}

fn duplicate(Duplicate { address, first, second }: &Duplicate) -> Problem {
    let (file, line) = (first.path(), first.at.line);
    Problem::new(second, format!("`{address}` is stated twice"))
        .help(format!("it is stated first at {file}:{line}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compose::testing::zone, names::Origin};

    #[test]
    fn a_warning_stops_nothing_and_is_told_with_what_does() {
        let (zone, here) = (zone(), Origin::file("organization.toml"));
        let warned = || {
            let mut composer = Composer::new(&zone);
            composer.problem(Problem::warning(&here, "the lock is shorter than the retention"));
            composer
        };
        assert_eq!(warned().finish().ok().map(|composed| composed.warnings.len()), Some(1));
        let mut stopped = warned();
        stopped.problem(Problem::new(&here, "it can't be"));
        assert_eq!(stopped.finish().err().map(|problems| problems.len()), Some(2));
    }
}
