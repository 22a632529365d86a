use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{AccountName, Invalid};

/// A bucket in an account, written `logging/archive`: by its name in the landing zone, never by what S3 calls it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BucketRef {
    /// The account the bucket lies in.
    pub account: AccountName,
    /// The name of the bucket in that account.
    pub bucket: Arc<str>,
}

impl BucketRef {
    /// The bucket `bucket` of `account`.
    pub fn new(account: AccountName, bucket: impl Into<Arc<str>>) -> Self {
        Self { account, bucket: bucket.into() }
    }
}

impl FromStr for BucketRef {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.split_once('/') {
            Some((account, bucket)) if !bucket.is_empty() && !bucket.contains(['/', ':']) => {
                Ok(Self::new(account.parse()?, bucket))
            }
            _ => {
                Err(Invalid::new("a bucket is written `account/bucket`")
                    .help("for example `logging/archive`"))
            }
        }
    }
}

impl fmt::Display for BucketRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.bucket)
    }
}

impl fmt::Debug for BucketRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_account_and_bucket() {
        let bucket: BucketRef = "logging/archive".parse().expect("a bucket");
        assert_eq!((bucket.account.as_str(), &*bucket.bucket), ("logging", "archive"));
        assert_eq!(bucket.to_string(), "logging/archive");
        for bad in ["", "archive", "logging/", "/archive", "a/b/c", "arn:aws:s3:::x"] {
            assert!(bad.parse::<BucketRef>().is_err(), "{bad}");
        }
    }
}
