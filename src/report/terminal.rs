//! The terminal that progress is drawn on, which may go away while the work goes on.

use std::io;

use console::Term;
use indicatif::TermLike;

/// Draws for as long as somebody can look: indicatif panics where its terminal fails.
#[derive(Debug)]
pub(super) struct Terminal(Term);

impl Terminal {
    /// The one of stderr; what is drawn is shown all at once.
    pub(super) fn stderr() -> Self {
        Self(Term::buffered_stderr())
    }
}

/// Whether it was drawn or not.
fn drawn(result: io::Result<()>) -> io::Result<()> {
    result.or(Ok(()))
}

impl TermLike for Terminal {
    fn width(&self) -> u16 {
        self.0.size().1
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        drawn(self.0.move_cursor_up(n))
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        drawn(self.0.move_cursor_down(n))
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        drawn(self.0.move_cursor_right(n))
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        drawn(self.0.move_cursor_left(n))
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        drawn(self.0.write_line(text))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        drawn(self.0.write_str(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        drawn(self.0.clear_line())
    }

    fn flush(&self) -> io::Result<()> {
        drawn(self.0.flush())
    }
}
