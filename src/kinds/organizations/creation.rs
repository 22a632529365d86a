//! Accounts on their way: what became of `CreateAccount`, which has no client token.

use std::{
    future::ready,
    time::{Duration, SystemTime},
};

use aws_sdk_organizations::{
    error::SdkError,
    operation::{
        create_account::{CreateAccountError, CreateAccountOutput, builders::CreateAccountFluentBuilder},
        list_create_account_status::ListCreateAccountStatusOutput,
    },
    types::{
        ConstraintViolationExceptionReason as Violation, CreateAccountFailureReason as Reason,
        CreateAccountState, CreateAccountStatus,
    },
};

use super::account::{self, Live, Spec};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        error::{Class, Result},
        kind::{Found, Owner, State, Tags},
    },
    names::{AccountId, AccountName},
};

/// For how long after its creation an account may be in no list of accounts: at most as long as it takes from listing
/// accounts to listing creations, and a list to catch up.
const LANDING: Duration = Duration::from_mins(5);

/// Remembers which request of this run is for which account.
pub(super) fn remember(at: &At<'_>, account: &AccountName, request: &str) {
    at.cloud().remember(slot(account), request.to_owned());
}

fn slot(account: &AccountName) -> String {
    format!("CreateAccount {account}")
}

/// Creations of these accounts that AWS still works on, has just done or gave up on in this run. They are found by name:
/// AWS does not say for which e-mail address a creation is. Failures of earlier runs are history, kept for 90 days.
///
/// Whoever was killed, or did not wait, may have left a creation that AWS hears of only after accounts were read. Then a
/// second one fails, because the first has the address: that is what becomes of the account, and not the failure.
pub(super) async fn in_flight(at: &At<'_>, missing: Vec<&Spec>) -> Result<Vec<Found<Live>>> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let client = at.organizations().await?;
    let list = client
        .list_create_account_status()
        .states(CreateAccountState::InProgress)
        .states(CreateAccountState::Failed);
    // Where creations are listed before accounts, these show what is done.
    let list = if at.others == Others::Told { list.states(CreateAccountState::Succeeded) } else { list };
    let pages = list.into_paginator().send();
    let pages = aws::call(at, "ListCreateAccountStatus", pages.try_collect()).await?;
    let creations: Vec<_> =
        pages.iter().flat_map(ListCreateAccountStatusOutput::create_account_statuses).collect();
    Ok(missing.into_iter().filter_map(|spec| on_its_way(at, &creations, spec)).collect())
}

fn on_its_way(at: &At<'_>, creations: &[&CreateAccountStatus], spec: &Spec) -> Option<Found<Live>> {
    let request = at.cloud().recall(&slot(&spec.key));
    let judge = Judge { name: &spec.name, request: request.as_deref(), now: at.cloud().time_there() };
    let judged = creations.iter().filter_map(|creation| Some((*creation, judge.state(creation)?)));
    let (creation, state) = judged.min_by_key(|(_, state)| !matches!(state, State::Pending(_)))?;
    if matches!(state, State::Pending(_)) {
        at.cloud().newborn(&spec.key);
    }
    let (name, email) = (spec.name.clone(), account::key(spec.email.as_str()));
    Some(Found {
        key: email.clone(),
        label: creation.id()?.to_owned(),
        owner: Owner::Tags(Tags::new()),
        live: Live { id: None, name, email, parent: None, unit: None, state },
    })
}

/// What creations say of one account.
struct Judge<'a> {
    name: &'a str,
    /// The request that this run has sent for it.
    request: Option<&'a str>,
    /// What time it is by AWS's clock.
    now: Option<SystemTime>,
}

impl Judge<'_> {
    fn state(&self, creation: &CreateAccountStatus) -> Option<State> {
        let requested_now = creation.id().is_some() && creation.id() == self.request;
        let is_meant = creation.account_name() == Some(self.name) || requested_now;
        match creation.state()? {
            CreateAccountState::InProgress if is_meant => {
                Some(State::Pending("AWS is creating the account".to_owned()))
            }
            CreateAccountState::Succeeded if is_meant && self.is_landing(creation) => {
                Some(State::Pending("AWS has just created the account".to_owned()))
            }
            CreateAccountState::Failed if requested_now => {
                Some(State::Failed(explained(creation.failure_reason())))
            }
            _ => None,
        }
    }

    fn is_landing(&self, creation: &CreateAccountStatus) -> bool {
        let completed: Option<SystemTime> =
            creation.completed_timestamp().and_then(|at| (*at).try_into().ok());
        let age = completed.zip(self.now).map(|(at, now)| now.duration_since(at).unwrap_or_default());
        age.is_some_and(|age| age < LANDING)
    }
}

/// AWS's reason and what to do about it:
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccountStatus.html>.
fn explained(reason: Option<&Reason>) -> String {
    let code = reason.map_or("no reason", Reason::as_str);
    let what_to_do = match reason {
        Some(Reason::EmailAlreadyExists) => {
            "an account somewhere in AWS has this e-mail address, perhaps a closed one; give another `email`"
        }
        Some(Reason::AccountLimitExceeded) => {
            "the organization has as many accounts as it may; ask for a higher quota `L-E619E033`"
        }
        Some(Reason::InvalidEmail) => "AWS does not take this e-mail address",
        Some(Reason::InvalidAddress) => {
            "the management account's address is not valid; correct it in the console"
        }
        Some(Reason::MissingPaymentInstrument | Reason::InvalidPaymentInstrument) => {
            "the management account has no valid payment method; add one in the console"
        }
        Some(
            Reason::MissingBusinessValidation
            | Reason::PendingBusinessValidatioNv
            | Reason::FailedBusinessValidation
            | Reason::UnknownBusinessValidation
            | Reason::InvalidIdentityForBusinessValidation,
        ) => "AWS has to validate the business first; see the management account's console",
        Some(Reason::ConcurrentAccountModification | Reason::InternalFailure) => "run it again",
        _ => "see the management account's Organizations console",
    };
    format!("AWS gave up creating the account ({code}): {what_to_do}")
}

/// Sends a creation. AWS makes five accounts at once and refuses the sixth with an error that does not sound like
/// "later", although it is; the same error stands for the number of a day, which no run waits for to the end.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
pub(super) async fn send(at: &At<'_>, create: CreateAccountFluentBuilder) -> Result<CreateAccountOutput> {
    let sent = create.send().await;
    let is_early = sent.as_ref().err().and_then(SdkError::as_service_error).is_some_and(comes_later);
    let answer = aws::call(at, "CreateAccount", ready(sent)).await;
    answer.map_err(|mut error| {
        if is_early {
            error.class = Class::Throttled;
        }
        error
    })
}

fn comes_later(error: &CreateAccountError) -> bool {
    let CreateAccountError::ConstraintViolationException(violation) = error else { return false };
    violation.reason() == Some(&Violation::AccountCreationRateLimitExceeded)
}

/// Stands for the id of an account that never came to be: a creation that failed blocks what depends on it, but the
/// engine asks for its outputs all the same.
pub(super) fn no_id() -> AccountId {
    "000000000000".parse().expect("twelve digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(state: CreateAccountState, id: &str) -> CreateAccountStatus {
        CreateAccountStatus::builder()
            .id(id)
            .account_name("prod")
            .state(state)
            .failure_reason(Reason::EmailAlreadyExists)
            .build()
    }

    #[test]
    fn a_creation_in_progress_goes_by_name_and_a_failure_by_request() {
        let judge = |name, request| Judge { name, request, now: None };
        let judged = |state, request| judge("prod", request).state(&status(state, "car-1"));
        assert!(matches!(judged(CreateAccountState::InProgress, None), Some(State::Pending(_))));
        assert!(judged(CreateAccountState::Failed, None).is_none());
        assert!(judged(CreateAccountState::Failed, Some("car-2")).is_none());
        let Some(State::Failed(why)) = judged(CreateAccountState::Failed, Some("car-1")) else {
            panic!("it failed in this run");
        };
        assert!(why.contains("EMAIL_ALREADY_EXISTS") && why.contains("`email`"));
        assert!(judge("dev", None).state(&status(CreateAccountState::InProgress, "car-1")).is_none());
    }

    #[test]
    fn an_account_that_was_made_a_moment_ago_is_on_its_way() {
        let now = SystemTime::now();
        let judged = |name, completed: SystemTime| {
            let status = CreateAccountStatus::builder().id("car-1").account_name("prod");
            let status = status.state(CreateAccountState::Succeeded).completed_timestamp(completed.into());
            Judge { name, request: None, now: Some(now) }.state(&status.build())
        };
        assert!(matches!(judged("prod", now), Some(State::Pending(_))));
        // AWS's times are whole seconds.
        assert!(matches!(judged("prod", now + Duration::from_secs(1)), Some(State::Pending(_))));
        assert!(judged("dev", now).is_none());
        // One that has left the organization since.
        assert!(judged("prod", now - Duration::from_hours(1)).is_none());
    }
}
