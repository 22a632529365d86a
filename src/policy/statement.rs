//! Statements of a policy.

use super::condition::Condition;
use super::principal::Principal;
use super::text::{Form, Text, Values, to_json};
use serde_json::{Map, Value};

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Grants access that nothing denies.
    Allow,
    /// Takes access away, whatever allows it.
    Deny,
}

impl Effect {
    /// As it is written in a policy.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// An element that exists in two forms: `Action` and `NotAction`, `Resource` and `NotResource`, `Principal`
/// and `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick<T> {
    /// The statement is about these.
    These(T),
    /// The statement is about all others (`Not…`).
    AllBut(T),
}

impl<T> Pick<T> {
    /// What is named, whichever way.
    pub fn named(&self) -> &T {
        match self {
            Self::These(named) | Self::AllBut(named) => named,
        }
    }

    fn map(&self, f: impl FnOnce(&T) -> T) -> Self {
        match self {
            Self::These(named) => Self::These(f(named)),
            Self::AllBut(named) => Self::AllBut(f(named)),
        }
    }

    /// One of two names, by form.
    fn name(&self, these: &'static str, all_but: &'static str) -> &'static str {
        match self {
            Self::These(_) => these,
            Self::AllBut(_) => all_but,
        }
    }
}

/// One statement: who may, or may not, do what to what, and when.
///
/// Equality is AWS's: two statements are equal if their `Sid`s are and they mean the same, however they are
/// spelled. As `Principal` of an `Allow`, `"*"` and `{"AWS": "*"}` are equal: both grant to everyone,
/// anonymous users [included][everyone]. Nothing of the kind is documented for `Deny`, `NotPrincipal` and
/// service principals, so there the two stay apart. Each is rendered as it was written, since some policies
/// (resource control policies) take `"*"` [alone][rcp].
///
/// [everyone]: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous
/// [rcp]: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
#[derive(Debug, Clone)]
pub struct Statement {
    /// The statement's name. Empty is the same as none.
    pub sid: Option<String>,
    /// Allow or deny.
    pub effect: Effect,
    /// Who; only in policies that are attached to a resource or a role's trust.
    pub principal: Option<Pick<Principal>>,
    /// What is done.
    pub action: Pick<Values>,
    /// To what; absent in a role's trust.
    pub resource: Option<Pick<Values>>,
    /// When.
    pub condition: Condition,
}

impl PartialEq for Statement {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name() && self.canonical() == other.canonical()
    }
}

impl Eq for Statement {}

/// Reading statements.
impl Statement {
    /// The `Sid`, unless it is empty.
    pub fn name(&self) -> Option<&str> {
        self.sid.as_deref().filter(|sid| !sid.is_empty())
    }

    /// Replaces every principal, action, resource and condition value by what `f` makes of it.
    pub(super) fn map(&self, f: &mut dyn FnMut(&str) -> Vec<String>) -> Self {
        Self {
            sid: self.sid.clone(),
            effect: self.effect,
            principal: self.principal.as_ref().map(|pick| pick.map(|principal| principal.map(f))),
            action: self.action.map(|actions| mapped(actions, f, Text::action)),
            resource: self
                .resource
                .as_ref()
                .map(|pick| pick.map(|resources| mapped(resources, f, Text::exact))),
            condition: self.condition.map(f),
        }
    }

    /// The elements in canonical form, see [`Self::ordered`].
    pub(super) fn canonical(&self) -> Vec<(&'static str, Value)> {
        self.ordered(Text::canonical)
    }

    /// The elements in canonical order and shape, with their words in either form, without the `Sid`, under the
    /// names that differences show them by.
    pub(super) fn ordered(&self, form: Form) -> Vec<(&'static str, Value)> {
        let mut fields = vec![("effect", Value::from(self.effect.as_str()))];
        if let Some(pick) = &self.principal {
            fields.push((pick.name("principal", "not_principal"), self.ordered_principal(pick, form)));
        }
        fields.push((self.action.name("action", "not_action"), to_json(self.action.named(), form)));
        if let Some(pick) = &self.resource {
            fields.push((pick.name("resource", "not_resource"), to_json(pick.named(), form)));
        }
        if !self.condition.is_empty() {
            fields.push(("condition", self.condition.ordered(form)));
        }
        fields
    }

    /// The statement as it was spelled, elements in the order of AWS's grammar.
    pub(super) fn to_json(&self) -> Value {
        let form: Form = Text::spelling;
        let mut elements = Map::new();
        let mut add = |name: &str, value: Value| drop(elements.insert(name.to_owned(), value));
        if let Some(sid) = self.name() {
            add("Sid", Value::from(sid));
        }
        add("Effect", Value::from(self.effect.as_str()));
        if let Some(pick) = &self.principal {
            add(pick.name("Principal", "NotPrincipal"), pick.named().to_json(form));
        }
        add(self.action.name("Action", "NotAction"), to_json(self.action.named(), form));
        if let Some(pick) = &self.resource {
            add(pick.name("Resource", "NotResource"), to_json(pick.named(), form));
        }
        if !self.condition.is_empty() {
            add("Condition", self.condition.to_json());
        }
        Value::Object(elements)
    }

    fn ordered_principal(&self, pick: &Pick<Principal>, form: Form) -> Value {
        match pick {
            Pick::These(principal) if self.effect == Effect::Allow && principal.is_any_aws() => {
                Value::from("*")
            }
            _ => pick.named().to_json(form),
        }
    }
}

fn mapped(values: &Values, f: &mut dyn FnMut(&str) -> Vec<String>, text: fn(String) -> Text) -> Values {
    values.iter().flat_map(|value| f(value.spelling())).map(text).collect()
}
