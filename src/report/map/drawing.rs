//! What is drawn, whichever way.

/// An organization and its network.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    /// What the organization is called.
    pub organization: String,
    /// What it comes to, in a few words each: `6 accounts`.
    pub counts: Vec<String>,
    /// Its root, and all units and accounts below.
    pub root: Unit,
    /// The segments. Others refer to them by their place here, which also decides their colour.
    pub segments: Vec<Segment>,
    /// The Regions with anything of the network in them. Their Transit Gateways are peered with each other.
    pub regions: Vec<Region>,
    /// What answers questions about names.
    pub names: Vec<Group>,
    /// Whether things are marked with what AWS has of them.
    pub is_live: bool,
}

impl Drawing {
    /// Looks at, and may change, each thing.
    pub fn each(&mut self, look: &mut dyn FnMut(&mut Thing)) {
        self.root.each(look);
        for segment in &mut self.segments {
            look(&mut segment.thing);
        }
        for Region { name: _, gateway, vpcs, externals } in &mut self.regions {
            let gateway = gateway.iter_mut().map(|gateway| &mut gateway.thing);
            let vpcs = vpcs.iter_mut().map(|vpc| &mut vpc.thing);
            let externals = externals.iter_mut().map(|external| &mut external.thing);
            gateway.chain(vpcs).chain(externals).for_each(&mut *look);
        }
        let cards = self.names.iter_mut().flat_map(|group| &mut group.cards);
        cards.map(|card| &mut card.thing).for_each(look);
    }
}

impl Unit {
    fn each(&mut self, look: &mut dyn FnMut(&mut Thing)) {
        look(&mut self.thing);
        self.accounts.iter_mut().map(|account| &mut account.thing).for_each(&mut *look);
        for child in &mut self.units {
            child.each(look);
        }
    }
}

/// Whatever can be pointed at.
#[derive(Clone, Debug, Default)]
pub struct Thing {
    /// Identifies it within the drawing: lower-case letters, digits, `.`, `-` and `_`.
    pub id: String,
    /// What it is: `VPC`.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// What else is to be said about it.
    pub facts: Vec<Fact>,
    /// Where in the landing zone it is stated: `network/vpcs.toml:3`.
    pub origin: String,
    /// The ids of what it is part of.
    pub parts: Vec<String>,
    /// The ids of what is seen together with it.
    pub near: Vec<String>,
    /// The ids of that whose parts are seen together with it.
    pub whole: Vec<String>,
    /// What AWS has of it, if that was asked for.
    pub mark: Option<Mark>,
}

impl Thing {
    /// A thing of a kind, identified by both.
    pub fn new(kind: &'static str, name: &str, origin: String) -> Self {
        let id = super::escape::id(kind, name);
        Self { id, kind, name: name.to_owned(), origin, ..Self::default() }
    }

    /// Adds a fact, unless there is nothing to say.
    pub fn say(&mut self, label: &'static str, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.facts.push(Fact { label, text });
        }
    }
}

/// Something to be said about a thing.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What about.
    pub label: &'static str,
    /// What.
    pub text: String,
}

/// What AWS has of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How it stands with it.
    pub state: State,
    /// What is not as it should be, a line each.
    pub lines: Vec<String>,
}

/// How it stands with a thing; what comes later is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It is there, and as it should be.
    Fine,
    /// Somebody else's is with it.
    Foreign,
    /// It is there, and differs.
    Differs,
    /// It, or part of it, is not there.
    Missing,
    /// It could not be read, or is blocked.
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Fine, Self::Foreign, Self::Differs, Self::Missing, Self::Unknown];

    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Foreign => "foreign",
            Self::Differs => "differs",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }

    /// In a phrase.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Fine => "as it should be",
            Self::Foreign => "with something foreign",
            Self::Differs => "differs",
            Self::Missing => "not all there",
            Self::Unknown => "not readable, or blocked",
        }
    }
}

/// An organizational unit.
#[derive(Clone, Debug, Default)]
pub struct Unit {
    /// Itself.
    pub thing: Thing,
    /// What is attached to it, in a line.
    pub policies: String,
    /// The accounts directly in it.
    pub accounts: Vec<Account>,
    /// The units directly in it.
    pub units: Vec<Unit>,
}

/// An account.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Itself.
    pub thing: Thing,
    /// What it is there for, in a line.
    pub duties: String,
    /// The segments its VPCs are in.
    pub segments: Vec<usize>,
    /// Whether it is looked after.
    pub is_managed: bool,
}

/// A segment.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// Itself.
    pub thing: Thing,
    /// Those it may talk to, both ways.
    pub peers: Vec<usize>,
}

/// A Region.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Its name.
    pub name: String,
    /// Its Transit Gateway.
    pub gateway: Option<Gateway>,
    /// Its VPCs.
    pub vpcs: Vec<Vpc>,
    /// What lies beyond its Transit Gateway.
    pub externals: Vec<External>,
}

/// A Transit Gateway.
#[derive(Clone, Debug, Default)]
pub struct Gateway {
    /// Itself.
    pub thing: Thing,
    /// More about it, in a line.
    pub line: String,
}

/// A VPC.
#[derive(Clone, Debug, Default)]
pub struct Vpc {
    /// Itself.
    pub thing: Thing,
    /// The account it lies in.
    pub account: String,
    /// Its range.
    pub cidr: String,
    /// Its segment.
    pub segment: Option<usize>,
    /// Whether it is attached to the Transit Gateway.
    pub is_joined: bool,
    /// Whether others get out through it.
    pub is_egress: bool,
    /// What it has besides subnets, in a word or two each.
    pub badges: Vec<String>,
    /// Its subnets.
    pub tiers: Vec<Tier>,
}

/// Subnets of a VPC that are routed alike.
#[derive(Clone, Debug, Default)]
pub struct Tier {
    /// What they are called.
    pub name: &'static str,
    /// One for each zone.
    pub subnets: Vec<Subnet>,
}

/// A subnet.
#[derive(Clone, Debug, Default)]
pub struct Subnet {
    /// Its Availability Zone.
    pub zone: String,
    /// Its range.
    pub cidr: String,
}

/// What lies beyond the organization.
#[derive(Clone, Debug, Default)]
pub struct External {
    /// Itself.
    pub thing: Thing,
    /// The ranges there.
    pub cidrs: Vec<String>,
    /// The attachment it is reached by.
    pub attachment: String,
    /// The segment it is treated as part of.
    pub segment: Option<usize>,
}

/// Cards under a heading.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The heading.
    pub title: &'static str,
    /// The cards.
    pub cards: Vec<Card>,
}

/// A thing and a few lines about it.
#[derive(Clone, Debug, Default)]
pub struct Card {
    /// Itself.
    pub thing: Thing,
    /// The lines.
    pub lines: Vec<String>,
}
