//! What is sent again, how often and for how long.

use std::{error::Error, io, time::Duration};

use aws_smithy_runtime_api::client::{
    interceptors::context::InterceptorContext,
    retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority, RetryReason},
};
use aws_smithy_types::{
    retry::{ErrorKind, RetryConfig, RetrySpec},
    timeout::TimeoutConfig,
};

/// Ten attempts in the SDK's adaptive mode: a lane that is throttled sends less, and more again when it is not.
///
/// The mode's second edition (`AWS_NEW_RETRIES_2026` switches it on for everybody) charges a repeated call like a
/// first one. The first edition charges ten, so that a lane where one call in five is throttled comes down to a call
/// a second; with the second it does eight (measured against an emulator that throttles at random).
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
pub(super) fn retries() -> RetryConfig {
    RetryConfig::adaptive()
        .with_retry_spec(RetrySpec::v2_1().with_non_throttling_initial_backoff(Duration::from_millis(200)))
        .with_max_attempts(10)
        .with_initial_backoff(Duration::from_millis(500))
        .with_max_backoff(Duration::from_secs(20))
}

/// There is no timeout for an attempt as a whole: that would count the time in which it waits for a slot.
pub(super) fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(30))
        .operation_timeout(Duration::from_mins(4))
        .build()
}

/// Corrects the SDK's verdicts on what may be sent again.
#[derive(Debug)]
pub(super) struct Judge {
    /// Whether only what AWS did not carry out is sent again.
    pub(super) careful: bool,
}

impl Judge {
    fn judge(&self, error: &str, verdict: &RetryAction) -> RetryAction {
        let RetryAction::RetryIndicated(RetryReason::RetryableError { kind, .. }) = verdict else {
            return if error.contains("ConcurrentModification") {
                // Somebody else's change was first; this one was not carried out. The SDK gives up on it.
                RetryAction::retryable_error(ErrorKind::ServerError)
            } else {
                RetryAction::NoActionIndicated
            };
        };
        // The SDK takes it for a throttle, because for DynamoDB it is one; elsewhere it is a quota that is used up.
        let quota = error.contains("LimitExceededException");
        let unknown = *kind != ErrorKind::ThrottlingError;
        if quota || (self.careful && unknown) {
            RetryAction::RetryForbidden
        } else {
            RetryAction::NoActionIndicated
        }
    }
}

/// Whether a connection was refused.
pub(super) fn is_refused(error: &(dyn Error + 'static)) -> bool {
    let mut chain = std::iter::successors(Some(error), |&error| error.source());
    let refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    chain.any(|error| error.downcast_ref().is_some_and(refused))
}

impl ClassifyRetry for Judge {
    /// Has no verdict of its own; see `classify_retry_v2`.
    fn classify_retry(&self, _: &InterceptorContext) -> RetryAction {
        RetryAction::NoActionIndicated
    }

    fn classify_retry_v2(&self, context: &InterceptorContext, verdict: &RetryAction) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else { return RetryAction::NoActionIndicated };
        if error.as_connector_error().is_some_and(|error| is_refused(error)) {
            // Nobody listens there, which is a wrong AWS_ENDPOINT_URL and not AWS.
            return RetryAction::RetryForbidden;
        }
        // The SDK hides the error's type here; its text begins with the code or has it in brackets.
        let error = error.as_operation_error().map(ToString::to_string);
        self.judge(&error.unwrap_or_default(), verdict)
    }

    fn name(&self) -> &'static str {
        "landfall::aws::Judge"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(careful: bool, error: &str, before: &RetryAction) -> RetryAction {
        Judge { careful }.judge(error, before)
    }

    #[test]
    fn a_quota_is_no_throttle_and_a_conflict_is_retried() {
        let throttle = RetryAction::throttling_error();
        for careful in [false, true] {
            let quota = verdict(careful, "LimitExceededException: too many keys", &throttle);
            assert_eq!(quota, RetryAction::RetryForbidden);
            let conflict =
                verdict(careful, "ConcurrentModificationException: …", &RetryAction::NoActionIndicated);
            assert_eq!(conflict, RetryAction::retryable_error(ErrorKind::ServerError));
            assert_eq!(
                verdict(careful, "TooManyRequestsException", &throttle),
                RetryAction::NoActionIndicated
            );
        }
    }

    #[test]
    fn a_careful_call_is_not_sent_again_after_an_unknown_outcome() {
        let transient = RetryAction::transient_error();
        assert_eq!(verdict(true, "", &transient), RetryAction::RetryForbidden);
        assert_eq!(verdict(false, "", &transient), RetryAction::NoActionIndicated);
    }
}
