//! Whether everything that a run needs is there: each thing for itself, whatever is wrong with the others.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::stand;
use crate::{
    aws::{Caller, Cloud, Skew},
    cli::{
        flow::{self, Entered, Landing},
        home::home,
        interrupt::Interrupt,
        quotas,
        settings::Settings,
        turn,
    },
    config::{Complaints, Files},
    engine::{
        error::Error,
        plan::plan,
        select::Selection,
        snapshot::{Keep, read},
        world::World,
    },
    names::Moment,
    report::{Finding, Outlook, Verdict, plural, took},
    runs::{Found, RunId},
};

/// All that was found; nothing if the search was interrupted.
pub(super) async fn findings(settings: &Settings, interrupt: &Interrupt) -> Option<Vec<Finding>> {
    let landing = flow::try_to_prove(Files::read(&settings.directory));
    let mut findings = vec![version(), landing_zone(landing.as_ref())];
    let (landing, run) = (landing.ok(), RunId::new(Moment::now()));
    let connecting = flow::connect(settings, interrupt, landing.as_ref().map(|landing| &landing.zone), &run);
    let cloud = match interrupt.unless(Box::pin(connecting)).await? {
        Ok(cloud) => cloud,
        Err(error) => {
            findings.push(nobody(&error));
            return Some(findings);
        }
    };
    let caller = interrupt.unless(cloud.caller()).await?;
    let now = SystemTime::now();
    findings.push(match &caller {
        Ok(caller) => credentials(caller, cloud.expiry(), now),
        Err(error) => nobody(error),
    });
    findings.extend(cloud.time_there().map(|there| clock(there, now)));
    if let (Some(landing), Ok(caller)) = (landing, caller) {
        let entered = Entered { run, cloud, caller };
        let looking = flow::shown(settings, &entered.cloud, interrupt, async |world| {
            look(settings, world, &landing, &entered.caller, interrupt).await
        });
        let (found, _) = Box::pin(looking).await;
        findings.extend(found?);
        findings.extend(chain(&entered.cloud, &landing));
        let reading = Box::pin(async { turn::store(&landing, &entered).read().await });
        findings.push(lease(interrupt.unless(reading).await?.as_ref()));
    } else {
        let text = "organization, accounts, Regions and quotas were not looked at";
        findings
            .push(Finding::new("rest", Verdict::Unknown, text).hint("put right what is wrong above first"));
    }
    Some(findings)
}

/// What has to be read to be found.
async fn look(
    settings: &Settings,
    world: &Arc<World>,
    landing: &Landing,
    caller: &Caller,
    interrupt: &Interrupt,
) -> Option<Vec<Finding>> {
    let graph = &landing.graph;
    let snapshot = interrupt.unless(read(world, graph, Selection::everything(), Keep::Everything)).await?;
    let home = home(graph, &snapshot, world, caller).await;
    let mut findings = vec![stand::organization(graph, &snapshot, home.as_ref())];
    let stand = stand::Stand { world, graph, snapshot: &snapshot };
    findings.extend(interrupt.unless(stand.accounts()).await?);
    findings.extend(stand.trusted_access());
    findings.extend(stand.regions());
    findings.extend(stand.unreadable());
    let plan = plan(graph, &snapshot, &flow::options(&landing.zone, false, false));
    let quotas = interrupt.unless(quotas::near(world, &plan, (graph, &snapshot))).await?;
    findings.extend(stand::quotas(&Outlook { estimate: None, quotas }));
    settings.out.detail("Nothing was changed.");
    Some(findings)
}

fn version() -> Finding {
    let (version, system, machine) =
        (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    Finding::new("version", Verdict::Fine, format!("Landfall {version} for {system} on {machine}"))
}

fn landing_zone(landing: Result<&Landing, &Complaints>) -> Finding {
    match landing {
        Ok(landing) => {
            let (organization, nodes) =
                (landing.graph.organization(), plural(landing.graph.len(), "resource"));
            Finding::new(
                "landing zone",
                Verdict::Fine,
                format!("`{organization}`: {nodes}, without a mistake"),
            )
        }
        Err(complaints) => {
            let mut mistakes = complaints.iter().filter(|complaint| !complaint.is_warning());
            let text = match (mistakes.next(), complaints.mistakes()) {
                (Some(only), 1) => format!("{} ({})", only.message, only.origin),
                (_, several) => format!("it has {}", plural(several, "mistake")),
            };
            let finding = Finding::new("landing zone", Verdict::Wrong, text);
            finding.hint("`landfall validate` shows where, and what to do")
        }
    }
}

fn nobody(error: &Error) -> Finding {
    Finding::failed("credentials", Verdict::Wrong, "AWS does not know who calls", error)
}

/// A run of some length ends in the middle with less.
const ENOUGH: Duration = Duration::from_mins(15);

/// Who calls, and how long that lasts.
fn credentials(caller: &Caller, expiry: Option<SystemTime>, now: SystemTime) -> Finding {
    let Caller { account, arn, user_id: _ } = caller;
    let who = format!("{arn} in account {account}");
    let found = |verdict, text: String| Finding::new("credentials", verdict, text);
    if arn.ends_with(":root") {
        // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
        let hint = "sign in as a user or role of IAM or Identity Center: AWS lets no root user assume roles";
        return found(Verdict::Wrong, format!("{who}, the root user, can't enter other accounts")).hint(hint);
    }
    let Some(expiry) = expiry else {
        return found(Verdict::Fine, format!("{who}; they have no end"));
    };
    match expiry.duration_since(now) {
        Ok(left) if left >= ENOUGH => found(Verdict::Fine, format!("{who}; they last {} more", took(left))),
        Ok(left) => found(Verdict::Wrong, format!("{who}; they last {} more", took(left)))
            .hint("sign in again before an apply: one that loses them in the middle has to be run again"),
        Err(_) => found(Verdict::Wrong, format!("{who}; they have ended")).hint("sign in again"),
    }
}

fn clock(there: SystemTime, now: SystemTime) -> Finding {
    let skew = Skew::of(there, now);
    if !skew.matters() {
        return Finding::new("clock", Verdict::Fine, format!("within {} of AWS's", took(skew.off)));
    }
    Finding::new("clock", Verdict::Wrong, format!("this machine's clock is {skew}"))
        .hint("set it by the network (NTP): AWS refuses what is signed more than 5 minutes off")
}

/// Whether somebody applies right now.
fn lease(found: Result<&Option<Found>, &Error>) -> Finding {
    let fine = |text: String| Finding::new("lease", Verdict::Fine, text);
    match found {
        Err(error) => Finding::failed("lease", Verdict::Unknown, "nobody can tell who applies", error),
        Ok(Some(Found { lease, age, .. })) if !lease.free => {
            let who = turn::who(&lease.holder);
            if age.is_some_and(|age| age >= lease.timing().lasts) {
                return fine(format!("{who} did not give it back; the next apply takes it over"));
            }
            fine(format!("{who} applies")).hint("an apply waits for it; `landfall unlock` takes it away")
        }
        Ok(_) => fine("nobody applies".to_owned()),
    }
}

/// Whether accounts are entered by the hops that the landing zone states.
fn chain(cloud: &Cloud, landing: &Landing) -> Option<Finding> {
    let via = &landing.zone.access.via;
    if via.is_empty() {
        return None;
    }
    let hops: Vec<_> = via.iter().map(|hop| format!("`{}`", **hop)).collect();
    let hops = hops.join(", ");
    let is_there = via.iter().all(|hop| cloud.account_id(&hop.account).is_some());
    Some(if !is_there {
        let text = format!("an apply makes the accounts of {hops}");
        Finding::new("chain", Verdict::Fine, text)
    } else if cloud.is_direct() {
        let text = format!("{hops} can't be gone through: accounts are entered from the management account");
        Finding::new("chain", Verdict::Wrong, text)
            .hint("an apply makes what is missing of it; what it may not do is told with `-vv`")
    } else {
        Finding::new("chain", Verdict::Fine, format!("{hops} can be gone through"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(finding: &Finding) -> (Verdict, &str, Option<&str>) {
        (finding.verdict, &finding.text, finding.hint.as_deref())
    }

    fn caller(arn: &str) -> Caller {
        Caller { account: "111122223333".parse().unwrap(), arn: arn.to_owned(), user_id: String::new() }
    }

    #[test]
    fn credentials_have_to_last() {
        let (now, jane) = (SystemTime::now(), caller("arn:aws:iam::111122223333:user/jane"));
        let lasting = |seconds| credentials(&jane, Some(now + Duration::from_secs(seconds)), now);
        let who = "arn:aws:iam::111122223333:user/jane in account 111122223333";
        assert_eq!(told(&credentials(&jane, None, now)).1, format!("{who}; they have no end"));
        assert_eq!(told(&lasting(3600)), (Verdict::Fine, &*format!("{who}; they last 1h 00m more"), None));
        assert_eq!(lasting(899).verdict, Verdict::Wrong);
        let ended = credentials(&jane, Some(now), now + Duration::from_secs(1));
        assert_eq!(
            told(&ended),
            (Verdict::Wrong, &*format!("{who}; they have ended"), Some("sign in again"))
        );
        let root = credentials(&caller("arn:aws:iam::111122223333:root"), None, now);
        assert_eq!(root.verdict, Verdict::Wrong);
    }

    #[test]
    fn a_clock_is_ahead_or_behind() {
        let now = SystemTime::now();
        let off =
            |seconds: u64| clock(now + Duration::from_secs(1000), now + Duration::from_secs(1000 - seconds));
        assert_eq!(told(&off(1)), (Verdict::Fine, "within 1.0s of AWS's", None));
        assert_eq!(off(400).text, "this machine's clock is 6m 40s behind AWS's");
        let ahead = clock(now, now + Duration::from_secs(125));
        assert_eq!(ahead.text, "this machine's clock is 2m 05s ahead of AWS's");
        assert_eq!((ahead.verdict, ahead.hint.is_some()), (Verdict::Wrong, true));
    }
}
