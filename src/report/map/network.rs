//! The network: a column for each Region, a lane for each segment, and the lines that join them.
//!
//! A Transit Gateway stands at the head of its Region's column. From it a trunk runs down through the lanes, and in each
//! lane a branch along each row of VPCs, down to those that are attached. Bows at the left join segments that may talk.

use super::{
    block::{Block, length},
    cards,
    drawing::{Drawing, Gateway, Region, Segment},
    measure::{self, Face},
    scene::{Ink, Item, Place, Rect, Text},
};
use crate::report::plural;

/// Between cards.
const GAP: i32 = 16;
/// How wide the head of a lane is.
const HEAD: i32 = 204;
/// How high the heads of columns are.
const TOP: i32 = 104;
/// Over each row of cards, for the branch of the trunk.
const BRANCH: i32 = 24;
/// From the left of a column to its cards, for the trunk.
const TRUNK: i32 = 40;
/// The least height of a lane.
const LOWEST: i32 = 110;
/// How much wider than high the network is to be, in tenths.
const SHAPE: i32 = 22;

/// What of a Region lies in a lane.
struct Cell<'d> {
    /// Cards, and whether they are attached to the Region's Transit Gateway.
    cards: Vec<(Block<'d>, bool)>,
}

/// A segment, or what is in none.
struct Lane<'d> {
    segment: Option<(usize, &'d Segment)>,
    /// A cell for each Region.
    cells: Vec<Cell<'d>>,
}

impl Lane<'_> {
    fn color(&self) -> Option<usize> {
        self.segment.map(|(color, _)| color)
    }

    fn count(&self) -> usize {
        self.cells.iter().map(|cell| cell.cards.len()).sum()
    }
}

/// Where a column is, and how many cards are beside each other in it.
#[derive(Clone, Copy)]
struct Column {
    x: i32,
    w: i32,
    abreast: usize,
}

/// The network, unless there is none.
pub(super) fn network(drawing: &Drawing) -> Option<Block<'_>> {
    if drawing.regions.is_empty() && drawing.segments.is_empty() {
        return None;
    }
    let lanes = lanes(drawing);
    let gutter = gutter(&drawing.segments);
    let columns = columns(&lanes, drawing.regions.len(), gutter + HEAD + GAP);
    let right = columns.last().map_or(gutter + HEAD, |column| column.x + column.w);
    let (mut whole, mut y) = (Block { w: right, h: TOP, items: Vec::new() }, TOP);
    let (mut middles, mut trunks) = (Vec::new(), vec![TOP - 8; columns.len()]);
    let mut bodies = Block::default();
    for lane in lanes {
        let (body, h) = lane_body(&lane, &drawing.regions, &columns, y, &mut trunks);
        whole.items.push(Item::loose(vec![Ink::Fill {
            rect: Rect::new(gutter, y, right - gutter, h),
            class: "lane",
            color: lane.color(),
        }]));
        whole.items.push(head(&lane, drawing, Rect::new(gutter, y, HEAD, h)));
        bodies.items.extend(body);
        middles.push(y + h / 2);
        y += h + GAP;
    }
    whole.h = y - GAP;
    whole.items.extend(bows(&drawing.segments, &middles, gutter));
    whole.items.extend(heads(&drawing.regions, &columns, &trunks, whole.h));
    whole.items.extend(bodies.items);
    Some(whole)
}

fn lanes(drawing: &Drawing) -> Vec<Lane<'_>> {
    let stated = drawing.segments.iter().enumerate().map(Some).chain([None]);
    let lane = |segment: Option<(usize, _)>| Lane {
        segment,
        cells: drawing.regions.iter().map(|region| cell(region, segment.map(|(at, _)| at))).collect(),
    };
    stated.map(lane).filter(|lane| lane.segment.is_some() || lane.count() > 0).collect()
}

fn cell(region: &Region, segment: Option<usize>) -> Cell<'_> {
    let vpcs = region.vpcs.iter().filter(|vpc| vpc.segment == segment);
    let externals = region.externals.iter().filter(|external| external.segment == segment);
    let vpcs = vpcs.map(|vpc| (cards::vpc(vpc), vpc.is_joined));
    Cell { cards: vpcs.chain(externals.map(|external| (cards::external(external), true))).collect() }
}

/// How wide bows reach, by how far apart segments are that may talk.
fn reach(one: usize, other: usize) -> i32 {
    (18 + 16 * length(one.abs_diff(other))).min(120)
}

fn gutter(segments: &[Segment]) -> i32 {
    let reaches =
        |(at, segment): (usize, &Segment)| segment.peers.iter().map(move |peer| reach(at, *peer)).max();
    segments.iter().enumerate().filter_map(reaches).max().map_or(0, |widest| widest * 3 / 4 + 12)
}

/// As many cards beside each other as give the whole its shape.
fn columns(lanes: &[Lane<'_>], regions: usize, left: i32) -> Vec<Column> {
    let most = |region: usize| lanes.iter().map(|lane| lane.cells[region].cards.len()).max().unwrap_or(0);
    let tallest = lanes.iter().flat_map(|lane| &lane.cells).flat_map(|cell| &cell.cards);
    let tallest = tallest.map(|(card, _)| card.h).max().unwrap_or(1) + BRANCH + GAP;
    let abreast = |rows: usize| move |region: usize| most(region).div_ceil(rows).max(1);
    let cost = |rows: usize| {
        let w: i32 =
            (0..regions).map(abreast(rows)).map(|abreast| length(abreast) * (cards::VPC + GAP)).sum();
        let rows = |lane: &Lane<'_>| {
            let rows_of = |region: usize| lane.cells[region].cards.len().div_ceil(abreast(rows)(region));
            (0..regions).map(rows_of).max().unwrap_or(0).max(1)
        };
        let h: i32 = lanes.iter().map(|lane| length(rows(lane)) * tallest).sum();
        (w * 10).max(h * SHAPE)
    };
    let highest = (0..regions).map(most).max().unwrap_or(0).max(1);
    let rows = (1..=highest).min_by_key(|rows| cost(*rows)).unwrap_or(1);
    let mut x = left;
    let place = |region: usize| {
        let abreast = abreast(rows)(region);
        let w = TRUNK + length(abreast) * (cards::VPC + GAP);
        x += w;
        Column { x: x - w, w, abreast }
    };
    (0..regions).map(place).collect()
}

/// The cards of a lane that begins at `y`, with the branches to them; how high the lane is. Trunks grow down to the
/// lowest branch.
fn lane_body<'d>(
    lane: &Lane<'d>,
    regions: &'d [Region],
    columns: &[Column],
    y: i32,
    trunks: &mut [i32],
) -> (Vec<Item<'d>>, i32) {
    let (mut lines, mut boxes, mut h) = (Vec::new(), Block::default(), LOWEST);
    for ((cell, column), (region, trunk)) in
        lane.cells.iter().zip(columns).zip(regions.iter().zip(trunks.iter_mut()))
    {
        let mut top = y + 4;
        for row in cell.cards.chunks(column.abreast) {
            let highest = row.iter().map(|(card, _)| card.h).max().unwrap_or_default();
            let height = top + BRANCH / 2;
            let place = |at: usize| column.x + TRUNK + length(at) * (cards::VPC + GAP);
            let ends = row.iter().enumerate().filter(|(_, (_, joined))| *joined);
            let ends: Vec<_> = ends.map(|(at, (card, _))| (place(at) + 28, card)).collect();
            if let Some(gateway) = region.gateway.as_ref().filter(|_| !ends.is_empty()) {
                lines.extend(branches(&ends, (column.x + TRUNK / 2, height), lane.color(), gateway));
                *trunk = height;
            }
            for (at, (card, _)) in row.iter().enumerate() {
                boxes.put(card.clone(), place(at), top + BRANCH);
            }
            top += BRANCH + highest;
        }
        h = h.max(top + GAP - y);
    }
    lines.extend(boxes.items);
    (lines, h)
}

/// From the trunk along a row, and down to each card that is attached. Each piece is seen with the cards it leads to.
fn branches<'d>(
    ends: &[(i32, &Block<'d>)],
    from: (i32, i32),
    color: Option<usize>,
    gateway: &'d Gateway,
) -> Vec<Item<'d>> {
    let (mut begin, y) = from;
    let line = |points| Ink::Line { points, class: "branch", color };
    let ids: Vec<&'d str> =
        ends.iter().map(|(_, card)| card.items[0].place().map_or("", |place| &*place.thing.id)).collect();
    let mut items = Vec::new();
    for (at, (end, _)) in ends.iter().enumerate() {
        let along = line(vec![(begin, y), (*end, y)]);
        let down = line(vec![(*end, y), (*end, y + BRANCH / 2)]);
        items.push(Item::Loose { parts: ids[at..].to_vec(), inks: vec![along] });
        items.push(Item::Loose { parts: vec![ids[at]], inks: vec![down] });
        begin = *end;
    }
    let dot = Ink::Dot { x: from.0, y, r: 5, color };
    items.push(Item::Loose { parts: vec![&*gateway.thing.id], inks: vec![dot] });
    items
}

fn head<'d>(lane: &Lane<'d>, drawing: &'d Drawing, rect: Rect) -> Item<'d> {
    let x = rect.x + 18;
    let Some((color, segment)) = lane.segment else {
        let text = |y, size, text| Text::new(x, rect.y + y, size, text);
        let title = text(32, 16, "in no segment").face(Face::Bold).class("soft");
        let is_alone = lane.cells.iter().flat_map(|cell| &cell.cards).all(|(_, joined)| !joined);
        let more = if is_alone { "attached to nothing" } else { "only the way out" };
        return Item::loose(vec![Ink::Text(title), Ink::Text(text(52, 11, more).class("soft"))]);
    };
    let size = measure::largest(&segment.thing.name, HEAD - 34, 30).max(14);
    let name = measure::fit(&segment.thing.name, HEAD - 34, size, Face::Bold);
    let mut inks = vec![Ink::Text(Text::new(x, rect.y + 36, size, name).face(Face::Bold).class("head"))];
    let peers: Vec<_> = segment.peers.iter().map(|peer| &*drawing.segments[*peer].thing.name).collect();
    let peers = if peers.is_empty() {
        "talks to no other".to_owned()
    } else {
        format!("talks to {}", peers.join(", "))
    };
    let counted = plural(lane.count(), "network");
    for (at, said) in [counted, peers].iter().enumerate() {
        let said = measure::fit(said, HEAD - 34, 11, Face::Plain);
        inks.push(Ink::Text(Text::new(x, rect.y + 58 + 17 * length(at), 11, said).class("soft")));
    }
    let (thing, color) = (&segment.thing, Some(color));
    Item::Place(Place { thing, rect, class: "segment card", color, cidr: "", inks })
}

/// A bow for each two segments that may talk; the ends at one lane are apart from each other.
fn bows<'d>(segments: &'d [Segment], middles: &[i32], x: i32) -> Vec<Item<'d>> {
    let mut ends = vec![0; segments.len()];
    let mut spread = |at: usize| {
        ends[at] += 1;
        let all = length(segments[at].peers.len());
        middles[at] + (2 * (ends[at] - 1) - (all - 1)) * 6
    };
    let mut items = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        for peer in segment.peers.iter().copied().filter(|peer| *peer > at) {
            let (from, to) = (spread(at), spread(peer));
            let bow = Ink::Bow { x, from, to, reach: reach(at, peer), colors: (at, peer) };
            let parts = vec![&*segment.thing.id, &*segments[peer].thing.id];
            items.push(Item::Loose { parts, inks: vec![bow] });
        }
    }
    items
}

/// The heads of columns: Regions, their Transit Gateways, and the lines between and below those.
fn heads<'d>(regions: &'d [Region], columns: &[Column], trunks: &[i32], bottom: i32) -> Vec<Item<'d>> {
    const GATEWAY: i32 = 46;
    let mut lines = Vec::new();
    let mut boxes = Vec::new();
    let gateways = || regions.iter().zip(columns).filter(|(region, _)| region.gateway.is_some());
    let wide = |column: &Column| (column.w - 24).min(cards::VPC);
    for ((_, one), (_, next)) in gateways().zip(gateways().skip(1)) {
        let points = vec![(one.x + 8 + wide(one), GATEWAY + 22), (next.x + 8, GATEWAY + 22)];
        lines.push(Item::loose(vec![Ink::Line { points, class: "peering", color: None }]));
    }
    for ((region, column), trunk) in regions.iter().zip(columns).zip(trunks) {
        let title = |size| Text::new(column.x + 8, 32, size, &region.name).face(Face::Bold);
        let afar = title(measure::largest(&region.name, column.w - 24, 44)).class("big");
        let edge = vec![(column.x - GAP / 2, 14), (column.x - GAP / 2, bottom)];
        lines.push(Item::loose(vec![
            Ink::Text(title(24).class("region")),
            Ink::Text(afar),
            Ink::Line { points: edge, class: "edge", color: None },
        ]));
        let Some(gateway) = &region.gateway else { continue };
        let points = vec![(column.x + TRUNK / 2, GATEWAY + 40), (column.x + TRUNK / 2, *trunk)];
        let parts = vec![&*gateway.thing.id];
        lines.push(Item::Loose { parts, inks: vec![Ink::Line { points, class: "trunk", color: None }] });
        let rect = Rect::new(column.x + 8, GATEWAY, wide(column), 44);
        boxes.push(self::gateway(gateway, rect));
    }
    lines.extend(boxes);
    lines
}

fn gateway(gateway: &Gateway, rect: Rect) -> Item<'_> {
    let Gateway { thing, line } = gateway;
    let room = rect.w - 28;
    let name = Text::new(rect.x + 14, rect.y + 19, 13, measure::fit(thing.kind, room, 13, Face::Bold));
    let line = Text::new(rect.x + 14, rect.y + 35, 10, measure::fit(line, room, 10, Face::Plain));
    let afar = cards::big(thing.kind, rect, 30);
    let inks = vec![Ink::Text(name.face(Face::Bold)), Ink::Text(line.class("soft")), Ink::Text(afar)];
    Item::Place(Place { thing, rect, class: "gateway card", color: None, cidr: "", inks })
}
