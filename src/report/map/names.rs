//! Zones, resolvers, forwards and firewalls, in groups.

use super::{
    block::Block,
    cards,
    drawing::{Drawing, Group},
    measure::Face,
    scene::{Ink, Item, Text},
};

/// Between cards.
const GAP: i32 = 14;

/// All groups that hold anything, beside each other while there is room.
pub(super) fn names(drawing: &Drawing, room: i32) -> Block<'_> {
    let groups = drawing.names.iter().filter(|group| !group.cards.is_empty());
    Block::flow(groups.map(|group| self::group(group, room)).collect(), room, 3 * GAP)
}

fn group(group: &Group, room: i32) -> Block<'_> {
    let heading = Text::new(0, 14, 14, group.title).face(Face::Bold).class("group");
    let mut whole = Block { w: 0, h: 0, items: vec![Item::loose(vec![Ink::Text(heading)])] };
    let mut cards: Vec<_> = group.cards.iter().map(cards::name).collect();
    // Columns stay columns if all are of one height.
    let h = cards.iter().map(|card| card.h).max().unwrap_or_default();
    for card in &mut cards {
        card.stretch(h);
    }
    whole.put(Block::flow(cards, room, GAP), 0, 26);
    whole
}
