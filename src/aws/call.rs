//! Turns what the SDK answers into the engine's errors, at once and in one place.

use std::{error::Error as StdError, future::Future};

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::{error::ProvideErrorMetadata, operation::RequestId};
use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{orchestrator::HttpResponse, result::SdkError},
};
use aws_smithy_types::error::operation::BuildError;

use super::{
    classify::{self, Answer},
    clients::Aws,
    hints,
    skew::Skew,
};
use crate::{
    engine::{
        at::At,
        error::{Class, Error, Result},
    },
    names::{AccountId, AccountName, Region},
};

/// The label of the fact that holds AWS's error code.
const CODE: &str = "error code";

/// Waits for a call's answer; a failure says where, what and why, and a way out.
///
/// `let roles = call(at, "ListRoles", client.list_roles().into_paginator().items().send().try_collect()).await?`
pub async fn call<T, E>(
    at: &At<'_>,
    operation: &'static str,
    answer: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
) -> Result<T>
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    answer.await.map_err(|error| failure(&at.cloud().scene(at.place), operation, error))
}

/// AWS's code for an error, as it came over the wire: `NoSuchEntity`, `AccountNotFoundException`. Where it sent none, as
/// S3 to HEAD requests, the HTTP status: `403`.
pub fn code(error: &Error) -> Option<&str> {
    error.facts.iter().find(|(label, _)| *label == CODE).map(|(_, code)| code.as_str())
}

/// Nothing where AWS answered with one of these codes: `unless(answer, &["NoSuchEntity"])`.
pub fn unless<T>(answer: Result<T>, codes: &[&str]) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if code(&error).is_some_and(|code| codes.contains(&code)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The answer of a call that AWS refuses with one of these codes for a while only, and carries out later: it is asked
/// again.
pub fn later<T>(answer: Result<T>, codes: &[&str]) -> Result<T> {
    not_yet(answer, |error| code(error).is_some_and(|code| codes.contains(&code)))
}

/// The answer of a create call, sent with care ([`super::Aws::careful`]), that AWS refuses with one of these codes where
/// something of that name is there already. No attempt before it can have made that unseen, so that it is not what the
/// plan showed; `read` shows whose it is.
pub fn untaken<T>(answer: Result<T>, codes: &[&str]) -> Result<T> {
    answer.map_err(|mut error| {
        if code(&error).is_some_and(|code| codes.contains(&code)) {
            error.class = Class::Stale;
            error.hint =
                Some("it came to be since the plan: plan again and look at the difference".to_owned());
        }
        error
    })
}

/// The answer of a call about what was seen a moment ago: where AWS does not find it, it does not yet.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>
pub fn seen<T>(answer: Result<T>) -> Result<T> {
    not_yet(answer, |error| error.class == Class::NotFound)
}

fn not_yet<T>(answer: Result<T>, passes: impl FnOnce(&Error) -> bool) -> Result<T> {
    answer.map_err(|mut error| {
        if passes(&error) {
            error.class = Class::NotYet;
        }
        error
    })
}

/// A part of a request, as the SDK's builders make it.
///
/// # Errors
/// A field that AWS requires was left out.
pub fn built<T>(part: Result<T, BuildError>) -> Result<T> {
    part.map_err(|source| Error::new(Class::Final, "put a request together").source(source))
}

/// What is known of a call besides its answer.
#[derive(Clone, Debug)]
pub(super) struct Scene<'a> {
    pub(super) account: &'a AccountName,
    pub(super) id: Option<AccountId>,
    pub(super) region: Option<Region>,
    /// The role with which the account was entered or is to be.
    pub(super) role: &'a str,
    pub(super) profile: Option<&'a str>,
    /// Where AWS is said to be, if not where the SDK knows it.
    pub(super) endpoint: Option<&'a str>,
    /// Whether the account was made in this run.
    pub(super) newborn: bool,
}

/// The engine's error for one of the SDK's.
pub(super) fn failure<E>(scene: &Scene<'_>, operation: &str, error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let request = error.request_id().map(ToOwned::to_owned);
    let mut failure = match error {
        SdkError::ServiceError(answer) => refused(scene, operation, answer.err(), answer.raw()),
        SdkError::ConstructionFailure(_) => unsent(scene, Class::Final, operation, error.into_source()),
        _ => unsent(scene, Class::Unknown, operation, error.into_source()),
    };
    failure.facts.splice(0..0, facts(scene, operation));
    failure.facts.extend(request.map(|id| ("request id", id)));
    failure
}

fn facts(scene: &Scene<'_>, operation: &str) -> Vec<(&'static str, String)> {
    let account = match &scene.id {
        Some(id) => format!("{} ({id})", scene.account),
        None => scene.account.to_string(),
    };
    let mut facts = vec![("account", account)];
    facts.extend(scene.region.map(|region| ("Region", region.to_string())));
    facts.push(("operation", operation.to_owned()));
    facts
}

/// AWS answered, and not with what was asked for.
fn refused(
    scene: &Scene<'_>,
    operation: &str,
    error: &impl ProvideErrorMetadata,
    raw: &HttpResponse,
) -> Error {
    let answer = Answer {
        code: error.code().unwrap_or_default(),
        message: error.message().unwrap_or_default(),
        status: raw.status().as_u16(),
    };
    let class = classify::class(&answer, scene.newborn);
    let mut failure = Error::new(class, format!("call {operation}")).source(answer.text());
    let by_clock = Skew::told(raw).and_then(|skew| hints::for_clock(answer.code, skew));
    failure.hint = by_clock.or_else(|| hints::for_answer(&answer, class, scene, operation));
    let status = answer.status.to_string();
    failure.fact(CODE, if answer.code.is_empty() { &status } else { answer.code })
}

/// There was no answer to understand: no credentials, no connection, no answer in time.
fn unsent<E>(
    scene: &Scene<'_>,
    class: Class,
    operation: &str,
    source: Result<BoxError, SdkError<E, HttpResponse>>,
) -> Error
where
    E: StdError + Send + Sync + 'static,
{
    let source = source.unwrap_or_else(Into::into);
    let cause = cause(&*source);
    let failure = |class| Error::new(class, format!("call {operation}"));
    if let Some(ours) = find::<Error>(&*source) {
        // A session could not be opened anew in the middle of a batch; what that error says still holds.
        let mut failure = failure(ours.class).source(ours.chain().join(": "));
        failure.hint.clone_from(&ours.hint);
        return failure;
    }
    match find::<CredentialsError>(&*source) {
        Some(CredentialsError::CredentialsNotLoaded(_)) => failure(Class::Denied)
            .hint(hints::for_no_credentials(scene.profile))
            .source("no credentials were found"),
        Some(_) => {
            failure(Class::Denied).hint(hints::for_bad_credentials(&cause, scene.profile)).source(cause)
        }
        // Hyper's word for all that fails before anything is sent: names that don't resolve, refusals, TLS.
        None if cause.contains("(Connect)") => {
            failure(Class::Final).hint(hints::for_no_connection(scene.endpoint)).source(cause)
        }
        None => failure(class).source(cause),
    }
}

/// What the SDK says about a failure, without the words that say nothing and without the request, which is nobody's
/// business.
fn cause(error: &(dyn StdError + 'static)) -> String {
    let says =
        |phrase: &String| !matches!(phrase.as_str(), "other" | "io error") && !phrase.contains("Request {");
    let mut phrases: Vec<_> = chain(error).map(ToString::to_string).filter(says).collect();
    phrases.dedup();
    phrases.join(": ")
}

fn chain<'e>(error: &'e (dyn StdError + 'static)) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

fn find<'e, T: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e T> {
    chain(error).find_map(|error| error.downcast_ref())
}

#[cfg(test)]
mod tests;
