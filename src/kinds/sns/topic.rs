//! `sns/topic`: where something is said, and who may say it.

use std::collections::HashMap;

use aws_sdk_sns::types::Tag;
use futures::future::try_join_all;

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        doc::{Change, Doc, Field},
        env::{Env, Text, Value},
        error::Result,
        kind::{Actions, Found, Identity, Kind, Owner, Removal, Scope, TagChange, Tags, Wanted},
    },
    kinds::template::{self, Language, Template},
};

use super::topics::{GONE, Listed, topics};

/// A standard [topic][topic] with its policy.
///
/// [topic]: https://docs.aws.amazon.com/sns/latest/dg/sns-create-topic.html
pub struct Topic;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What AWS calls it. One that is not wanted any more is found if its name begins with `<organization>-`.
    pub name: String,
    /// From whom its e-mails are; 100 characters at most.
    pub display_name: Option<String>,
    /// The ARN of the key that encrypts what is said.
    pub key: Option<Text>,
    /// Who may publish and subscribe.
    pub policy: Template,
    /// How messages are signed: 1 by SHA-1, 2 by SHA-256.
    /// <https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html>
    pub signature: u8,
}

/// What AWS has.
#[derive(Clone, Debug)]
pub struct Live {
    name: String,
    arn: String,
    attributes: HashMap<String, String>,
}

/// What dependents may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outputs {
    /// Its ARN.
    pub arn: String,
}

impl Kind for Topic {
    const NAME: &'static str = "sns/topic";
    const ABOUT: &'static str = "A topic with its policy.";
    const SCOPE: Scope = Scope::Regional;
    const IDENTITY: Identity = Identity::Named;
    const REMOVAL: Removal = Removal::Prune;
    const IMMUTABLE: &'static [&'static str] = &["name"];
    const ACTIONS: Actions = Actions {
        read: &["sns:GetTopicAttributes", "sns:ListTagsForResource", "sns:ListTopics"],
        create: &["sns:CreateTopic", "sns:SetTopicAttributes", "sns:TagResource"],
        update: &["sns:SetTopicAttributes", "sns:TagResource", "sns:UntagResource"],
        delete: &["sns:DeleteTopic"],
    };

    type Spec = Spec;
    type Live = Live;
    type Outputs = Outputs;

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.spec.name.clone())
    }

    fn desired(spec: &Spec, env: &Env<'_>) -> Doc {
        let Spec { name, display_name, key, policy, signature } = spec;
        let mut doc = Doc::new()
            .with("name", name.as_str())
            .with_some("display_name", display_name.as_deref())
            .with_some("key", key.as_ref().map(|key| Field::text(key, env)))
            .with("signature", signature.to_string());
        doc.extend(policy.fields("policy", env));
        doc
    }

    fn observed(live: &Live) -> Doc {
        let Live { name, arn: _, attributes } = live;
        let attribute = |name: &str| attributes.get(name).map(String::as_str).filter(|text| !text.is_empty());
        let mut doc = Doc::new()
            .with("name", name.as_str())
            .with_some("display_name", attribute(DISPLAY_NAME))
            .with_some("key", attribute(KEY))
            .with("signature", attribute(SIGNATURE).unwrap_or("1"));
        doc.extend(template::fields(Language::Iam, "policy", attribute(POLICY).unwrap_or_default()));
        doc
    }

    fn outputs(live: &Live) -> Outputs {
        Outputs { arn: live.arn.clone() }
    }

    async fn read(at: &At<'_>, wanted: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        let names = wanted.iter().map(|it| it.spec.name.as_str()).collect();
        let listed = topics(at, &names).await?;
        let found = try_join_all(listed.into_iter().map(|listed| found(at, listed))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(at: &At<'_>, it: &Wanted<'_, Self>) -> Result<()> {
        let Spec { name, display_name, key, policy, signature } = it.spec;
        let mut attributes = HashMap::from([
            (POLICY.to_owned(), policy.resolve(&it.env).now()?),
            (SIGNATURE.to_owned(), signature.to_string()),
        ]);
        attributes.extend(display_name.clone().map(|name| (DISPLAY_NAME.to_owned(), name)));
        if let Some(key) = key {
            attributes.insert(KEY.to_owned(), key.resolve(&it.env).now()?);
        }
        let request = at.sns().await?.create_topic().name(name).set_attributes(Some(attributes));
        let request = request.set_tags(Some(sdk_tags(it.tags)?));
        aws::call(at, "CreateTopic", request.send()).await.map(drop)
    }

    async fn update(at: &At<'_>, it: &Wanted<'_, Self>, live: &Live, changes: &[Change]) -> Result<()> {
        let touched = |root: &str| changes.iter().any(|change| change.root() == root);
        let Spec { name: _, display_name, key, policy, signature } = it.spec;
        if touched("policy") {
            set(at, live, POLICY, policy.resolve(&it.env).now()?).await?;
        }
        if touched("key") {
            let key = key.as_ref().map(|key| key.resolve(&it.env).now()).transpose()?;
            set(at, live, KEY, key.unwrap_or_default()).await?;
        }
        if touched("display_name") {
            set(at, live, DISPLAY_NAME, display_name.clone().unwrap_or_default()).await?;
        }
        if touched("signature") {
            set(at, live, SIGNATURE, signature.to_string()).await?;
        }
        Ok(())
    }

    /// Its subscriptions go with it.
    async fn delete(at: &At<'_>, live: &Live) -> Result<()> {
        let request = at.sns().await?.delete_topic().topic_arn(&live.arn);
        let gone = aws::call(at, "DeleteTopic", request.send()).await;
        aws::unless(gone, GONE).map(drop)
    }

    async fn retag(at: &At<'_>, live: &Live, tags: &TagChange) -> Result<()> {
        let client = at.sns().await?;
        if !tags.set.is_empty() {
            let request = client.tag_resource().resource_arn(&live.arn).set_tags(Some(sdk_tags(&tags.set)?));
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

const DISPLAY_NAME: &str = "DisplayName";
const KEY: &str = "KmsMasterKeyId";
const POLICY: &str = "Policy";
const SIGNATURE: &str = "SignatureVersion";

fn sdk_tags(tags: &Tags) -> Result<Vec<Tag>> {
    let tag = |(key, value): (&String, &String)| aws::built(Tag::builder().key(key).value(value).build());
    tags.iter().map(tag).collect()
}

/// A topic with its attributes; nothing if it is gone meanwhile.
async fn found(at: &At<'_>, listed: Listed) -> Result<Option<Found<Live>>> {
    let Listed { name, arn, tags } = listed;
    let attributes = at.sns().await?.get_topic_attributes().topic_arn(&arn).send();
    let attributes = aws::call(at, "GetTopicAttributes", attributes).await;
    let Some(answer) = aws::unless(attributes, GONE)? else { return Ok(None) };
    let (key, label, owner) = (name.clone(), name.clone(), Owner::Tags(tags.as_ref().clone()));
    let attributes = answer.attributes.unwrap_or_default();
    Ok(Some(Found { key, label, owner, live: Live { name, arn, attributes } }))
}

async fn set(at: &At<'_>, live: &Live, name: &str, value: String) -> Result<()> {
    let request = at.sns().await?.set_topic_attributes().topic_arn(&live.arn);
    let request = request.attribute_name(name).attribute_value(value);
    aws::call(at, "SetTopicAttributes", request.send()).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::doc::diff;

    const POLICY_TEXT: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Alarms","Effect":"Allow",
        "Principal":{"Service":"cloudwatch.amazonaws.com"},"Action":"sns:Publish","Resource":"arn:topic"}]}"#;

    fn differences(attributes: &[(&str, &str)]) -> Vec<String> {
        let policy = Template::new(Language::Iam, serde_json::from_str(POLICY_TEXT).expect("JSON"), []);
        let (name, display_name) = ("acme-alarms".to_owned(), Some("Acme".to_owned()));
        let spec = Spec { name: name.clone(), display_name, key: None, policy, signature: 2 };
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let live = Live { name, arn: "arn:topic".to_owned(), attributes: attributes.collect() };
        let changes = diff(&Topic::observed(&live), &Topic::desired(&spec, &Env::nothing_known()));
        changes.into_iter().map(|change| change.path).collect()
    }

    #[test]
    fn what_aws_leaves_out_is_its_default() {
        let same = [(POLICY, POLICY_TEXT), (DISPLAY_NAME, "Acme"), (SIGNATURE, "2"), (KEY, "")];
        assert_eq!(differences(&same), Vec::<String>::new());
        assert_eq!(differences(&[(POLICY, POLICY_TEXT), (DISPLAY_NAME, "")]), ["display_name", "signature"]);
    }

    #[test]
    fn a_wider_policy_shows_statement_by_statement() {
        let wide = POLICY_TEXT.replace(r#"{"Service":"cloudwatch.amazonaws.com"}"#, "\"*\"");
        let attributes =
            [(POLICY, wide.as_str()), (DISPLAY_NAME, "Acme"), (SIGNATURE, "2"), (KEY, "alias/a")];
        assert_eq!(differences(&attributes), ["key", "policy[Alarms].principal"]);
    }
}
