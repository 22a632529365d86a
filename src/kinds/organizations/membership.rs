//! The accounts of the organization, and where in its tree they lie.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_sdk_organizations::{
    primitives::DateTime,
    types::{Account as SdkAccount, AccountState, AccountStatus},
};
use futures::future::try_join_all;

use super::{
    Account, Parent,
    account::{Live, Spec, key},
    answers,
};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::{At, Others},
        error::{Class, Error, Result},
        kind::{ADDRESS_TAG, State, Tags, Wanted},
    },
    names::{AccountId, AccountName},
    policy::Arn,
};

/// A member account.
pub(super) struct Member<'a> {
    /// What AWS has.
    pub live: Live,
    /// Its tags.
    pub tags: Arc<Tags>,
    /// What the landing zone calls it, if it is wanted.
    pub wanted: Option<&'a AccountName>,
}

/// All accounts but the management account. What the landing zone had or has is made known by its name, so that it can
/// be entered.
pub(super) async fn members<'a>(at: &At<'_>, wanted: &[&Wanted<'a, Account>]) -> Result<Vec<Member<'a>>> {
    let accounts = accounts(at, wanted).await?;
    let tags = tags(at, wanted, &accounts).await?;
    let paths = Parent::paths(wanted.iter().map(|it| (&it.spec.unit, it.env)));
    let specs = specs(at, wanted, &accounts, &tags);
    let ours: Vec<_> = accounts.iter().zip(&specs).filter(|(_, spec)| spec.is_some()).collect();
    let parents = parents_of(at, ours.into_iter().map(|(account, _)| account), paths.keys()).await?;
    let member = async |((account, tags), spec): ((&SdkAccount, Arc<Tags>), Option<&'a Spec>)| {
        let live = live(at, account, spec, parents_path(at, &parents, &paths, account).await?).await?;
        let wanted = spec.map(|spec| &spec.key);
        if let (Some(name), Some(id)) = (wanted.cloned().or_else(|| left(at, &tags)), &live.id) {
            at.cloud().learn(&name, id);
        }
        Ok(Member { live, tags, wanted })
    };
    try_join_all(accounts.iter().zip(tags).zip(specs).map(member)).await
}

/// How many accounts come in one page at most.
const PAGE: usize = 20;
/// Under what the number of accounts is remembered.
const COUNT: &str = "accounts in the organization";

/// The member accounts: all, or where nothing else is looked at and that takes fewer calls, those that are wanted.
async fn accounts(at: &At<'_>, wanted: &[&Wanted<'_, Account>]) -> Result<Vec<SdkAccount>> {
    let ids: Option<Vec<_>> = wanted.iter().map(|it| at.cloud().account_id(&it.spec.key)).collect();
    let count: usize = at.cloud().recall(COUNT).and_then(|count| count.parse().ok()).unwrap_or_default();
    let client = at.organizations().await?;
    if at.others == Others::Passed
        && let Some(ids) = ids.filter(|ids| ids.len() < count.div_ceil(PAGE).max(1))
    {
        let describe = async |id: &AccountId| {
            let ask = client.describe_account().account_id(id.as_str());
            aws::call(at, "DescribeAccount", ask.send()).await
        };
        let answers = try_join_all(ids.iter().map(describe)).await?;
        return Ok(answers.into_iter().filter_map(|answer| answer.account).collect());
    }
    let pages = client.list_accounts().into_paginator().send();
    let pages = aws::call(at, "ListAccounts", pages.try_collect()).await?;
    let accounts = pages.into_iter().flat_map(|page| page.accounts.unwrap_or_default());
    let accounts: Vec<_> = accounts.filter(|account| !manages(account)).collect();
    at.cloud().remember(COUNT.to_owned(), accounts.len().to_string());
    Ok(accounts)
}

/// The tags of each account, as far as anybody looks at them.
async fn tags(
    at: &At<'_>,
    wanted: &[&Wanted<'_, Account>],
    accounts: &[SdkAccount],
) -> Result<Vec<Arc<Tags>>> {
    let there: BTreeSet<_> = accounts.iter().map(address).collect();
    let addresses: BTreeMap<_, _> =
        wanted.iter().map(|it| (key(it.spec.email.as_str()), it.address)).collect();
    let missing = addresses.iter().filter(|(address, _)| !there.contains(*address));
    let search = missing.filter(|(_, address)| answers::is_new(at, address)).count() > 0;
    let all = search || at.others == Others::Told;
    let tags = async |account: &SdkAccount| match account.id() {
        Some(id) if all || addresses.contains_key(&address(account)) => answers::tags(at, id).await,
        _ => Ok(Arc::default()),
    };
    try_join_all(accounts.iter().map(tags)).await
}

/// Which wanted account each is: that of its e-mail address; else that of its tags, where nobody wants it by its
/// address and no account has the address that is wanted.
fn specs<'a>(
    at: &At<'_>,
    wanted: &[&Wanted<'a, Account>],
    accounts: &[SdkAccount],
    tags: &[Arc<Tags>],
) -> Vec<Option<&'a Spec>> {
    let by_address: HashMap<_, _> = wanted.iter().map(|it| (key(it.spec.email.as_str()), it.spec)).collect();
    let there: BTreeSet<_> = accounts.iter().map(address).collect();
    let moved = wanted.iter().filter(|it| !there.contains(&key(it.spec.email.as_str())));
    let moved: HashMap<_, _> = moved.map(|it| (it.address.to_string(), it.spec)).collect();
    let spec = |(account, tags): (&SdkAccount, &Arc<Tags>)| {
        let by_tag = || moved.get(ours(at, tags)?).copied();
        by_address.get(&address(account)).copied().or_else(by_tag)
    };
    accounts.iter().zip(tags).map(spec).collect()
}

/// The address in tags of ours.
fn ours<'t>(at: &At<'_>, tags: &'t Tags) -> Option<&'t str> {
    answers::is_ours(at, tags).then(|| tags.get(ADDRESS_TAG)).flatten().map(String::as_str)
}

/// The name that an account of ours had when the landing zone had it, unless another account goes by it.
fn left(at: &At<'_>, tags: &Tags) -> Option<AccountName> {
    let name: AccountName = ours(at, tags)?.rsplit('/').next()?.parse().ok()?;
    at.cloud().account_id(&name).is_none().then_some(name)
}

/// What accounts of the landing zone lie in, by their ids: from the listing where AWS says so there; else by looking
/// where they are to lie, twenty at a time; and for those that lie elsewhere, one by one.
async fn parents_of(
    at: &At<'_>,
    ours: impl Iterator<Item = &SdkAccount> + Clone,
    parents: impl Iterator<Item = &String>,
) -> Result<HashMap<String, String>> {
    let ids: Vec<_> = ours.clone().filter_map(SdkAccount::id).collect();
    let listed = ours.filter_map(|account| {
        let parent = account.paths().iter().find_map(|path| last_container(path))?;
        Some((account.id()?.to_owned(), parent.to_owned()))
    });
    let mut found: HashMap<_, _> = listed.collect();
    if ids.iter().any(|id| !found.contains_key(*id)) {
        let inside = try_join_all(parents.map(|parent| inside(at, parent))).await?;
        found.extend(inside.into_iter().flatten());
    }
    let strayed: Vec<_> = ids.into_iter().filter(|id| !found.contains_key(*id)).collect();
    found.extend(try_join_all(strayed.into_iter().map(|id| parent(at, id))).await?);
    Ok(found)
}

/// The accounts directly in a unit or in the root, each with the id of that.
async fn inside(at: &At<'_>, parent: &str) -> Result<Vec<(String, String)>> {
    let client = at.organizations().await?;
    let pages = client.list_accounts_for_parent().parent_id(parent).into_paginator().send();
    let pages = aws::call(at, "ListAccountsForParent", pages.try_collect()).await?;
    let accounts = pages.into_iter().flat_map(|page| page.accounts.unwrap_or_default());
    Ok(accounts.filter_map(|account| Some((account.id?, parent.to_owned()))).collect())
}

/// What an account lies in, after its own id. It lies in exactly one place, so there is one page.
async fn parent(at: &At<'_>, id: &str) -> Result<(String, String)> {
    let client = at.organizations().await?;
    let answer = aws::call(at, "ListParents", client.list_parents().child_id(id).send()).await?;
    let parent = answers::present(answer.parents().first().and_then(|parent| parent.id()), "Parents")?;
    Ok((id.to_owned(), parent.to_owned()))
}

/// The last unit, or else the root, of a path such as `o-1/r-1/ou-1/ou-2/123456789012/`.
fn last_container(path: &str) -> Option<&str> {
    path.split('/').rfind(|part| part.starts_with("ou-") || part.starts_with("r-"))
}

/// The e-mail address of an account's root user, as accounts are keyed by it.
fn address(account: &SdkAccount) -> String {
    key(account.email().unwrap_or_default())
}

/// Whether an account is the management account: the one whose id owns all accounts' ARNs.
fn manages(account: &SdkAccount) -> bool {
    let owner = account.arn().and_then(|arn| arn.parse::<Arn>().ok()).map(|arn| arn.account);
    owner.is_some() && owner.as_deref() == account.id()
}

async fn live(
    at: &At<'_>,
    account: &SdkAccount,
    spec: Option<&Spec>,
    parent: Option<(String, String)>,
) -> Result<Live> {
    let id = answers::present(account.id(), "Id")?;
    let name = name(at, account, id, spec).await?;
    let id: AccountId =
        id.parse().map_err(|invalid| Error::new(Class::Final, "AWS gave no account id").source(invalid))?;
    if let Some(spec) = spec.filter(|_| is_young(account.joined_timestamp())) {
        at.cloud().newborn(&spec.key);
    }
    let (parent, unit) = parent.unzip();
    let state = state(account, &id);
    Ok(Live { id: Some(id), name, email: address(account), parent, unit, state })
}

/// How long after it joined an account may still refuse its access role. AWS says that the role of a new account
/// becomes usable "eventually"; minutes are usual. A run that was killed leaves accounts behind that the next run did
/// not make itself.
const YOUTH: Duration = Duration::from_mins(15);

fn is_young(joined: Option<&DateTime>) -> bool {
    let joined = joined.and_then(|joined| SystemTime::try_from(*joined).ok());
    joined.is_some_and(|joined| joined.elapsed().is_ok_and(|age| age < YOUTH))
}

/// The id and the path of what an account lies in, if it was looked for: the path as the landing zone has it, else as
/// AWS has it; with its id, where another unit than the one of the landing zone goes by that path.
async fn parents_path(
    at: &At<'_>,
    parents: &HashMap<String, String>,
    paths: &HashMap<String, String>,
    account: &SdkAccount,
) -> Result<Option<(String, String)>> {
    let Some(id) = account.id().and_then(|id| parents.get(id)) else { return Ok(None) };
    if let Some(path) = paths.get(id) {
        return Ok(Some((id.clone(), path.clone())));
    }
    let path = answers::path(at, id).await?;
    let is_taken = paths.values().any(|taken| *taken == path);
    Ok(Some((id.clone(), if is_taken { format!("{path} ({id})") } else { path })))
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
    fn an_account_is_young_for_a_quarter_of_an_hour() {
        let joined = |ago: u64| DateTime::from(SystemTime::now() - Duration::from_mins(ago));
        assert!(is_young(Some(&joined(5))));
        assert!(!is_young(Some(&joined(20))));
        assert!(!is_young(None));
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
