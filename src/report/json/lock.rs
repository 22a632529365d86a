use schemars::JsonSchema;
use serde::Serialize;

use crate::{journal, report::lock};

/// `landfall/unlock@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Unlock<'l> {
    schema: &'static str,
    /// Who held the lease; nothing if nobody did.
    holder: Option<Holder<'l>>,
    /// Whether it was taken away.
    broken: bool,
}

#[derive(Serialize, JsonSchema)]
struct Holder<'l> {
    run: &'l str,
    organization: &'l str,
    arn: &'l str,
    user: Option<&'l str>,
    host: Option<&'l str>,
    since: &'l str,
    /// How long ago it was renewed, by AWS's clocks.
    renewed_seconds: Option<u64>,
    /// How long it lasts from a renewal on.
    lasts_seconds: u64,
}

impl<'l> Unlock<'l> {
    pub(in crate::report) fn of(lock: Option<&'l lock::Lock>, broken: bool) -> Self {
        Self { schema: "landfall/unlock@1", holder: lock.map(Holder::of), broken: broken && lock.is_some() }
    }
}

impl<'l> Holder<'l> {
    fn of(lock: &'l lock::Lock) -> Self {
        let lock::Lock { holder, renewed, lasts } = lock;
        let journal::Holder { run, organization, arn, user, host, since, boot: _ } = holder;
        Self {
            run,
            organization,
            arn,
            user: user.as_deref(),
            host: host.as_deref(),
            since,
            renewed_seconds: renewed.map(|renewed| renewed.as_secs()),
            lasts_seconds: lasts.as_secs(),
        }
    }
}
