//! Policy documents: that each is within AWS's limit once `${…}` is filled in.

use super::{Complaint, LandingZone, Sink};
use crate::model::{Account, IamQuotas, Organization, PolicyFile, Role, Symbol, Trust, symbols};
use crate::names::RoleRef;

pub(super) fn check(landing_zone: &LandingZone, sink: &Sink) {
    for (id, file) in &landing_zone.policies.organization {
        let size = filled(landing_zone, file).chars().count();
        let most = id.kind.quota().characters;
        if size > most {
            sink.push(too_large(file, size, most));
        }
    }
    for file in landing_zone.policies.iam.values() {
        let size = filled(landing_zone, file).chars().filter(|c| !c.is_whitespace()).count();
        if size > IamQuotas::MANAGED_POLICY {
            sink.push(too_large(file, size, IamQuotas::MANAGED_POLICY));
        }
    }
    for account in landing_zone.accounts.values() {
        account.roles.values().for_each(|role| check_trust(account, role, sink));
    }
}

fn too_large(file: &PolicyFile, size: usize, most: usize) -> Complaint {
    let message = format!("the policy has {size} characters without layout, and AWS takes {most}");
    Complaint::new(&file.origin, message).help("split it, or use wildcards for actions that belong together")
}

/// The document without layout, with something as long as the real thing for each symbol.
fn filled(landing_zone: &LandingZone, file: &PolicyFile) -> String {
    let text = file.document.to_string();
    let mut filled = String::with_capacity(text.len());
    let mut at = 0;
    for (range, symbol) in symbols(&text) {
        filled.push_str(&text[at..range.start]);
        filled.push_str(&symbol.map(|symbol| sample(landing_zone, &symbol)).unwrap_or_default());
        at = range.end;
    }
    filled + &text[at..]
}

fn sample(landing_zone: &LandingZone, symbol: &Symbol) -> String {
    let organization = &landing_zone.organization;
    let partition = organization.home_region.partition();
    match symbol {
        Symbol::Account(_) => "123456789012".into(),
        Symbol::Role(role) => {
            format!("arn:{partition}:iam::123456789012:role{}", role_path(landing_zone, role))
        }
        Symbol::Key(reference, region) => {
            let stated = || landing_zone.key(reference).map(|key| key.region.value);
            let region = region.or_else(stated).unwrap_or(*organization.home_region);
            format!("arn:{partition}:kms:{region}:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab")
        }
        Symbol::Bucket(_, bucket) => {
            let Organization { name, home_region, .. } = organization;
            format!("arn:{partition}:s3:::{name}-{bucket}-123456789012-{home_region}")
        }
        Symbol::Organization => "o-a1b2c3d4e5".into(),
        Symbol::Root => "r-a1b2".into(),
        Symbol::HomeRegion => organization.home_region.to_string(),
        // The quotes around it are in the text already, so the array needs three more signs for each but the first.
        Symbol::Regions => {
            let names: Vec<_> = organization.regions.iter().map(|region| region.as_str()).collect();
            format!("[{}]", names.join("\",\""))
        }
        Symbol::Landfall => format!("arn:{partition}:iam::*:role/{}", landing_zone.access.role),
    }
}

fn role_path(landing_zone: &LandingZone, role: &RoleRef) -> String {
    landing_zone.role(role).map(|role| format!("{}{}", role.path, role.aws_name)).unwrap_or_default()
}

/// What a trust policy has at least: its frame, and for each of those trusted what can't be said shorter.
fn check_trust(account: &Account, role: &Role, sink: &Sink) {
    let size = 60 + role.trust.iter().map(|trust| trust_size(&trust.value)).sum::<usize>();
    if size > IamQuotas::TRUST_POLICY {
        let message = format!(
            "the trust policy of `{}/{}` has more than the {} characters that AWS takes",
            account.name,
            role.name,
            IamQuotas::TRUST_POLICY
        );
        let help = "trust an account instead of each of its roles, or make several roles of this one";
        sink.push(Complaint::new(&role.origin, message).help(help));
    }
}

fn trust_size(trust: &Trust) -> usize {
    match trust {
        Trust::Role(role) => 42 + role.role.len(),
        Trust::Account(_) => 34,
        Trust::Service(service) => 3 + service.principal().len(),
        Trust::Oidc { subjects, .. } => 150 + subjects.iter().map(|subject| subject.len() + 3).sum::<usize>(),
        Trust::Saml { provider } => 150 + provider.len(),
        Trust::External { external_id, .. } => 150 + external_id.len(),
    }
}
