//! Counts every call that goes out, and traces it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Instant, SystemTime},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef},
            dyn_dispatch_hint,
        },
        orchestrator::{HttpResponse, Metadata},
        retries::RequestAttempts,
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::config_bag::ConfigBag;

use super::skew;
use crate::{
    engine::{calling::called, event::Call},
    names::{AccountName, Region},
};

/// What was called, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Called {
    /// As which account.
    pub account: AccountName,
    /// In which Region; the home Region for services that are global.
    pub region: Region,
    /// The service, as the SDK calls it: `IAM`, `Organizations`.
    pub service: String,
    /// The operation: `CreateRole`.
    pub operation: String,
}

impl Called {
    /// Whether the operation changes something. By its name: AWS begins what only reads with one of a few verbs.
    pub fn mutates(&self) -> bool {
        const READS: [&str; 9] =
            ["Get", "List", "Describe", "Search", "Simulate", "Lookup", "Head", "BatchGet", "AssumeRole"];
        !READS.iter().any(|verb| self.operation.starts_with(verb))
    }
}

/// The calls of a run so far; each attempt counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Attempts by what was called.
    pub by: BTreeMap<Called, u64>,
}

impl Calls {
    /// How many there were.
    pub fn total(&self) -> u64 {
        self.by.values().sum()
    }

    /// How many of them may have changed something.
    pub fn mutating(&self) -> u64 {
        self.by.iter().filter(|(called, _)| called.mutates()).map(|(_, count)| count).sum()
    }
}

/// The calls of all clients of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    calls: Arc<Mutex<Calls>>,
    /// The time that AWS's last answer told, and when it came.
    told: Arc<Mutex<Option<(SystemTime, Instant)>>>,
}

impl Ledger {
    /// What was called so far.
    pub(super) fn calls(&self) -> Calls {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The counter for the clients of one account and Region.
    pub(super) fn counter(&self, account: &AccountName, region: Region) -> Counter {
        Counter { ledger: self.clone(), account: account.clone(), region }
    }

    /// What time it is by AWS's last answer.
    pub(super) fn time_there(&self) -> Option<SystemTime> {
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.map(|(time, came)| time + came.elapsed())
    }

    fn hear(&self, time: Option<SystemTime>) {
        if let Some(time) = time {
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some((time, Instant::now()));
        }
    }

    fn add(&self, called: Called) {
        *self.calls.lock().unwrap_or_else(PoisonError::into_inner).by.entry(called).or_default() += 1;
    }
}

/// Counts and traces the calls of one client. Traces hold names, numbers and request ids, never a body or a header:
/// those may hold secrets.
#[derive(Debug)]
pub(super) struct Counter {
    ledger: Ledger,
    account: AccountName,
    region: Region,
}

#[dyn_dispatch_hint]
impl Intercept for Counter {
    fn name(&self) -> &'static str {
        "landfall::aws::Counter"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(what) = bag.load::<Metadata>() {
            self.ledger.add(Called {
                account: self.account.clone(),
                region: self.region,
                service: what.service().to_owned(),
                operation: what.name().to_owned(),
            });
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(what) = bag.load::<Metadata>() {
            let response = context.response();
            self.ledger.hear(response.and_then(skew::time));
            let status = response.map_or(0, |response| response.status().as_u16());
            let id = |response: &'_ HttpResponse| {
                // The latter is S3's.
                let names = ["x-amzn-requestid", "x-amz-request-id"];
                names.iter().find_map(|name| response.headers().get(*name)).map(ToOwned::to_owned)
            };
            let request = response.and_then(id);
            let attempt = bag.load::<RequestAttempts>().map_or(0, RequestAttempts::attempts);
            tracing::debug!(
                account = %self.account,
                region = %self.region,
                service = what.service(),
                operation = what.name(),
                attempt,
                status,
                request = request.as_deref().unwrap_or_default(),
                "called AWS"
            );
            called(Call {
                service: what.service().to_owned(),
                operation: what.name().to_owned(),
                account: self.account.to_string(),
                region: self.region.to_string(),
                status,
                request,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_time_there_is_that_of_the_last_answer() {
        let ledger = Ledger::default();
        assert_eq!(ledger.time_there(), None);
        let now = SystemTime::now();
        for date in [now - Duration::from_mins(10), now + Duration::from_mins(10)] {
            ledger.hear(Some(date));
            ledger.hear(None);
            let told = ledger.time_there().expect("it was told");
            let since = told.duration_since(date).expect("time goes on");
            assert!(since < Duration::from_mins(1), "{since:?}");
        }
    }
}
