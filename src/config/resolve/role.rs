use std::sync::Arc;

use crate::config::complaint::{Complaint, Sink};
use crate::config::tables::{RoleTable, layered};
use crate::model::{Role, Tags};
use crate::names::{Located, Period};

/// A role with its defaults filled in: its key as name, no path, an hour.
pub(super) fn resolve(key: &str, table: RoleTable, account: &Arc<Tags>, sink: &Sink) -> Role {
    let origin = table.origin;
    if table.trust.is_none() {
        let complaint = Complaint::new(&origin, format!("nobody is trusted by the role `{key}`"));
        sink.push(complaint.help("`trust = [\"security/auditor\"]` says who may assume it"));
    }
    let tags = match &table.tags {
        none if none.is_empty() => Arc::clone(account),
        own => Arc::new(layered([account, own])),
    };
    Role {
        name: key.to_owned(),
        aws_name: table.name.unwrap_or_else(|| Located::new(key.to_owned(), origin.clone())),
        path: table.path.unwrap_or_else(|| Located::new("/".to_owned(), origin.clone())),
        description: table.description,
        trust: table.trust.unwrap_or_default().into(),
        allow: table.allow.unwrap_or_default().into(),
        boundary: table.boundary,
        session: table.session.unwrap_or_else(|| Located::new(Period::hours(1), origin.clone())),
        require: table.require.unwrap_or_default(),
        tags,
        break_glass: table.break_glass.unwrap_or_else(|| Located::new(false, origin.clone())),
        moved: table.moved,
        origin,
    }
}
