//! `[roles.NAME]`

use serde_json::Value as Json;

use super::{
    Section, origins,
    section::{inline, texts},
};
use crate::model::{Require, Role, Trust};

pub(super) fn sections(role: &Role) -> Vec<Section> {
    let Role {
        name,
        aws_name,
        path,
        description,
        trust,
        allow,
        boundary,
        session,
        require,
        tags,
        break_glass,
        moved,
        origin,
    } = role;
    let mut section = Section::new(["roles", name.as_str()], origin);
    section.text("name", aws_name);
    section.text("path", path);
    section.text_if("description", description.as_ref());
    let trusted: Vec<_> = trust.iter().map(|trust| trusted(&trust.value)).collect();
    section.put("trust", trusted, origins(trust));
    section.texts("allow", allow);
    section.text_if("boundary", boundary.as_ref());
    section.text("session", session);
    self::require(require, &mut section);
    section.plain("break_glass", break_glass);
    section.moved(moved.as_ref());
    section.with_tags(tags)
}

fn trusted(trust: &Trust) -> Json {
    match trust {
        Trust::Role(_) | Trust::Account(_) | Trust::Service(_) => trust.to_string().into(),
        Trust::Oidc { provider, subjects } => {
            inline([("oidc", Some(provider.as_str().into())), ("subject", Some(subjects.clone().into()))])
        }
        Trust::Saml { provider } => inline([("saml", Some(provider.as_str().into()))]),
        Trust::External { account, external_id } => inline([
            ("account", Some(account.to_string().into())),
            ("external_id", Some(external_id.as_str().into())),
        ]),
    }
}

fn require(require: &Require, section: &mut Section) {
    let Require { mfa, source_ip, source_vpc } = require;
    let origins = mfa.iter().map(|mfa| &mfa.origin).chain(origins(source_ip)).chain(origins(source_vpc));
    let members = [
        ("mfa", mfa.as_ref().map(|mfa| mfa.value.into())),
        ("source_ip", (!source_ip.is_empty()).then(|| texts(source_ip))),
        ("source_vpc", (!source_vpc.is_empty()).then(|| texts(source_vpc))),
    ];
    section.put("require", inline(members), origins);
}
