//! Tags as EC2 has them, and what all its kinds do with answers.

use aws_sdk_ec2::types::{ResourceType, Tag, TagSpecification};

use crate::{
    aws::{self, Aws as _},
    engine::{
        at::At,
        error::Result,
        kind::{ADDRESS_TAG, ORGANIZATION_TAG, TagChange, Tags},
    },
};

/// The tag that the console shows as the name of a resource, and by which one is found again that has no other second
/// identity.
const NAME: &str = "Name";

/// Tags as EC2 returns them.
pub(in crate::kinds) fn tags(tags: &[Tag]) -> Tags {
    let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value().unwrap_or_default().to_owned()));
    tags.iter().filter_map(pair).collect()
}

/// Whether these tags say that a resource is of this landing zone.
pub(in crate::kinds) fn is_ours(at: &At<'_>, tags: &[Tag]) -> bool {
    value(tags, ORGANIZATION_TAG) == Some(at.organization)
}

/// Whether the landing zone still has what carries these tags. What lies in a thing that left goes with it: no plain apply
/// takes the routes out of a VPC that somebody forgot to state.
pub(in crate::kinds) fn is_kept(at: &At<'_>, tags: &[Tag]) -> bool {
    value(tags, ADDRESS_TAG).is_none_or(|address| at.has(address))
}

/// The value of a tag.
pub(in crate::kinds) fn value<'t>(tags: &'t [Tag], key: &str) -> Option<&'t str> {
    tags.iter().find(|tag| tag.key() == Some(key))?.value()
}

/// What the tag `Name` says.
pub(in crate::kinds) fn name(tags: &[Tag]) -> Option<&str> {
    value(tags, NAME)
}

/// The tags that go into a create call.
pub(in crate::kinds) fn specification(kind: ResourceType, tags: &Tags) -> TagSpecification {
    TagSpecification::builder().resource_type(kind).set_tags(Some(sdk_tags(tags))).build()
}

/// Changes the tags of the resource with this id.
pub(in crate::kinds) async fn retag(at: &At<'_>, id: &str, tags: &TagChange) -> Result<()> {
    let client = at.ec2().await?;
    if !tags.set.is_empty() {
        let request = client.create_tags().resources(id).set_tags(Some(sdk_tags(&tags.set)));
        aws::call(at, "CreateTags", request.send()).await?;
    }
    if !tags.remove.is_empty() {
        // Without a value the tag goes, whatever its value is.
        let gone = tags.remove.iter().map(|key| Tag::builder().key(key).build()).collect();
        let request = client.delete_tags().resources(id).set_tags(Some(gone));
        aws::call(at, "DeleteTags", request.send()).await?;
    }
    Ok(())
}

fn sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
