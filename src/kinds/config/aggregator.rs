//! `config/aggregator`: one view of what AWS Config records in all accounts.

use aws_sdk_config::types::{ConfigurationAggregator, OrganizationAggregationSource, Tag};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Tags, Wanted},
    },
};

/// An [aggregator][aggregator] of the organization: all its accounts, those that come later included, in all Regions.
///
/// AWS lets the management account make one and [delegated administrators][delegated] of `config.amazonaws.com`, which
/// also has to be trusted by the organization. Rules for the whole organization, which we make none of, would need
/// `config-multiaccountsetup.amazonaws.com` besides.
///
/// [aggregator]: https://docs.aws.amazon.com/config/latest/developerguide/aggregate-data.html
/// [delegated]: https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationAggregator.html
pub struct Aggregator;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it: letters, digits, `-` and `_`, unique in its account and Region.
    pub name: String,
    /// The role with which Config asks Organizations for the accounts: trusts `config.amazonaws.com` and has
    /// [`service-role/AWSConfigRoleForOrganizations`][role].
    ///
    /// [role]: https://docs.aws.amazon.com/config/latest/developerguide/aggregated-create.html
    pub role_arn: Text,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    arn: String,
    name: String,
    source: &'static str,
    role: Option<String>,
    regions: Vec<String>,
    filtered: bool,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN.
    pub arn: String,
}

/// How many aggregators are asked for their tags at a time.
const AT_ONCE: usize = 4;
/// Where the accounts come from.
const ORGANIZATION: &str = "organization";
/// All Regions, those to come included.
const EVERYWHERE: &str = "all";

impl Kind for Aggregator {
    const NAME: &'static str = "config/aggregator";
    const ABOUT: &'static str =
        "An aggregator of AWS Config: what is recorded in all accounts and Regions, shown in one.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name"];
    const ACTIONS: Actions = Actions {
        read: &["config:DescribeConfigurationAggregators", "config:ListTagsForResource"],
        create: &["config:PutConfigurationAggregator", "config:TagResource", "iam:PassRole"],
        update: &[
            "config:PutConfigurationAggregator",
            "config:TagResource",
            "config:UntagResource",
            "iam:PassRole",
        ],
        delete: &["config:DeleteConfigurationAggregator"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, role_arn } = spec;
        Doc::new()
            .with("name", name.as_str())
            .with("accounts", ORGANIZATION)
            .with("regions", EVERYWHERE)
            .with("role", Field::text(role_arn, env))
    }

    fn observed(live: &Live) -> Doc {
        let Live { arn: _, name, source, role, regions, filtered } = live;
        Doc::new()
            .with("name", name.as_str())
            .with("accounts", *source)
            .with("regions", regions.join(" "))
            .with_some("role", role.as_deref())
            .with_some("filtered", filtered.then_some(true))
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let request = at.config().await?.describe_configuration_aggregators();
        let pages = request.into_paginator().items().send().try_collect();
        let all: Vec<_> = aws::call(at, "DescribeConfigurationAggregators", pages).await?;
        let found = stream::iter(all.iter().filter_map(live)).map(|live| tagged(at, live));
        let found: Vec<_> = found.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        put(at, it, Some(tag_list(it.tags))).await
    }

    /// Tags are left out: AWS takes them [at creation only][tags], or takes them for all there are.
    ///
    /// [tags]: https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationAggregator.html
    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, _: &Live, _: &[Change]) -> Result<()> {
        put(at, it, None).await
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.config().await?.delete_configuration_aggregator();
        let gone = request.configuration_aggregator_name(&live.name).send();
        let gone = aws::call(at, "DeleteConfigurationAggregator", gone).await;
        aws::unless(gone, &["NoSuchConfigurationAggregatorException"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.config().await?;
        if !tags.set.is_empty() {
            let request = client.tag_resource().resource_arn(&live.arn).set_tags(Some(tag_list(&tags.set)));
            aws::call(at, "TagResource", request.send()).await?;
        }
        if !tags.remove.is_empty() {
            let request = client.untag_resource().resource_arn(&live.arn);
            let request = request.set_tag_keys(Some(tags.remove.clone()));
            aws::call(at, "UntagResource", request.send()).await?;
        }
        Ok(())
    }
}

async fn put(at: &At<'_>, it: &Wanted<'_, Aggregator>, tags: Option<Vec<Tag>>) -> Result<()> {
    let role = it.spec.role_arn.resolve(&it.env).now()?;
    let source = OrganizationAggregationSource::builder().role_arn(role).all_aws_regions(true).build();
    let request = at
        .config()
        .await?
        .put_configuration_aggregator()
        .configuration_aggregator_name(&it.spec.name)
        .organization_aggregation_source(aws::built(source)?)
        .set_tags(tags);
    aws::call(at, "PutConfigurationAggregator", request.send()).await.map(drop)
}

/// The aggregator with its tags; nothing if it is gone meanwhile.
async fn tagged(at: &At<'_>, live: Live) -> Result<Option<Found<Live>>> {
    let request = at.config().await?.list_tags_for_resource().resource_arn(&live.arn);
    let pages = request.into_paginator().items().send().try_collect();
    let tags: Result<Vec<Tag>> = aws::call(at, "ListTagsForResource", pages).await;
    let Some(tags) = aws::unless(tags, &["ResourceNotFoundException"])? else { return Ok(None) };
    let owner = Owner::Tags(tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value?))).collect());
    Ok(Some(Found { key: live.name.clone(), label: live.name.clone(), owner, live }))
}

fn tag_list(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

fn live(aggregator: &ConfigurationAggregator) -> Option<Live> {
    let source = aggregator.organization_aggregation_source();
    let regions = match source {
        Some(source) if source.all_aws_regions => vec![EVERYWHERE.to_owned()],
        Some(source) => source.aws_regions().to_vec(),
        None => Vec::new(),
    };
    Some(Live {
        arn: aggregator.configuration_aggregator_arn()?.to_owned(),
        name: aggregator.configuration_aggregator_name()?.to_owned(),
        source: if source.is_some() { ORGANIZATION } else { "listed" },
        role: source.map(|source| source.role_arn.clone()),
        regions,
        filtered: aggregator.aggregator_filters().is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::doc::diff;

    fn differences(source: Option<OrganizationAggregationSource>) -> Vec<String> {
        let spec = Spec { name: "acme".to_owned(), role_arn: "arn:role".into() };
        let aggregator = ConfigurationAggregator::builder()
            .configuration_aggregator_name("acme")
            .configuration_aggregator_arn("arn:aggregator")
            .set_organization_aggregation_source(source);
        let live = live(&aggregator.build()).expect("it has a name");
        let changes = diff(&Aggregator::observed(&live), &Aggregator::desired(&spec, &Env::nothing_known()));
        changes.into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn all_accounts_in_all_regions_or_it_is_another() {
        let source = OrganizationAggregationSource::builder().role_arn("arn:role");
        let everywhere = source.clone().all_aws_regions(true).build().expect("it has a role");
        assert!(differences(Some(everywhere)).is_empty());
        let here = source.aws_regions("ap-southeast-2").build().expect("it has a role");
        assert_eq!(differences(Some(here)), ["regions"]);
        assert_eq!(differences(None), ["accounts", "regions", "role"]);
    }
}
