//! The accounts of the organization, and where in its tree they lie.

use std::{collections::HashMap, sync::Arc};

use aws_sdk_organizations::types::{Account as SdkAccount, AccountState, AccountStatus};
use futures::future::try_join_all;

use super::{account::Spec, answers};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::{Class, Error, Result},
        kind::{State, Tags},
    },
    names::AccountId,
    policy::Arn,
};

/// A member account.
pub(super) struct Member {
    /// Its id.
    pub id: AccountId,
    /// What AWS calls it.
    pub name: String,
    /// The e-mail address of its root user, in lower case.
    pub email: String,
    /// What it lies in; for wanted accounts only.
    pub unit: Option<String>,
    /// Its tags.
    pub tags: Arc<Tags>,
    /// Whether it can be used.
    pub state: State,
}

/// All accounts but the management account; `wanted` by e-mail address.
pub(super) async fn members(at: &At<'_>, wanted: &HashMap<String, &Spec>) -> Result<Vec<Member>> {
    let pages = at.organizations().await?.list_accounts().into_paginator().send();
    let pages = aws::call(at, "ListAccounts", pages.try_collect()).await?;
    let accounts = pages.into_iter().flat_map(|page| page.accounts.unwrap_or_default());
    let members = accounts.filter(|account| !manages(account));
    try_join_all(members.map(|account| member(at, account, wanted))).await
}

/// Whether an account is the management account: the one whose id owns all accounts' ARNs.
fn manages(account: &SdkAccount) -> bool {
    let owner = account.arn().and_then(|arn| arn.parse::<Arn>().ok()).map(|arn| arn.account);
    owner.is_some() && owner.as_deref() == account.id()
}

async fn member(at: &At<'_>, account: SdkAccount, wanted: &HashMap<String, &Spec>) -> Result<Member> {
    let id = answers::present(account.id(), "Id")?;
    let email = account.email().unwrap_or_default().to_lowercase();
    let wanted = wanted.get(&email);
    let tags = answers::tags(at, id).await?;
    let unit = if wanted.is_some() { Some(parent(at, &account, id).await?) } else { None };
    let name = name(at, &account, id, wanted.copied()).await?;
    let id =
        id.parse().map_err(|invalid| Error::new(Class::Final, "AWS gave no account id").source(invalid))?;
    let state = state(&account, &id);
    Ok(Member { id, name, email, unit, tags, state })
}

/// What an account lies in: from the listing where AWS says so there, else by a call of its own.
async fn parent(at: &At<'_>, account: &SdkAccount, id: &str) -> Result<String> {
    if let Some(parent) = account.paths().iter().find_map(|path| last_container(path)) {
        return Ok(parent.to_owned());
    }
    let client = at.organizations().await?;
    // An account lies in exactly one place, so there is one page.
    let answer = aws::call(at, "ListParents", client.list_parents().child_id(id).send()).await?;
    answers::present(answer.parents().first().and_then(|parent| parent.id()), "Parents").map(str::to_owned)
}

/// The last unit, or else the root, of a path such as `o-1/r-1/ou-1/ou-2/123456789012/`.
fn last_container(path: &str) -> Option<&str> {
    path.split('/').rfind(|part| part.starts_with("ou-") || part.starts_with("r-"))
}

/// What an account is called. A new name takes up to four hours to reach Organizations, so the account is asked
/// where the listing differs from what is wanted:
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-acct-name.html>.
async fn name(at: &At<'_>, account: &SdkAccount, id: &str, wanted: Option<&Spec>) -> Result<String> {
    let listed = account.name().unwrap_or_default().to_owned();
    if wanted.is_none_or(|spec| spec.name == listed) {
        return Ok(listed);
    }
    let client = at.account().await?;
    let ask = client.get_account_information().account_id(id).send();
    // Without trusted access for Account Management the listing is all there is.
    let answer = aws::call(at, "GetAccountInformation", ask).await.ok();
    Ok(answer.and_then(|answer| answer.account_name).unwrap_or(listed))
}

/// `State` took the place of `Status` in September 2026; emulators and other partitions may know one of them only.
fn state(account: &SdkAccount, id: &AccountId) -> State {
    let closed = |how: &str| {
        State::Failed(format!(
            "account {id} has this e-mail address and is {how}; a closed account keeps its address, so give another \
             `email`, or reopen it through AWS Support within 90 days"
        ))
    };
    match (account.state(), account.status()) {
        (Some(AccountState::Active), _) | (None, Some(AccountStatus::Active) | None) => State::Ready,
        (Some(AccountState::PendingActivation), _) => {
            State::Pending("AWS is activating the account".to_owned())
        }
        (Some(other), _) => closed(&other.as_str().to_lowercase().replace('_', " ")),
        (None, Some(other)) => closed(&other.as_str().to_lowercase().replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_lies_in_the_last_container_of_its_path() {
        assert_eq!(last_container("o-1/r-1/ou-1-a/ou-1-b/123456789012/"), Some("ou-1-b"));
        assert_eq!(last_container("o-1/r-1/123456789012/"), Some("r-1"));
        assert_eq!(last_container("o-1"), None);
    }

    #[test]
    fn the_management_account_owns_its_own_arn() {
        let account = |id: &str| {
            SdkAccount::builder()
                .id(id)
                .arn(format!("arn:aws:organizations::111111111111:account/o-1/{id}"))
                .build()
        };
        assert!(manages(&account("111111111111")));
        assert!(!manages(&account("222222222222")));
    }

    #[test]
    fn state_wins_over_status() {
        let id: AccountId = "222222222222".parse().expect("an id");
        let account = |state, status| SdkAccount::builder().set_state(state).set_status(status).build();
        let of = |state_, status| state(&account(state_, status), &id);
        assert_eq!(of(Some(AccountState::Active), None), State::Ready);
        assert_eq!(of(None, Some(AccountStatus::Active)), State::Ready);
        assert!(
            matches!(of(Some(AccountState::Closed), Some(AccountStatus::Active)), State::Failed(why) if why.contains("closed"))
        );
        assert!(matches!(of(Some(AccountState::PendingActivation), None), State::Pending(_)));
        assert!(matches!(of(None, Some(AccountStatus::Suspended)), State::Failed(_)));
    }
}
