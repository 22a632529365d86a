use super::{LandingZone, Organization, Role, Symbol, symbols};

/// A text with something in the place of each symbol that is as long as what AWS will see there: what counts where AWS
/// limits how long a policy may be.
pub fn filled(zone: &LandingZone, text: &str) -> String {
    let (mut filled, mut at) = (String::with_capacity(text.len()), 0);
    for (range, symbol) in symbols(text) {
        filled.push_str(&text[at..range.start]);
        filled.push_str(&symbol.map(|symbol| sample(zone, &symbol)).unwrap_or_default());
        at = range.end;
    }
    filled + &text[at..]
}

fn sample(zone: &LandingZone, symbol: &Symbol) -> String {
    let organization = &zone.organization;
    let partition = organization.home_region.partition();
    match symbol {
        Symbol::Account(_) => "123456789012".into(),
        Symbol::Role(role) => {
            let name = zone.role(role).map(Role::path_and_name).unwrap_or_default();
            format!("arn:{partition}:iam::123456789012:role/{name}")
        }
        Symbol::Key(reference, region) => {
            let stated = || zone.key(reference).map(|key| key.region.value);
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
        Symbol::Landfall => format!("arn:{partition}:iam::*:role/{}", zone.access.role),
    }
}
