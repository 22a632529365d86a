//! How wide text is, without a font at hand: as wide as in the widest of those that browsers fall back to.

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// As text is.
    Plain,
    /// As names are.
    Bold,
    /// As addresses are.
    Mono,
}

/// Hundredths of the font's size that a character takes.
fn hundredths(c: char, face: Face) -> i32 {
    let sans = match c {
        _ if face == Face::Mono => return if is_wide(c) { 120 } else { 61 },
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 33,
        'f' | 't' | 'r' | 's' | '-' | '/' | '(' | ')' | '[' | ']' | 'I' | 'J' => 45,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '—' | '…' | '→' => 100,
        c if is_wide(c) => 105,
        c if c.is_ascii_lowercase() || c.is_ascii_digit() => 64,
        _ => 76,
    };
    if face == Face::Bold { sans * 112 / 100 } else { sans }
}

/// Whether a character takes the room of two.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x11ff | 0x2e80..=0xd7ff | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xffe6 | 0x1_f000..=0x3_ffff)
}

/// How wide a text of this size is.
pub(super) fn width(text: &str, size: i32, face: Face) -> i32 {
    let sum: i32 = text.chars().map(|c| hundredths(c, face)).sum();
    (sum * size + 99) / 100
}

/// As much of a text as there is room for.
pub(super) fn fit(text: &str, room: i32, size: i32, face: Face) -> String {
    if width(text, size, face) <= room {
        return text.to_owned();
    }
    let mut left = room * 100 / size.max(1) - hundredths('…', face);
    let fits = |c: &char| {
        left -= hundredths(*c, face);
        left >= 0
    };
    let begun: String = text.chars().take_while(fits).collect();
    format!("{}…", begun.trim_end())
}

/// The largest size up to `most` in which a text has room.
pub(super) fn largest(text: &str, room: i32, most: i32) -> i32 {
    let at_hundred = width(text, 100, Face::Bold).max(1);
    (room * 100 / at_hundred).clamp(1, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut() {
        assert_eq!(fit("prod", 100, 10, Face::Plain), "prod");
        let cut = fit("a-very-long-name-indeed", 60, 10, Face::Plain);
        assert!(cut.ends_with('…') && width(&cut, 10, Face::Plain) <= 60, "{cut}");
        assert_eq!(fit("anything", 0, 10, Face::Mono), "…");
        assert!(width("名前", 10, Face::Plain) > width("ab", 10, Face::Plain));
        assert!(width("prod", largest("prod", 90, 40), Face::Bold) <= 90);
    }
}
