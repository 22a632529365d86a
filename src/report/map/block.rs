//! Parts of a picture that know their size, and how they are put beside and below each other.

use super::scene::Item;

/// Items within a size.
#[derive(Clone, Debug, Default)]
pub(super) struct Block<'d> {
    pub w: i32,
    pub h: i32,
    pub items: Vec<Item<'d>>,
}

impl Block<'_> {
    /// The same, further right and down.
    pub(super) fn shifted(mut self, dx: i32, dy: i32) -> Self {
        for item in &mut self.items {
            item.shift(dx, dy);
        }
        self
    }

    /// Takes another in at a place, and grows by it.
    pub(super) fn put(&mut self, other: Self, x: i32, y: i32) {
        self.w = self.w.max(x + other.w);
        self.h = self.h.max(y + other.h);
        self.items.extend(other.shifted(x, y).items);
    }

    /// Makes the box it consists of so high.
    pub(super) fn stretch(&mut self, h: i32) {
        if let Some(Item::Place(place)) = self.items.first_mut() {
            place.rect.h = h;
            self.h = h;
        }
    }

    /// Whether it is a box that others lie in.
    fn is_frame(&self) -> bool {
        self.items.first().and_then(Item::place).is_some_and(|place| place.class.contains("frame"))
    }

    /// Blocks in rows no wider than `room`, unless one alone is; all frames of a row are of one height.
    pub(super) fn flow(blocks: Vec<Self>, room: i32, gap: i32) -> Self {
        let mut rows: Vec<Vec<Self>> = Vec::new();
        let mut taken = 0;
        for block in blocks {
            let needed = taken + gap + block.w;
            match rows.last_mut() {
                Some(row) if needed <= room => {
                    taken = needed;
                    row.push(block);
                }
                _ => {
                    taken = block.w;
                    rows.push(vec![block]);
                }
            }
        }
        let (mut whole, mut y) = (Self::default(), 0);
        for row in rows {
            let (mut x, h) = (0, row.iter().map(|block| block.h).max().unwrap_or_default());
            for mut block in row {
                if block.is_frame() {
                    block.stretch(h);
                }
                let w = block.w;
                whole.put(block, x, y);
                x += w + gap;
            }
            y += h + gap;
        }
        whole
    }
}

/// A count as a length.
pub(super) fn length(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
