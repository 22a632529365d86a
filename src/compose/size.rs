//! Documents that are put together from what several lines say: that AWS takes them.

use crate::{
    compose::Problem,
    model::{IamQuotas, Key, LandingZone, Role, filled},
    names::{Origin, Region, RoleRef},
    policy::Size,
};

/// The most characters in all inline policies of a role, white space not counted; not to be raised.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>, read 2026-11.
const INLINE: usize = 10_240;

/// Whether a role's trust policy, as text, is too large.
pub(super) fn trust(zone: &LandingZone, (name, role): (&RoleRef, &Role), policy: &str) -> Option<Problem> {
    let (size, most) = (size(zone, policy), IamQuotas::TRUST_POLICY);
    let message = format!("the trust policy of `{name}` has {size} characters, and AWS takes {most}");
    let help = "trust an account instead of each of its roles, or make several roles of this one";
    let origin = role.trust.first().map_or(&role.origin, |trust| &trust.origin);
    (size > most).then(|| Problem::new(origin, message).help(help))
}

/// Whether the inline policies of a role, which follow from lines elsewhere, take more than there is room for.
pub(super) fn inline<'a>(
    zone: &LandingZone,
    role: &RoleRef,
    policies: impl IntoIterator<Item = (&'a str, &'a Origin)>,
) -> Option<Problem> {
    let sizes: Vec<_> = policies.into_iter().map(|(policy, origin)| (size(zone, policy), origin)).collect();
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
pub(super) fn key(zone: &LandingZone, key: &Key, region: Region, policy: &str) -> Option<Problem> {
    let size = Size::of(&filled(zone, policy)).bytes;
    let reference = key.reference();
    let message =
        format!("the policy of `{reference}` in `{region}` has {size} bytes, and AWS takes {KEY_POLICY}");
    let help = "name accounts instead of each of their roles, or make several keys of this one";
    (size > KEY_POLICY).then(|| Problem::new(&key.origin, message).help(help))
}

/// Characters that count, with ids and names as long as AWS makes them.
fn size(zone: &LandingZone, policy: &str) -> usize {
    Size::of(&filled(zone, policy)).without_space
}

#[cfg(test)]
mod tests {
    use super::super::{
        identity::testing::role,
        testing::{here, zone},
    };
    use super::*;

    #[test]
    fn every_symbol_counts_as_much_as_what_aws_sees() {
        let mut zone = zone();
        let deployer = Role {
            aws_name: here("acme-deployer".into()),
            path: here("/ci/".into()),
            ..role("deployer", [])
        };
        let prod = zone.accounts.get_mut("prod").expect("an account");
        prod.roles.insert("deployer".into(), deployer);
        for (symbol, seen) in [
            ("${account.prod}", "123456789012"),
            ("arn:aws:iam::${account.prod}:root", "arn:aws:iam::123456789012:root"),
            ("${organization}", "o-a1b2c3d4e5"),
            ("${root}", "r-a1b2"),
            ("${home_region}", "ap-southeast-2"),
            ("${role.prod/deployer}", "arn:aws:iam::123456789012:role/ci/acme-deployer"),
            (
                "${key.logs}",
                "arn:aws:kms:ap-southeast-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            ),
            (
                "${key.logs@us-east-1}",
                "arn:aws:kms:us-east-1:123456789012:key/mrk-12ab12ab12ab12ab12ab12ab12ab12ab",
            ),
            ("${bucket.prod/archive}", "arn:aws:s3:::acme-archive-123456789012-ap-southeast-2"),
            ("${landfall}", "arn:aws:iam::*:role/OrganizationAccountAccessRole"),
            ("${aws:PrincipalArn}", "${aws:PrincipalArn}"),
        ] {
            assert_eq!(size(&zone, symbol), seen.len(), "{symbol}");
        }
        assert_eq!(size(&zone, r#"["${regions}"]"#) - 2, r#"["ap-southeast-2","ap-southeast-4"]"#.len());
    }
}
