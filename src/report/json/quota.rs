use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    engine::quota::{self, Load},
    names::Region,
};

/// What AWS allows, where a plan comes near it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Quota<'p> {
    /// What is counted: `VPCs`.
    what: &'static str,
    account: &'p str,
    region: Option<&'static str>,
    /// The address of what they are counted in; null where that is the account, the Region or the organization.
    of: Option<&'p str>,
    /// How many there will be.
    count: u64,
    /// How many AWS allows.
    limit: u64,
    /// `told` by AWS, or `default`.
    source: &'static str,
    broken: bool,
    /// The service and the code of the quota in Service Quotas, where it is known there.
    service: Option<&'static str>,
    code: Option<&'static str>,
    /// Where the default is from.
    documentation: &'static str,
}

impl<'p> Quota<'p> {
    pub(super) fn of(near: &'p quota::Near) -> Self {
        let quota::Near { load: Load { quota, place, of, count, is_unborn: _ }, limit, is_told, seat: _ } =
            near;
        Self {
            what: quota.what,
            account: place.account.as_str(),
            region: place.region.map(Region::as_str),
            of: of.as_deref(),
            count: *count,
            limit: *limit,
            source: if *is_told { "told" } else { "default" },
            broken: near.is_broken(),
            service: quota.code.map(|(service, _)| service),
            code: quota.code.map(|(_, code)| code),
            documentation: quota.source,
        }
    }
}
