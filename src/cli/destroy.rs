//! `landfall destroy`

use super::{
    exit::Exit,
    flow::{self, Landing},
    interrupt::Interrupt,
    settings::Settings,
    work::{Task, Work},
};
use crate::{
    engine::{
        error::{Class, Error},
        kind::Kind as _,
    },
    kinds::iam::Role,
    model::LandingZone,
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
    if let Some(error) = refusal(settings, &landing) {
        settings.out.error(&error);
        return Err(Exit::Error);
    }
    let options = flow::options(&landing.zone, false, true);
    let (interrupt, own) = (Interrupt::listen(), ways_in(&landing.zone));
    if args.dry_run {
        let look =
            flow::look(settings, &interrupt, &landing, &options).await?.destroying(settings, &own, &options);
        look.introduce(settings);
        settings.out.destruction(&look.plan, &look.graph, &look.outlook);
        return Ok(if look.plan.is_incomplete() { Exit::Incomplete } else { Exit::Fine });
    }
    let task = Task::Destroy { confirmed: args.confirm.as_deref(), own };
    Work { settings, landing: &landing, options, interrupt: &interrupt, task }.run().await
}

/// Why nothing is destroyed, if that is so.
fn refusal(settings: &Settings, landing: &Landing) -> Option<Error> {
    let organization = &landing.zone.organization;
    if !organization.destroyable.value {
        let said = &organization.destroyable.origin;
        let what = format!("the landing zone `{}` is not to be destroyed", organization.name.value);
        let hint =
            format!("`destroyable = true` below `[organization]` allows it ({}:{})", said.file, said.line);
        return Some(Error::new(Class::Final, what).hint(hint));
    }
    let error = || Error::new(Class::Final, "a landing zone is destroyed as a whole");
    let hint = "leave `--only` out; what leaves the TOML goes with `apply --prune`";
    (!settings.only.is_empty()).then(|| error().hint(hint))
}

/// The roles by which Landfall gets into the accounts: without them it could not go on.
fn ways_in(zone: &LandingZone) -> Vec<String> {
    let hops = zone.access.via.iter().map(|hop| (hop.account.to_string(), hop.role.to_string()));
    let last = zone.accounts.keys().map(|account| (account.to_string(), zone.access.role.to_string()));
    hops.chain(last).map(|(account, role)| format!("{account}/global/{}/{role}", Role::NAME)).collect()
}
