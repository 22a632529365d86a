//! Documents that are put together from what several lines say: that AWS takes them.

use crate::{
    compose::Problem,
    model::{IamQuotas, Key, Role, Symbol, symbols},
    names::{Origin, Region, RoleRef},
    policy::Document,
};

/// The most characters in all inline policies of a role, white space not counted; not to be raised.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>, read 2026-11.
const INLINE: usize = 10_240;

/// Whether a role's trust policy is too large.
pub(super) fn trust(role: &Role, document: &Document) -> Option<Problem> {
    let (size, most) = (size(document), IamQuotas::TRUST_POLICY);
    let message = format!("the trust policy of `{}` has {size} characters, and AWS takes {most}", role.name);
    let help = "trust an account instead of each of its roles, or make several roles of this one";
    let origin = role.trust.first().map_or(&role.origin, |trust| &trust.origin);
    (size > most).then(|| Problem::new(origin, message).help(help))
}

/// Whether the inline policies of a role, which follow from lines elsewhere, take more than there is room for.
pub(super) fn inline<'a>(
    role: &RoleRef,
    documents: impl IntoIterator<Item = &'a (Document, &'a Origin)>,
) -> Option<Problem> {
    let sizes: Vec<_> = documents.into_iter().map(|(document, origin)| (size(document), *origin)).collect();
    let total: usize = sizes.iter().map(|(size, _)| size).sum();
    let (_, origin) = sizes.into_iter().max_by_key(|(size, _)| *size)?;
    let message = format!(
        "what `{role}` may assume and do with keys takes {total} characters to name, and AWS takes {INLINE}"
    );
    let help = "divide the work of the role among several, or shorten names and paths";
    (total > INLINE).then(|| Problem::new(origin, message).help(help))
}

/// The most bytes in a key policy: 32 KB, not to be raised.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>, read 2026-11.
const KEY_POLICY: usize = 32 * 1024;

/// Whether the policy of a key is too large.
pub(super) fn key(key: &Key, region: Region, document: &Document) -> Option<Problem> {
    let size = filled(document).size().bytes;
    let reference = key.reference();
    let message =
        format!("the policy of `{reference}` in `{region}` has {size} bytes, and AWS takes {KEY_POLICY}");
    let help = "name accounts instead of each of their roles, or make several keys of this one";
    (size > KEY_POLICY).then(|| Problem::new(&key.origin, message).help(help))
}

/// Characters that count, with ids as long as AWS makes them.
fn size(document: &Document) -> usize {
    filled(document).size().without_space
}

fn filled(document: &Document) -> Document {
    document.map_strings(&mut |text| vec![with_ids(text)])
}

fn with_ids(text: &str) -> String {
    let mut filled = text.to_owned();
    for symbol in symbols(text).into_iter().filter_map(|(_, symbol)| symbol.ok()) {
        let id = match &symbol {
            Symbol::Account(_) => "123456789012".to_owned(),
            Symbol::Organization => "o-a1b2c3d4e5".to_owned(),
            Symbol::Role(role) => format!("arn:aws-us-gov:iam::123456789012:role/{}", role.role),
            Symbol::Key(..) => {
                "arn:aws-us-gov:kms:ap-southeast-2:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
                    .to_owned()
            }
            _ => continue,
        };
        filled = filled.replace(&symbol.to_string(), &id);
    }
    filled
}
