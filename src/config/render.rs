use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{
    Annotation, AnnotationKind, Element, Group, Level, Origin as Position, Renderer, Snippet,
};

use super::{Complaint, Files};
use crate::model::Detail;
use crate::names::{Origin, Severity};

/// Complaints as a person reads them: the line, the underlined value, the reason and the way out.
pub(super) fn render(complaints: &[Complaint], files: &Files, colored: bool) -> String {
    let renderer = if colored { Renderer::styled() } else { Renderer::plain() };
    let show = |complaint: &Complaint| {
        let text = renderer.render(&[group(complaint, files)]);
        // Without colours, a line of the frame would end in a space.
        let lines: Vec<_> = text.lines().map(str::trim_end).collect();
        lines.join("\n") + "\n"
    };
    complaints.iter().map(show).collect::<Vec<_>>().join("\n")
}

fn group<'a>(complaint: &'a Complaint, files: &'a Files) -> Group<'a> {
    let level = match complaint.severity {
        Severity::Mistake => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&*complaint.message);
    let via = complaint.origin.chain().skip(1).map(|via| Level::NOTE.message(format!("by way of {via}")));
    let help = complaint.help.as_deref().map(|help| Level::HELP.message(help));
    let details = complaint.details.iter().map(|detail| Level::NOTE.message(told(detail)));
    title.elements(snippets(complaint, files)).elements(via).elements(details).elements(help)
}

/// A detail with its lines below its title.
fn told(Detail { title, lines }: &Detail) -> String {
    let lines = lines.iter().map(|line| format!("\n  {line}"));
    format!("{title}{}", lines.collect::<String>())
}

/// A place and what stands under it.
struct Mark<'a> {
    origin: &'a Origin,
    label: &'a str,
    kind: AnnotationKind,
}

/// A snippet for each file that the complaint is about, beginning with the one of its own place.
fn snippets<'a>(complaint: &'a Complaint, files: &'a Files) -> Vec<Element<'a>> {
    let label = complaint.label.as_deref().unwrap_or_default();
    let own = Mark { origin: &complaint.origin, label, kind: AnnotationKind::Primary };
    let other = |origin, label| Mark { origin, label, kind: AnnotationKind::Context };
    let mut by_file: Vec<Vec<Mark<'_>>> = vec![vec![own]];
    for mark in complaint.notes.iter().map(|note| other(&note.origin, &note.label)) {
        match by_file.iter_mut().find(|marks| marks[0].origin.path() == mark.origin.path()) {
            Some(marks) => marks.push(mark),
            None => by_file.push(vec![mark]),
        }
    }
    by_file.into_iter().map(|marks| snippet(&marks, files)).collect()
}

/// The lines that the marks lie in, with the marks underlined; only the position if the file can't show it.
fn snippet<'a>(marks: &[Mark<'a>], files: &'a Files) -> Element<'a> {
    let first = marks[0].origin;
    let Some(excerpt) = files.get(first.path()).and_then(|content| Excerpt::of(content, marks)) else {
        let position = Position::path(&**first.path());
        return position.line(first.at.line as usize).char_column(first.at.column as usize).into();
    };
    let annotation = |mark: &Mark<'a>| -> Annotation<'a> {
        mark.kind.span(excerpt.span(mark.origin)).label((!mark.label.is_empty()).then_some(mark.label))
    };
    let annotations: Vec<_> = marks.iter().map(annotation).collect();
    let line = marks.iter().map(|mark| mark.origin.at.line as usize).min().unwrap_or(1);
    Snippet::source(excerpt.text).path(&**first.path()).line_start(line).annotations(annotations).into()
}

/// Some whole lines of a file.
struct Excerpt<'a> {
    text: Cow<'a, str>,
    start: usize,
}

/// More than this was not written by a person, or not where a person would see both ends of it.
const LARGEST: usize = 8000;

impl<'a> Excerpt<'a> {
    fn of(content: &'a [u8], marks: &[Mark<'_>]) -> Option<Self> {
        let starts = || marks.iter().map(|mark| mark.origin.at.start as usize);
        let (first, last) = (starts().min()?, starts().max()?);
        let before = content.get(..first)?;
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let end = line_end(content, last);
        let text = || String::from_utf8_lossy(&content[start..end]);
        (!content.is_empty() && end - start <= LARGEST).then(|| Self { text: text(), start })
    }

    /// The part of the text that a place takes; a value over several lines is cut at the first.
    fn span(&self, origin: &Origin) -> Range<usize> {
        let start = (origin.at.start as usize).saturating_sub(self.start).min(self.text.len());
        let end =
            (origin.at.end as usize).saturating_sub(self.start).min(line_end(self.text.as_bytes(), start));
        floor(&self.text, start)..floor(&self.text, end.max(start))
    }
}

fn line_end(content: &[u8], at: usize) -> usize {
    content[at..].iter().position(|byte| *byte == b'\n').map_or(content.len(), |offset| at + offset)
}

/// The nearest boundary between characters that is not after `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}
