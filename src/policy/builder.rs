//! Building statements.

use super::condition::Condition;
use super::principal::{Principal, PrincipalType};
use super::statement::{Effect, Pick, Statement};
use super::text::{Text, Values};
use std::collections::BTreeMap;

/// Building statements. Each method adds to what is there; a `Not…` method and its opposite replace each
/// other.
impl Statement {
    /// A statement that allows; `sid` may be empty.
    pub fn allow(sid: &str) -> Self {
        Self::new(sid, Effect::Allow)
    }

    /// A statement that denies; `sid` may be empty.
    pub fn deny(sid: &str) -> Self {
        Self::new(sid, Effect::Deny)
    }

    /// About everyone: `"*"`.
    #[must_use]
    pub fn principal_everyone(self) -> Self {
        Self { principal: Some(Pick::These(Principal::Everyone)), ..self }
    }

    /// About an account, by its id.
    #[must_use]
    pub fn principal_account(self, id: impl Into<String>) -> Self {
        self.principal(PrincipalType::Aws, [id])
    }

    /// About a service, such as `ec2.amazonaws.com`.
    #[must_use]
    pub fn principal_service(self, name: impl Into<String>) -> Self {
        self.principal(PrincipalType::Service, [name])
    }

    /// About those an identity provider vouches for.
    #[must_use]
    pub fn principal_federated(self, provider: impl Into<String>) -> Self {
        self.principal(PrincipalType::Federated, [provider])
    }

    /// About principals of one kind.
    #[must_use]
    pub fn principal<S: Into<String>>(self, kind: PrincipalType, names: impl IntoIterator<Item = S>) -> Self {
        let mut principal = match self.principal {
            Some(Pick::These(principal)) => principal,
            _ => Principal::Listed(BTreeMap::new()),
        };
        principal.add(kind, names.into_iter().map(Into::into));
        Self { principal: Some(Pick::These(principal)), ..self }
    }

    /// About these actions or patterns of actions.
    #[must_use]
    pub fn actions<S: Into<String>>(self, actions: impl IntoIterator<Item = S>) -> Self {
        let before = if let Pick::These(actions) = self.action { actions } else { Values::new() };
        Self { action: Pick::These(extended(before, actions, Text::action)), ..self }
    }

    /// About all actions but these.
    #[must_use]
    pub fn not_actions<S: Into<String>>(self, actions: impl IntoIterator<Item = S>) -> Self {
        let before = if let Pick::AllBut(actions) = self.action { actions } else { Values::new() };
        Self { action: Pick::AllBut(extended(before, actions, Text::action)), ..self }
    }

    /// About these resources.
    #[must_use]
    pub fn resources<S: Into<String>>(self, resources: impl IntoIterator<Item = S>) -> Self {
        let before = if let Some(Pick::These(resources)) = self.resource { resources } else { Values::new() };
        Self { resource: Some(Pick::These(extended(before, resources, Text::exact))), ..self }
    }

    /// About all resources but these.
    #[must_use]
    pub fn not_resources<S: Into<String>>(self, resources: impl IntoIterator<Item = S>) -> Self {
        let before =
            if let Some(Pick::AllBut(resources)) = self.resource { resources } else { Values::new() };
        Self { resource: Some(Pick::AllBut(extended(before, resources, Text::exact))), ..self }
    }

    /// Only when this test holds as well. The same operator and key again adds values to the test.
    #[must_use]
    pub fn condition<S: Into<String>>(
        mut self,
        op: &str,
        key: &str,
        values: impl IntoIterator<Item = S>,
    ) -> Self {
        self.condition.add(op, key, values.into_iter().map(Into::into));
        self
    }

    fn new(sid: &str, effect: Effect) -> Self {
        Self {
            sid: Some(sid.to_owned()).filter(|sid| !sid.is_empty()),
            effect,
            principal: None,
            action: Pick::These(Values::new()),
            resource: None,
            condition: Condition::default(),
        }
    }
}

fn extended<S: Into<String>>(
    mut set: Values,
    more: impl IntoIterator<Item = S>,
    text: fn(String) -> Text,
) -> Values {
    set.extend(more.into_iter().map(|value| text(value.into())));
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_add_and_opposites_replace() {
        let statement = Statement::deny("A").actions(["a:A"]).not_actions(["b:B"]).not_actions(["c:C"]);
        let statement = statement.not_resources(["n"]).resources(["r"]).resources(["s"]);
        let text = r#"{"Sid":"A","Effect":"Deny","NotAction":["b:B","c:C"],"Resource":["r","s"]}"#;
        assert_eq!(statement.to_json().to_string(), text);
    }

    #[test]
    fn principals_gather_by_kind() {
        let statement = Statement::allow("").principal_everyone().principal_account("123456789012");
        let statement =
            statement.principal_service("ec2.amazonaws.com").principal_federated("idp").actions(["a:A"]);
        let text = r#"{"AWS":"123456789012","Federated":"idp","Service":"ec2.amazonaws.com"}"#;
        assert_eq!(statement.to_json()["Principal"].to_string(), text);
        assert_eq!(statement.principal_everyone().to_json()["Principal"], "*");
    }
}
