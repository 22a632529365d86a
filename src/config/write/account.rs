//! The tables of `accounts/NAME.toml`, with what the account's baselines say.

use super::{Section, key, organization::contacts, role};
use crate::{
    config::files::Files,
    model::{Account, DefaultVpcs, IdentityProvider, Key, PasswordPolicy, Provider},
};

pub(super) fn sections<'k>(
    account: &Account,
    keys: impl Iterator<Item = &'k Key>,
    files: &Files,
) -> Vec<Section> {
    let Account {
        name,
        aws_name,
        unit,
        email,
        tags,
        policies,
        full_access,
        managed,
        roles,
        iam_policies: _,
        identity_providers,
        contacts: written_to,
        alias,
        password_policy,
        block_public_access,
        default_vpcs,
        moved,
        origin,
    } = account;
    let mut top = Section::new([], origin);
    top.text_if("unit", unit.as_ref());
    top.text("name", aws_name);
    top.text("email", email);
    top.texts("policies", policies);
    top.plain("full_access", full_access);
    if !name.is_management() {
        top.plain("managed", managed);
    }
    top.text_if("alias", alias.as_ref());
    top.plain_if("block_public_access", block_public_access.as_ref());
    if let Some(choice) = default_vpcs {
        let word = match choice.value {
            DefaultVpcs::Removed => "removed",
            DefaultVpcs::Kept => "kept",
        };
        top.put("default_vpcs", word, [&choice.origin]);
    }
    top.moved(moved.as_ref());
    let mut sections = top.with_tags(tags);
    sections.extend(contacts(written_to));
    sections.extend(password_policy.as_ref().map(password));
    sections.extend(roles.values().flat_map(role::sections));
    sections.extend(identity_providers.values().flat_map(|provider| self::provider(provider, files)));
    sections.extend(keys.flat_map(key::sections));
    sections
}

fn password(policy: &PasswordPolicy) -> Section {
    let PasswordPolicy {
        minimum_length,
        symbols,
        numbers,
        uppercase,
        lowercase,
        users_may_change,
        max_age,
        reuse_prevention,
        hard_expiry,
        origin,
    } = policy;
    let mut section = Section::new(["password_policy"], origin);
    section.plain("minimum_length", minimum_length);
    section.plain("symbols", symbols);
    section.plain("numbers", numbers);
    section.plain("uppercase", uppercase);
    section.plain("lowercase", lowercase);
    section.plain("users_may_change", users_may_change);
    section.text_if("max_age", max_age.as_ref());
    section.plain("reuse_prevention", reuse_prevention);
    section.plain("hard_expiry", hard_expiry);
    section
}

fn provider(provider: &IdentityProvider, files: &Files) -> Vec<Section> {
    let IdentityProvider { name, provider, tags, origin } = provider;
    let mut section = Section::new(["identity_providers", name.as_str()], origin);
    match provider {
        Provider::Oidc { url, audiences } => {
            section.text("url", url);
            section.texts("audiences", audiences);
        }
        Provider::Saml { aws_name, moved, metadata } => {
            section.text("name", aws_name);
            section.moved(moved.as_ref());
            // The model holds what the document says, and the table says where it lies.
            let is_it = |content: &[u8]| content == metadata.value.as_bytes();
            let found =
                files.iter().find(|(path, content)| path.starts_with("policies/saml/") && is_it(content));
            section.put("metadata", found.map_or("", |(path, _)| &**path), [&metadata.origin]);
        }
    }
    section.with_tags(tags)
}
