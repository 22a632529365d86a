//! What a spec may refer to while it is made, and the symbols of policies.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use serde_json::Value;

use super::{archive::Ready, derived};
use crate::{
    engine::{
        env::Text,
        graph::{Needs, NodeId, PlaceId, Ref},
    },
    kinds::{
        ec2::{RouteTable, Subnet, Vpc},
        iam::Role,
        kms::{Key, ReplicaKey},
        organizations::{Account, Organization, Parent, PolicyType, TrustedAccess, Unit},
        ram::OrganizationSharing,
        template::{Language, Template},
    },
    model::{self, KeyId, LandingZone, PolicyFile, Symbol, Tier, symbols},
    names::{AccountName, KeyRef, Partition, Region, RoleRef, UnitPath, VpcName, ZoneId},
    policy::{Arn, Document, json_text, map_json_strings},
};

/// The places of an account that is looked after.
#[derive(Clone, Debug)]
pub(super) struct Home {
    /// Its global place.
    pub global: PlaceId,
    /// Its places in the Regions in use.
    pub regions: BTreeMap<Region, PlaceId>,
}

/// A log group of the landing zone's own.
#[derive(Clone, Debug)]
pub(super) struct OwnGroup {
    /// The account it lies in.
    pub account: AccountName,
    /// The Region it lies in.
    pub region: Region,
    /// Its key, which is the name in its address.
    pub key: &'static str,
    /// What AWS calls it.
    pub name: String,
    /// Its node.
    pub node: NodeId,
}

/// A key with all that belongs to it.
#[derive(Clone, Debug)]
pub(super) struct KeyNodes {
    /// The key, or the primary.
    pub primary: Ref<Key>,
    /// Its replicas by Region.
    pub replicas: BTreeMap<Region, Ref<ReplicaKey>>,
    /// The alias in each of its Regions.
    pub aliases: BTreeMap<Region, NodeId>,
}

/// A route table and the name in its address: a route's is that, a slash and the destination.
#[derive(Clone, Debug)]
pub(super) struct TableNode {
    /// `prod/application-az1`.
    pub name: String,
    /// Its node.
    pub node: Ref<RouteTable>,
}

/// A VPC with the parts of it that others refer to.
#[derive(Clone, Debug)]
pub(super) struct VpcNodes {
    /// The VPC.
    pub vpc: Ref<Vpc>,
    /// Where it lies.
    pub at: PlaceId,
    /// Its account.
    pub account: AccountName,
    /// Its Region.
    pub region: Region,
    /// The subnets of its tiers.
    pub subnets: BTreeMap<(Tier, ZoneId), Ref<Subnet>>,
    /// The subnets that the Transit Gateway is attached to, if it is.
    pub gateway_subnets: BTreeMap<ZoneId, Ref<Subnet>>,
    /// The tables of its tiers' subnets. The application tier has one for each zone, the others have one for all.
    pub tables: BTreeMap<(Tier, ZoneId), TableNode>,
    /// The tables of the subnets that the Transit Gateway is attached to, one for each zone.
    pub gateway_tables: BTreeMap<ZoneId, TableNode>,
}

/// What can be referred to. Grows as capabilities are composed.
pub(super) struct Known<'z> {
    /// What the landing zone says.
    pub zone: &'z LandingZone,
    /// The organization.
    pub organization: Ref<Organization>,
    /// The policy types in use.
    pub policy_types: BTreeMap<model::PolicyType, Ref<PolicyType>>,
    /// Trusted access by service principal.
    pub trusted: BTreeMap<String, Ref<TrustedAccess>>,
    /// That accounts share with each other, if any does.
    pub sharing: Option<Ref<OrganizationSharing>>,
    /// The nodes of delegated administrators by service principal.
    pub delegated: BTreeMap<String, NodeId>,
    /// The units, without the root.
    pub units: BTreeMap<UnitPath, Ref<Unit>>,
    /// All member accounts, also those that are not looked after.
    pub accounts: BTreeMap<AccountName, Ref<Account>>,
    /// The accounts that are looked after, the management account among them.
    pub homes: BTreeMap<AccountName, Home>,
    /// The keys of accounts that are looked after, once keys are composed.
    pub keys: BTreeMap<KeyId, KeyNodes>,
    /// The roles, once identity is composed.
    pub roles: BTreeMap<RoleRef, Ref<Role>>,
    /// What to wait for before anything is delivered into a bucket of the archive.
    pub archive: Ready,
    /// The VPCs of accounts that are looked after, once they are composed.
    pub vpcs: BTreeMap<VpcName, VpcNodes>,
    /// The log groups that are made, but for those that forwarding itself writes into.
    pub log_groups: Vec<OwnGroup>,
    /// Policies without holes, which baselines give to many accounts, by what they are made of.
    pub whole: RefCell<HashMap<(Language, String), Template>>,
}

impl Known<'_> {
    /// The partition of the home Region, and thus of everything.
    pub(super) fn partition(&self) -> Partition {
        self.zone.organization.home_region.partition()
    }

    /// The organization's id: `${organization}`.
    pub(super) fn organization_id(&self, needs: &mut Needs<'_>) -> Text {
        Text::of(&needs.on(self.organization), Symbol::Organization.to_string(), |organization| {
            organization.id
        })
    }

    /// The organization's ARN.
    pub(super) fn organization_arn(&self, needs: &mut Needs<'_>) -> Text {
        let before = Text::from(format!("arn:{}:organizations::", self.partition().as_str()));
        let management = self.account_id(needs, &AccountName::management());
        before.then(management).then(":organization/").then(self.organization_id(needs))
    }

    /// An account's id: `${account.prod}`. The management account's is known by the organization.
    pub(super) fn account_id(&self, needs: &mut Needs<'_>, name: &AccountName) -> Text {
        let symbol = Symbol::Account(name.clone()).to_string();
        match self.accounts.get(name) {
            Some(account) => Text::of(&needs.on(*account), symbol, |account| account.id.to_string()),
            None if name.is_management() => Text::of(&needs.on(self.organization), symbol, |organization| {
                organization.management.to_string()
            }),
            None => symbol.into(),
        }
    }

    /// A role's ARN, made of names and the account's id. It is known before the role exists; where the role is
    /// composed already, it also comes first.
    pub(super) fn role_arn(&self, needs: &mut Needs<'_>, role: &RoleRef) -> Text {
        let Some(model::Role { path, aws_name, .. }) = self.zone.role(role) else {
            return Symbol::Role(role.clone()).to_string().into();
        };
        if let Some(node) = self.roles.get(role) {
            needs.after(node.id());
        }
        let id = Symbol::Account(role.account.clone()).to_string();
        let whole = Arn::role(self.partition().as_str(), &id, path, aws_name).to_string();
        let (before, after) = whole.split_once(&id).unwrap_or((whole.as_str(), ""));
        Text::from(before).then(self.account_id(needs, &role.account)).then(after)
    }

    /// The landing zone's own log groups in a place.
    pub(super) fn own_groups(
        &self,
        account: &AccountName,
        region: Region,
    ) -> impl Iterator<Item = &OwnGroup> {
        self.log_groups.iter().filter(move |group| group.account == *account && group.region == region)
    }

    /// Orders after what lets a service see the whole organization, from the account that it is delegated to.
    pub(super) fn after_service(&self, needs: &mut Needs<'_>, service: &str) {
        let trusted = self.trusted.get(service).map(|trusted| trusted.id());
        trusted.into_iter().chain(self.delegated.get(service).copied()).for_each(|node| needs.after(node));
    }

    /// A key's ARN, or its replica's in another Region: `${key.logs}`, `${key.secrets@ap-southeast-4}`. What needs it also
    /// waits for the alias there, so that a key in use is always found by name.
    pub(super) fn key_arn(&self, needs: &mut Needs<'_>, key: &KeyRef, region: Option<Region>) -> Text {
        let stated = self.zone.key(key);
        let primary = stated.map(|key| key.region.value);
        let region = region.filter(|region| primary != Some(*region));
        let symbol = Symbol::Key(key.clone(), region).to_string();
        let Some(nodes) = stated.and_then(|key| self.keys.get(&key.id)) else { return symbol.into() };
        if let Some(alias) = region.or(primary).and_then(|region| nodes.aliases.get(&region)) {
            needs.after(*alias);
        }
        match region {
            None => Text::of(&needs.on(nodes.primary), symbol, |key| key.arn),
            Some(region) => match nodes.replicas.get(&region) {
                Some(replica) => Text::of(&needs.on(*replica), symbol, |replica| replica.arn),
                None => symbol.into(),
            },
        }
    }

    /// The pattern of ARNs of the role by which member accounts are reached: `${landfall}`.
    pub(super) fn landfall(&self) -> String {
        Arn::role(self.partition().as_str(), "*", "/", &self.zone.access.role).to_string()
    }

    /// What a unit or an account with this path as `unit` lies in.
    pub(super) fn parent(&self, needs: &mut Needs<'_>, path: &UnitPath) -> Parent {
        match self.units.get(path) {
            Some(unit) => Parent::Unit(needs.on(*unit), path.clone()),
            None => Parent::Root(needs.on(self.organization)),
        }
    }

    /// A text of ours, such as the ARN of something derived, in which `${account.NAME}` and `${organization}` stand for
    /// what AWS gives.
    pub(super) fn text(&self, needs: &mut Needs<'_>, text: &str) -> Text {
        let (mut whole, mut at) = (Text::from(String::new()), 0);
        for (range, symbol) in symbols(text) {
            let filling = match symbol {
                Ok(Symbol::Account(name)) => self.account_id(needs, &name),
                Ok(Symbol::Organization) => self.organization_id(needs),
                _ => continue,
            };
            whole = whole.then(&text[at..range.start]).then(filling);
            at = range.end;
        }
        whole.then(&text[at..])
    }

    /// The ARN of something that Landfall makes, for what comes after it. Names make up the ARN, so that it is known
    /// before the thing is there.
    pub(super) fn arn_after(&self, needs: &mut Needs<'_>, node: NodeId, arn: &str) -> Text {
        needs.after(node);
        self.text(needs, arn)
    }

    /// Orders after what has to be there before anything is delivered into a bucket of the archive.
    pub(super) fn after_archive(&self, needs: &mut Needs<'_>, bucket: &str) {
        self.archive.get(bucket).into_iter().flatten().for_each(|node| needs.after(*node));
    }

    /// A policy file with its symbols filled in, as far as the landing zone itself can; the rest stays as holes.
    pub(super) fn template(&self, needs: &mut Needs<'_>, language: Language, file: &PolicyFile) -> Template {
        self.template_of(needs, language, json_text(&file.document))
    }

    /// A document of ours with its symbols filled in.
    pub(super) fn filled(&self, needs: &mut Needs<'_>, document: &Document) -> Template {
        self.template_of(needs, Language::Iam, document.compact())
    }

    /// A policy, as JSON text, with its symbols filled in.
    pub(super) fn template_of(&self, needs: &mut Needs<'_>, language: Language, text: String) -> Template {
        let written = (language, text);
        if let Some(known) = self.whole.borrow().get(&written) {
            return known.clone();
        }
        let mut holes = Vec::new();
        let mut plain: Vec<(String, Vec<String>)> = Vec::new();
        let symbols = symbols(&written.1).into_iter().filter_map(|(_, symbol)| symbol.ok());
        for symbol in symbols.collect::<BTreeSet<_>>() {
            let name = symbol.to_string();
            match self.fill(needs, &symbol) {
                Filling::Now(texts) => plain.push((name, texts)),
                Filling::Later(text) => holes.push((name, text)),
            }
        }
        let json: Value = serde_json::from_str(&written.1).expect("it was written as JSON");
        let json = match plain.as_slice() {
            [] => json,
            plain => map_json_strings(&json, &mut |text| substituted(text, plain)),
        };
        let template = Template::new(language, json, holes);
        if template.is_whole() {
            self.whole.borrow_mut().insert(written, template.clone());
        }
        template
    }

    fn fill(&self, needs: &mut Needs<'_>, symbol: &Symbol) -> Filling {
        let organization = &self.zone.organization;
        match symbol {
            Symbol::Account(name) => Filling::Later(self.account_id(needs, name)),
            Symbol::Role(role) => Filling::Later(self.role_arn(needs, role)),
            Symbol::Organization => Filling::Later(self.organization_id(needs)),
            Symbol::Root => Filling::Later(Text::of(
                &needs.on(self.organization),
                Symbol::Root.to_string(),
                |organization| organization.root,
            )),
            Symbol::HomeRegion => Filling::Now(vec![organization.home_region.to_string()]),
            Symbol::Regions => Filling::Now(organization.regions.iter().map(ToString::to_string).collect()),
            Symbol::Landfall => Filling::Now(vec![self.landfall()]),
            Symbol::Key(key, region) => Filling::Later(self.key_arn(needs, key, *region)),
            Symbol::Bucket(account, bucket) => {
                let home = organization.home_region.value;
                Filling::Later(self.text(needs, &derived::bucket_arn(self.zone, account, bucket, home)))
            }
        }
    }
}

/// What stands in a symbol's place.
enum Filling {
    /// Texts that the landing zone itself knows.
    Now(Vec<String>),
    /// A text that AWS has to give a part of.
    Later(Text),
}

/// A string of a policy with the symbols replaced that are known now. A whole string that stands for several becomes
/// as many.
fn substituted(text: &str, plain: &[(String, Vec<String>)]) -> Vec<String> {
    if let Some((_, texts)) = plain.iter().find(|(symbol, _)| symbol == text) {
        return texts.clone();
    }
    let one = |text: String, (symbol, texts): &(String, Vec<String>)| match texts.as_slice() {
        [only] => text.replace(symbol, only),
        _ => text,
    };
    vec![plain.iter().fold(text.to_owned(), one)]
}
