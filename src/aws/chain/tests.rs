//! Against a replay of STS's wire format.

use std::sync::atomic::AtomicUsize;

use futures::future::join_all;

use super::*;
use crate::aws::testing::{self, Clock as Hands, Replay, Reply, Seen, account, chain, settings};

const HUB: &str = "arn:aws:iam::222222222222:role/landfall-hub";
const PROD: &str = "arn:aws:iam::333333333333:role/Access";
const DEV: &str = "arn:aws:iam::444444444444:role/Access";

fn open(clock: &Hands) -> Replay {
    let clock = clock.clone();
    Replay::new(move |seen| testing::sts(seen, &clock))
}

/// Refuses where `no` says so.
fn closed(clock: &Hands, no: impl Fn(&Seen) -> bool + Send + Sync + 'static) -> Replay {
    let clock = clock.clone();
    Replay::new(move |seen| if no(seen) { denied() } else { testing::sts(seen, &clock) })
}

fn denied() -> Reply {
    testing::refusal(403, "AccessDenied", "not authorized to perform: sts:AssumeRole")
}

fn via_hub() -> Settings {
    Settings { via: vec![(account("hub"), "landfall-hub".into())], ..settings() }
}

fn steps(replay: &Replay) -> Vec<(String, String)> {
    replay.assumed()
}

fn step(key: &str, role: &str) -> (String, String) {
    (key.into(), role.into())
}

#[tokio::test]
async fn a_session_is_opened_once_however_many_ask() {
    let clock = Hands::new();
    let replay = open(&clock);
    let chain = chain(settings(), &replay, &clock);
    let prod = account("prod");
    let all = join_all((0..20).map(|_| chain.member(&prod))).await;
    assert!(
        all.iter().all(|session| session.as_ref().is_ok_and(|keys| keys.access_key_id() == "KEY-Access"))
    );
    assert_eq!((replay.count("AssumeRole"), replay.count("GetCallerIdentity")), (1, 1));
    let first = &replay.seen()[1];
    assert_eq!(first.host, "sts.ap-southeast-2.amazonaws.com");
    assert!(first.body.contains("RoleSessionName=landfall-r1"), "{}", first.body);
    assert!(!first.body.contains("SourceIdentity"));
}

#[tokio::test]
async fn a_session_is_opened_anew_five_minutes_before_it_ends() {
    let clock = Hands::new();
    let replay = open(&clock);
    let chain = chain(via_hub(), &replay, &clock);
    let prod = account("prod");
    chain.member(&prod).await.expect("a session");
    clock.forward(Duration::from_mins(54));
    chain.member(&prod).await.expect("a session");
    assert_eq!(replay.count("AssumeRole"), 2);
    clock.forward(Duration::from_mins(2));
    chain.member(&prod).await.expect("a session");
    let once = [step("ROOT", HUB), step("KEY-landfall-hub", PROD)];
    assert_eq!(steps(&replay), [once.clone(), once].concat(), "again, from the root through the whole chain");
}

#[tokio::test]
async fn a_hop_is_opened_once_for_all_accounts() {
    let clock = Hands::new();
    let replay = open(&clock);
    let chain = chain(Settings { session: Duration::from_hours(4), ..via_hub() }, &replay, &clock);
    chain.member(&account("prod")).await.expect("a session");
    chain.member(&account("dev")).await.expect("a session");
    let expected = [step("ROOT", HUB), step("KEY-landfall-hub", PROD), step("KEY-landfall-hub", DEV)];
    assert_eq!(steps(&replay), expected);
    let lengths = ["DurationSeconds=14400", "DurationSeconds=3600", "DurationSeconds=3600"];
    let assumed = replay.seen().into_iter().filter(|seen| seen.operation == "AssumeRole");
    for (seen, length) in assumed.zip(lengths) {
        assert!(seen.body.contains(length), "{}", seen.body);
    }
}

#[tokio::test]
async fn a_hop_that_is_the_goal_is_entered_once() {
    let clock = Hands::new();
    let replay = open(&clock);
    let chain =
        chain(Settings { via: vec![(account("hub"), "Access".into())], ..settings() }, &replay, &clock);
    chain.member(&account("hub")).await.expect("a session");
    chain.member(&account("prod")).await.expect("a session");
    let hub = "arn:aws:iam::222222222222:role/Access";
    assert_eq!(steps(&replay), [step("ROOT", hub), step("KEY-Access", PROD)]);
}

#[tokio::test]
async fn hops_that_do_not_answer_are_left_out_for_the_rest_of_the_run() {
    let clock = Hands::new();
    let replay = closed(&clock, |seen| seen.role == HUB);
    let chain = chain(via_hub(), &replay, &clock);
    chain.member(&account("prod")).await.expect("a session");
    clock.forward(Duration::from_mins(2));
    chain.member(&account("dev")).await.expect("a session");
    assert_eq!(steps(&replay), [step("ROOT", HUB), step("ROOT", PROD), step("ROOT", DEV)]);
}

#[tokio::test]
async fn an_account_that_refuses_the_hop_is_entered_directly() {
    let clock = Hands::new();
    let replay = closed(&clock, |seen| seen.role == PROD && seen.key != "ROOT");
    let chain = chain(via_hub(), &replay, &clock);
    chain.member(&account("prod")).await.expect("a session");
    chain.member(&account("dev")).await.expect("a session");
    let hub = "KEY-landfall-hub";
    let expected = [step("ROOT", HUB), step(hub, PROD), step("ROOT", PROD), step(hub, DEV)];
    assert_eq!(steps(&replay), expected);
}

#[tokio::test]
async fn an_old_account_that_refuses_is_an_error_at_once_and_asked_once_for_all() {
    let clock = Hands::new();
    let replay = closed(&clock, |seen| seen.role == PROD);
    let chain = chain(settings(), &replay, &clock);
    let prod = account("prod");
    for error in join_all((0..5).map(|_| chain.member(&prod))).await.into_iter().map(Result::unwrap_err) {
        assert_eq!((error.class, super::super::code(&error)), (Class::Denied, Some("AccessDenied")));
        let chain = error.chain();
        assert_eq!(chain, ["call AssumeRole", "AccessDenied: not authorized to perform: sts:AssumeRole"]);
        assert!(error.hint.is_some_and(|hint| hint.contains("role `Access` exists in account `prod`")));
    }
    assert_eq!(replay.count("AssumeRole"), 1);
    clock.forward(Duration::from_secs(16));
    assert!(chain.member(&prod).await.is_err());
    assert_eq!(replay.count("AssumeRole"), 2);
}

#[tokio::test]
async fn a_new_account_may_refuse_for_a_while() {
    let (clock, asked) = (Hands::new(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&asked);
    let replay = closed(&clock, move |seen| seen.role == PROD && counted.fetch_add(1, Ordering::Relaxed) < 2);
    let chain = chain(settings(), &replay, &clock);
    let prod = account("prod");
    chain.newborn(&prod);
    chain.member(&prod).await.expect("a session");
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn a_new_account_that_is_not_open_yet_is_not_waited_for_once_the_run_is_abandoned() {
    let clock = Hands::new();
    let replay = closed(&clock, |seen| seen.role == PROD);
    let settings = settings();
    let abandon = settings.abandon.clone();
    let patience = Patience { pause: Duration::from_mins(1), ..Patience::default() };
    let chain = Chain { patience, ..chain(settings, &replay, &clock) };
    let prod = account("prod");
    chain.newborn(&prod);
    let give_up = async {
        while replay.count("AssumeRole") == 0 {
            tokio::task::yield_now().await;
        }
        abandon.cancel();
    };
    let entering = async { tokio::join!(chain.member(&prod), chain.member(&prod), give_up) };
    let entered = tokio::time::timeout(Duration::from_secs(10), entering).await;
    let (first, second, ()) = entered.expect("nobody waits for the account");
    for error in [first, second].map(|session| session.expect_err("closed")) {
        assert_eq!(error.class, Class::Interrupted);
        assert!(error.to_string().contains("`prod`"), "{error}");
    }
    assert_eq!(replay.count("AssumeRole"), 1);
}

#[tokio::test]
async fn a_new_account_whose_regions_sts_does_not_know_yet_is_waited_for() {
    let (clock, asked) = (Hands::new(), AtomicUsize::new(0));
    let hands = clock.clone();
    let replay = Replay::new(move |seen| {
        if seen.role == PROD && asked.fetch_add(1, Ordering::Relaxed) < 2 {
            return testing::refusal(403, "RegionDisabledException", "STS is not activated in this region");
        }
        testing::sts(seen, &hands)
    });
    let chain = chain(settings(), &replay, &clock);
    chain.newborn(&account("prod"));
    chain.member(&account("prod")).await.expect("a session");
    assert_eq!(replay.count("AssumeRole"), 3);
}

#[tokio::test]
async fn a_root_user_is_told_at_once() {
    let clock = Hands::new();
    let hands = clock.clone();
    let replay = Replay::new(move |seen| match seen.operation.as_str() {
        "AssumeRole" => testing::refusal(403, "AccessDenied", "Roles may not be assumed by root accounts."),
        _ => testing::sts(seen, &hands),
    });
    let chain = chain(settings(), &replay, &clock);
    chain.newborn(&account("prod"));
    let error = chain.member(&account("prod")).await.expect_err("refused");
    assert_eq!((error.class, replay.count("AssumeRole")), (Class::Denied, 1));
    assert!(error.hint.is_some_and(|hint| hint.contains("root user")));
}

#[tokio::test]
async fn a_home_region_that_has_to_be_enabled_is_not_where_sts_is_asked() {
    let clock = Hands::new();
    let replay = open(&clock);
    let melbourne = Settings { home_region: "ap-southeast-4".parse().expect("a Region"), ..settings() };
    chain(melbourne, &replay, &clock).member(&account("prod")).await.expect("a session");
    assert!(replay.seen().iter().all(|seen| seen.host == "sts.us-east-1.amazonaws.com"));
}

#[tokio::test]
async fn a_new_account_may_not_refuse_for_ever() {
    let clock = Hands::new();
    let ticking = clock.clone();
    let replay = closed(&clock, move |seen| {
        ticking.forward(Duration::from_mins(1));
        seen.role == PROD
    });
    let chain = chain(settings(), &replay, &clock);
    chain.newborn(&account("prod"));
    let error = chain.member(&account("prod")).await.expect_err("closed");
    assert_eq!((error.class, replay.count("AssumeRole") < 5), (Class::Denied, true));
}

#[tokio::test]
async fn without_an_id_nothing_is_sent() {
    let clock = Hands::new();
    let replay = open(&clock);
    let error = chain(settings(), &replay, &clock).member(&account("unborn")).await.expect_err("unborn");
    assert_eq!((error.class, replay.seen().len()), (Class::NotYet, 0));
}
