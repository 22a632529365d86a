//! Units within units, and the accounts in them.

use super::{
    block::{Block, length},
    drawing::{Account, Unit},
    measure::{self, Face},
    scene::{Ink, Item, Place, Rect, Text},
};

/// How large the box of an account is.
const ACCOUNT: (i32, i32) = (196, 52);
/// Between boxes, and between a box and what it holds.
const GAP: i32 = 14;
/// The least that is left for the name of a unit.
const NARROWEST: i32 = 150;

/// The root and all below it, as wide as `room` if it is not too little.
pub(super) fn organization(whole: &Unit, room: i32) -> Block<'_> {
    unit(whole, room)
}

/// How much room so many accounts want, if nothing else decides.
pub(super) fn room(accounts: usize) -> i32 {
    let area = length(accounts).saturating_mul((ACCOUNT.0 + GAP) * (ACCOUNT.1 + GAP) * 3);
    area.isqrt().max(1100)
}

fn unit(unit: &Unit, room: i32) -> Block<'_> {
    let Unit { thing, policies, accounts, units } = unit;
    let inner = room - 2 * GAP;
    let mut blocks = Vec::new();
    if !accounts.is_empty() {
        blocks.push(grid(accounts, inner));
    }
    blocks.extend(units.iter().map(|child| self::unit(child, inner)));
    let content = Block::flow(blocks, inner, GAP);
    let name = thing.name.rsplit('/').next().unwrap_or_default();
    let named = measure::width(name, 15, Face::Bold).min(inner);
    let w = content.w.max(named).max(NARROWEST) + 2 * GAP;
    let top = if policies.is_empty() { 38 } else { 54 };
    let h = if content.h == 0 { top } else { top + content.h + GAP };
    let fit = |text: &str, size, face| measure::fit(text, w - 2 * GAP, size, face);
    let mut inks = vec![Ink::Text(Text::new(GAP, 26, 15, fit(name, 15, Face::Bold)).face(Face::Bold))];
    if !policies.is_empty() {
        inks.push(Ink::Text(Text::new(GAP, 43, 10, fit(policies, 10, Face::Plain)).class("soft")));
    }
    let afar = Text::new(GAP, 34, measure::largest(name, w - 2 * GAP, 32), name);
    inks.push(Ink::Text(afar.face(Face::Bold).class("big")));
    let (rect, class, color) = (Rect::new(0, 0, w, h), "unit frame", None);
    let frame = Item::Place(Place { thing, rect, class, color, cidr: "", inks });
    let mut whole = Block { w, h, items: vec![frame] };
    whole.put(content, GAP, top);
    whole
}

/// Accounts in rows: about twice as many beside each other as below.
fn grid(accounts: &[Account], room: i32) -> Block<'_> {
    let most = ((room + GAP) / (ACCOUNT.0 + GAP)).max(1);
    let columns = (length(accounts.len()) * 2).isqrt().clamp(1, most);
    let blocks = accounts.iter().map(account).collect();
    Block::flow(blocks, columns * (ACCOUNT.0 + GAP) - GAP, GAP)
}

fn account(account: &Account) -> Block<'_> {
    let Account { thing, duties, segments, is_managed } = account;
    let (w, h) = ACCOUNT;
    let dots = length(segments.len()).min(6) * 11;
    let name = measure::fit(&thing.name, w - 24 - dots, 13, Face::Bold);
    let mut inks = vec![Ink::Text(Text::new(12, 22, 13, name).face(Face::Bold))];
    if !duties.is_empty() {
        let line = measure::fit(duties, w - 20, 10, Face::Plain);
        inks.push(Ink::Text(Text::new(12, 40, 10, line).class("soft")));
    }
    inks.push(Ink::Text(super::cards::big(&thing.name, Rect::new(0, 0, w, h), 30)));
    let dot = |(at, segment): (usize, &usize)| Ink::Dot {
        x: w - 14 - 11 * length(at),
        y: 17,
        r: 4,
        color: Some(*segment),
    };
    inks.extend(segments.iter().take(6).enumerate().map(dot));
    let class = if *is_managed { "account card" } else { "account card idle" };
    let rect = Rect::new(0, 0, w, h);
    Block { w, h, items: vec![Item::Place(Place { thing, rect, class, color: None, cidr: "", inks })] }
}
