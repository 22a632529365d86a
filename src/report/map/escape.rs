//! Text as HTML, Mermaid and Graphviz want it. Everything a landing zone states is text to them, and never markup.

use std::fmt::Write as _;

/// Text within HTML, between tags as well as between double quotes. What is no character of XML is left out.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Text within a quoted label of [Mermaid][syntax], whose entities begin with `#`.
///
/// [syntax]: https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
pub(in crate::report) fn mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || " ./-_:,·→".contains(c) => out.push(c),
            c if c.is_control() => out.push(' '),
            // Writing to a string can't fail.
            c => _ = write!(out, "#{};", u32::from(c)),
        }
    }
    out
}

/// Text within a double-quoted string of [DOT][language], in which a backslash begins an escape of a label.
///
/// [language]: https://graphviz.org/doc/info/lang.html
pub(in crate::report) fn dot(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // Labels know entities of HTML.
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// An id that HTML, addresses and CSS take as it is. Different things have different ones.
pub(in crate::report) fn id(kind: &str, name: &str) -> String {
    let mut out = kind.to_lowercase().replace(' ', "-");
    out.push('-');
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '-' || c == '.' {
            out.push(c);
        } else {
            _ = write!(out, "_{:x}_", u32::from(c));
        }
    }
    out
}

/// An id as Mermaid and Graphviz take it without quotes.
pub(in crate::report) fn word(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for c in id.chars() {
        match c {
            '_' => out.push_str("__"),
            '-' => out.push('_'),
            '.' => out.push_str("_dot_"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str = "</text><script>\"'&#`\\\n\u{0}[x]";

    #[test]
    fn nothing_is_markup() {
        assert_eq!(html(NASTY), "&lt;/text&gt;&lt;script&gt;&quot;&#39;&amp;#`\\ [x]");
        assert_eq!(mermaid(NASTY), "#60;/text#62;#60;script#62;#34;#39;#38;#35;#96;#92;  #91;x#93;");
        assert_eq!(dot(NASTY), "</text><script>\\\"'&amp;#`\\\\  [x]");
    }

    #[test]
    fn ids_are_plain_and_different() {
        assert_eq!(id("organizational unit", "Work loads/Prod"), "organizational-unit-Work_20_loads_2f_Prod");
        assert_ne!(id("zone", "a.b"), id("zone", "a_b"));
        assert_ne!(word("vpc-a_b"), word("vpc-a-b"));
        assert_eq!(word("zone-acme.internal"), "zone_acme_dot_internal");
    }
}
