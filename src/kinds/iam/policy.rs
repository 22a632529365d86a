//! `iam/policy`: a customer managed policy.

use aws_sdk_iam::types::ManagedPolicyDetail;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Wanted},
    },
    kinds::template::Template,
};

use super::authorization::{Held, details, iam_tags, tags_of};

/// A [customer managed policy][managed] and its versions, of which only the default one counts.
///
/// Its description is left alone: AWS can't change it and shows it to no one who decides on access.
///
/// [managed]: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#customer-managed-policies
pub struct Policy;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it, unique in its account whatever the path and the case.
    pub name: String,
    /// Its path, `/` or like `/ci/`.
    pub path: String,
    /// What it allows and denies; 6,144 characters at most, white space not counted.
    pub document: Template,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    arn: String,
    name: String,
    path: String,
    document: Held,
    /// The versions that are not the default one, oldest first: `v2`, `v10`.
    spare: Vec<String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN.
    pub arn: String,
}

/// AWS keeps [five versions][versions] and refuses a sixth.
///
/// [versions]: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
const VERSIONS: usize = 5;

/// How many policies are asked for their tags at the same time.
const AT_ONCE: usize = 8;

impl Kind for Policy {
    const NAME: &'static str = "iam/policy";
    const ABOUT: &'static str = "A customer managed policy, of whose versions the default one counts.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name", "path"];
    const ACTIONS: Actions = Actions {
        read: &["iam:GetAccountAuthorizationDetails", "iam:ListPolicyTags"],
        create: &["iam:CreatePolicy", "iam:TagPolicy"],
        update: &["iam:CreatePolicyVersion", "iam:DeletePolicyVersion", "iam:TagPolicy", "iam:UntagPolicy"],
        delete: &["iam:DeletePolicyVersion", "iam:DeletePolicy"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.to_lowercase())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, path, document } = spec;
        let mut doc = Doc::new().with("name", name.as_str()).with("path", path.as_str());
        doc.extend(document.fields("document", env));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { arn: _, name, path, document, spare: _ } = live;
        let mut doc = Doc::new().with("name", name.as_str()).with("path", path.as_str());
        doc.extend(document.fields("document"));
        doc
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    /// Whose a policy is can only be asked one by one.
    async fn read(at: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let details = details(at).await?;
        let tagged = stream::iter(details.policies.iter().filter_map(live)).map(|live| tagged(at, live));
        let found: Vec<_> = tagged.buffered(AT_ONCE).try_collect().await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(details(at).await?.policies.len()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let document = it.spec.document.resolve(&it.env).now()?;
        let request =
            at.careful().iam().await?.create_policy().policy_name(&it.spec.name).path(&it.spec.path);
        let request = request.policy_document(document).set_tags(Some(iam_tags(it.tags)?));
        let made = aws::call(at, "CreatePolicy", request.send()).await;
        aws::untaken(made, &["EntityAlreadyExists"]).map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let document = it.spec.document.resolve(&it.env).now()?;
        if live.spare.len() + 1 >= VERSIONS {
            delete_versions(at, live, &live.spare[..1]).await?;
        }
        let request = at.iam().await?.create_policy_version().policy_arn(&live.arn);
        let request = request.policy_document(document).set_as_default(true);
        aws::call(at, "CreatePolicyVersion", request.send()).await.map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        delete_versions(at, live, &live.spare).await?;
        let request = at.iam().await?.delete_policy().policy_arn(&live.arn);
        let gone = aws::call(at, "DeletePolicy", request.send()).await;
        aws::unless(gone, &["NoSuchEntity"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.iam().await?;
        if !tags.set.is_empty() {
            let request = client.tag_policy().policy_arn(&live.arn).set_tags(Some(iam_tags(&tags.set)?));
            aws::call(at, "TagPolicy", request.send()).await?;
        }
        if !tags.remove.is_empty() {
            let request = client.untag_policy().policy_arn(&live.arn);
            let request = request.set_tag_keys(Some(tags.remove.clone()));
            aws::call(at, "UntagPolicy", request.send()).await?;
        }
        Ok(())
    }
}

/// A policy as the bulk call shows it. Its name is taken from its ARN, which is the same.
fn live(detail: &ManagedPolicyDetail) -> Option<Live> {
    let arn = detail.arn()?;
    let (default, mut spare): (Vec<_>, Vec<_>) =
        detail.policy_version_list().iter().partition(|version| version.is_default_version);
    let number = |id: &str| id.trim_start_matches('v').parse::<u32>().unwrap_or_default();
    spare.sort_by_key(|version| version.version_id().map(number));
    Some(Live {
        arn: arn.to_owned(),
        name: arn.rsplit('/').next()?.to_owned(),
        path: detail.path().unwrap_or("/").to_owned(),
        document: Held::of(default.first().and_then(|version| version.document())),
        spare: spare.into_iter().filter_map(|version| version.version_id.clone()).collect(),
    })
}

/// The policy with its tags; nothing if it is gone meanwhile. AWS allows 50 tags, hence one page.
async fn tagged(at: &At<'_>, live: Live) -> Result<Option<Found<Live>>> {
    let request = at.iam().await?.list_policy_tags().policy_arn(&live.arn);
    let tags = aws::call(at, "ListPolicyTags", request.send()).await;
    let Some(tags) = aws::unless(tags, &["NoSuchEntity"])? else { return Ok(None) };
    let (key, label) = (live.name.to_lowercase(), live.name.clone());
    Ok(Some(Found { key, label, owner: Owner::Tags(tags_of(&tags.tags)), live }))
}

async fn delete_versions(at: &At<'_>, live: &Live, versions: &[String]) -> Result<()> {
    let client = at.iam().await?;
    for version in versions {
        let request = client.delete_policy_version().policy_arn(&live.arn).version_id(version);
        let gone = aws::call(at, "DeletePolicyVersion", request.send()).await;
        aws::unless(gone, &["NoSuchEntity"])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::PolicyVersion;

    use super::*;

    #[test]
    fn only_the_default_version_counts_and_the_oldest_goes_first() {
        let version = |id: &str, default| {
            let document = format!(
                r#"{{"Statement":[{{"Sid":"{id}","Effect":"Allow","Action":"s3:*","Resource":"*"}}]}}"#
            );
            PolicyVersion::builder().version_id(id).is_default_version(default).document(document).build()
        };
        let detail = ManagedPolicyDetail::builder()
            .arn("arn:aws:iam::123456789012:policy/ci/deploy")
            .path("/ci/")
            .policy_version_list(version("v10", false))
            .policy_version_list(version("v11", true))
            .policy_version_list(version("v9", false));
        let live = live(&detail.build()).expect("it has an ARN");
        assert_eq!(
            (live.name.as_str(), live.spare.as_slice()),
            ("deploy", &["v9".to_owned(), "v10".to_owned()][..])
        );
        assert!(Policy::observed(&live).get("document[v11].effect").is_some());
    }
}
