//! Patterns of policies against texts with symbols in them.

use super::truth::Truth;

/// Whether a text fits a pattern in which `*` is any text and `?` any character.
pub(super) fn fits(pattern: &str, text: &str) -> Truth {
    if has_variable(pattern) {
        return Truth::Open;
    }
    if glob(pattern.as_bytes(), text.as_bytes()) {
        return Truth::Yes;
    }
    open_unless(|wide| !overlap(pattern.as_bytes(), wide.as_bytes()), pattern, text)
}

/// Whether a text is exactly another.
pub(super) fn equals(wanted: &str, text: &str) -> Truth {
    if has_variable(wanted) {
        Truth::Open
    } else if wanted == text {
        Truth::Yes
    } else {
        open_unless(|wide| !glob(wide.as_bytes(), wanted.as_bytes()), wanted, text)
    }
}

/// Whether an ARN fits a pattern, each of its parts [by itself][arn].
///
/// [arn]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
pub(super) fn fits_arn(pattern: &str, arn: &str) -> Truth {
    let parts = |text: &str| text.splitn(6, ':').map(str::to_owned).collect::<Vec<_>>();
    // A variable of IAM's holds a colon itself.
    if has_variable(pattern) {
        return Truth::Open;
    }
    let (patterns, parts) = (parts(pattern), parts(arn));
    if patterns.len() != parts.len() {
        return if glob(pattern.as_bytes(), arn.as_bytes()) { Truth::Open } else { Truth::No };
    }
    Truth::all(patterns.iter().zip(&parts).map(|(pattern, part)| fits(pattern, part)))
}

/// IAM's own variables, which hold a colon or are one of three signs; ours are filled in by now, or symbols that both
/// sides have.
fn has_variable(pattern: &str) -> bool {
    let bodies = pattern.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    bodies.into_iter().any(|(body, _)| body.contains(':') || matches!(body, "*" | "?" | "$"))
}

/// No, unless the text has symbols and the other side spells out what may stand for one: then it is open. Symbols on
/// both sides are compared as they are: two names never stand for one id.
fn open_unless(never: impl Fn(&str) -> bool, pattern: &str, text: &str) -> Truth {
    if pattern.contains("${") || !text.contains("${") || never(&widened(text)) {
        Truth::No
    } else {
        Truth::Open
    }
}

/// A text with `*` for each symbol.
fn widened(text: &str) -> String {
    let (mut wide, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("${") {
        wide.push_str(before);
        wide.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    wide + rest
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read, mut star) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(sign) if *sign == b'?' || *sign == text[read] => (at, read) = (at + 1, read + 1),
            _ => match &mut star {
                Some((after, taken)) => {
                    *taken += 1;
                    (at, read) = (*after + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|sign| *sign == b'*')
}

/// Whether some text fits both patterns.
fn overlap(one: &[u8], other: &[u8]) -> bool {
    // `reached[j]`: what was read of `one` so far and the first `j` of `other` can be the same text.
    let skip = |reached: &mut Vec<bool>| {
        for (j, sign) in other.iter().enumerate() {
            reached[j + 1] |= reached[j] && *sign == b'*';
        }
    };
    let mut reached = vec![false; other.len() + 1];
    reached[0] = true;
    skip(&mut reached);
    for sign in one {
        let mut next = vec![false; other.len() + 1];
        if *sign == b'*' {
            next.clone_from(&reached);
            for j in 0..other.len() {
                next[j + 1] |= next[j];
            }
        } else {
            for (j, theirs) in other.iter().enumerate() {
                let same = *theirs == b'?' || *sign == b'?' || theirs == sign;
                next[j + 1] |= reached[j] && same && *theirs != b'*';
                next[j] |= reached[j] && *theirs == b'*';
                next[j + 1] |= reached[j + 1] && *theirs == b'*';
            }
            skip(&mut next);
        }
        reached = next;
    }
    reached[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_texts() {
        for (pattern, text) in
            [("*", ""), ("a*c", "abbc"), ("a?c", "abc"), ("*b*", "abc"), ("kms:*", "kms:decrypt")]
        {
            assert_eq!(fits(pattern, text), Truth::Yes, "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a*d", "abbc"), ("a?c", "ac"), ("kms:*", "s3:get")] {
            assert_eq!(fits(pattern, text), Truth::No, "{pattern} {text}");
        }
    }

    #[test]
    fn what_a_symbol_stands_for_may_be_spelled_out() {
        let role = "arn:aws:iam::${account.prod}:role/auditor";
        assert_eq!(fits_arn("arn:aws:iam::*:role/auditor", role), Truth::Yes);
        assert_eq!(fits_arn(role, role), Truth::Yes);
        assert_eq!(fits_arn("arn:aws:iam::123456789012:role/auditor", role), Truth::Open);
        assert_eq!(fits_arn("arn:aws:iam::123456789012:role/other", role), Truth::No);
        assert_eq!(fits_arn("arn:aws:iam::${account.dev}:role/auditor", role), Truth::No);
        assert_eq!(fits_arn("arn:aws:iam::${aws:PrincipalAccount}:role/auditor", role), Truth::Open);
        assert_eq!(fits_arn("arn:aws:iam::*", role), Truth::Open);
        assert_eq!(equals("o-a1b2c3d4e5", "${organization}"), Truth::Open);
        assert_eq!(equals("${organization}", "${organization}"), Truth::Yes);
        assert_eq!(equals("ap-southeast-2", "ap-southeast-4"), Truth::No);
    }

    #[test]
    fn two_patterns_may_have_a_text_in_common() {
        for (one, other) in [("a*", "*b"), ("*", ""), ("a*c", "ab*"), ("a?c", "*b*"), ("x*y", "x*z*y")] {
            assert!(overlap(one.as_bytes(), other.as_bytes()), "{one} {other}");
            assert!(overlap(other.as_bytes(), one.as_bytes()), "{other} {one}");
        }
        for (one, other) in [("a*", "b*"), ("*a", "*b"), ("a?c", "ac"), ("", "a"), ("a*b", "b*a")] {
            assert!(!overlap(one.as_bytes(), other.as_bytes()), "{one} {other}");
            assert!(!overlap(other.as_bytes(), one.as_bytes()), "{other} {one}");
        }
    }
}
