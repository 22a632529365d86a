//! Documents that are put together from what several lines say: that AWS takes them.

use crate::{
    compose::Problem,
    model::{IamQuotas, Role, Symbol, symbols},
    names::{Origin, RoleRef},
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

/// Whether too many roles trust `caller` for its inline policy to name them all.
pub(super) fn inline(caller: &RoleRef, document: &Document, origin: &Origin) -> Option<Problem> {
    let size = size(document);
    let message =
        format!("the roles that trust `{caller}` take {size} characters to name, and AWS takes {INLINE}");
    let help = "divide the work of the caller among several roles, or shorten names and paths";
    (size > INLINE).then(|| Problem::new(origin, message).help(help))
}

/// Characters that count, with ids as long as AWS makes them.
fn size(document: &Document) -> usize {
    document.map_strings(&mut |text| vec![with_ids(text)]).size().without_space
}

fn with_ids(text: &str) -> String {
    let mut filled = text.to_owned();
    for symbol in symbols(text).into_iter().filter_map(|(_, symbol)| symbol.ok()) {
        let id = match symbol {
            Symbol::Account(_) => "123456789012",
            Symbol::Organization => "o-a1b2c3d4e5",
            _ => continue,
        };
        filled = filled.replace(&symbol.to_string(), id);
    }
    filled
}
