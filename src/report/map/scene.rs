//! A picture: boxes, text and lines at places, in the order they are painted.

use super::{drawing::Thing, measure::Face};

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub x: i32,
    pub y: i32,
    pub w: i32,
    pub h: i32,
}

impl Rect {
    pub(super) const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }

    pub(super) const fn right(self) -> i32 {
        self.x + self.w
    }

    #[cfg(test)]
    pub(super) const fn bottom(self) -> i32 {
        self.y + self.h
    }

    pub(super) const fn middle(self) -> i32 {
        self.x + self.w / 2
    }

    fn shift(&mut self, dx: i32, dy: i32) {
        self.x += dx;
        self.y += dy;
    }

    #[cfg(test)]
    pub(super) const fn overlaps(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    #[cfg(test)]
    pub(super) const fn contains(self, other: Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }
}

/// Which end of a text its place is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Anchor {
    #[default]
    Start,
    Middle,
    End,
}

/// A line of text; `y` is that of its baseline.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub x: i32,
    pub y: i32,
    pub size: i32,
    pub face: Face,
    pub anchor: Anchor,
    /// What it means, which decides its colour.
    pub class: &'static str,
    pub words: String,
}

impl Text {
    pub(super) fn new(x: i32, y: i32, size: i32, words: impl Into<String>) -> Self {
        let (face, anchor) = (Face::Plain, Anchor::Start);
        Self { x, y, size, face, anchor, class: "", words: words.into() }
    }

    pub(super) fn face(self, face: Face) -> Self {
        Self { face, ..self }
    }

    pub(super) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }
}

/// Whatever is painted.
#[derive(Clone, Debug)]
pub(super) enum Ink {
    Text(Text),
    /// A rectangle with round corners.
    Fill {
        rect: Rect,
        class: &'static str,
        color: Option<usize>,
    },
    /// A range of addresses, which can be found by any of them.
    Range {
        rect: Rect,
        class: &'static str,
        cidr: String,
        title: String,
    },
    /// Straight from place to place.
    Line {
        points: Vec<(i32, i32)>,
        class: &'static str,
        color: Option<usize>,
    },
    /// A bow to the left between two heights.
    Bow {
        x: i32,
        from: i32,
        to: i32,
        reach: i32,
        colors: (usize, usize),
    },
    Dot {
        x: i32,
        y: i32,
        r: i32,
        color: Option<usize>,
    },
}

impl Ink {
    fn shift(&mut self, dx: i32, dy: i32) {
        match self {
            Self::Text(text) => {
                text.x += dx;
                text.y += dy;
            }
            Self::Fill { rect, .. } | Self::Range { rect, .. } => rect.shift(dx, dy),
            Self::Line { points, .. } => {
                for (x, y) in points {
                    *x += dx;
                    *y += dy;
                }
            }
            Self::Bow { x, from, to, .. } => {
                *x += dx;
                *from += dy;
                *to += dy;
            }
            Self::Dot { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
        }
    }
}

/// A box that stands for a thing.
#[derive(Clone, Debug)]
pub(super) struct Place<'d> {
    pub thing: &'d Thing,
    pub rect: Rect,
    /// What kind of box it is; frames hold others.
    pub class: &'static str,
    pub color: Option<usize>,
    /// The range that finds it, where it has one.
    pub cidr: &'d str,
    pub inks: Vec<Ink>,
}

/// A box, or what belongs to none.
#[derive(Clone, Debug)]
pub(super) enum Item<'d> {
    Place(Place<'d>),
    /// Seen together with what it is part of; always, if it is part of nothing.
    Loose {
        parts: Vec<&'d str>,
        inks: Vec<Ink>,
    },
}

impl<'d> Item<'d> {
    pub(super) fn loose(inks: Vec<Ink>) -> Self {
        Self::Loose { parts: Vec::new(), inks }
    }

    pub(super) fn shift(&mut self, dx: i32, dy: i32) {
        let inks = match self {
            Self::Place(place) => {
                place.rect.shift(dx, dy);
                &mut place.inks
            }
            Self::Loose { inks, .. } => inks,
        };
        for ink in inks.iter_mut() {
            ink.shift(dx, dy);
        }
    }

    pub(super) fn place(&self) -> Option<&Place<'d>> {
        match self {
            Self::Place(place) => Some(place),
            Self::Loose { .. } => None,
        }
    }
}
