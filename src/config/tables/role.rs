use ipnet::IpNet;

use super::{moved, tags, trust};
use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, boolean, list, parsed, text};
use crate::model::{PolicyRef, Require, Tags, Trust};
use crate::names::{Invalid, Located, Origin, Period};

/// A role as far as one file states it.
#[derive(Clone)]
pub(in crate::config) struct RoleTable {
    pub(in crate::config) name: Option<Located<String>>,
    pub(in crate::config) path: Option<Located<String>>,
    pub(in crate::config) description: Option<Located<String>>,
    pub(in crate::config) trust: Option<Vec<Located<Trust>>>,
    pub(in crate::config) allow: Option<Vec<Located<PolicyRef>>>,
    pub(in crate::config) boundary: Option<Located<PolicyRef>>,
    pub(in crate::config) session: Option<Located<Period>>,
    pub(in crate::config) require: Option<Require>,
    pub(in crate::config) tags: Tags,
    pub(in crate::config) break_glass: Option<Located<bool>>,
    pub(in crate::config) moved: Option<Located<String>>,
    pub(in crate::config) origin: Origin,
}

impl RoleTable {
    /// This role, with what it leaves out taken from another.
    pub(in crate::config) fn over(self, base: Self) -> Self {
        Self {
            name: self.name.or(base.name),
            path: self.path.or(base.path),
            description: self.description.or(base.description),
            trust: self.trust.or(base.trust),
            allow: self.allow.or(base.allow),
            boundary: self.boundary.or(base.boundary),
            session: self.session.or(base.session),
            require: self.require.or(base.require),
            tags: tags::layered([&base.tags, &self.tags]),
            break_glass: self.break_glass.or(base.break_glass),
            moved: self.moved.or(base.moved),
            origin: self.origin,
        }
    }
}

pub(super) fn read(key: &Located<&str>, value: Value<'_>) -> Option<RoleTable> {
    let mut table = value.table(format!("`[roles.{}]`", key.value), &key.origin)?;
    if !is_key(key.value) {
        let message = "a role's key holds letters, digits and `+=._@-` only";
        table.complain(Complaint::new(&key.origin, message).help("`name` says what AWS calls it"));
    }
    let role = RoleTable {
        name: table.optional("name", name),
        path: table.optional("path", path),
        description: table.optional("description", description),
        // What is written but wrong is not the same as what is left out: the complaint about it is enough.
        trust: table.optional("trust", trust::list).or_else(|| table.has("trust").then(Vec::new)),
        allow: table.optional("allow", list(parsed::<PolicyRef>)),
        boundary: table.optional("boundary", parsed::<PolicyRef>),
        session: table.optional("session", session),
        require: table.table("require", require),
        tags: table.table("tags", tags::read).unwrap_or_default(),
        break_glass: table.optional("break_glass", boolean),
        moved: table.table("moved", moved::read::<RoleKey>).flatten().map(|from| from.map(|key| key.0)),
        origin: table.origin().clone(),
    };
    table.finish();
    Some(role)
}

/// The key is part of the address, so it keeps to what AWS allows in tag values.
fn is_key(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "+=._@-".contains(c))
}

struct RoleKey(String);

impl std::str::FromStr for RoleKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if is_key(text) { Ok(Self(text.into())) } else { Err(Invalid::new("this is not the key of a role")) }
    }
}

fn name(value: Value<'_>) -> Option<Located<String>> {
    let name = text(value)?;
    if name.chars().any(|c| !c.is_ascii_alphanumeric() && !"_+=,.@-".contains(c)) {
        let complaint =
            Complaint::new(&name.origin, "IAM takes letters, digits and `_+=,.@-` in the name of a role");
        return value.complain(complaint);
    }
    Some(name)
}

fn path(value: Value<'_>) -> Option<Located<String>> {
    let path = text(value)?;
    let inner = path.strip_prefix('/').and_then(|path| path.strip_suffix('/'));
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic());
    let good = path.as_str() == "/" || inner.is_some_and(|inner| inner.split('/').all(plain));
    if good && path.len() <= 512 {
        return Some(path);
    }
    let complaint =
        Complaint::new(&path.origin, "a path begins and ends with a slash and has at most 512 characters");
    value.complain(complaint.help("for example `/platform/`"))
}

/// IAM takes Latin-1 only: no dashes or quotation marks of typesetters.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
fn description(value: Value<'_>) -> Option<Located<String>> {
    let description = text(value)?;
    let strange = |c: char| !matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
    if let Some(strange) = description.chars().find(|c| strange(*c)) {
        let message = format!("AWS takes no `{strange}` in the description of a role");
        return value.complain(
            Complaint::new(&description.origin, message).help("write it in Latin letters and plain marks"),
        );
    }
    if description.chars().count() > 1000 {
        return value
            .complain(Complaint::new(&description.origin, "a description has at most 1000 characters"));
    }
    Some(description)
}

fn session(value: Value<'_>) -> Option<Located<Period>> {
    let session = parsed::<Period>(value)?;
    if !(Period::hours(1)..=Period::hours(12)).contains(&session.value) {
        return value
            .complain(Complaint::new(&session.origin, "the session of a role lasts between 1h and 12h"));
    }
    Some(session)
}

fn require(mut table: Table<'_>) -> Require {
    let require = Require {
        mfa: table.optional("mfa", boolean),
        source_ip: table.optional("source_ip", list(network)).unwrap_or_default(),
        source_vpc: table.optional("source_vpc", list(vpc)).unwrap_or_default(),
    };
    table.finish();
    require
}

fn network(value: Value<'_>) -> Option<Located<IpNet>> {
    let network = text(value)?;
    match network.parse::<IpNet>() {
        Ok(parsed) if parsed.trunc() == parsed => Some(network.map(|_| parsed)),
        Ok(parsed) => {
            let complaint =
                Complaint::new(&network.origin, "this is an address in a network, not the network");
            value.complain(complaint.help(format!("did you mean `{}`?", parsed.trunc())))
        }
        Err(_) => value.complain(
            Complaint::new(&network.origin, "this is not a network").help("for example `203.0.113.0/24`"),
        ),
    }
}

fn vpc(value: Value<'_>) -> Option<Located<String>> {
    let vpc = text(value)?;
    let hex = |id: &str| id.len() >= 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if vpc.strip_prefix("vpc-").is_some_and(hex) {
        return Some(vpc);
    }
    value.complain(
        Complaint::new(&vpc.origin, "this is not the id of a VPC")
            .help("for example `vpc-0a1b2c3d4e5f67890`"),
    )
}
