//! What has to be known before the first call.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::names::{AccountName, Region};

/// How to reach AWS: from the command line and from `[access]` and `[organization]` of the landing zone.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The profile of the shared configuration files; none for the SDK's default chain.
    pub profile: Option<String>,
    /// Where STS is asked, unless accounts have to enable it first, and where services that are global are reached from.
    pub home_region: Region,
    /// The role by which a member account is entered.
    pub access_role: String,
    /// Roles to go through before it, in order; used once they exist and answer.
    pub via: Vec<(AccountName, String)>,
    /// How long a session lasts; one hour at most where a role is assumed from a role.
    pub session: Duration,
    /// The run, as it shall be read in `CloudTrail`.
    pub run: String,
    /// Who started it, as far as the machine knows.
    pub user: Option<String>,
    /// How many calls may be in flight at once.
    pub parallel: usize,
    /// Once cancelled, nothing is waited for any more: an account that was just made and is not open yet stays closed.
    pub abandon: CancellationToken,
}

/// AWS's limit for `RoleSessionName`.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>, read 2026-11.
const LONGEST_NAME: usize = 64;

/// AWS's least `DurationSeconds`.
const SHORTEST_SESSION: Duration = Duration::from_mins(15);

/// AWS's limit for sessions that were opened from a role's session.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining>, read 2026-11.
const LONGEST_CHAINED_SESSION: Duration = Duration::from_hours(1);

impl Settings {
    /// The name that `CloudTrail` shows for our sessions: `landfall-<run>-<user>`.
    pub(super) fn session_name(&self) -> String {
        let whole = match &self.user {
            Some(user) => format!("landfall-{}-{user}", self.run),
            None => format!("landfall-{}", self.run),
        };
        let allowed = |c: char| if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) { c } else { '-' };
        whole.chars().map(allowed).take(LONGEST_NAME).collect()
    }

    /// How long a session is asked for.
    pub(super) fn session_length(&self, chained: bool) -> Duration {
        let asked = self.session.max(SHORTEST_SESSION);
        if chained { asked.min(LONGEST_CHAINED_SESSION) } else { asked }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::testing::settings;

    #[test]
    fn session_name_holds_only_what_sts_takes() {
        let named = |user: &str| Settings { user: Some(user.into()), ..settings() }.session_name();
        assert_eq!(named("jane.doe@acme"), "landfall-r1-jane.doe@acme");
        assert_eq!(named("DOMAIN\\jane döe"), "landfall-r1-DOMAIN-jane-d-e");
        assert_eq!(named(&"x".repeat(100)).len(), 64);
        assert_eq!(settings().session_name(), "landfall-r1");
    }

    #[test]
    fn a_chained_session_lasts_an_hour_at_most() {
        let long = Settings { session: Duration::from_hours(4), ..settings() };
        assert_eq!(long.session_length(true), Duration::from_hours(1));
        assert_eq!(long.session_length(false), Duration::from_hours(4));
        let short = Settings { session: Duration::from_secs(1), ..settings() };
        assert_eq!(short.session_length(true), Duration::from_mins(15));
    }
}
