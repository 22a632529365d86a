//! What a run leaves on its own machine: a file, locked as long as the run lives.

use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{lease::Lease, run::RunId};

/// Which start of this machine this is; known on Linux alone.
/// <https://docs.kernel.org/admin-guide/sysctl/kernel.html#random>
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// What the names of journals end in.
pub(super) const ENDING: &str = ".jsonl";

/// The folder of a landing zone's runs on this machine.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// A run's own file. The system takes its lock away when the run ends, however it does.
#[derive(Debug)]
pub struct Mark {
    /// Where it lies.
    pub path: PathBuf,
    /// The file, open for writing.
    pub file: File,
    /// Whether nothing more can be written to it.
    pub is_full: bool,
}

impl Folder {
    /// `$XDG_STATE_HOME/landfall/NAME`, else `~/.local/state/landfall/NAME`; none for whoever has no home.
    /// <https://specifications.freedesktop.org/basedir-spec/latest/>
    pub fn of(organization: &str) -> Option<Self> {
        let state = env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let home = || env::home_dir().filter(|home| !home.as_os_str().is_empty());
        let state = state.or_else(|| home().map(|home| home.join(".local/state")))?;
        Some(Self::at(state.join("landfall").join(organization)))
    }

    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of a run.
    pub fn file(&self, run: &RunId) -> PathBuf {
        self.path.join(format!("{run}{ENDING}"))
    }

    /// Makes the file of a run that begins, and locks it.
    pub fn begin(&self, run: &RunId) -> io::Result<Mark> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(&self.path)?;
        let path = self.file(run);
        let file = File::options().read(true).write(true).create_new(true).open(&path)?;
        file.try_lock()?;
        Ok(Mark { path, file, is_full: false })
    }

    /// The runs that left their files here.
    pub fn runs(&self) -> Vec<RunId> {
        let Ok(entries) = fs::read_dir(&self.path) else { return Vec::new() };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter_map(|name| name.strip_suffix(ENDING)?.parse().ok()).collect()
    }

    /// What a run wrote here; nothing where it left no file.
    pub fn read(&self, run: &RunId) -> io::Result<Option<String>> {
        match fs::read(self.file(run)) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a run is known to be dead: it ran on this machine, since it was last started, left its file here, and
    /// that is locked no longer.
    ///
    /// Each of the three is needed. Process ids would tell nothing: containers and machines that were started from one
    /// memory image share names, starts and ids. Such a twin does not have the file of a run that began after the image
    /// was taken; and a file on a network drive, whose locks may not reach other machines, was made under another start.
    pub fn is_dead(&self, lease: &Lease) -> bool {
        let here = lease.holder.boot.is_some() && lease.holder.boot == boot();
        here && lease.run().is_some_and(|run| self.is_over(&run) == Some(true))
    }

    /// Whether a run that left its file here is over; nothing where there is no such file, or it can't be told.
    pub fn is_over(&self, run: &RunId) -> Option<bool> {
        let file = File::options().read(true).write(true).open(self.file(run)).ok()?;
        match file.try_lock() {
            Ok(()) => Some(true),
            Err(fs::TryLockError::WouldBlock) => Some(false),
            Err(fs::TryLockError::Error(_)) => None,
        }
    }
}

/// A run that wrote nothing leaves nothing: it waited, and found that there was nothing left to do.
impl Drop for Mark {
    fn drop(&mut self) {
        if self.file.metadata().is_ok_and(|file| file.len() == 0) {
            // One that stays is a run of which nothing is known.
            fs::remove_file(&self.path).ok();
        }
    }
}

/// Which start of this machine this is, where the system tells.
pub fn boot() -> Option<String> {
    let boot = fs::read_to_string(BOOT).ok()?;
    Some(boot.trim().to_owned()).filter(|boot| !boot.is_empty())
}

/// What this machine is called.
pub fn host() -> Option<String> {
    #[cfg(unix)]
    let name = Some(rustix::system::uname().nodename().to_string_lossy().into_owned());
    #[cfg(not(unix))]
    let name = env::var("COMPUTERNAME").ok();
    name.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::{journal::Holder, runs::Timing};

    fn lease(run: &RunId, boot: Option<String>) -> Lease {
        let text = |text: &str| text.to_owned();
        let holder = Holder {
            run: run.to_string(),
            organization: text("acme"),
            arn: text("arn"),
            user: None,
            host: host(),
            since: text("now"),
            boot,
        };
        Lease::new(holder, Timing::USUAL)
    }

    #[test]
    fn a_run_is_dead_when_its_file_is_locked_no_longer() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::at(dir.path().join("acme"));
        let run: RunId = "20261129-104142-7f3a".parse().unwrap();
        let here = Some("this start".to_owned());
        assert_eq!(folder.is_over(&run), None);
        drop(folder.begin(&run).unwrap());
        assert_eq!(folder.is_over(&run), None, "nothing was written");
        let mut mark = folder.begin(&run).unwrap();
        mark.file.write_all(b"{}\n").unwrap();
        assert!(folder.begin(&run).is_err(), "a run has one beginning");
        assert_eq!((folder.is_over(&run), folder.runs()), (Some(false), vec![run.clone()]));
        drop(mark);
        assert_eq!(folder.is_over(&run), Some(true));
        // Elsewhere, or on a machine that does not tell which start it is, nothing is known of it.
        assert!(!folder.is_dead(&lease(&run, here)) && !folder.is_dead(&lease(&run, None)));
        assert_eq!(folder.is_dead(&lease(&run, boot())), boot().is_some());
    }
}
