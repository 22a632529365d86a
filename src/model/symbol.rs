use std::fmt;
use std::ops::Range;

use crate::names::{AccountName, Invalid, KeyRef, Region, RoleRef, nearest};

/// Something of ours that a policy file may speak of, `${…}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symbol {
    /// `${account.prod}`: the id of an account.
    Account(AccountName),
    /// `${role.prod/deployer}`: the ARN of a role.
    Role(RoleRef),
    /// `${key.logs}`, `${key.prod/data}`: the ARN of a key; `${key.logs@ap-southeast-4}`: that of its replica there.
    Key(KeyRef, Option<Region>),
    /// `${bucket.logging/archive}`: the ARN of a bucket.
    Bucket(AccountName, String),
    /// `${organization}`: the id of the organization.
    Organization,
    /// `${root}`: the id of the organization's root.
    Root,
    /// `${home_region}`: the name of the home Region.
    HomeRegion,
    /// `${regions}`: the names of the Regions in use; a whole string, which becomes an array.
    Regions,
    /// `${landfall}`: the pattern of ARNs of the role by which member accounts are reached.
    Landfall,
}

/// What a symbol may begin with or be.
const WORDS: [&str; 9] =
    ["account.", "role.", "key.", "bucket.", "organization", "root", "home_region", "regions", "landfall"];

/// The symbols of ours in `text`, with the bytes they take, `${` and `}` included. IAM's own variables (`${aws:…}`,
/// `${*}`) are passed over; whatever is neither is an error.
pub fn symbols(text: &str) -> Vec<(Range<usize>, Result<Symbol, Invalid>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("${").map(|offset| at + offset) {
        let Some(end) = text[start..].find(['}', '"', '\n']).map(|offset| start + offset) else {
            found.push((start..text.len(), Err(Invalid::new("`${` is never closed"))));
            break;
        };
        at = end;
        if text.as_bytes()[end] != b'}' {
            found.push((start..end, Err(Invalid::new("`${` is never closed"))));
            continue;
        }
        at += 1;
        if let Some(symbol) = parse(&text[start + 2..end]) {
            found.push((start..at, symbol));
        }
    }
    found
}

/// Nothing for IAM's own variables, which hold a colon or are one of three signs.
fn parse(body: &str) -> Option<Result<Symbol, Invalid>> {
    let word = WORDS.iter().find(|word| body == **word || (word.ends_with('.') && body.starts_with(**word)));
    let Some(word) = word else {
        let passes = body.contains(':') || matches!(body, "*" | "?" | "$");
        return (!passes).then(|| Err(unknown(body)));
    };
    Some(parse_word(word, &body[word.len()..]))
}

fn parse_word(word: &str, rest: &str) -> Result<Symbol, Invalid> {
    Ok(match word {
        "account." => Symbol::Account(rest.parse()?),
        "role." => Symbol::Role(rest.parse()?),
        "key." => parse_key(rest)?,
        "bucket." => parse_bucket(rest)?,
        "organization" => Symbol::Organization,
        "root" => Symbol::Root,
        "home_region" => Symbol::HomeRegion,
        "regions" => Symbol::Regions,
        "landfall" => Symbol::Landfall,
        _ => return Err(unknown(word)),
    })
}

fn parse_key(rest: &str) -> Result<Symbol, Invalid> {
    Ok(match rest.split_once('@') {
        Some((key, region)) => Symbol::Key(key.parse()?, Some(region.parse()?)),
        None => Symbol::Key(rest.parse()?, None),
    })
}

fn parse_bucket(rest: &str) -> Result<Symbol, Invalid> {
    match rest.split_once('/') {
        Some((account, bucket)) if !bucket.is_empty() => Ok(Symbol::Bucket(account.parse()?, bucket.into())),
        _ => Err(Invalid::new("a bucket is written `account/bucket`")),
    }
}

fn unknown(body: &str) -> Invalid {
    let known = "known are `account.NAME`, `role.ACCOUNT/NAME`, `key.NAME`, `bucket.ACCOUNT/NAME`, `organization`, \
                 `root`, `home_region`, `regions` and `landfall`; a variable of IAM's holds a colon";
    let help =
        nearest(body, WORDS).map_or_else(|| known.into(), |near| format!("did you mean `${{{near}}}`?"));
    Invalid::new(format!("`${{{body}}}` is neither a symbol of the landing zone nor a variable of IAM's"))
        .help(help)
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(account) => write!(f, "${{account.{account}}}"),
            Self::Role(role) => write!(f, "${{role.{role}}}"),
            Self::Key(key, None) => write!(f, "${{key.{key}}}"),
            Self::Key(key, Some(region)) => write!(f, "${{key.{key}@{region}}}"),
            Self::Bucket(account, bucket) => write!(f, "${{bucket.{account}/{bucket}}}"),
            Self::Organization => f.write_str("${organization}"),
            Self::Root => f.write_str("${root}"),
            Self::HomeRegion => f.write_str("${home_region}"),
            Self::Regions => f.write_str("${regions}"),
            Self::Landfall => f.write_str("${landfall}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let show = |(range, symbol): (Range<usize>, Result<Symbol, Invalid>)| match symbol {
            Ok(symbol) => {
                assert_eq!(text[range], symbol.to_string());
                symbol.to_string()
            }
            Err(error) => error.reason,
        };
        symbols(text).into_iter().map(show).collect()
    }

    #[test]
    fn finds_what_is_ours_and_passes_over_what_is_iams() {
        let text = "arn:aws:iam::${account.prod}:role/x ${aws:PrincipalAccount} ${*}${?}${$} ${aws:a, 'b'} ${regions}";
        assert_eq!(names(text), ["${account.prod}", "${regions}"]);
        assert_eq!(names("${role.prod/deployer} ${bucket.logging/archive} ${key.logs}").len(), 3);
        assert_eq!(names("${key.prod/data} ${key.logs@ap-southeast-4}").len(), 2);
        assert_eq!(names("é${root}${landfall}"), ["${root}", "${landfall}"]);
        assert!(symbols("no symbols, $5, {x}").is_empty());
    }

    #[test]
    fn refuses_what_is_neither() {
        for bad in [
            "${acount.prod}",
            "${}",
            "${account}",
            "${key.}",
            "${key.a@b}",
            "${role.prod}",
            "${bucket.x}",
            "${root",
        ] {
            assert!(symbols(bad)[0].1.is_err(), "{bad}");
        }
        assert_eq!(names("\"${root\", \"${root}\""), ["`${` is never closed", "${root}"]);
    }
}
