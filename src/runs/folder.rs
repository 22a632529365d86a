//! What a run leaves on its own machine: a file, locked as long as the run lives.

use std::{
    env,
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{lease::Lease, run::RunId};
use crate::journal::Line;

/// Which start of this machine this is; known on Linux alone.
/// <https://docs.kernel.org/admin-guide/sysctl/kernel.html#random>
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// More than the last line of a journal that was put into the bucket is long.
const LAST: i64 = 256;

/// The variable that names the folder of all landing zones' runs, if it is not to be the user's.
pub const STATE: &str = "LANDFALL_STATE";

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
    /// `$LANDFALL_STATE/NAME`, else `$XDG_STATE_HOME/landfall/NAME`, else `~/.local/state/landfall/NAME`; none for whoever
    /// has no home. <https://specifications.freedesktop.org/basedir-spec/latest/>
    pub fn of(organization: &str) -> Option<Self> {
        let set = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let home = || env::home_dir().filter(|home| !home.as_os_str().is_empty());
        let of_user = || set("XDG_STATE_HOME").or_else(|| Some(home()?.join(".local/state")));
        let state = set(STATE).or_else(|| Some(of_user()?.join("landfall")))?;
        Some(Self::at(state.join(organization)))
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
        let file = File::options().read(true).append(true).create_new(true).open(&path)?;
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

    /// For how long at least a run has asked nothing of AWS that is known to be dead: it ran on this machine, since that
    /// was last started, left its file here, and that is locked no longer.
    ///
    /// Each of the three is needed. Process ids would tell nothing: containers and machines that were started from one
    /// memory image share names, starts and ids. Such a twin does not have the file of a run that began after the image
    /// was taken; and a file on a network drive, whose locks may not reach other machines, was made under another start.
    pub fn dead_for(&self, lease: &Lease) -> Option<Duration> {
        let here = lease.holder.boot.is_some() && lease.holder.boot == boot();
        let run = lease.run().filter(|run| here && self.is_over(run) == Some(true))?;
        Some(self.quiet_for(&run).unwrap_or_default())
    }

    /// How long ago a run that left its file here wrote to it; nothing where that can't be told.
    fn quiet_for(&self, run: &RunId) -> Option<Duration> {
        fs::metadata(self.file(run)).ok()?.modified().ok()?.elapsed().ok()
    }

    /// The runs that are over and left journals here that nobody has put into the bucket.
    pub fn left(&self) -> Vec<RunId> {
        let mut runs = self.runs();
        runs.retain(|run| !self.is_kept(run).unwrap_or(true) && self.is_over(run) == Some(true));
        runs.sort();
        runs
    }

    /// Whether nothing is left to be done about a run's journal: it says that it was put into the bucket, or nothing.
    fn is_kept(&self, run: &RunId) -> io::Result<bool> {
        let mut file = File::open(self.file(run))?;
        let length = file.metadata()?.len();
        let last = i64::try_from(length).unwrap_or(i64::MAX).min(LAST);
        file.seek(SeekFrom::End(-last))?;
        let mut end = Vec::new();
        file.read_to_end(&mut end)?;
        let end = String::from_utf8_lossy(&end);
        let kept = |line: &str| matches!(Line::read(line), Some(Line::Kept { .. }));
        Ok(end.lines().last().is_none_or(kept))
    }

    /// Adds to the journal of a run that is over.
    pub fn add(&self, run: &RunId, text: &str) -> io::Result<()> {
        File::options().append(true).open(self.file(run))?.write_all(text.as_bytes())
    }

    /// Whether a run that left its file here is over; nothing where there is no such file, or it can't be told.
    pub fn is_over(&self, run: &RunId) -> Option<bool> {
        let file = File::open(self.file(run)).ok()?;
        // Shared, so that two who look at the same time don't take each other for the run.
        match file.try_lock_shared() {
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
    use std::slice;

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
        assert_eq!((folder.dead_for(&lease(&run, here)), folder.dead_for(&lease(&run, None))), (None, None));
        assert_eq!(folder.dead_for(&lease(&run, boot())).is_some(), boot().is_some());
    }

    #[test]
    fn a_journal_is_left_until_it_says_that_it_was_kept() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::at(dir.path().join("acme"));
        let [died, lives, kept] = ["1-died", "2-lives", "3-kept"].map(|run| run.parse::<RunId>().unwrap());
        let kept_line = || Line::Kept { at: "now".into(), by: "x".repeat(40) };
        let write = |run: &RunId, text: &str| {
            let mut mark = folder.begin(run).unwrap();
            mark.file.write_all(text.as_bytes()).unwrap();
            mark
        };
        drop(write(&died, &format!("{}{{\"event\":\"cal", kept_line().to_text())));
        let lives_on = write(&lives, "{}\n");
        drop(write(&kept, &format!("{{}}\n{}", kept_line().to_text())));
        assert_eq!(folder.left(), slice::from_ref(&died));
        drop(lives_on);
        assert_eq!(folder.left(), [died.clone(), lives]);
        folder.add(&died, &format!("\n{}", kept_line().to_text())).unwrap();
        assert_eq!(folder.left().len(), 1);
        assert!(folder.quiet_for(&died).is_some_and(|quiet| quiet < Duration::from_mins(1)));
    }
}
