//! Documents that are put together from what several lines say: that AWS takes them.

use crate::{
    compose::Problem,
    model::{IamQuotas, Key, Role, Symbol, symbols},
    names::{Origin, Region, RoleRef},
    policy::Size,
};

/// The most characters in all inline policies of a role, white space not counted; not to be raised.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>, read 2026-11.
const INLINE: usize = 10_240;

/// Whether a role's trust policy, as text, is too large.
pub(super) fn trust(role: &Role, policy: &str) -> Option<Problem> {
    let (size, most) = (size(policy), IamQuotas::TRUST_POLICY);
    let message = format!("the trust policy of `{}` has {size} characters, and AWS takes {most}", role.name);
    let help = "trust an account instead of each of its roles, or make several roles of this one";
    let origin = role.trust.first().map_or(&role.origin, |trust| &trust.origin);
    (size > most).then(|| Problem::new(origin, message).help(help))
}

/// Whether the inline policies of a role, which follow from lines elsewhere, take more than there is room for.
pub(super) fn inline<'a>(
    role: &RoleRef,
    policies: impl IntoIterator<Item = (&'a str, &'a Origin)>,
) -> Option<Problem> {
    let sizes: Vec<_> = policies.into_iter().map(|(policy, origin)| (size(policy), origin)).collect();
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

/// Whether the policy of a key, as text, is too large.
pub(super) fn key(key: &Key, region: Region, policy: &str) -> Option<Problem> {
    let size = filled(policy).bytes;
    let reference = key.reference();
    let message =
        format!("the policy of `{reference}` in `{region}` has {size} bytes, and AWS takes {KEY_POLICY}");
    let help = "name accounts instead of each of their roles, or make several keys of this one";
    (size > KEY_POLICY).then(|| Problem::new(&key.origin, message).help(help))
}

/// Characters that count, with ids as long as AWS makes them.
fn size(policy: &str) -> usize {
    filled(policy).without_space
}

fn filled(text: &str) -> Size {
    let (mut filled, mut at) = (String::with_capacity(text.len()), 0);
    for (range, symbol) in symbols(text) {
        let Some(id) = symbol.ok().and_then(|symbol| id(&symbol)) else { continue };
        filled.push_str(&text[at..range.start]);
        filled.push_str(&id);
        at = range.end;
    }
    Size::of(&(filled + &text[at..]))
}

fn id(symbol: &Symbol) -> Option<String> {
    Some(match symbol {
        Symbol::Account(_) => "123456789012".to_owned(),
        Symbol::Organization => "o-a1b2c3d4e5".to_owned(),
        Symbol::Role(role) => format!("arn:aws-us-gov:iam::123456789012:role/{}", role.role),
        Symbol::Key(..) => {
            "arn:aws-us-gov:kms:ap-southeast-2:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
                .to_owned()
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_symbol_counts_as_much_as_its_id() {
        let filled = r#"["123456789012","arn:aws:iam::123456789012:root","o-a1b2c3d4e5"]"#;
        let policy = r#"["${account.dev}", "arn:aws:iam::${account.prod}:root", "${organization}"]"#;
        assert_eq!(super::size(policy), filled.len());
    }
}
