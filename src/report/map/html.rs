//! One page that holds everything: the picture, what is said about each of its parts, style and behaviour.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    drawing::{Card, Drawing, External, Fact, Region, State, Thing, Unit, Vpc},
    escape::html as text,
    svg::{self, COLORS},
};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub fn html(drawing: &Drawing) -> String {
    let things = things(drawing);
    let name = text(&drawing.organization);
    let mut out = String::new();
    // Writing to a string can't fail.
    _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"landfall map\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{name} · map</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    );
    header(drawing, &things, &mut out);
    out.push_str("<main>\n");
    out.push_str(&svg::svg(drawing));
    out.push_str("</main>\n<aside id=\"about\" aria-label=\"Details\" aria-live=\"polite\">\n");
    let names: BTreeMap<_, _> = things.iter().map(|thing| (&*thing.id, *thing)).collect();
    for thing in &things {
        article(thing, &names, &mut out);
    }
    _ = write!(out, "</aside>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

fn header(drawing: &Drawing, things: &[&Thing], out: &mut String) {
    let counts: Vec<_> = drawing.counts.iter().map(|count| text(count)).collect();
    _ = write!(
        out,
        "<header>\n<h1>{}</h1>\n<p class=\"counts\">{}</p>\n\
         <form role=\"search\" id=\"search\"><input id=\"query\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" \
         placeholder=\"name, account, domain or IP address\" aria-label=\"Search the map\" aria-keyshortcuts=\"/\">\
         <output id=\"found\" for=\"query\"></output></form>\n\
         <div class=\"tools\" role=\"toolbar\" aria-label=\"View\">\
         <button type=\"button\" id=\"closer\" aria-label=\"Zoom in\" title=\"Zoom in (+)\">+</button>\
         <button type=\"button\" id=\"farther\" aria-label=\"Zoom out\" title=\"Zoom out (-)\">−</button>\
         <button type=\"button\" id=\"whole\" title=\"All of it (0)\">Fit</button>\
         <button type=\"button\" id=\"paper\" title=\"Print the whole map\">Print</button></div>\n<p class=\"legend\">",
        text(&drawing.organization),
        counts.join(" · ")
    );
    for (at, segment) in drawing.segments.iter().enumerate() {
        let Thing { id, name, .. } = &segment.thing;
        _ = write!(out, "<a class=\"key c-{}\" href=\"#{id}\"><i></i>{}</a>", at % COLORS, text(name));
    }
    let mut tiers: Vec<_> = vpcs(drawing).flat_map(|vpc| &vpc.tiers).map(|tier| tier.name).collect();
    tiers.dedup();
    for name in ["dmz", "application", "data", "gateway"].iter().filter(|name| tiers.contains(name)) {
        _ = write!(out, "<span class=\"key tier {name}\"><i></i>{name}</span>");
    }
    for state in State::ALL.iter().filter(|_| drawing.is_live) {
        let count =
            things.iter().filter(|thing| thing.mark.as_ref().is_some_and(|mark| mark.state == *state));
        let (class, phrase, count) = (state.as_str(), state.phrase(), count.count());
        _ = write!(out, "<span class=\"key state is-{class}\"><i></i>{phrase}: {count}</span>");
    }
    out.push_str("</p>\n</header>\n");
}

fn article(thing: &Thing, names: &BTreeMap<&str, &Thing>, out: &mut String) {
    let Thing { id, kind, name, facts, origin, parts: _, near, whole: _, mark } = thing;
    _ = write!(
        out,
        "<article id=\"{id}\" tabindex=\"-1\"><a class=\"close\" href=\"#\" aria-label=\"Close\">×</a>\
         <h2><small>{}</small>{}</h2><dl>",
        text(kind),
        text(name)
    );
    if let Some(mark) = mark {
        _ = write!(out, "<dt>AWS</dt><dd class=\"is-{}\">{}</dd>", mark.state.as_str(), mark.state.phrase());
        for line in &mark.lines {
            _ = write!(out, "<dd><code>{}</code></dd>", text(line));
        }
    }
    for Fact { label, text: said } in facts {
        _ = write!(out, "<dt>{}</dt><dd>{}</dd>", text(label), text(said));
    }
    _ = write!(out, "<dt>stated at</dt><dd><code>{}</code></dd></dl>", text(origin));
    let near: Vec<_> = near.iter().filter_map(|id| names.get(&**id)).collect();
    if !near.is_empty() {
        out.push_str("<ul>");
        for Thing { id, kind, name, .. } in near {
            _ = write!(out, "<li><a href=\"#{id}\"><small>{}</small> {}</a></li>", text(kind), text(name));
        }
        out.push_str("</ul>");
    }
    out.push_str("</article>\n");
}

fn vpcs(drawing: &Drawing) -> impl Iterator<Item = &Vpc> {
    drawing.regions.iter().flat_map(|region| &region.vpcs)
}

/// All that can be pointed at, in the order it is drawn.
fn things(drawing: &Drawing) -> Vec<&Thing> {
    let mut things = Vec::new();
    unit(&drawing.root, &mut things);
    things.extend(drawing.segments.iter().map(|segment| &segment.thing));
    for Region { name: _, gateway, vpcs, externals } in &drawing.regions {
        things.extend(gateway.iter().map(|gateway| &gateway.thing));
        things.extend(vpcs.iter().map(|Vpc { thing, .. }| thing));
        things.extend(externals.iter().map(|External { thing, .. }| thing));
    }
    let cards = drawing.names.iter().flat_map(|group| &group.cards);
    things.extend(cards.map(|Card { thing, .. }| thing));
    things
}

fn unit<'d>(of: &'d Unit, things: &mut Vec<&'d Thing>) {
    things.push(&of.thing);
    things.extend(of.accounts.iter().map(|account| &account.thing));
    for child in &of.units {
        unit(child, things);
    }
}
