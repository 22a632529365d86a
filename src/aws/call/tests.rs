//! Against a replay of the services' wire formats.

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_credential_types::provider::future::ProvideCredentials as Provided;

use super::*;
use crate::{
    aws::{
        cloud::Cloud,
        network::client,
        testing::{self, Clock, Replay, Reply, Seen, account, cloud, refusal, settings, xml},
    },
    engine::graph::Place,
};

fn place(name: &str) -> Place {
    Place { account: account(name), region: None }
}

/// Lets everybody in, and answers all other calls by `answer`, which is told how many came before.
fn replay(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Replay {
    let (clock, before) = (Clock::new(), std::sync::atomic::AtomicUsize::new(0));
    Replay::new(move |seen| match seen.operation.as_str() {
        "AssumeRole" | "GetCallerIdentity" => testing::sts(seen, &clock),
        _ => answer(seen, before.fetch_add(1, std::sync::atomic::Ordering::Relaxed)),
    })
}

async fn get_role(cloud: &Cloud, place: &Place) -> Result<()> {
    let iam = client!(aws_sdk_iam, cloud.reach(place, "iam").await?, careful: false);
    let answer = iam.get_role().role_name("deployer").send().await;
    answer.map(drop).map_err(|error| failure(&cloud.scene(place), "GetRole", error))
}

async fn create_account(cloud: &Cloud, careful: bool) -> Result<()> {
    let place = place("management");
    let reach = cloud.reach(&place, "organizations").await?;
    let client = client!(aws_sdk_organizations, reach, careful: careful);
    let answer = client.create_account().account_name("a").email("a@b.example").send().await;
    answer.map(drop).map_err(|error| failure(&cloud.scene(&place), "CreateAccount", error))
}

fn role() -> Reply {
    let role = "<Role><Path>/</Path><RoleName>deployer</RoleName><RoleId>AROA1</RoleId>\
                <Arn>arn:aws:iam::333333333333:role/deployer</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>";
    (200, xml("GetRole", role))
}

#[tokio::test]
async fn a_refusal_says_where_what_and_why() {
    let replay = replay(|_, _| refusal(403, "AccessDenied", "User: x is not authorized"));
    let error = get_role(&cloud(&replay), &place("prod")).await.expect_err("refused");
    assert_eq!(error.class, Class::Denied);
    assert_eq!(error.chain(), ["call GetRole", "AccessDenied: User: x is not authorized"]);
    let facts = [
        ("account", "prod (333333333333)".to_owned()),
        ("operation", "GetRole".to_owned()),
        ("error code", "AccessDenied".to_owned()),
        ("request id", testing::REQUEST_ID.to_owned()),
    ];
    assert_eq!(error.facts, facts);
    assert!(error.hint.as_deref().is_some_and(|hint| hint.contains("as role `Access` of account `prod`")));
    assert_eq!(replay.seen().last().map(|seen| seen.key.clone()), Some("KEY-Access".into()));
}

#[tokio::test]
async fn an_expected_code_is_no_error() {
    let replay = replay(|_, _| refusal(404, "NoSuchEntity", "no such role"));
    let cloud = cloud(&replay);
    let answer = get_role(&cloud, &place("management")).await;
    assert_eq!(answer.as_ref().err().and_then(code), Some("NoSuchEntity"));
    assert_eq!(unless(answer, &["NoSuchEntity"]).expect("expected"), None);
    let answer = get_role(&cloud, &place("management")).await;
    assert!(unless(answer, &["EntityAlreadyExists"]).is_err());
}

#[tokio::test]
async fn throttles_and_failures_are_sent_again_and_counted() {
    let replay = replay(|_, before| match before {
        0 => refusal(503, "ServiceUnavailable", "later"),
        1 => refusal(409, "ConcurrentModification", "somebody was first"),
        _ => role(),
    });
    let cloud = cloud(&replay);
    get_role(&cloud, &place("prod")).await.expect("an answer in the end");
    let calls = cloud.calls();
    let by = |operation: &str| {
        calls.by.iter().filter(|(called, _)| called.operation == operation).map(|(_, n)| n).sum()
    };
    assert_eq!([by("GetRole"), by("AssumeRole"), calls.total(), calls.mutating()], [3, 1, 5, 0]);
}

#[tokio::test]
async fn a_careful_create_is_not_sent_again_when_nobody_knows_what_became_of_it() {
    let broken = |_: &Seen, _: usize| (500, r#"{"__type":"ServiceException"}"#.to_owned());
    let careful = replay(broken);
    let error = create_account(&cloud(&careful), true).await.expect_err("broken");
    assert_eq!((error.class, careful.count("CreateAccount")), (Class::Unknown, 1));
    let other =
        replay(move |seen, before| if before < 2 { broken(seen, before) } else { (200, "{}".into()) });
    create_account(&cloud(&other), false).await.expect("sent again");
    assert_eq!(other.count("CreateAccount"), 3);
}

#[tokio::test]
async fn a_careful_create_is_sent_again_when_it_was_not_carried_out() {
    let replay = replay(|_, before| match before {
        0 => (400, r#"{"__type":"TooManyRequestsException","Message":"slow down"}"#.into()),
        1 => (400, r#"{"__type":"ConcurrentModificationException","Message":"busy"}"#.into()),
        _ => (200, "{}".into()),
    });
    let cloud = cloud(&replay);
    create_account(&cloud, true).await.expect("sent again");
    assert_eq!((replay.count("CreateAccount"), cloud.calls().mutating()), (3, 3));
}

#[tokio::test]
async fn without_credentials_the_hint_says_where_they_are_looked_for() {
    #[derive(Debug)]
    struct Nobody;
    impl aws_credential_types::provider::ProvideCredentials for Nobody {
        fn provide_credentials<'a>(&'a self) -> Provided<'a>
        where
            Self: 'a,
        {
            Provided::ready(Err(CredentialsError::not_loaded("no providers in chain provided credentials")))
        }
    }
    let (replay, clock) = (replay(|_, _| role()), Clock::new());
    let root = SharedCredentialsProvider::new(Nobody);
    let cloud = Cloud::over(testing::chain_with(settings(), &replay, &clock, root));
    let error = cloud.caller().await.expect_err("nobody");
    assert_eq!((error.class, replay.seen().len()), (Class::Denied, 0));
    assert!(error.hint.is_some_and(|hint| hint.contains("AWS_ACCESS_KEY_ID")));
}

#[tokio::test]
async fn no_secret_is_shown() {
    let replay = replay(|_, _| role());
    let cloud = cloud(&replay);
    get_role(&cloud, &place("prod")).await.expect("a role");
    let reach = cloud.reach(&place("prod"), "iam").await.expect("a session");
    let shown = format!("{cloud:?} {:?}", reach.config);
    assert!(shown.contains("Access") && !shown.contains("secret"), "{shown}");
}

#[tokio::test]
async fn a_slow_service_gets_few_calls_at_a_time() {
    let replay = replay(|_, _| (200, "{}".into()));
    let cloud = cloud(&replay);
    let calls = futures::future::join_all((0..20).map(|_| create_account(&cloud, false))).await;
    assert!(calls.iter().all(Result::is_ok));
    assert_eq!(replay.most(), 4);
}
