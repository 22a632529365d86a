//! Roles that the landing zone makes for services of AWS to use.

use std::collections::BTreeMap;

use super::{
    Composer, Known, derived,
    keys::{self, KEYS_POLICY},
    organization::plain,
};
use crate::{
    engine::{
        env::Text,
        graph::{Needs, PlaceId, Ref},
    },
    kinds::iam::{Managed, Role, role},
    model::Account,
    names::Origin,
    policy::{Document, Statement},
};

/// A role of an account that a service uses.
pub(super) struct ServiceRole<'a> {
    /// What it is for, which is its address and ends its name.
    pub purpose: &'static str,
    /// What people read about it.
    pub description: &'static str,
    /// Which service may use it, on which conditions.
    pub trust: Statement,
    /// What it may do, but for the keys that it uses: that follows from what they are used for.
    pub permissions: Option<Document>,
    /// AWS's own policies that it has besides.
    pub policies: Vec<Managed>,
    /// The account it lies in.
    pub account: &'a Account,
    /// What asks for it.
    pub origin: &'a Origin,
}

impl ServiceRole<'_> {
    /// Adds it.
    pub(super) fn add(self, composer: &mut Composer<'_>, global: PlaceId) -> RoleOf {
        let Composer { graph, known, .. } = composer;
        let Self { purpose, description, trust, permissions, policies, account, origin } = self;
        let node = graph.add::<Role>(global, purpose, origin, |needs| {
            needs.tags(plain(&account.tags));
            let keys = keys::permissions(known.zone, &account.name, purpose);
            let inline = [(purpose, permissions), (KEYS_POLICY, keys)].into_iter();
            let inline = inline.filter_map(|(name, document)| {
                Some((name.to_owned(), known.filled(needs, document.as_ref()?)))
            });
            let inline = inline.collect::<BTreeMap<_, _>>();
            role::Spec {
                name: derived::role_name(known.zone, purpose),
                path: "/".to_owned(),
                description: Some(description.to_owned()),
                trust: known.filled(needs, &Document::new([trust])),
                inline,
                policies: policies.into(),
                boundary: None,
                session_seconds: 3_600,
            }
        });
        RoleOf { node, arn: derived::role_arn(known.zone, &account.name, purpose) }
    }
}

/// A role that was added.
pub(super) struct RoleOf {
    node: Ref<Role>,
    arn: String,
}

impl RoleOf {
    /// Its ARN, for what uses it and comes after it.
    pub(super) fn arn(&self, known: &Known<'_>, needs: &mut Needs<'_>) -> Text {
        known.arn_after(needs, self.node.id(), &self.arn)
    }
}

/// Lets a service use a role.
pub(super) fn trusting(sid: &str, service: &str) -> Statement {
    Statement::allow(sid).principal_service(service).actions(["sts:AssumeRole"])
}
