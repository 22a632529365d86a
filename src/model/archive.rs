use crate::names::{AccountName, BucketRef, KeyRef, Located, Origin, Period, Region};

/// Where the organization's logs are kept.
#[derive(Clone, Debug)]
pub struct Archive {
    /// The account that the buckets lie in.
    pub account: Located<AccountName>,
    /// The key that they are encrypted under; the trail's unless said otherwise.
    pub key: Located<KeyRef>,
    /// How long a log is kept: whole days.
    pub retention: Located<Days>,
    /// When a log moves to Glacier; nothing if it expires before.
    pub glacier_after: Option<Located<Days>>,
    /// What keeps logs from being deleted before.
    pub lock: Lock,
    /// Where everything is copied to.
    pub replica: Option<Replica>,
    /// The table.
    pub origin: Origin,
}

impl Archive {
    /// The bucket of logs that is locked and copied.
    pub const MAIN: &str = "archive";
    /// The bucket of AWS Config, which can't deliver into a bucket with default retention.
    /// <https://docs.aws.amazon.com/config/latest/developerguide/manage-delivery-channel.html>
    pub const CONFIG: &str = "archive-config";
    /// The bucket of S3's own access logs, which can't be delivered into one with default retention, nor into one that
    /// is encrypted under a key.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html>
    pub const ACCESS: &str = "archive-access";
    /// The buckets in the home Region.
    pub const BUCKETS: [&str; 3] = [Self::MAIN, Self::CONFIG, Self::ACCESS];

    /// Its buckets in the home Region as the landing zone names them.
    pub fn buckets(&self) -> impl Iterator<Item = BucketRef> + '_ {
        Self::BUCKETS.into_iter().map(|bucket| BucketRef::new(self.account.value.clone(), bucket))
    }
}

/// Default retention of new objects: until it ends, a version of an object can't be deleted.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>
#[derive(Clone, Debug)]
pub struct Lock {
    /// Whether anybody may shorten it.
    pub mode: Located<LockMode>,
    /// How long it lasts; as long as the archive's retention unless said otherwise.
    pub days: Located<Days>,
}

/// Whether a lock can be shortened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// By whom `s3:BypassGovernanceRetention` is allowed.
    Governance,
    /// By nobody, the root user and AWS included.
    Compliance,
}

impl LockMode {
    /// As the TOML writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Governance => "governance",
            Self::Compliance => "compliance",
        }
    }
}

/// The archive's copy in a second Region.
#[derive(Clone, Debug)]
pub struct Replica {
    /// The Region.
    pub region: Located<Region>,
    /// The key that copies are encrypted under; its account is that of the copy.
    pub key: Located<KeyRef>,
    /// The table.
    pub origin: Origin,
}

/// A number of whole days that S3 takes, written as a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Days(u32);

impl Days {
    /// The most that Object Lock takes: a hundred years.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html>
    pub const MOST: Self = Self(36_500);

    /// So many days, at least one and at most [`Days::MOST`].
    pub fn of(period: Period) -> Option<Self> {
        let days = u32::try_from(period.as_days()?).ok()?;
        (1..=Self::MOST.0).contains(&days).then_some(Self(days))
    }

    /// How many.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// As the TOML writes it.
    pub fn period(self) -> Period {
        Period::days(u64::from(self.0))
    }
}
