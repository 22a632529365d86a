//! The one spelling that stands for all equal ones.

use super::arn::Arn;

/// Condition operators without their prefixes and suffix. `ArnLike` and `ArnNotLike` are not here: they are
/// the same as `ArnEquals` and `ArnNotEquals`.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
const OPERATORS: &[&str] = &[
    "ArnEquals",
    "ArnNotEquals",
    "BinaryEquals",
    "Bool",
    "DateEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateNotEquals",
    "IpAddress",
    "NotIpAddress",
    "Null",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericNotEquals",
    "StringEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotEquals",
    "StringNotEqualsIgnoreCase",
    "StringNotLike",
];

/// What may stand before an operator when the key has several values.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
const PREFIXES: &[&str] = &["ForAllValues:", "ForAnyValue:"];

/// What may stand behind an operator when the key may be absent.
const SUFFIX: &str = "IfExists";

/// Global condition keys, without what follows a slash. Only the spelling of differences depends on this
/// list: a key that is missing here is compared just as well.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
const GLOBAL_KEYS: &[&str] = &[
    "aws:AssumedRoot",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:ChatbotSourceArn",
    "aws:CurrentTime",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:Ec2InstanceSourceVpc",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalTag",
    "aws:PrincipalType",
    "aws:Referer",
    "aws:RequestTag",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:ResourceTag",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:ViaAWSService",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:VpcSourceIp",
    "aws:userid",
    "aws:username",
];

/// AWS's spelling of a condition operator; lower case if AWS has no such operator.
///
/// That case means nothing here is not documented. It is safe to set it aside all the same, since no two
/// operators differ by case alone: another case is either refused or the same operator.
pub(super) fn operator(spelled: &str) -> String {
    let (prefix, rest) = split_prefix(spelled);
    let (base, suffix) = split_suffix(rest);
    match known(OPERATORS, synonym(base)) {
        Some(base) => format!("{prefix}{base}{suffix}"),
        None => spelled.to_ascii_lowercase(),
    }
}

/// AWS's spelling of a condition key: lower case, unless it is one of the global keys. What follows the slash
/// of `aws:PrincipalTag/…` is part of the key's name, hence without case as well.
pub(super) fn key(spelled: &str) -> String {
    let lower = spelled.to_ascii_lowercase();
    let head = lower.split('/').next().unwrap_or_default();
    match known(GLOBAL_KEYS, head) {
        Some(global) => format!("{global}{}", &lower[head.len()..]),
        None => lower,
    }
}

/// The account of a root ARN; any other principal as it is. Trust never crosses partitions, so the id alone
/// says it all.
pub(super) fn aws_principal(spelled: &str) -> String {
    match spelled.parse::<Arn>() {
        Ok(arn) if arn.service == "iam" && arn.resource == "root" && !arn.account.is_empty() => arn.account,
        _ => spelled.to_owned(),
    }
}

fn split_prefix(spelled: &str) -> (&'static str, &str) {
    let fits = |prefix: &&&str| starts_with(spelled, prefix);
    PREFIXES.iter().find(fits).map_or(("", spelled), |prefix| (*prefix, &spelled[prefix.len()..]))
}

fn split_suffix(spelled: &str) -> (&str, &'static str) {
    let cut = spelled.len().saturating_sub(SUFFIX.len());
    match spelled.get(cut..) {
        Some(end) if end.eq_ignore_ascii_case(SUFFIX) => (&spelled[..cut], SUFFIX),
        _ => (spelled, ""),
    }
}

/// `ArnEquals` and `ArnLike` [behave identically][arn], as do their negations.
///
/// [arn]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
fn synonym(base: &str) -> &str {
    match base {
        _ if base.eq_ignore_ascii_case("ArnLike") => "ArnEquals",
        _ if base.eq_ignore_ascii_case("ArnNotLike") => "ArnNotEquals",
        _ => base,
    }
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn known(list: &[&'static str], name: &str) -> Option<&'static str> {
    list.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators() {
        assert_eq!(operator("foranyvalue:stringLIKEifexists"), "ForAnyValue:StringLikeIfExists");
        assert_eq!(operator("arnlike"), "ArnEquals");
        assert_eq!(operator("ForAllValues:ArnNotLikeIfExists"), "ForAllValues:ArnNotEqualsIfExists");
        assert_eq!(operator("Émoji"), "Émoji".to_ascii_lowercase());
        assert_eq!(operator("IfExists"), "ifexists");
    }

    #[test]
    fn keys() {
        assert_eq!(key("AWS:sourceip"), "aws:SourceIp");
        assert_eq!(key("aws:principaltag/Team/Sub"), "aws:PrincipalTag/team/sub");
        assert_eq!(key("ec2:InstanceType"), "ec2:instancetype");
    }

    #[test]
    fn principals() {
        assert_eq!(aws_principal("arn:aws-cn:iam::123456789012:root"), "123456789012");
        assert_eq!(aws_principal("arn:aws:iam::${account.prod}:root"), "${account.prod}");
        for same in ["*", "123456789012", "AROAEXAMPLE", "arn:aws:iam::123456789012:role/root"] {
            assert_eq!(aws_principal(same), same);
        }
        let session = "arn:aws:sts::123456789012:assumed-role/reader/me";
        assert_eq!(aws_principal(session), session);
    }

    #[test]
    fn canonical_spellings_are_fixed_points() {
        assert!(OPERATORS.iter().all(|name| operator(name) == *name));
        assert!(GLOBAL_KEYS.iter().all(|name| key(name) == *name));
    }
}
