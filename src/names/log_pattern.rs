use super::Invalid;

text! {
    /// Names of log groups: a name, or a pattern in which `*` stands for any text: `/aws/lambda/*`.
    LogPattern, check
}

/// The most characters in the name of a log group.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html>
const LONGEST: usize = 512;

impl LogPattern {
    /// Whether it names the log group `name`.
    pub fn matches(&self, name: &str) -> bool {
        let mut parts = self.as_str().split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        let Some(last) = parts.next_back() else { return rest.is_empty() };
        for part in parts {
            match rest.split_once(part) {
                Some((_, after)) => rest = after,
                None => return false,
            }
        }
        rest.ends_with(last)
    }
}

fn check(text: &str) -> Result<(), Invalid> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-/.#*".contains(c);
    if text.is_empty() || text.len() > LONGEST || !text.chars().all(allowed) {
        let message = format!("the name of a log group has at most {LONGEST} letters, digits and `_-/.#`");
        return Err(Invalid::new(message).help("`*` stands for any text"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        let pattern = |text: &str| text.parse::<LogPattern>();
        let matches = |text: &str, name| pattern(text).expect("a pattern").matches(name);
        for (text, name) in [
            ("*", "/aws/lambda/a"),
            ("/aws/lambda/*", "/aws/lambda/a"),
            ("/aws/lambda/*", "/aws/lambda/"),
            ("*/a", "/aws/lambda/a"),
            ("/aws/*/a", "/aws/lambda/b/a"),
            ("/a*b*a", "/abba"),
            ("/a", "/a"),
        ] {
            assert!(matches(text, name), "{text} {name}");
        }
        for (text, name) in
            [("/a", "/ab"), ("/aws/lambda/*", "/aws/lambda"), ("/a*a", "/a"), ("*a*b*", "ba"), ("a*", "ba")]
        {
            assert!(!matches(text, name), "{text} {name}");
        }
        for bad in ["", "/aws lambda", "/a?", "/a:b"] {
            assert!(pattern(bad).is_err(), "{bad}");
        }
    }
}
