//! `[keys.NAME]`

use super::Section;
use crate::model::{Intent, Key};

pub(super) fn sections(key: &Key) -> Vec<Section> {
    let Key {
        id,
        aws_name,
        moved,
        shared,
        account,
        region,
        replicas,
        multi_region,
        description,
        rotate,
        parties: _,
        services,
        statements,
        tags,
        origin,
    } = key;
    let mut section = Section::new(["keys", &*id.name], origin);
    section.text("name", aws_name);
    section.moved(moved.as_ref());
    if *shared {
        section.put("account", id.account.as_str(), [account]);
    }
    section.text("region", region);
    section.texts("replicas", replicas);
    section.plain("multi_region", multi_region);
    section.text_if("description", description.as_ref());
    section.put("rotate", format!("{}d", rotate.days()), [&rotate.origin]);
    for intent in Intent::ALL {
        section.texts(intent.as_str(), key.parties(intent));
    }
    section.texts("services", services);
    if let Some(name) = statements {
        section.put("statements", format!("policies/kms/{name}.json"), [&name.origin]);
    }
    section.with_tags(tags)
}
