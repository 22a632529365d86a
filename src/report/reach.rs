//! Who reaches whom, hop by hop.

use super::{
    page::{Line, Page},
    plan::View,
    style::Label,
    words::{number, plural},
};

/// An answer about reachability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Who begins, as it was asked.
    pub from: String,
    /// Who is meant, as it was asked.
    pub to: String,
    /// The TCP port that was asked about.
    pub port: Option<u16>,
    /// Whether this is what AWS has, and not what the landing zone says.
    pub live: bool,
    /// All pairs of sites that this is about.
    pub ways: Vec<Way>,
}

/// What becomes of conversations between two sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Who begins.
    pub from: String,
    /// Who is meant.
    pub to: String,
    /// All that passes: `tcp 443`.
    pub traffic: Vec<String>,
    /// The conversation that comes furthest; then the one that comes least far, where that ends otherwise.
    pub journeys: Vec<Journey>,
}

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// The address that began it.
    pub from: String,
    /// The address that was meant.
    pub to: String,
    /// What it carried.
    pub traffic: String,
    /// How it ended.
    pub outcome: Passage,
    /// What it came by.
    pub there: Vec<Hop>,
    /// What the answer came by.
    pub back: Vec<Hop>,
}

/// Something that a conversation came by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Its address, or what AWS calls it.
    pub address: String,
    /// What people call it.
    pub name: String,
    /// What happened there.
    pub text: String,
    /// Whether it went on.
    pub passes: bool,
}

/// How a conversation ends; ordered by how far it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passage {
    /// It does not arrive.
    Stops,
    /// It arrives, and not every answer comes back.
    Unanswered,
    /// It leads to what is not known.
    Open,
    /// It arrives, and is answered.
    Passes,
}

impl Passage {
    /// In a word.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Stops => "stops",
            Self::Unanswered => "unanswered",
            Self::Open => "open",
            Self::Passes => "passes",
        }
    }

    const fn label(self) -> Label {
        match self {
            Self::Stops => Label::Error,
            Self::Unanswered => Label::Warning,
            Self::Open => Label::Unknown,
            Self::Passes => Label::Success,
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Stops => "does not arrive",
            Self::Unanswered => "arrives, but not every answer comes back",
            Self::Open => "leads to what is not known here",
            Self::Passes => "arrives, and is answered",
        }
    }
}

impl Reach {
    /// Each conversation that is told of, with its way.
    fn journeys(&self) -> impl Iterator<Item = (&Way, &Journey)> {
        self.ways.iter().flat_map(|way| way.journeys.iter().map(move |journey| (way, journey)))
    }

    /// How far anything comes.
    pub(super) fn furthest(&self) -> Option<Passage> {
        self.journeys().map(|(_, journey)| journey.outcome).max()
    }
}

/// An answer as prose: of all that end alike one is told hop by hop, unless somebody asks for more.
pub(super) fn page(reach: &Reach, view: View) -> Page {
    let mut page = Page::default();
    for outcome in [Passage::Passes, Passage::Open, Passage::Unanswered, Passage::Stops] {
        let alike: Vec<_> = reach.journeys().filter(|(_, journey)| journey.outcome == outcome).collect();
        let told = if view.verbose { alike.len() } else { 1 };
        for (way, journey) in alike.iter().take(told) {
            page.gap();
            page.append(journey_page(way, journey));
        }
        if let Some(rest) = alike.get(told..).filter(|rest| !rest.is_empty()) {
            page.push(Line::at(2).say(Label::Aside, alike_as(rest)).hang(4));
        }
    }
    page.gap();
    page.push(conclusion(reach));
    page
}

/// How many of those that end alike are named.
const NAMED: usize = 4;

fn alike_as(rest: &[(&Way, &Journey)]) -> String {
    let named: Vec<_> =
        rest.iter().take(NAMED).map(|(way, _)| format!("{} -> {}", way.from, way.to)).collect();
    let more = rest.len() - named.len();
    let more = if more > 0 { format!(" and {} more (`-v` tells each)", number(more)) } else { String::new() };
    format!("the same of {}{more}", named.join(", "))
}

fn journey_page(way: &Way, journey: &Journey) -> Page {
    let Journey { from, to, traffic, outcome, there, back } = journey;
    let mut page = Page::default();
    let title = format!("{} ({from}) -> {} ({to})", way.from, way.to);
    let passing = if way.traffic.is_empty() {
        String::new()
    } else {
        format!("; of all, {} passes", way.traffic.join(", "))
    };
    let line = Line::at(0).say(Label::Heading, title).plain(format!(", {traffic}: "));
    page.push(line.say(outcome.label(), outcome.sentence()).plain(passing).hang(2));
    hops(&mut page, "there", there);
    hops(&mut page, "back", back);
    page
}

fn hops(page: &mut Page, title: &str, hops: &[Hop]) {
    if hops.is_empty() {
        return;
    }
    page.push(Line::at(2).say(Label::Aside, title));
    for (at, hop) in hops.iter().enumerate() {
        let (label, sign) = if hop.passes {
            (Label::Plain, format!("{:>2}", at + 1))
        } else {
            (Label::Error, " x".to_owned())
        };
        let line = Line::at(4).say(label, sign).plain("  ").plain(&hop.name).plain(" ");
        page.push(line.say(if hop.passes { Label::Aside } else { label }, &hop.text).hang(8));
    }
}

fn conclusion(reach: &Reach) -> Line {
    let Reach { from, to, port, live, ways } = reach;
    let source = if *live { "as AWS has it" } else { "as the landing zone says" };
    let what = port.map_or_else(|| "anything".to_owned(), |port| format!("tcp {port}"));
    let ends = |outcome| {
        ways.iter().filter(|way| way.journeys.iter().all(|journey| journey.outcome == outcome)).count()
    };
    let counted = [
        (ends(Passage::Passes), ["passes", "pass"]),
        (ends(Passage::Stops), ["stops", "stop"]),
        (ways.len() - ends(Passage::Passes) - ends(Passage::Stops), ["is neither", "are neither"]),
    ];
    let told = counted.iter().filter(|(count, _)| *count > 0);
    let told: Vec<_> = told
        .map(|(count, [one, many])| format!("{} {}", number(*count), if *count == 1 { one } else { many }))
        .collect();
    let pairs = plural(ways.len(), "pair");
    let text = format!("{from} -> {to} by {what}, {source}: {pairs}: {}.", told.join(", "));
    Line::at(0).say(Label::Heading, text)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::report::page::Paper;

    fn hop(name: &str, text: &str, passes: bool) -> Hop {
        Hop {
            address: format!("prod/ap-southeast-2/ec2/{name}"),
            name: name.to_owned(),
            text: text.to_owned(),
            passes,
        }
    }

    fn way(zone: u8, outcome: Passage) -> Way {
        let passes = outcome == Passage::Passes;
        let there = vec![
            hop(
                "security group dev/application",
                "lets tcp 443 out to 10.32.0.4: `tcp 443 -> 0.0.0.0/0`",
                true,
            ),
            hop("Transit Gateway route table nonprod", "drops it: 10.0.0.0/8 is a blackhole", passes),
        ];
        let back =
            if passes { vec![hop("network ACL prod/data", "lets tcp 1024 out", true)] } else { Vec::new() };
        let journey = Journey {
            from: "10.48.0.4".to_owned(),
            to: "10.32.0.4".to_owned(),
            traffic: "tcp 443".to_owned(),
            outcome,
            there,
            back,
        };
        let traffic = if passes { vec!["tcp 443".to_owned()] } else { Vec::new() };
        let (from, to) = (format!("dev/application-az{zone}"), format!("prod/application-az{zone}"));
        Way { from, to, traffic, journeys: vec![journey] }
    }

    fn reach(live: bool) -> Reach {
        let ways = vec![way(1, Passage::Stops), way(2, Passage::Passes), way(3, Passage::Stops)];
        Reach { from: "vpc:dev".to_owned(), to: "vpc:prod".to_owned(), port: Some(443), live, ways }
    }

    #[test]
    fn of_those_that_end_alike_one_is_told() {
        assert_snapshot!(page(&reach(false), View { verbose: false }).print(Paper::default()));
    }

    #[test]
    fn each_is_told_to_those_who_ask() {
        let text = page(&reach(true), View { verbose: true }).print(Paper::default());
        assert_eq!(text.matches("does not arrive").count(), 2);
    }
}
