use super::Invalid;

text! {
    /// The path of an organizational unit, `Workloads/Prod`; `Root` is the organization's root.
    UnitPath, check
}

/// AWS's limit for the name of one unit.
const LONGEST: usize = 128;

impl UnitPath {
    /// The reserved path of the organization's root.
    pub const ROOT: &'static str = "Root";

    /// The organization's root.
    pub fn root() -> Self {
        Self(Self::ROOT.into())
    }

    /// Whether this is the organization's root.
    pub fn is_root(&self) -> bool {
        &*self.0 == Self::ROOT
    }

    /// What it lies in: the path without its last name, the root for a first-level unit, nothing for the root.
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(self.0.rsplit_once('/').map_or_else(Self::root, |(parent, _)| Self(parent.into())))
    }

    /// The last name of the path, which is what AWS calls the unit.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// How many units deep it lies; the root is 0.
    pub fn depth(&self) -> usize {
        if self.is_root() { 0 } else { self.0.split('/').count() }
    }

    /// The path itself and all it lies in, from the inside out, ending with the root.
    pub fn upwards(&self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self.clone()), Self::parent)
    }
}

/// Only what AWS allows in tag values, since the path is part of the address that marks what is ours.
fn check(text: &str) -> Result<(), Invalid> {
    if text == UnitPath::ROOT {
        return Ok(());
    }
    text.split('/').try_for_each(check_name)
}

fn check_name(name: &str) -> Result<(), Invalid> {
    if name.is_empty() {
        return Err(Invalid::new("a unit's name can't be empty"));
    }
    if name == UnitPath::ROOT {
        return Err(
            Invalid::new("`Root` is not part of a path").help("write `Workloads`, not `Root/Workloads`")
        );
    }
    if name.chars().count() > LONGEST {
        return Err(Invalid::new(format!("a unit's name has at most {LONGEST} characters")));
    }
    if name.trim() != name {
        return Err(Invalid::new("a unit's name can't begin or end with a space"));
    }
    match name.chars().find(|c| !c.is_alphanumeric() && !" _.:=+-@".contains(*c)) {
        Some(odd) => Err(Invalid::new(format!("a unit's name can't hold `{}`", odd.escape_default()))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> UnitPath {
        text.parse().expect("a path")
    }

    #[test]
    fn climbs_to_the_root() {
        let up: Vec<_> = unit("Workloads/Prod").upwards().collect();
        assert_eq!(up, [unit("Workloads/Prod"), unit("Workloads"), UnitPath::root()]);
        assert_eq!(up.iter().map(UnitPath::depth).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(up[0].name(), "Prod");
    }

    #[test]
    fn refuses_paths_that_are_not_units() {
        for bad in ["", "/", "A/", "/A", "A//B", "Root/A", "A/Root", " A", "A\n", "A#", &"x".repeat(129)] {
            assert!(bad.parse::<UnitPath>().is_err(), "{bad}");
        }
    }
}
