use insta::assert_snapshot;
use proptest::prelude::*;

use super::{
    block::Block,
    drawing::Drawing,
    graphviz, html, mermaid,
    poster::poster,
    samples,
    scene::{Ink, Place, Rect},
};

/// Everything lies within the picture; what is no frame overlaps nothing; frames hold others whole or not at all.
fn is_tidy(drawing: &Drawing) {
    let Block { w, h, items } = poster(drawing);
    let canvas = Rect::new(0, 0, w, h);
    let places: Vec<&Place<'_>> = items.iter().filter_map(|item| item.place()).collect();
    for (at, one) in places.iter().enumerate() {
        assert!(canvas.contains(one.rect), "{} leaves the picture", one.thing.name);
        for ink in &one.inks {
            if let Ink::Fill { rect, .. } | Ink::Range { rect, .. } = ink {
                assert!(one.rect.contains(*rect), "{rect:?} leaves {}", one.thing.name);
            }
        }
        for other in &places[at + 1..] {
            let nested = one.class.contains("frame") && one.rect.contains(other.rect);
            let names = (&one.thing.name, &other.thing.name);
            assert!(nested || !one.rect.overlaps(other.rect), "{names:?} overlap");
        }
    }
}

#[test]
fn nothing_overlaps() {
    is_tidy(&Drawing::default());
    is_tidy(&samples::small());
    for count in [1, 5, 100, 240] {
        is_tidy(&samples::large(count, 3, 2));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_overlaps_whatever_there_is(count in 0usize..140, segments in 0usize..12, regions in 1usize..7) {
        is_tidy(&samples::large(count, segments, regions));
    }
}

#[test]
fn many_are_no_strip() {
    for count in [5, 100, 240] {
        let Block { w, h, .. } = poster(&samples::large(count, 3, 2));
        assert!(w < 3 * h && h < 2 * w, "{count} accounts make {w} x {h}");
    }
}

#[test]
fn a_page_needs_nothing_else() {
    let page = html(&samples::small());
    for outside in ["http:", "https:", "src=", "@import", "url(", "<link"] {
        let own = page.matches(outside).count()
            - page.matches("url(#mix-").count() * usize::from(outside == "url(");
        assert_eq!(own, 0, "{outside}");
    }
    assert!(page.contains("<h1>acme &lt;&amp;&gt; &quot;friends&quot;</h1>"));
    assert_eq!(page, html(&samples::small()));
}

#[test]
fn a_small_map_as_svg() {
    assert_snapshot!(super::svg::svg(&samples::small()));
}

#[test]
fn a_small_map_as_mermaid() {
    assert_snapshot!(mermaid(&samples::small()));
}

#[test]
fn a_small_map_as_graphviz() {
    assert_snapshot!(graphviz(&samples::small()));
}
