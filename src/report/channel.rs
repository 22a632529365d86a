//! One of the process's two ways out: its terminal, its colours, and what becomes of a failure to write.

use std::{
    io::{self, IsTerminal as _, Write},
    sync::{Mutex, MutexGuard, PoisonError},
};

use anstream::{AutoStream, ColorChoice};
use console::Term;

use super::{
    output::Color,
    page::{Page, Paper},
};

/// Narrower than this nothing can be laid out; wider than that nobody reads.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=200;

/// What a terminal that went away answers: `EIO`.
const NO_TERMINAL: i32 = 5;

/// Somewhere to write to.
pub(super) struct Channel {
    to: Mutex<To>,
    /// Asked for its width each time: a window may be resized.
    terminal: Option<Term>,
    paper: Paper,
}

struct To {
    writer: Box<dyn Write + Send>,
    failure: Option<io::Error>,
}

impl Channel {
    /// The process's stdout.
    pub(super) fn stdout(color: Color) -> Self {
        let choice = choose(color, || AutoStream::choice(&io::stdout()));
        let terminal = io::stdout().is_terminal().then(Term::stdout);
        Self::new(Box::new(AutoStream::new(io::stdout(), choice)), terminal, choice)
    }

    /// The process's stderr.
    pub(super) fn stderr(color: Color) -> Self {
        let choice = choose(color, || AutoStream::choice(&io::stderr()));
        let terminal = io::stderr().is_terminal().then(Term::stderr);
        Self::new(Box::new(AutoStream::new(io::stderr(), choice)), terminal, choice)
    }

    fn new(writer: Box<dyn Write + Send>, terminal: Option<Term>, choice: ColorChoice) -> Self {
        let paper = Paper { width: None, color: choice != ColorChoice::Never };
        Self { to: Mutex::new(To { writer, failure: None }), terminal, paper }
    }

    /// Whether somebody watches.
    pub(super) fn is_terminal(&self) -> bool {
        self.terminal.is_some()
    }

    /// What is written on.
    pub(super) fn paper(&self) -> Paper {
        let Some((_, columns)) = self.terminal.as_ref().and_then(Term::size_checked) else {
            return self.paper;
        };
        let width = usize::from(columns).clamp(*WIDTHS.start(), *WIDTHS.end());
        Paper { width: Some(width), ..self.paper }
    }

    /// Writes a page.
    pub(super) fn page(&self, page: &Page) {
        self.write(&page.print(self.paper()));
    }

    /// Writes text. After a failure nothing more is written; [`Self::finish`] tells it.
    pub(super) fn write(&self, text: &str) {
        let mut to = self.lock();
        if to.failure.is_some() {
            return;
        }
        let written = to.writer.write_all(text.as_bytes()).and_then(|()| to.writer.flush());
        to.failure = written.err();
    }

    /// The first failure to write, unless the reader just went away.
    pub(super) fn finish(&self) -> io::Result<()> {
        match &self.lock().failure {
            Some(failure) if !self.has_left(failure) => {
                Err(io::Error::new(failure.kind(), failure.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Whether nobody was there any more to write to: a reader of a pipe, or a terminal.
    fn has_left(&self, failure: &io::Error) -> bool {
        failure.kind() == io::ErrorKind::BrokenPipe
            || (self.is_terminal() && failure.raw_os_error() == Some(NO_TERMINAL))
    }

    fn lock(&self) -> MutexGuard<'_, To> {
        self.to.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn choose(color: Color, auto: impl FnOnce() -> ColorChoice) -> ColorChoice {
    match color {
        Color::Auto => auto(),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
}

/// Keeps what is written, for tests.
#[cfg(test)]
#[derive(Clone, Default)]
pub(super) struct Capture(std::sync::Arc<Mutex<Vec<u8>>>);

#[cfg(test)]
impl Capture {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[cfg(test)]
impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
impl Channel {
    pub(super) fn capture(capture: Capture, paper: Paper) -> Self {
        Self { to: Mutex::new(To { writer: Box::new(capture), failure: None }), terminal: None, paper }
    }

    /// A pipe whose reader went away.
    pub(super) fn closed() -> Self {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        Self {
            to: Mutex::new(To { writer: Box::new(Closed), failure: None }),
            terminal: None,
            paper: Paper::default(),
        }
    }
}
