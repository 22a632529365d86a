//! Plans of a made-up landing zone, for tests.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use serde_json::{Value as Json, json};

use super::plan::View;
use crate::{
    engine::{
        at::At,
        doc::{Change, Doc, Field, Spelled},
        env::{Env, Outputs, Value},
        error::{Class, Error, Result},
        estimate::Estimate,
        graph::{Graph, Place, PlaceId, Ref},
        kind::{
            ADDRESS_TAG, Actions, Found, Identity, Kind, ORGANIZATION_TAG, Removal, Scope, State, Tags,
            Wanted,
        },
        plan::{Action, Foreign, Options, Plan, Step, plan},
        quota::{Counted, Load, Near, Others, Per, Quota},
        select::Selection,
        snapshot::{Claim, Entry, Resource, Snapshot, Unreadable},
    },
    names::{AccountName, Origin, Region},
    policy::{Document, join},
};

const TOYS: [(&str, Identity, Removal); 6] = [
    ("organizations/account", Identity::Named, Removal::Never("an account is closed by hand")),
    ("organizations/policy", Identity::Named, Removal::Prune),
    ("organizations/attachment", Identity::Related, Removal::Follows),
    ("iam/role", Identity::Named, Removal::Prune),
    ("iam/policy", Identity::Named, Removal::Prune),
    ("ec2/vpc", Identity::Tagged, Removal::Prune),
];

/// A kind that is its document.
pub(super) struct Toy<const N: usize>;
pub(super) type Account = Toy<0>;
pub(super) type Policy = Toy<1>;
pub(super) type Attachment = Toy<2>;
pub(super) type Role = Toy<3>;
pub(super) type Managed = Toy<4>;
pub(super) type Vpc = Toy<5>;

#[derive(Debug)]
pub(super) struct Live {
    doc: Doc,
    state: State,
}

impl<const N: usize> Kind for Toy<N> {
    const NAME: &'static str = TOYS[N].0;
    const ABOUT: &'static str = "A toy.";
    const SCOPE: Scope = Scope::Global;
    const IDENTITY: Identity = TOYS[N].1;
    const REMOVAL: Removal = TOYS[N].2;
    const IMMUTABLE: &'static [&'static str] = &["cidr"];
    const ACTIONS: Actions = Actions { read: &[], create: &[], update: &[], delete: &[] };
    type Spec = Doc;
    type Live = Live;
    type Outputs = ();

    fn key(it: &Wanted<'_, Self>) -> Value<String> {
        Value::Known(it.name().to_owned())
    }

    fn desired(spec: &Doc, _: &Env<'_>) -> Doc {
        spec.clone()
    }

    fn observed(live: &Live) -> Doc {
        live.doc.clone()
    }

    fn outputs(_: &Live) {}

    fn state(live: &Live) -> State {
        live.state.clone()
    }

    async fn read(_: &At<'_>, _: &[Wanted<'_, Self>]) -> Result<Vec<Found<Live>>> {
        Ok(Vec::new())
    }
}

/// What AWS has of a node.
pub(super) enum Has {
    Nothing,
    Same,
    This(Doc),
    Untagged(Doc),
    Pending(&'static str),
    Unreadable,
    Unborn(&'static str),
}

/// A landing zone and what AWS has of it.
pub(super) struct Zone {
    pub graph: Graph,
    entries: Vec<Entry>,
    strays: Vec<(Place, &'static str, String, Action)>,
    foreign: Vec<Foreign>,
    unreadable: Vec<Unreadable>,
}

impl Zone {
    pub(super) fn new() -> Self {
        Self {
            graph: Graph::new("acme"),
            entries: Vec::new(),
            strays: Vec::new(),
            foreign: Vec::new(),
            unreadable: Vec::new(),
        }
    }

    pub(super) fn management(&mut self) -> PlaceId {
        self.graph.management(None)
    }

    /// An account and its global place.
    pub(super) fn account(&mut self, name: &str, doc: Doc, has: Has) -> PlaceId {
        let management = self.management();
        let account = self.add::<Account>(management, name, &format!("accounts/{name}.toml:1"), doc, has);
        self.graph.global(account_name(name), account)
    }

    pub(super) fn region(&mut self, home: PlaceId, region: &str) -> PlaceId {
        self.graph.region(home, region.parse::<Region>().unwrap(), None::<Ref<Account>>)
    }

    pub(super) fn add<K: Kind<Spec = Doc, Live = Live>>(
        &mut self,
        at: PlaceId,
        name: &str,
        stated: &str,
        doc: Doc,
        has: Has,
    ) -> Ref<K> {
        self.add_with::<K>(at, name, stated, doc, has, &[])
    }

    /// Adds a node, some fields of which are stated on lines of their own.
    pub(super) fn add_with<K: Kind<Spec = Doc, Live = Live>>(
        &mut self,
        at: PlaceId,
        name: &str,
        stated: &str,
        doc: Doc,
        has: Has,
        fields: &[(&'static str, &str)],
    ) -> Ref<K> {
        let spec = doc.clone();
        let node = self.graph.add::<K>(at, name, &origin(stated), |needs| {
            for (root, stated) in fields {
                needs.states(root, &origin(stated));
            }
            spec
        });
        let label = Arc::clone(&self.graph.node(node.id()).label);
        let found = |doc: Doc, state: State, claim: Claim| {
            let tags = match claim {
                Claim::Ours if K::IDENTITY.is_tagged() => Tags::from([
                    (ADDRESS_TAG.to_owned(), label.to_string()),
                    (ORGANIZATION_TAG.to_owned(), "acme".to_owned()),
                ]),
                _ => Tags::new(),
            };
            Entry::Found(Box::new(Resource {
                live: Arc::new(Live { doc, state }),
                tags,
                claim,
                key: name.to_owned(),
                label: name.to_owned(),
            }))
        };
        self.entries.push(match has {
            Has::Nothing => Entry::Absent,
            Has::Same => found(doc, State::Ready, Claim::Ours),
            Has::This(doc) => found(doc, State::Ready, Claim::Ours),
            Has::Untagged(doc) => found(doc, State::Ready, Claim::Nobodys),
            Has::Pending(why) => found(doc, State::Pending(why.to_owned()), Claim::Ours),
            Has::Unreadable => Entry::Unreadable(Arc::new(Error::new(Class::Denied, "call ListRoles"))),
            Has::Unborn(account) => Entry::Unborn(self.gate(account)),
        });
        node
    }

    fn gate(&self, account: &str) -> crate::engine::graph::NodeId {
        let is_gate = |label: &str| label == format!("management/global/organizations/account/{account}");
        self.graph.nodes().find(|(_, node)| is_gate(&node.label)).unwrap().0
    }

    /// Something of ours that no node wants.
    pub(super) fn stray(&mut self, place: PlaceId, kind: &'static str, name: &str, action: Action) {
        let place = self.graph.place(place).place.clone();
        self.strays.push((place, kind, name.to_owned(), action));
    }

    /// Something of somebody else's.
    pub(super) fn foreign(&mut self, place: PlaceId, kind: &'static str, label: &str) {
        let place = self.graph.place(place).place.clone();
        self.foreign.push(Foreign { place, kind, label: label.to_owned() });
    }

    pub(super) fn denied(&mut self, place: PlaceId, kind: &'static str) {
        let place = self.graph.place(place).place.clone();
        self.unreadable.push(Unreadable { place, kind, error: Arc::new(denied()) });
    }

    /// The graph, and what was read of it.
    pub(super) fn snapshot(self) -> (Graph, Snapshot) {
        let Self { graph, entries, strays: _, foreign: _, unreadable } = self;
        let outputs = Arc::new(Outputs::new(graph.len()));
        let searched = graph.places().len();
        let selection = Selection::everything();
        let snapshot = Snapshot {
            entries,
            outputs,
            there: BTreeMap::new(),
            strays: Vec::new(),
            left: Vec::new(),
            unsearched: Vec::new(),
            unreadable,
            selection,
            searched,
        };
        (graph, snapshot)
    }

    pub(super) fn plan(mut self) -> (Plan, Arc<Graph>) {
        let strays = std::mem::take(&mut self.strays);
        let foreign = std::mem::take(&mut self.foreign);
        let (graph, snapshot) = self.snapshot();
        let graph = Arc::new(graph);
        let mut plan = plan(&graph, &snapshot, &Options::default());
        let strays: Vec<_> = strays.into_iter().map(|stray| stray_of(&plan.steps[0], stray)).collect();
        plan.steps.extend(strays);
        plan.foreign = foreign;
        (plan, graph)
    }
}

/// A step on something that no node wants, made of one that has a node.
fn stray_of(step: &Step, (place, kind, name, action): (Place, &'static str, String, Action)) -> Step {
    let mut step = step.clone();
    step.address = format!("{place}/{kind}/{name}").into();
    (step.place, step.kind, step.action) = (place, kind, action);
    (step.node, step.origin, step.promise) = (None, None, None);
    (step.after, step.held_by) = (None, None);
    step.changes = vec![Change { path: "name".to_owned(), before: Some(name.into()), after: None }].into();
    step
}

pub(super) fn denied() -> Error {
    Error::new(Class::Denied, "call ListRoles")
        .fact("account", "staging (210987654321)")
        .fact("operation", "ListRoles")
        .fact("request id", "6ba7b810-9dad")
        .source("AccessDenied: not authorized to perform iam:ListRoles")
        .hint("`access.role` of `staging` has to allow iam:ListRoles")
}

fn account_name(name: &str) -> AccountName {
    name.parse().unwrap()
}

/// `organization.toml:12`.
pub(super) fn origin(stated: &str) -> Origin {
    let (file, line) = stated.split_once(':').unwrap();
    let mut origin = Origin::file(file);
    origin.at.line = line.parse().unwrap();
    origin
}

/// A document of plain fields.
pub(super) fn doc(fields: impl IntoIterator<Item = (&'static str, Json)>) -> Doc {
    fields.into_iter().map(|(path, value)| (path.to_owned(), value.into())).collect()
}

/// Adds a policy.
pub(super) fn with_policy(doc: Doc, root: &str, policy: &Json) -> Doc {
    let fields = Document::from_value(policy).unwrap().spelled_fields();
    fields.into_iter().fold(doc, |doc, (path, compared, shown)| {
        doc.with(join(root, &path), Field::Is(Spelled::new(compared, shown)))
    })
}

/// What an apply takes.
pub(super) fn estimate() -> Estimate {
    let longest =
        [("dev/global/account/region/ap-southeast-4", 600), ("prod/eu-west-1/ec2/nat-gateway/a", 100)];
    Estimate {
        reads: 32,
        changes: 917,
        looks: 1204,
        time: Duration::from_secs(1021),
        longest: longest.map(|(address, seconds)| (address.into(), Duration::from_secs(seconds))).into(),
    }
}

/// Quotas that are come near: one that AWS told and one that breaks.
pub(super) fn near() -> Vec<Near> {
    static QUOTAS: [Quota; 3] = [
        Quota {
            what: "accounts",
            of: Counted::Kind("organizations/account", Per::Organization),
            only: "",
            besides: 1,
            default: 10,
            code: Some(("organizations", "L-E619E033")),
            is_fixed: false,
            source: "https://docs.aws.amazon.com/organizations",
        },
        Quota {
            what: "VPCs",
            of: Counted::Kind("ec2/vpc", Per::Region),
            only: "",
            besides: 0,
            default: 5,
            code: Some(("vpc", "L-F678F1CE")),
            is_fixed: false,
            source: "https://docs.aws.amazon.com/vpc",
        },
        Quota {
            what: "VPCs",
            of: Counted::Below(&["route53/zone-association"], &["route53/hosted-zone"]),
            only: "",
            besides: 0,
            default: 300,
            code: None,
            is_fixed: false,
            source: "https://docs.aws.amazon.com/route53",
        },
    ];
    let sydney: Region = "ap-southeast-2".parse().unwrap();
    let place = |account: &str, region| Place { account: account_name(account), region };
    let load = |at: usize, place, of: Option<&str>, (count, others)| {
        let of = of.map(Into::into);
        let is_unborn = matches!(others, Others::Fresh(_));
        Load { quota: &QUOTAS[at], place, of, count, others, is_unborn }
    };
    let zone = Some("network/global/route53/hosted-zone/acme.internal");
    let near = [
        Near::of(
            load(0, place("management", None), None, (48, Others::Counted(40))),
            Some(50),
            "us-east-1".parse().ok(),
        ),
        Near::of(load(1, place("prod", Some(sydney)), None, (6, Others::Fresh(1))), None, Some(sydney)),
        Near::of(load(2, place("network", None), zone, (290, Others::Unseen)), None, None),
    ];
    near.into_iter().flatten().collect()
}

pub(super) const BRIEF: View = View { verbose: false };
pub(super) const VERBOSE: View = View { verbose: true };

fn trust(principal: &str, actions: &Json) -> Json {
    json!({"Version": "2012-10-17", "Statement": [{
        "Sid": "Pipeline", "Effect": "Allow", "Principal": {"AWS": principal}, "Action": actions,
        "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-acme"}},
    }]})
}

fn role(trust: &Json) -> Doc {
    let doc = doc([
        ("boundary", json!("policy:workload-boundary")),
        ("name", json!("deployer")),
        ("path", json!("/")),
        ("policies[policy:deploy]", json!(true)),
        ("session_seconds", json!(3600)),
    ]);
    with_policy(doc, "trust", trust)
}

pub(super) fn account(name: &str, unit: &str) -> Doc {
    doc([("email", json!(format!("aws+{name}@acme.example"))), ("name", json!(name))])
        .with("unit", Field::After { address: "x".into(), shown: Some(unit.into()) })
}

/// A first apply: one account is there, one is not.
pub(super) fn first() -> (Plan, Arc<Graph>) {
    let mut zone = Zone::new();
    let management = zone.management();
    let guard = json!({"Version": "2012-10-17", "Statement": [{
        "Sid": "DenyOtherRegions", "Effect": "Deny", "NotAction": ["cloudfront:*", "iam:*", "organizations:*", "route53:*", "sts:*"],
        "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["ap-southeast-2", "ap-southeast-4"]}},
    }]});
    let policy = with_policy(doc([("type", json!("SERVICE_CONTROL_POLICY"))]), "content", &guard);
    zone.add::<Policy>(management, "region-guard", "organization.toml:26", policy, Has::Nothing);
    for target in ["Root", "Security", "Workloads", "Workloads/Prod"] {
        let doc = doc([("policy", json!("FullAWSAccess")), ("target", json!(target))]);
        zone.add::<Attachment>(
            management,
            &format!("FullAWSAccess:{target}"),
            "organization.toml:26",
            doc,
            Has::Nothing,
        );
    }
    let prod = zone.account("prod", account("prod", "${unit.Workloads/Prod}"), Has::Nothing);
    let trust = trust("${account.security}", &json!("sts:AssumeRole"));
    zone.add::<Role>(prod, "deployer", "baselines/workload.toml:4", role(&trust), Has::Unborn("prod"));
    let home = zone.region(prod, "ap-southeast-2");
    let vpc = doc([("cidr", json!("10.32.0.0/16")), ("dns", json!(true))]);
    zone.add::<Vpc>(home, "main", "network/prod.toml:3", vpc, Has::Unborn("prod"));
    zone.plan()
}

/// All that may be found later.
pub(super) fn later() -> (Plan, Arc<Graph>) {
    let mut zone = Zone::new();
    let management = zone.management();
    let prod = zone.account("prod", account("prod", "ou-prod"), Has::Same);
    let staging = zone.account(
        "staging",
        account("staging", "ou-nonprod"),
        Has::Pending("the account is being created"),
    );
    let wanted = with_policy(
        role(&trust("111122223333", &json!(["sts:AssumeRole", "sts:TagSession"]))),
        "inline[trust]",
        &json!({
            "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}]
        }),
    );
    let had = role(&trust("111122223333", &json!(["sts:AssumeRole", "sts:SetSourceIdentity"])));
    let had = with_policy(
        had,
        "inline[trust]",
        &json!({
            "Statement": [{"Sid": "Everything", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]
        }),
    );
    let had = had.with("session_seconds", 7200).with("description", "changed by hand");
    let fields = [("session_seconds", "baselines/workload.toml:9")];
    zone.add_with::<Role>(prod, "deployer", "baselines/workload.toml:4", wanted, Has::This(had), &fields);
    let text =
        |unit: &str| json!(json!({"tags": {"unit": {"tag_key": {"@@assign": unit}}, "z": 1}}).to_string());
    zone.add::<Policy>(
        management,
        "tagging",
        "policies/tag/tagging.json:1",
        doc([("content", text("CostCentre"))]),
        Has::This(doc([("content", text("CostCenter"))])),
    );
    let reader = doc([("name", json!("reader"))]);
    zone.add::<Role>(prod, "reader", "accounts/prod.toml:8", reader.clone(), Has::Untagged(reader));
    let home = zone.region(prod, "ap-southeast-2");
    let (wants, has) = (doc([("cidr", json!("10.33.0.0/16"))]), doc([("cidr", json!("10.32.0.0/16"))]));
    zone.add::<Vpc>(home, "main", "network/prod.toml:3", wants, Has::This(has));
    for name in ["auditor", "break-glass", "developer"] {
        zone.add::<Role>(staging, name, "baselines/foundation.toml:7", Doc::new(), Has::Unreadable);
    }
    let key = Field::After { address: "prod/global/iam/role/deployer".into(), shown: None };
    zone.add::<Managed>(
        prod,
        "deploy",
        "baselines/workload.toml:14",
        Doc::new().with("arn", key),
        Has::Nothing,
    );
    let orphan = || Action::Orphan("`apply --prune` deletes it".to_owned());
    zone.stray(management, "organizations/attachment", "FullAWSAccess:Suspended", Action::Remove);
    zone.foreign(management, "organizations/attachment", "p-1234:ou-9876");
    zone.stray(prod, "iam/role", "etl", orphan());
    zone.stray(prod, "iam/role", "etl-old", orphan());
    zone.denied(staging, "iam/role");
    zone.plan()
}
