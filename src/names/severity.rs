/// How bad something about a landing zone is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It can't be used as it is.
    #[default]
    Mistake,
    /// It can be used, and likely is not what was meant. Changes no exit code.
    Warning,
}
