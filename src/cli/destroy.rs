//! `landfall destroy`

use super::{
    agreement,
    exit::Exit,
    flow::{self, Landing},
    interrupt::Interrupt,
    settings::Settings,
    work::{Task, Work},
};
use crate::{
    aws::Caller,
    engine::{
        error::{Class, Error},
        kind::Kind as _,
        snapshot::Keep,
    },
    kinds::iam::Role,
    model::{Account, LandingZone},
    names::AccountName,
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall destroy --dry-run        # what would go, what would stay and why
  landfall destroy                  # asks for the landing zone's name
  landfall destroy --confirm acme   # from a script";

/// Take away all that is ours and may go, after showing it
///
/// Only a landing zone that says `destroyable = true` below `[organization]`. Dependents go before what they depend
/// on. The organization, its accounts, keys, and what else only `[removed]` deletes stay, with all that they need;
/// each says why.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Agree beforehand, by the landing zone's name
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// Show what would go and what would stay, and do nothing
    #[arg(long, conflicts_with = "confirm")]
    dry_run: bool,
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match destroy(settings, args).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn destroy(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    let landing = flow::load(settings)?;
    if let Some(error) = refusal(settings, args, &landing) {
        settings.out.error(&error);
        return Err(Exit::Error);
    }
    let landing = landing.changed(settings, give_full_access)?;
    let options = flow::options(&landing.zone, false, true);
    let interrupt = Interrupt::listen();
    if args.dry_run {
        let look = flow::look(settings, &interrupt, &landing, (&options, Keep::Everything)).await?;
        let own = ways_in(&landing.zone, &look.caller);
        let look = look.destroying(settings, &own, &options);
        look.introduce(settings);
        settings.out.destruction(&look.plan, &look.graph, &look.outlook);
        return Ok(if look.plan.is_incomplete() { Exit::Incomplete } else { Exit::Fine });
    }
    let task = Task::Destroy { is_confirmed: args.confirm.is_some() };
    Work { settings, landing: &landing, options, interrupt: &interrupt, task }.run().await
}

/// Why nothing is destroyed, if that is so.
fn refusal(settings: &Settings, args: &Args, landing: &Landing) -> Option<Error> {
    let organization = &landing.zone.organization;
    if !organization.destroyable.value {
        let said = &organization.destroyable.origin;
        let what = format!("the landing zone `{}` is not to be destroyed", organization.name.value);
        let hint = format!(
            "`destroyable = true` below `[organization]` allows it ({}:{})",
            said.path(),
            said.at.line
        );
        return Some(Error::new(Class::Final, what).hint(hint));
    }
    let name = organization.name.as_str();
    if let Some(other) = args.confirm.as_deref().filter(|said| *said != name) {
        let what = format!("`{other}` is not the name of this landing zone");
        return Some(Error::new(Class::Final, what).hint(agreement::confirm(name)));
    }
    let error = || Error::new(Class::Final, "a landing zone is destroyed as a whole");
    let hint = "leave `--only` out; what leaves the TOML goes with `apply --prune`";
    (!settings.only.is_empty()).then(|| error().hint(hint))
}

/// AWS keeps each target from having nothing attached: where the landing zone lets full access go, it comes back.
fn give_full_access(zone: &mut LandingZone) {
    zone.units.values_mut().for_each(|unit| unit.full_access.value = true);
    zone.accounts.values_mut().for_each(|account| account.full_access.value = true);
}

/// The addresses of the roles by which Landfall gets into the accounts, and of the one that whoever calls is: without them
/// it could not go on.
pub(super) fn ways_in(zone: &LandingZone, caller: &Caller) -> Vec<String> {
    let hops = zone.access.via.iter().map(|hop| (&hop.account, &*hop.role));
    let last = zone.accounts.values().filter_map(|account| called(account, &zone.access.role));
    let management = zone.accounts.get(&AccountName::management());
    let own = management.zip(caller.role()).and_then(|(account, name)| called(account, name));
    let address = |(account, key): (&AccountName, &str)| format!("{account}/global/{}/{key}", Role::NAME);
    hops.chain(last).chain(own).map(address).collect()
}

/// The role of an account that AWS calls so: the landing zone may know it by another key. IAM compares names without
/// regard to case.
fn called<'z>(account: &'z Account, name: &str) -> Option<(&'z AccountName, &'z str)> {
    let role = account.roles.values().find(|role| role.aws_name.eq_ignore_ascii_case(name))?;
    Some((&account.name, role.name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{self, Files};

    const ORGANIZATION: &str = r#"
[organization]
name        = "acme"
email       = "aws+{account}@acme.example"
home_region = "us-east-1"
regions     = ["us-east-1"]
root_credentials = "kept"

[units]
Workloads = {}

[access]
role = "Entrance"
via  = ["dev/pipeline"]
"#;

    const UNIT: &str = "unit = \"Workloads\"\n";

    #[test]
    fn what_landfall_goes_through_is_known_by_its_key() {
        let mut files = Files::default();
        files.insert("organization.toml", ORGANIZATION.as_bytes());
        let role = |unit: &str, key: &str, name: &str| {
            format!("{unit}[roles.{key}]\nname = \"{name}\"\ntrust = [\"service:ec2\"]\n").into_bytes()
        };
        files.insert("accounts/management.toml", role("", "deployer", "acme-deployer"));
        files.insert("accounts/dev.toml", role(UNIT, "pipeline", "acme-pipeline"));
        files.insert("accounts/prod.toml", role(UNIT, "way-in", "entrance"));
        let zone = config::parse(&files).unwrap_or_else(|all| panic!("{}", all.render(false))).zone;
        let own = |arn: &str| {
            let account = "111122223333".parse().unwrap();
            ways_in(&zone, &Caller { account, arn: arn.to_owned(), user_id: String::new() })
        };
        let ways = ["dev/global/iam/role/pipeline", "prod/global/iam/role/way-in"];
        assert_eq!(own("arn:aws:iam::111122223333:user/acme-deployer"), ways);
        assert_eq!(own("arn:aws:sts::111122223333:assumed-role/other/jane"), ways);
        let itself = own("arn:aws:sts::111122223333:assumed-role/acme-deployer/jane");
        assert_eq!(itself, [&ways[..], &["management/global/iam/role/deployer"]].concat());
    }
}
