use super::Context;
use crate::config::complaint::{Complaint, Sink};
use crate::config::tables::{self, AccountTable, Settings};

/// What an account says, over what its baseline says, over what that one extends. Each value of a baseline is read
/// by way of the line that asked for it, so that it knows how it came to be in this account.
pub(super) fn settings(context: &Context<'_>, account: &AccountTable) -> Settings {
    let mut settings = account.settings.clone();
    let mut next = account.baseline.clone();
    let mut seen = Vec::new();
    while let Some(line) = next.take_if(|line| !seen.contains(&line.value)) {
        let Some(document) = context.folder.baselines.get(&line.value) else { break };
        // Complaints about the file were made when it was read by itself.
        let silent = Sink::default();
        let baseline = tables::baseline(&document.through(&line.origin), &silent);
        settings = settings.over(baseline.settings);
        next = baseline.extends;
        seen.push(line.value);
    }
    settings
}

/// Complains of baselines that nobody wrote and of those that end up extending themselves.
pub(super) fn check(context: &Context<'_>) {
    let accounts = context.pieces.accounts.values().filter_map(|account| account.baseline.as_ref());
    let extended = context.pieces.baselines.values().filter_map(|baseline| baseline.extends.as_ref());
    for name in accounts.chain(extended).filter(|name| !context.pieces.baselines.contains_key(&name.value)) {
        let complaint = Complaint::new(&name.origin, format!("there is no baseline `{}`", name.value));
        let known = context.pieces.baselines.keys().map(String::as_str);
        context.sink.push(complaint.nearest(&name.value, known));
    }
    for name in context.pieces.baselines.keys() {
        check_loop(context, name);
    }
}

fn check_loop(context: &Context<'_>, name: &str) {
    let extends = |name: &str| context.pieces.baselines.get(name)?.extends.as_ref();
    let way = std::iter::successors(extends(name), |next| extends(&next.value));
    let way: Vec<_> = way.take(context.pieces.baselines.len() + 1).collect();
    let Some(back) = way.iter().position(|step| step.value == name) else { return };
    // Each loop is told once, by the first of its names.
    if way[..back].iter().any(|step| step.value.as_str() < name) {
        return;
    }
    let mut complaint = Complaint::new(&way[0].origin, format!("the baseline `{name}` extends itself"));
    for step in &way[1..=back] {
        complaint = complaint.note(&step.origin, format!("by way of this, to `{}`", step.value));
    }
    context.sink.push(complaint);
}
