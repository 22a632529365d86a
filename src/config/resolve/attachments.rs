use super::Context;
use crate::config::complaint::Complaint;
use crate::model::{GENERATED, Policies, PolicyId, PolicyType};
use crate::names::Located;

/// The policies that `policies = […]` names, over all type folders.
pub(super) fn resolve(context: &Context<'_>, names: &[Located<String>]) -> Vec<Located<PolicyId>> {
    names.iter().filter_map(|name| attachment(context, name)).collect()
}

fn attachment(context: &Context<'_>, name: &Located<String>) -> Option<Located<PolicyId>> {
    match find(&context.pieces.policies, name) {
        Ok(id) => Some(Located::new(id, name.origin.clone())),
        Err(complaint) => {
            context.sink.push(*complaint);
            None
        }
    }
}

fn find(policies: &Policies, text: &Located<String>) -> Result<PolicyId, Box<Complaint>> {
    let (kinds, name) = match text.split_once(':') {
        Some((folder, name)) => (vec![kind(text, folder)?], name),
        None => (PolicyType::ALL.to_vec(), text.as_str()),
    };
    let candidates = kinds.into_iter().map(|kind| PolicyId::new(kind, name));
    let exists = |id: &PolicyId| policies.organization.contains_key(id) || id.can_be_generated();
    match candidates.filter(exists).collect::<Vec<_>>().as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Box::new(unknown(policies, text, name))),
        several => Err(Box::new(ambiguous(text, several))),
    }
}

fn kind(text: &Located<String>, folder: &str) -> Result<PolicyType, Box<Complaint>> {
    let unknown = || {
        let complaint = Complaint::new(&text.origin, format!("`{folder}` is not a type of policy"));
        Box::new(complaint.nearest(folder, PolicyType::ALL.map(PolicyType::folder)))
    };
    PolicyType::from_folder(folder).ok_or_else(unknown)
}

fn unknown(policies: &Policies, text: &Located<String>, name: &str) -> Complaint {
    let complaint = Complaint::new(&text.origin, format!("there is no policy `{name}`"));
    if policies.iam.contains_key(name) {
        return complaint
            .help(format!("`policies/iam/{name}.json` is for roles: `allow = [\"policy:{name}\"]`"));
    }
    complaint.nearest(name, policies.organization.keys().map(|id| &*id.name).chain(GENERATED))
}

fn ambiguous(text: &Located<String>, several: &[PolicyId]) -> Complaint {
    let forms: Vec<_> = several.iter().map(|id| format!("`{id}`")).collect();
    let message = format!("there are {} policies of this name", several.len());
    Complaint::new(&text.origin, message).help(format!("write {}", forms.join(" or ")))
}
