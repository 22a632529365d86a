use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    engine::quota::{self, Load, Others},
    names::Region,
};

/// What AWS allows, where a plan comes near it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Quota<'p> {
    /// What is counted: `VPCs`.
    what: &'static str,
    account: &'p str,
    region: Option<&'static str>,
    /// In what they are counted: an address, a zone, what a policy is attached to; null where that is the account, the
    /// Region or the organization.
    of: Option<&'p str>,
    /// How many there will be.
    count: u64,
    /// How many of them are there before an apply, whoever made them; null where nobody can look yet, or not all are seen.
    there: Option<u64>,
    /// Whether those of others are missing from `count`, because no plan sees them.
    partial: bool,
    /// How many AWS allows.
    limit: u64,
    /// `told` by AWS, or `default`.
    source: &'static str,
    broken: bool,
    /// Whether AWS allows nobody more.
    fixed: bool,
    /// The service and the code of the quota in Service Quotas, where it is known there.
    service: Option<&'static str>,
    code: Option<&'static str>,
    /// Where the default is from.
    documentation: &'static str,
}

impl<'p> Quota<'p> {
    pub(super) fn of(near: &'p quota::Near) -> Self {
        let quota::Near { load, limit, is_told, seat: _ } = near;
        let Load { quota, place, of, count, others, is_unborn: _ } = load;
        Self {
            what: quota.what,
            account: place.account.as_str(),
            region: place.region.map(Region::as_str),
            of: of.as_deref(),
            count: *count,
            there: match others {
                Others::Counted(there) => Some(*there),
                Others::Fresh(_) | Others::Unseen | Others::None => None,
            },
            partial: *others == Others::Unseen,
            limit: *limit,
            source: if *is_told { "told" } else { "default" },
            broken: near.is_broken(),
            fixed: quota.is_fixed,
            service: quota.code.map(|(service, _)| service),
            code: quota.code.map(|(_, code)| code),
            documentation: quota.source,
        }
    }
}
