//! Small words: counts, durations, addresses as they are told within an account.

use std::{borrow::Cow, time::Duration};

pub use crate::names::took;

/// `1 resource`, `3 resources`, `2 policies`, `4 batches`.
pub fn plural(count: usize, one: &str) -> String {
    let number = number(count);
    if count == 1 {
        return format!("{number} {one}");
    }
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{number} {stem}ies"),
        _ if one.ends_with("ch") => format!("{number} {one}es"),
        _ => format!("{number} {one}s"),
    }
}

/// A count with its thousands apart: `1,204`.
pub fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut apart = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

/// A time that nobody knows exactly: `20 s`, `3 min`, `1 h 20 min`.
pub(super) fn roughly(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1000);
    let minutes = (seconds + 30) / 60;
    match seconds {
        0..=50 => format!("{} s", seconds.div_ceil(10).max(1) * 10),
        51..=3569 => format!("{minutes} min"),
        _ => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

/// A count of calls, as other counts are.
pub(super) fn count(many: u64) -> usize {
    usize::try_from(many).unwrap_or(usize::MAX)
}

/// An address as it is told within an account: `iam/role/deployer`, `ap-southeast-2/ec2/vpc/main`; in full elsewhere.
pub(super) fn within<'a>(address: &'a str, account: &str) -> &'a str {
    let inside = address.strip_prefix(account).and_then(|rest| rest.strip_prefix('/'));
    inside.map_or(address, |inside| inside.strip_prefix("global/").unwrap_or(inside))
}

/// The account that an address begins with.
pub(super) fn account_of(address: &str) -> &str {
    address.split('/').next().unwrap_or(address)
}

/// The text with everything that could steer a terminal written out.
pub(super) fn printable(text: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(steers) {
        return text.to_owned();
    }
    let show = |c: char| if steers(c) { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(show).collect()
}

/// A word as a shell takes it.
pub(super) fn shell_word(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.into();
    }
    format!("'{}'", text.replace('\'', r"'\''")).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_words_as_they_are() {
        assert_eq!(shell_word("http://127.0.0.1:5000"), "http://127.0.0.1:5000");
        assert_eq!(shell_word("/tmp/jane's $x"), r"'/tmp/jane'\''s $x'");
        assert_eq!(shell_word(""), "''");
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        let told: Vec<_> = [0, 1, 2].map(|count| plural(count, "policy")).into();
        assert_eq!(told, ["0 policies", "1 policy", "2 policies"]);
        assert_eq!(
            (plural(1204, "key"), number(1_000_000)),
            ("1,204 keys".to_owned(), "1,000,000".to_owned())
        );
    }

    #[test]
    fn what_nobody_knows_exactly_is_rounded() {
        let told = |seconds| roughly(Duration::from_secs(seconds));
        assert_eq!(
            [told(0), told(11), told(51), told(181), told(3569), told(3570), told(4801)],
            ["10 s", "20 s", "1 min", "3 min", "59 min", "1 h 00 min", "1 h 20 min"]
        );
    }

    #[test]
    fn addresses_lose_only_what_the_account_says() {
        assert_eq!(within("prod/global/iam/role/deployer", "prod"), "iam/role/deployer");
        assert_eq!(within("prod/eu-west-1/ec2/vpc/a", "prod"), "eu-west-1/ec2/vpc/a");
        assert_eq!(within("prod-2/global/iam/role/a", "prod"), "prod-2/global/iam/role/a");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[2J\u{202e}b"), "a\\u{1b}[2J\\u{202e}b");
    }
}
