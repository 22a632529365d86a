//! `ec2/prefix-list`: ranges of addresses under one name, for rules of security groups.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_ec2::types::{
    AddPrefixListEntry, ManagedPrefixList, PrefixListEntry, PrefixListState, RemovePrefixListEntry,
    ResourceType,
};
use futures::future::try_join_all;

use super::{Vpc, any_of_ours, freed, groups::prefix_lists, is_ours, retag, specification, tags};
use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, State, TagChange, Timing, Wanted},
    },
    names::Cidr,
};

/// A [managed prefix list][list] with all its entries: one that the landing zone does not state is taken away. Those of AWS
/// and of other accounts are not among them.
///
/// [list]: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
pub struct PrefixList;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it.
    pub name: String,
    /// The ranges, and what people read about each. Rules that name the list count as many as there are.
    pub entries: BTreeMap<Cidr, String>,
}

impl Spec {
    /// How many entries there can be: no more than there are, since each counts against [quotas][quotas] of whatever names
    /// the list; one at least.
    ///
    /// [quotas]: https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html#managed-prefix-lists-quotas
    fn size(&self) -> i32 {
        i32::try_from(self.entries.len().max(1)).unwrap_or(i32::MAX)
    }
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    id: String,
    name: String,
    version: i64,
    size: i32,
    entries: BTreeMap<String, String>,
    state: State,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its id: `pl-…`.
    pub id: String,
}

/// All of its entries are of IPv4.
const FAMILY: &str = "IPv4";

fn entry_path(cidr: &str) -> String {
    format!("entries[{cidr}]")
}

impl Kind for PrefixList {
    const NAME: &'static str = "ec2/prefix-list";
    const ABOUT: &'static str =
        "A managed prefix list with all its entries: what the landing zone does not state is taken away.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Tagged;
    const REMOVAL: Removal = Removal::Prune;
    const PART_OF: Option<&'static str> = Some(Vpc::NAME);
    const READ_BEFORE_RETRY: bool = true;
    const ACTIONS: Actions = Actions {
        read: &["ec2:DescribeVpcs", "ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries"],
        create: &["ec2:CreateManagedPrefixList", "ec2:CreateTags"],
        update: &["ec2:ModifyManagedPrefixList", "ec2:CreateTags", "ec2:DeleteTags"],
        delete: &["ec2:DeleteManagedPrefixList"],
    };
    const TIMING: Timing = Timing {
        typical: Duration::from_secs(5),
        deadline: Duration::from_mins(10),
        source: "https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html: changes are carried out in the \
                 background; seconds in practice",
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { name, entries } = spec;
        let mut doc = Doc::new().with("name", name.as_str()).with("max_entries", spec.size());
        let entry = |(cidr, text): (&Cidr, &String)| (entry_path(&cidr.to_string()), text.as_str().into());
        doc.extend(entries.iter().map(entry));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { id: _, name, version: _, size, entries, state: _ } = live;
        let mut doc = Doc::new().with("name", name.as_str()).with("max_entries", *size);
        doc.extend(entries.iter().map(|(cidr, text)| (entry_path(cidr), text.as_str().into())));
        doc
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { id: live.id.clone() }
    }

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !any_of_ours(at).await? {
            return Ok(Vec::new());
        }
        let named = |list: &ManagedPrefixList| {
            wanted.iter().any(|it| list.prefix_list_name() == Some(it.spec.name.as_str()))
        };
        let lists = lists(at).await?;
        let concerned = lists.iter().filter(|list| is_ours(at, list.tags()) || named(list));
        let found = try_join_all(concerned.map(|list| found(at, list))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(lists(at).await?.len()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { name, entries } = it.spec;
        let request = at.careful().ec2().await?.create_managed_prefix_list().prefix_list_name(name);
        let request = request.address_family(FAMILY).max_entries(it.spec.size());
        let request =
            request.set_entries(Some(entries.iter().map(|(cidr, text)| added(*cidr, text)).collect()));
        let request = request.tag_specifications(specification(ResourceType::PrefixList, it.tags));
        aws::call(at, "CreateManagedPrefixList", request.send()).await.map(drop)
    }

    /// AWS changes the size in a call of its own, and takes one change after the other: what is left is sent once this one
    /// is carried out. It grows before entries come, and shrinks after they went.
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let request = at.ec2().await?.modify_managed_prefix_list().prefix_list_id(&live.id);
        let is_named = changes.iter().any(|change| change.root() == "name");
        let request = request.set_prefix_list_name(is_named.then(|| it.spec.name.clone()));
        let (size, is_larger) = (it.spec.size(), it.spec.size() > live.size);
        let touched = |cidr: &str| changes.iter().any(|change| change.path == entry_path(cidr));
        let wanted = it.spec.entries.iter().filter(|(cidr, _)| touched(&cidr.to_string()));
        let add: Vec<_> = wanted.map(|(cidr, text)| added(*cidr, text)).collect();
        let is_wanted = |cidr: &str| it.spec.entries.keys().any(|wanted| wanted.to_string() == cidr);
        let extra = live.entries.keys().filter(|cidr| touched(cidr) && !is_wanted(cidr));
        let remove: Vec<_> = extra.map(|cidr| RemovePrefixListEntry::builder().cidr(cidr).build()).collect();
        let request = if is_larger || (add.is_empty() && remove.is_empty()) {
            request.set_max_entries((size != live.size).then_some(size))
        } else {
            let request = request.current_version(live.version);
            request.set_add_entries(some(add)).set_remove_entries(some(remove))
        };
        let answer = aws::call(at, "ModifyManagedPrefixList", request.send()).await;
        aws::later(answer, &["IncorrectState"]).map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.ec2().await?.delete_managed_prefix_list().prefix_list_id(&live.id);
        let gone = freed(aws::call(at, "DeleteManagedPrefixList", request.send()).await);
        aws::unless(gone, &["InvalidPrefixListID.NotFound"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        retag(at, &live.id, tags).await
    }
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn added(cidr: Cidr, text: &str) -> AddPrefixListEntry {
    AddPrefixListEntry::builder().cidr(cidr.to_string()).description(text).build()
}

/// All prefix lists of a place that are its account's own.
async fn lists(at: &At<'_>) -> Result<Vec<ManagedPrefixList>> {
    let own = at.cloud().account_id(&at.place.account).map(|id| id.to_string());
    let is_own = |list: &&ManagedPrefixList| own.is_some() && list.owner_id() == own.as_deref();
    Ok(prefix_lists(at).await?.iter().filter(is_own).cloned().collect())
}

/// A list with its entries; nothing if it is going, or gone meanwhile.
async fn found(at: &At<'_>, list: &ManagedPrefixList) -> Result<Option<Found<Live>>> {
    let (Some(id), Some(name), Some(state)) = (list.prefix_list_id(), list.prefix_list_name(), state(list))
    else {
        return Ok(None);
    };
    let pages = at.ec2().await?.get_managed_prefix_list_entries().prefix_list_id(id);
    let pages = pages.into_paginator().items().send().try_collect();
    let answer = aws::call(at, "GetManagedPrefixListEntries", pages).await;
    let entries: Option<Vec<PrefixListEntry>> = aws::unless(answer, &["InvalidPrefixListID.NotFound"])?;
    let entry = |entry: PrefixListEntry| Some((entry.cidr?, entry.description.unwrap_or_default()));
    Ok(entries.map(|entries| Found {
        key: name.to_owned(),
        label: id.to_owned(),
        owner: Owner::Tags(tags(list.tags())),
        live: Live {
            id: id.to_owned(),
            name: name.to_owned(),
            version: list.version().unwrap_or_default(),
            size: list.max_entries().unwrap_or_default(),
            entries: entries.into_iter().filter_map(entry).collect(),
            state,
        },
    }))
}

/// How far it is; nothing if it is going. A change that failed left it as it was.
fn state(list: &ManagedPrefixList) -> Option<State> {
    match list.state()? {
        PrefixListState::DeleteInProgress | PrefixListState::DeleteComplete => None,
        PrefixListState::CreateFailed => {
            let why = list.state_message().unwrap_or("AWS does not say why");
            Some(State::Failed(format!("the list could not be made: {why}")))
        }
        PrefixListState::CreateInProgress => Some(State::Pending("AWS is still making it".to_owned())),
        PrefixListState::ModifyInProgress | PrefixListState::RestoreInProgress => {
            Some(State::Changing("AWS is still changing it".to_owned()))
        }
        _ => Some(State::Ready),
    }
}
