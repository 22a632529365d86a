//! The boxes that stand for a VPC, for what lies beyond the organization, and for what answers questions about names.

use super::{
    block::{Block, length},
    drawing::{Card, External, Thing, Tier, Vpc},
    measure::{self, Face},
    scene::{Anchor, Ink, Item, Place, Rect, Text},
};

/// How wide the box of a VPC is.
pub(super) const VPC: i32 = 400;
/// How wide that of anything about names is.
const NAME: i32 = 312;
/// A subnet, and what is left between two.
const SUBNET: (i32, i32, i32) = (102, 18, 4);
/// Where subnets begin, to the right of the name of their tier.
const SUBNETS: i32 = 82;
/// How many of them are beside each other.
const ABREAST: usize = 3;
/// What is left at the sides of a box.
const SIDE: i32 = 14;

/// A name that can be read from afar; it takes the place of all that can't.
pub(super) fn big(name: &str, within: Rect, most: i32) -> Text {
    let size = measure::largest(name, within.w - 28, most.min(within.h * 3 / 5));
    let y = within.y + within.h / 2 + size * 36 / 100;
    Text::new(within.middle(), y, size, name).face(Face::Bold).anchor(Anchor::Middle).class("big")
}

fn boxed<'d>(thing: &'d Thing, size: (i32, i32), class: &'static str, inks: Vec<Ink>) -> Place<'d> {
    let rect = Rect::new(0, 0, size.0, size.1);
    Place { thing, rect, class, color: None, cidr: "", inks }
}

/// Name at the left, range at the right.
fn heading(name: &str, cidr: &str) -> Vec<Ink> {
    let right = measure::width(cidr, 12, Face::Mono);
    let name = measure::fit(name, VPC - 3 * SIDE - right, 16, Face::Bold);
    let mut inks = vec![Ink::Text(Text::new(SIDE, 26, 16, name).face(Face::Bold))];
    if !cidr.is_empty() {
        let cidr = Text::new(VPC - SIDE, 25, 12, cidr).face(Face::Mono).anchor(Anchor::End);
        inks.push(Ink::Text(cidr));
    }
    inks
}

/// Words in frames of their own, in as many rows as it takes; where the last row ends.
fn badges(words: &[String], top: i32, inks: &mut Vec<Ink>) -> i32 {
    let (mut x, mut y) = (SIDE, top);
    for word in words {
        let word = measure::fit(word, VPC - 2 * SIDE - 14, 10, Face::Plain);
        let w = measure::width(&word, 10, Face::Plain) + 14;
        if x > SIDE && x + w > VPC - SIDE {
            (x, y) = (SIDE, y + 22);
        }
        inks.push(Ink::Fill { rect: Rect::new(x, y, w, 18), class: "badge", color: None });
        inks.push(Ink::Text(
            Text::new(x + w / 2, y + 13, 10, word).anchor(Anchor::Middle).class("badge-text"),
        ));
        x += w + 6;
    }
    if words.is_empty() { top } else { y + 18 + 8 }
}

/// The subnets of a tier, a column for each zone; where they end.
fn tier(tier: &Tier, top: i32, inks: &mut Vec<Ink>) -> i32 {
    let (w, h, gap) = SUBNET;
    inks.push(Ink::Text(Text::new(SIDE, top + 13, 10, tier.name).class("soft")));
    for (at, subnet) in tier.subnets.iter().enumerate() {
        let x = SUBNETS + length(at % ABREAST) * (w + gap);
        let y = top + length(at / ABREAST) * (h + gap);
        let title = format!("{} in {}: {}", tier.name, subnet.zone, subnet.cidr);
        let rect = Rect::new(x, y, w, h);
        inks.push(Ink::Range { rect, class: tier.name, cidr: subnet.cidr.clone(), title });
        let text = measure::fit(&subnet.cidr, w - 4, 9, Face::Mono);
        inks.push(Ink::Text(
            Text::new(rect.middle(), y + 12, 9, text).face(Face::Mono).anchor(Anchor::Middle),
        ));
    }
    top + length(tier.subnets.len().div_ceil(ABREAST).max(1)) * (h + gap)
}

/// The zones over their columns; where they end.
fn zones(tiers: &[Tier], top: i32, inks: &mut Vec<Ink>) -> i32 {
    let Some(tier) = tiers.first() else { return top };
    let all: Vec<_> = tier.subnets.iter().map(|subnet| &*subnet.zone).collect();
    let (w, _, gap) = SUBNET;
    for column in 0..ABREAST.min(all.len()) {
        let here: Vec<_> = all.iter().skip(column).step_by(ABREAST).copied().collect();
        let x = SUBNETS + length(column) * (w + gap) + w / 2;
        let text = measure::fit(&here.join(" · "), w, 9, Face::Plain);
        inks.push(Ink::Text(Text::new(x, top + 9, 9, text).anchor(Anchor::Middle).class("soft")));
    }
    top + 14
}

/// A VPC with its subnets.
pub(super) fn vpc(vpc: &Vpc) -> Block<'_> {
    let Vpc { thing, account, cidr, segment, is_joined: _, is_egress, badges: words, tiers } = vpc;
    let mut inks = heading(&thing.name, cidr);
    let line = measure::fit(&format!("account {account}"), VPC - 2 * SIDE, 11, Face::Plain);
    inks.push(Ink::Text(Text::new(SIDE, 43, 11, line).class("soft")));
    let mut y = badges(words, 54, &mut inks);
    y = zones(tiers, y, &mut inks);
    for one in tiers {
        y = tier(one, y, &mut inks);
    }
    let h = y + 8;
    let half = Rect::new(0, 0, VPC, h * 3 / 4);
    inks.push(Ink::Text(big(&thing.name, half, 60)));
    if !cidr.is_empty() {
        let low = Rect::new(0, h * 11 / 20, VPC, h * 9 / 20);
        inks.push(Ink::Text(Text { face: Face::Mono, ..big(cidr, low, 30) }));
    }
    let class = if *is_egress { "vpc card egress" } else { "vpc card" };
    let place = Place { color: *segment, cidr, ..boxed(thing, (VPC, h), class, inks) };
    Block { w: VPC, h, items: vec![Item::Place(place)] }
}

/// What lies beyond the organization.
pub(super) fn external(external: &External) -> Block<'_> {
    let External { thing, cidrs, attachment, segment } = external;
    let mut inks = heading(&thing.name, "");
    let line = measure::fit(&format!("beyond {attachment}"), VPC - 2 * SIDE, 11, Face::Plain);
    inks.push(Ink::Text(Text::new(SIDE, 43, 11, line).class("soft")));
    let mut y = 54;
    for row in cidrs.chunks(ABREAST + 1) {
        for (at, cidr) in row.iter().enumerate() {
            let (w, h, gap) = SUBNET;
            let rect = Rect::new(SIDE + length(at) * (w - 6 + gap), y, w - 6, h);
            inks.push(Ink::Range {
                rect,
                class: "outside",
                cidr: cidr.clone(),
                title: format!("{}: {cidr}", thing.name),
            });
            let text = measure::fit(cidr, rect.w - 4, 9, Face::Mono);
            let text = Text::new(rect.middle(), y + 12, 9, text).face(Face::Mono);
            inks.push(Ink::Text(text.anchor(Anchor::Middle)));
        }
        y += SUBNET.1 + SUBNET.2;
    }
    let h = y + 8;
    inks.push(Ink::Text(big(&thing.name, Rect::new(0, 0, VPC, h), 50)));
    let place = Place { color: *segment, ..boxed(thing, (VPC, h), "external card", inks) };
    Block { w: VPC, h, items: vec![Item::Place(place)] }
}

/// Something about names: what it is called, and a few lines.
pub(super) fn name(card: &Card) -> Block<'_> {
    let Card { thing, lines } = card;
    let room = NAME - 2 * SIDE;
    let title = measure::fit(&thing.name, room, 13, Face::Bold);
    let mut inks = vec![Ink::Text(Text::new(SIDE, 23, 13, title).face(Face::Bold))];
    let mut y = 41;
    for line in lines {
        let line = measure::fit(line, room, 10, Face::Plain);
        inks.push(Ink::Text(Text::new(SIDE, y, 10, line).class("soft")));
        y += 15;
    }
    let h = y - 3;
    inks.push(Ink::Text(big(&thing.name, Rect::new(0, 0, NAME, h), 34)));
    Block { w: NAME, h, items: vec![Item::Place(boxed(thing, (NAME, h), "name card", inks))] }
}
