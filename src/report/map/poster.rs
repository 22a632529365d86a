//! The whole picture: organization, network and names, arranged so that a screen shows them as large as it can.

use super::{
    block::Block,
    drawing::{Drawing, Unit},
    measure::Face,
    names, network, organization,
    scene::{Ink, Item, Text},
};

/// Around everything.
const MARGIN: i32 = 32;
/// Between parts.
const GAP: i32 = 44;
/// How much wider than high a screen is, in tenths.
const SCREEN: i32 = 17;
/// How wide the organization may be beside the network.
const BESIDE: [i32; 4] = [480, 700, 920, 1340];

/// All parts of the picture, each under its heading.
pub(super) fn poster(drawing: &Drawing) -> Block<'_> {
    let network = network::network(drawing).map(|network| titled("Network", network));
    let wide = network.as_ref().map_or(0, |network| network.w);
    let room = wide.max(organization::room(accounts(&drawing.root)).min(2400));
    let arranged = match network {
        None => below(organization(drawing, room), None),
        Some(network) => {
            let over = below(organization(drawing, room), Some(network.clone()));
            let beside = BESIDE.map(|room| beside(organization(drawing, room), network.clone()));
            std::iter::once(over).chain(beside).min_by_key(cost).unwrap_or_default()
        }
    };
    let names = names::names(drawing, arranged.w.max(1100));
    let names = (!names.items.is_empty()).then(|| titled("Names", names));
    let mut whole = Block::default();
    whole.put(below(arranged, names), MARGIN, MARGIN);
    (whole.w, whole.h) = (whole.w + MARGIN, whole.h + MARGIN);
    whole
}

/// The larger, the smaller a screen shows it.
fn cost(block: &Block<'_>) -> i32 {
    (block.w * 10).max(block.h * SCREEN)
}

fn accounts(unit: &Unit) -> usize {
    unit.accounts.len() + unit.units.iter().map(accounts).sum::<usize>()
}

fn organization(drawing: &Drawing, room: i32) -> Block<'_> {
    titled("Organization", organization::organization(&drawing.root, room))
}

fn titled<'d>(title: &str, block: Block<'d>) -> Block<'d> {
    let heading = Text::new(0, 20, 24, title).face(Face::Bold).class("band");
    let mut whole = Block { w: 0, h: 20, items: vec![Item::loose(vec![Ink::Text(heading)])] };
    whole.put(block, 0, 38);
    whole
}

fn below<'d>(first: Block<'d>, second: Option<Block<'d>>) -> Block<'d> {
    let (mut whole, y) = (Block::default(), first.h + GAP);
    whole.put(first, 0, 0);
    if let Some(second) = second {
        whole.put(second, 0, y);
    }
    whole
}

fn beside<'d>(first: Block<'d>, second: Block<'d>) -> Block<'d> {
    let (mut whole, x) = (Block::default(), first.w + GAP);
    whole.put(first, 0, 0);
    whole.put(second, x, 0);
    whole
}
