//! The picture as SVG: every box is a link to what is said about it.

use std::fmt::Write as _;

use super::{
    block::Block,
    drawing::{Drawing, State, Thing},
    escape::html,
    measure::Face,
    poster::poster,
    scene::{Anchor, Ink, Item, Place, Rect, Text},
};

/// How many colours there are for segments; after that they come again.
pub(super) const COLORS: usize = 8;

/// The picture as an element of a page.
pub(super) fn svg(drawing: &Drawing) -> String {
    let Block { w, h, items } = poster(drawing);
    let mut out = String::new();
    // Writing to a string can't fail.
    _ = writeln!(
        out,
        "<svg id=\"map\" class=\"map\" viewBox=\"0 0 {w} {h}\" data-w=\"{w}\" data-h=\"{h}\" \
         preserveAspectRatio=\"xMidYMid meet\" role=\"group\" aria-labelledby=\"map-title map-desc\" tabindex=\"0\">\n\
         <title id=\"map-title\">{} and its network</title>\n\
         <desc id=\"map-desc\">{}</desc>",
        html(&drawing.organization),
        html(&drawing.counts.join(", "))
    );
    gradients(drawing, &mut out);
    for item in &items {
        match item {
            Item::Place(place) => box_of(place, &mut out),
            Item::Loose { parts, inks } => {
                let seen = if parts.is_empty() {
                    String::new()
                } else {
                    format!(" data-in=\"{}\"", parts.join(" "))
                };
                _ = write!(out, "<g class=\"loose\"{seen}>");
                for ink in inks {
                    self::ink(ink, &mut out);
                }
                out.push_str("</g>\n");
            }
        }
    }
    out.push_str("</svg>\n");
    out
}

/// A gradient for each two segments that may talk.
fn gradients(drawing: &Drawing, out: &mut String) {
    out.push_str("<defs>");
    for (at, segment) in drawing.segments.iter().enumerate() {
        for peer in segment.peers.iter().filter(|peer| **peer > at) {
            _ = write!(
                out,
                "<linearGradient id=\"mix-{at}-{peer}\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">\
                 <stop class=\"{}\" offset=\"0\"/><stop class=\"{}\" offset=\"1\"/></linearGradient>",
                color(Some(at)),
                color(Some(*peer))
            );
        }
    }
    out.push_str("</defs>\n");
}

fn color(color: Option<usize>) -> String {
    color.map_or_else(|| "c-none".to_owned(), |color| format!("c-{}", color % COLORS))
}

fn box_of(place: &Place<'_>, out: &mut String) {
    let Place { thing, rect, class, color: hue, cidr, inks } = place;
    let Thing { id, kind, name, facts: _, origin: _, parts, near, whole, mark } = thing;
    let state = mark.as_ref().map_or_else(String::new, |mark| format!(" is-{}", mark.state.as_str()));
    _ = write!(
        out,
        "<a id=\"box-{id}\" href=\"#{id}\" class=\"box {class} {}{state}\" data-in=\"{}\" data-near=\"{}\" data-whole=\"{}\"",
        color(*hue),
        parts.join(" "),
        near.join(" "),
        whole.join(" ")
    );
    if !cidr.is_empty() {
        _ = write!(out, " data-cidr=\"{}\"", html(cidr));
    }
    let said = mark.as_ref().map_or_else(String::new, |mark| format!(": {}", mark.state.phrase()));
    _ = write!(out, "><title>{} {}{}</title>", html(kind), html(name), html(&said));
    let Rect { x, y, w, h } = *rect;
    _ = write!(out, "<rect class=\"edge\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"8\"/>");
    if hue.is_some() {
        _ = write!(
            out,
            "<path class=\"stripe\" d=\"M{} {y}h-1a8 8 0 0 0-8 8v{}a8 8 0 0 0 8 8h1z\"/>",
            x + 9,
            h - 16
        );
    }
    for ink in inks {
        self::ink(ink, out);
    }
    if let Some(mark) = mark {
        signal(mark.state, *rect, out);
    }
    out.push_str("</a>\n");
}

/// The state of a thing at the corner of its box: a colour, and a sign for whoever does not see it.
fn signal(state: State, rect: Rect, out: &mut String) {
    let sign = match state {
        State::Fine => "✓",
        State::Foreign => "◆",
        State::Differs => "≠",
        State::Missing => "+",
        State::Unknown => "?",
    };
    let (x, y) = (rect.right() - 9, rect.y + 1);
    _ = write!(
        out,
        "<circle class=\"signal\" cx=\"{x}\" cy=\"{y}\" r=\"8\"/>\
         <text class=\"sign\" x=\"{x}\" y=\"{}\" font-size=\"11\" text-anchor=\"middle\">{sign}</text>",
        y + 4
    );
}

fn ink(ink: &Ink, out: &mut String) {
    match ink {
        Ink::Text(text) => line(text, out),
        Ink::Fill { rect: Rect { x, y, w, h }, class, color: hue } => {
            _ = write!(
                out,
                "<rect class=\"{class} {}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"9\"/>",
                color(*hue)
            );
        }
        Ink::Range { rect: Rect { x, y, w, h }, class, cidr, title } => {
            _ = write!(
                out,
                "<rect class=\"range {class}\" data-cidr=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"3\">\
                 <title>{}</title></rect>",
                html(cidr),
                html(title)
            );
        }
        Ink::Line { points, class, color: hue } => {
            let points: Vec<_> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
            _ = write!(out, "<polyline class=\"{class} {}\" points=\"{}\"/>", color(*hue), points.join(" "));
        }
        Ink::Bow { x, from, to, reach, colors } => {
            let out_there = x - reach;
            _ = write!(
                out,
                "<path class=\"bow\" stroke=\"url(#mix-{}-{})\" d=\"M{x} {from}C{out_there} {from} {out_there} {to} {x} {to}\"/>",
                colors.0, colors.1
            );
        }
        Ink::Dot { x, y, r, color: hue } => {
            _ = write!(out, "<circle class=\"dot {}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>", color(*hue));
        }
    }
}

fn line(text: &Text, out: &mut String) {
    let Text { x, y, size, face, anchor, class, words } = text;
    let face = match face {
        Face::Plain => "",
        Face::Bold => " bold",
        Face::Mono => " mono",
    };
    let anchor = match anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    _ = write!(
        out,
        "<text class=\"{class}{face}\" x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}>{}</text>",
        html(words)
    );
}
