//! `iam/saml-provider`: a SAML 2.0 identity provider of an account.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc},
        env::{Env, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Wanted},
    },
    policy::Arn,
};

use super::authorization::{iam_tags, may_have_providers, tags_of};

/// A [SAML provider][saml]. Its metadata is compared by its hash: kilobytes of certificates tell a reader nothing.
///
/// [saml]: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
pub struct SamlProvider;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it, unique in its account.
    pub name: String,
    /// The metadata document that the identity provider publishes, 1,000 to 10,000,000 characters of XML.
    pub metadata: String,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    arn: String,
    metadata: String,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// The provider's ARN, as trust policies name it.
    pub arn: String,
}

impl Kind for SamlProvider {
    const NAME: &'static str = "iam/saml-provider";
    const ABOUT: &'static str =
        "An identity provider that vouches for its users by SAML; its metadata is compared by its hash.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const ACTIONS: Actions = Actions {
        read: &["iam:GetAccountSummary", "iam:GetSAMLProvider", "iam:ListSAMLProviders"],
        create: &["iam:CreateSAMLProvider", "iam:TagSAMLProvider"],
        update: &["iam:UpdateSAMLProvider", "iam:TagSAMLProvider", "iam:UntagSAMLProvider"],
        delete: &["iam:DeleteSAMLProvider"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, _: &Env<'_>) -> Doc {
        let Spec { name: _, metadata } = spec;
        Doc::new().with("metadata", fingerprint(metadata))
    }

    fn observed(live: &Live) -> Doc {
        let Live { arn: _, metadata } = live;
        Doc::new().with("metadata", fingerprint(metadata))
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        if wanted.is_empty() && !may_have_providers(at).await? {
            return Ok(Vec::new());
        }
        let client = at.iam().await?;
        let mut found = Vec::new();
        for arn in providers(at).await?.iter().cloned() {
            let one = client.get_saml_provider().saml_provider_arn(&arn).send();
            let one = aws::call(at, "GetSAMLProvider", one).await;
            if let Some(one) = aws::unless(one, &["NoSuchEntity"])? {
                let key = arn.parse::<Arn>().map_or_else(|_| arn.clone(), |arn| arn.name().to_owned());
                let owner = Owner::Tags(tags_of(one.tags()));
                let metadata = one.saml_metadata_document.unwrap_or_default();
                found.push(Found { label: key.clone(), key, owner, live: Live { arn, metadata } });
            }
        }
        Ok(found)
    }

    async fn there(at: &At<'_>, _: &Wanted<'_, Self>) -> Result<Option<usize>> {
        Ok(Some(providers(at).await?.len()))
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let request = at.careful().iam().await?.create_saml_provider().name(&it.spec.name);
        let request = request.saml_metadata_document(&it.spec.metadata).set_tags(Some(iam_tags(it.tags)?));
        let made = aws::call(at, "CreateSAMLProvider", request.send()).await;
        aws::untaken(made, &["EntityAlreadyExists"]).map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, _: &[Change]) -> Result<()> {
        let request = at.iam().await?.update_saml_provider().saml_provider_arn(&live.arn);
        let request = request.saml_metadata_document(&it.spec.metadata);
        aws::call(at, "UpdateSAMLProvider", request.send()).await.map(drop)
    }

    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.iam().await?.delete_saml_provider().saml_provider_arn(&live.arn);
        let gone = aws::call(at, "DeleteSAMLProvider", request.send()).await;
        aws::unless(gone, &["NoSuchEntity"]).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.iam().await?;
        if !tags.set.is_empty() {
            let request = client.tag_saml_provider().saml_provider_arn(&live.arn);
            let request = request.set_tags(Some(iam_tags(&tags.set)?));
            aws::call(at, "TagSAMLProvider", request.send()).await?;
        }
        if !tags.remove.is_empty() {
            let request = client.untag_saml_provider().saml_provider_arn(&live.arn);
            let request = request.set_tag_keys(Some(tags.remove.clone()));
            aws::call(at, "UntagSAMLProvider", request.send()).await?;
        }
        Ok(())
    }
}

/// Line ends and space around the document are set aside: editors change them.
fn fingerprint(metadata: &str) -> String {
    let digest = Sha256::digest(metadata.trim().replace("\r\n", "\n"));
    let start = digest.iter().take(8).fold(0_u64, |start, byte| start << 8 | u64::from(*byte));
    format!("sha256:{start:016x}")
}

/// The ARNs of all providers of an account, asked for once.
async fn providers(at: &At<'_>) -> Result<Arc<Vec<String>>> {
    const OPERATION: &str = "ListSAMLProviders";
    at.once("iam", OPERATION, "", || async {
        let list = aws::call(at, OPERATION, at.iam().await?.list_saml_providers().send()).await?;
        Ok(list.saml_provider_list.into_iter().flatten().filter_map(|entry| entry.arn).collect())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_do_not_count() {
        assert_eq!(fingerprint("<a>\n<b/></a>"), fingerprint("<a>\r\n<b/></a>\r\n"));
        assert_ne!(fingerprint("<a/>"), fingerprint("<b/>"));
        assert_eq!(fingerprint("").len(), "sha256:".len() + 16);
    }
}
