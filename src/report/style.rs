//! Styles by meaning: the only place that knows colours. Every meaning is also told by a sign or a word, so that
//! nothing is lost without them.

use anstyle::{AnsiColor, Color, Effects, Style};

/// What a run of characters means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Label {
    /// Nothing in particular.
    #[default]
    Plain,
    /// The title of a section.
    Heading,
    /// What can be read past: where it is stated, how long it took.
    Aside,
    /// What is made, or holds from now on.
    Added,
    /// What is taken back, or held until now.
    Removed,
    /// What changes in place.
    Changed,
    /// What is taken over.
    Adopted,
    /// What AWS is still working on.
    Pending,
    /// What a person has to decide.
    Blocked,
    /// What is not known.
    Unknown,
    /// The word `error`, or what failed.
    Error,
    /// The word `warning`, or what needs a look.
    Warning,
    /// The word `hint`, or a way out.
    Hint,
    /// What went well.
    Success,
}

/// How a meaning looks.
pub(super) const fn style(label: Label) -> Style {
    match label {
        Label::Plain => Style::new(),
        Label::Heading => bold(),
        Label::Aside => Style::new().effects(Effects::DIMMED),
        Label::Added => of(AnsiColor::Green),
        Label::Removed => of(AnsiColor::Red),
        Label::Changed | Label::Pending => of(AnsiColor::Yellow),
        Label::Adopted => of(AnsiColor::Cyan),
        Label::Blocked | Label::Error => of(AnsiColor::Red).effects(Effects::BOLD),
        Label::Unknown => of(AnsiColor::Magenta),
        Label::Warning => of(AnsiColor::Yellow).effects(Effects::BOLD),
        Label::Hint => of(AnsiColor::Cyan).effects(Effects::BOLD),
        Label::Success => of(AnsiColor::Green).effects(Effects::BOLD),
    }
}

const fn bold() -> Style {
    Style::new().effects(Effects::BOLD)
}

const fn of(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}
