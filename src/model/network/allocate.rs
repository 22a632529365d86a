//! Which ranges VPCs are given from the pool.

use std::net::Ipv4Addr;

use super::Network;
use crate::model::Problem;
use crate::names::{Cidr, VpcName};

impl Network {
    /// A range for each VPC that states only how large it is to be: the first of the pool that was never anybody's. Large
    /// ones come first, so that small ones leave no holes before them.
    pub fn allocate(&self) -> Result<Vec<(VpcName, Cidr)>, Vec<Problem>> {
        let waiting = self.vpcs.values().filter(|vpc| vpc.cidr.is_none());
        let mut waiting: Vec<_> = waiting.filter_map(|vpc| Some((vpc.size.as_ref()?, vpc))).collect();
        waiting.sort_by_key(|(size, vpc)| (size.value, &vpc.name.value));
        let mut taken = self.taken();
        let (mut given, mut problems) = (Vec::new(), Vec::new());
        for (size, vpc) in waiting {
            match self.first_free(size.value, &taken) {
                Some(range) => {
                    taken.push(range);
                    given.push((vpc.name.value.clone(), range));
                }
                None => problems.push(
                    Problem::new(
                        &size.origin,
                        format!("the pool has no /{size} left for the VPC `{}`", vpc.name),
                    )
                    .help("a second pool is not possible: make this VPC smaller, or the pool larger"),
                ),
            }
        }
        if problems.is_empty() { Ok(given) } else { Err(problems) }
    }

    /// What is or was somebody's.
    fn taken(&self) -> Vec<Cidr> {
        let vpcs = self.vpcs.values().filter_map(|vpc| vpc.cidr.as_ref());
        let externals = self.externals.values().flat_map(|external| &external.cidrs);
        let pool = self.pool.iter().flat_map(|pool| pool.retired.iter().chain(&pool.handed_out));
        vpcs.chain(externals).chain(pool).map(|range| range.value).collect()
    }

    fn first_free(&self, prefix: u32, taken: &[Cidr]) -> Option<Cidr> {
        let (pool, prefix) = (self.pool.as_ref()?.cidr.value, u8::try_from(prefix).ok()?);
        if prefix < pool.prefix() || prefix > 32 {
            return None;
        }
        let step = 1_u64 << (32 - prefix);
        let mut first = u64::from(u32::from(pool.first()));
        while first <= u64::from(u32::from(pool.last())) {
            let range = Cidr::around(Ipv4Addr::from(u32::try_from(first).ok()?), prefix)?;
            let Some(other) = taken.iter().find(|other| other.overlaps(range)) else { return Some(range) };
            // On to the first that begins behind it.
            let end = u64::from(u32::from(other.last())).max(u64::from(u32::from(range.last())));
            first = (end + 1).next_multiple_of(step);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Pool, Tags, Vpc};
    use crate::names::{Located, Origin};

    fn here<T>(value: T) -> Located<T> {
        Located::new(value, Origin::file("network/vpcs.toml"))
    }

    fn cidr(text: &str) -> Cidr {
        text.parse().expect("a range")
    }

    fn network(vpcs: &[(&str, Result<&str, u32>)], retired: &[&str], handed_out: &[&str]) -> Network {
        let vpc = |(name, range): &(&str, Result<&str, u32>)| {
            let name: VpcName = name.parse().expect("a name");
            let vpc = Vpc {
                name: here(name.clone()),
                aws_name: here(name.clone()),
                moved: None,
                account: here("prod".parse().expect("a name")),
                region: here("ap-southeast-2".parse().expect("a Region")),
                cidr: range.ok().map(|text| here(cidr(text))),
                size: range.err().map(here),
                zones: here(Vec::new()),
                segment: None,
                tiers: [].into(),
                ports: [].into(),
                endpoints: Vec::new(),
                flow_logs: None,
                dhcp: None,
                tags: Tags::new(),
                origin: Origin::file("network/vpcs.toml"),
            };
            (name, vpc)
        };
        let ranges = |texts: &[&str]| texts.iter().map(|text| here(cidr(text))).collect();
        let (retired, handed_out) = (ranges(retired), ranges(handed_out));
        let origin = Origin::file("network/vpcs.toml");
        let pool = Pool { cidr: here(cidr("10.0.0.0/16")), retired, handed_out, origin };
        Network { pool: Some(pool), vpcs: vpcs.iter().map(vpc).collect(), ..Network::default() }
    }

    fn given(network: &Network) -> Vec<(String, String)> {
        let given = network.allocate().expect("there is room");
        given.into_iter().map(|(name, range)| (name.to_string(), range.to_string())).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, range)| ((*name).to_owned(), (*range).to_owned())).collect()
    }

    #[test]
    fn the_first_free_range_is_given_large_ones_first() {
        let network = network(&[("a", Err(20)), ("b", Err(18)), ("c", Ok("10.0.0.0/20"))], &[], &[]);
        assert_eq!(given(&network), pairs(&[("b", "10.0.64.0/18"), ("a", "10.0.16.0/20")]));
    }

    #[test]
    fn no_range_is_given_twice() {
        let network = network(&[("a", Err(20))], &["10.0.0.0/19"], &["10.0.32.0/20", "10.0.48.0/21"]);
        assert_eq!(given(&network), pairs(&[("a", "10.0.64.0/20")]));
    }

    #[test]
    fn a_pool_that_is_used_up_says_so() {
        let network = network(&[("a", Err(16))], &["10.0.255.240/28"], &[]);
        let problems = network.allocate().expect_err("it is used up");
        assert_eq!(problems[0].message, "the pool has no /16 left for the VPC `a`");
    }
}
