use schemars::JsonSchema;
use serde::Serialize;

use crate::report::reach;

/// `landfall/reach@1`.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Reach<'r> {
    schema: &'static str,
    from: &'r str,
    to: &'r str,
    /// The TCP port that was asked about; null for whatever there is.
    port: Option<u16>,
    /// Whether this is what the landing zone says, or what AWS has.
    #[schemars(extend("enum" = ["toml", "aws"]))]
    source: &'static str,
    /// How far anything comes: `passes`, `open`, `unanswered` or `stops`; null if there is nobody to ask about.
    #[schemars(extend("enum" = ["passes", "open", "unanswered", "stops", null]))]
    outcome: Option<&'static str>,
    ways: Vec<Way<'r>>,
}

#[derive(Serialize, JsonSchema)]
struct Way<'r> {
    from: &'r str,
    to: &'r str,
    /// All that passes, such as `tcp 443` or `all`.
    traffic: &'r [String],
    /// The conversation that comes furthest, and the one that comes least far if that ends otherwise.
    journeys: Vec<Journey<'r>>,
}

#[derive(Serialize, JsonSchema)]
struct Journey<'r> {
    from: &'r str,
    to: &'r str,
    traffic: &'r str,
    #[schemars(extend("enum" = ["passes", "open", "unanswered", "stops"]))]
    outcome: &'static str,
    there: Vec<Hop<'r>>,
    back: Vec<Hop<'r>>,
}

#[derive(Serialize, JsonSchema)]
struct Hop<'r> {
    address: &'r str,
    name: &'r str,
    text: &'r str,
    passes: bool,
}

impl<'r> Reach<'r> {
    pub(in crate::report) fn of(answer: &'r reach::Reach) -> Self {
        let reach::Reach { from, to, port, live, ways } = answer;
        Self {
            schema: "landfall/reach@1",
            from,
            to,
            port: *port,
            source: if *live { "aws" } else { "toml" },
            outcome: answer.furthest().map(reach::Passage::as_str),
            ways: ways.iter().map(way).collect(),
        }
    }
}

fn way(way: &reach::Way) -> Way<'_> {
    let reach::Way { from, to, traffic, journeys } = way;
    Way { from, to, traffic, journeys: journeys.iter().map(journey).collect() }
}

fn journey(journey: &reach::Journey) -> Journey<'_> {
    let reach::Journey { from, to, traffic, outcome, there, back } = journey;
    let (there, back) = (there.iter().map(hop).collect(), back.iter().map(hop).collect());
    Journey { from, to, traffic, outcome: outcome.as_str(), there, back }
}

fn hop(hop: &reach::Hop) -> Hop<'_> {
    let reach::Hop { address, name, text, passes } = hop;
    Hop { address, name, text, passes: *passes }
}
