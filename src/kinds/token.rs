//! What create calls say so that AWS makes no twin where one is repeated: Route 53's `CallerReference`, Resolver's
//! `CreatorRequestId`. AWS shows it with what was made, also to those that it is shared with, so that it tells whose
//! a resource is where tags can't.

use std::{
    future::Future,
    time::{SystemTime, UNIX_EPOCH},
};

use sha2::{Digest as _, Sha256};

use crate::{
    aws,
    engine::{
        error::Result,
        graph::Address,
        kind::{ORGANIZATION_TAG, Tags},
    },
};

/// What every token of a landing zone begins with.
const PREFIX: &str = "landfall";

/// The token of the resource with this address and these tags.
pub(super) fn token(address: &Address, tags: &Tags) -> String {
    let organization = tags.get(ORGANIZATION_TAG).map(String::as_str).unwrap_or_default();
    let digest = Sha256::digest(address.to_string());
    // AWS takes 128 characters at least; half of the digest tells apart what a landing zone has.
    let number = digest[..16].iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
    format!("{PREFIX}/{organization}/{number:032x}")
}

/// Whether a token is one of this landing zone.
pub(super) fn is_ours(organization: &str, token: Option<&str>) -> bool {
    let rest = token.and_then(|token| token.strip_prefix(PREFIX)?.strip_prefix('/'));
    rest.and_then(|rest| rest.strip_prefix(organization)).is_some_and(|rest| rest.starts_with('/'))
}

/// Sends a create call with a token. Where AWS says by one of `codes` that the token is used up and `is_there` finds
/// nothing that was made with it, what had it was deleted: the call is sent with another.
pub(super) async fn create_once<S, T>(
    token: String,
    codes: &[&str],
    send: impl Fn(String) -> S,
    is_there: impl FnOnce(String) -> T,
) -> Result<()>
where
    S: Future<Output = Result<()>>,
    T: Future<Output = Result<bool>>,
{
    if aws::unless(send(token.clone()).await, codes)?.is_some() || is_there(token.clone()).await? {
        return Ok(());
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    send(format!("{token}/{}", now.as_millis())).await
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::{
        engine::{
            error::{Class, Error},
            graph::Place,
        },
        names::AccountName,
    };

    const USED: &str = "HostedZoneAlreadyExists";

    fn of(name: &str) -> String {
        let place = Place { account: AccountName::management(), region: None };
        let address = Address { place, kind: "route53/hosted-zone", name: name.into() };
        token(&address, &[(ORGANIZATION_TAG.to_owned(), "acme".to_owned())].into())
    }

    #[test]
    fn a_token_is_of_one_address_and_one_landing_zone() {
        assert_eq!(of("a.internal"), of("a.internal"));
        assert_ne!(of("a.internal"), of("b.internal"));
        assert!(is_ours("acme", Some(&of("a.internal"))));
        assert!(!is_ours("acm", Some(&of("a.internal"))) && !is_ours("acme", None));
    }

    async fn sent(is_there: bool) -> Vec<String> {
        let tokens = Mutex::new(Vec::new());
        let send = |token: String| {
            let mut tokens = tokens.lock().expect("nobody panics");
            tokens.push(token);
            let used = tokens.len() == 1;
            async move { if used { Err(Error::new(Class::Final, "x").fact("error code", USED)) } else { Ok(()) } }
        };
        let made = create_once("t".to_owned(), &[USED], send, |_| async move { Ok(is_there) });
        made.await.expect("it is made");
        tokens.into_inner().expect("nobody panics")
    }

    #[tokio::test]
    async fn a_token_of_what_was_deleted_is_followed_by_another() {
        assert_eq!(sent(true).await, ["t"]);
        let again = sent(false).await;
        assert!(again.len() == 2 && again[1].starts_with("t/"), "{again:?}");
    }
}
