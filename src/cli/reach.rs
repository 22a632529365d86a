//! `landfall reach`

use super::{
    exit::Exit,
    flow::{self, Landing},
    interrupt::Interrupt,
    settings::Settings,
};
use crate::{
    engine::{
        error::{Class, Error},
        snapshot::{Keep, Snapshot},
    },
    model::{Endpoint, Network, Unknown},
    names::nearest,
    proofs::reach::{self, Fabric, Outcome},
    report::{self, Passage},
};

/// How it is used.
const EXAMPLES: &str = "\
Examples:
  landfall reach vpc:dev vpc:prod/data
  landfall reach vpc:prod/application vpc:prod/data --port 5432
  landfall reach internet vpc:prod --live     # as AWS has it";

/// Tell who reaches whom, and where what does not pass is stopped
///
/// Hop by hop and both ways, through route tables, Transit Gateways, network ACLs and security groups.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Who begins: `vpc:NAME`, `vpc:NAME/TIER`, `external:NAME`, `internet`, a range or an address
    #[arg(value_parser = endpoint)]
    from: Endpoint,
    /// Who is meant, likewise
    #[arg(value_parser = endpoint)]
    to: Endpoint,
    /// Ask about this TCP port; without, about whatever passes
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    port: Option<u16>,
    /// Walk what AWS has, not what the landing zone says
    #[arg(long)]
    live: bool,
}

impl Args {
    /// A question about what the landing zone says.
    ///
    /// # Errors
    /// One of the ends is no end.
    pub(super) fn about(from: &str, to: &str, port: u16) -> Result<Self, String> {
        Ok(Self { from: endpoint(from)?, to: endpoint(to)?, port: Some(port), live: false })
    }
}

fn endpoint(text: &str) -> Result<Endpoint, String> {
    text.parse().map_err(|invalid: crate::names::Invalid| match invalid.help {
        Some(help) => format!("{}: {help}", invalid.reason),
        None => invalid.reason,
    })
}

pub(super) async fn run(settings: &Settings, args: &Args) -> Exit {
    match answer(settings, args).await {
        Ok(exit) | Err(exit) => exit,
    }
}

async fn answer(settings: &Settings, args: &Args) -> Result<Exit, Exit> {
    // What does not hold is exactly what one asks about: assertions are not looked at.
    let landing = flow::composed(settings)?;
    for endpoint in [&args.from, &args.to] {
        known(&landing.zone.network, endpoint).map_err(|error| {
            settings.out.error(&error);
            Exit::Error
        })?;
    }
    let (fabric, exit) = fabric(settings, args, &landing).await?;
    let answer = reach::ask(&fabric, &args.from, &args.to, args.port);
    if answer.pairs.is_empty() {
        let what = format!("there is nothing of {} or of {}", args.from, args.to);
        let hint = if args.live {
            "has it been applied?"
        } else {
            "is the VPC's account looked after, and its `cidr` known?"
        };
        settings.out.error(&Error::new(Class::Final, what).hint(hint));
        return Err(Exit::Error);
    }
    settings.out.reach(&told(args, answer));
    Ok(exit)
}

fn known(network: &Network, endpoint: &Endpoint) -> Result<(), Error> {
    let Some(Unknown { message, name, known }) = network.unknown(endpoint) else { return Ok(()) };
    let error = Error::new(Class::Final, message);
    Err(match nearest(name, known.iter().copied()) {
        Some(meant) => error.hint(format!("did you mean `{meant}`?")),
        None if known.is_empty() => error,
        None => error.hint(format!("there is {}", known.join(", "))),
    })
}

/// What is walked, and how a run ends that could see no more than that.
async fn fabric(settings: &Settings, args: &Args, landing: &Landing) -> Result<(Fabric, Exit), Exit> {
    let (network, graph) = (&landing.zone.network, &landing.graph);
    if !args.live {
        return Ok((Fabric::desired(network, graph), Exit::Fine));
    }
    let options = flow::options(&landing.zone, false, false);
    let look = flow::look(settings, &Interrupt::listen(), landing, (&options, Keep::Everything)).await?;
    look.introduce(settings);
    let exit = if is_dim(&look.snapshot) { Exit::Incomplete } else { Exit::Fine };
    if exit == Exit::Incomplete {
        settings
            .out
            .warn("some of the network could not be read: what is not seen stops nothing and leads nowhere");
    }
    Ok((Fabric::live(network, &look.graph, &look.snapshot), exit))
}

/// Whether some part of the network could not be read.
fn is_dim(snapshot: &Snapshot) -> bool {
    snapshot.unreadable.iter().any(|unreadable| unreadable.kind.starts_with("ec2/"))
}

fn told(args: &Args, answer: reach::Answer) -> report::Reach {
    let Args { from, to, port, live } = args;
    let ways = answer.pairs.into_iter().map(way).collect();
    report::Reach { from: from.to_string(), to: to.to_string(), port: *port, live: *live, ways }
}

fn way(pair: reach::Pair) -> report::Way {
    let reach::Pair { from, to, traffic, best, worst } = pair;
    let differs = worst.outcome != best.outcome;
    let journeys = std::iter::once(best).chain(differs.then_some(worst)).map(journey).collect();
    report::Way { from, to, traffic, journeys }
}

fn journey(journey: reach::Journey) -> report::Journey {
    let reach::Journey { from, to, traffic, there, back, outcome } = journey;
    report::Journey {
        from: from.to_string(),
        to: to.to_string(),
        traffic,
        outcome: match outcome {
            Outcome::Stops => Passage::Stops,
            Outcome::Unanswered => Passage::Unanswered,
            Outcome::Open => Passage::Open,
            Outcome::Passes => Passage::Passes,
        },
        there: there.into_iter().map(hop).collect(),
        back: back.into_iter().map(hop).collect(),
    }
}

fn hop(hop: reach::Hop) -> report::Hop {
    let reach::Hop { address, name, text, passes } = hop;
    report::Hop { address, name, text, passes }
}
