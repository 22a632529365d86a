//! The virtual environment of the local AWS: made on first use from pinned requirements with hashes, then kept.

use std::{
    env, fs,
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha256};
use tokio::process::Command;

use super::error::{Error, about};

/// What the server runs, embedded so that an installed binary needs no checkout.
static PACKAGE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/tests/sandbox/landfall_sandbox");
/// Pinned, with hashes.
static REQUIREMENTS: &str = include_str!("../../tests/sandbox/requirements.txt");
/// Written last: an environment without it was not finished.
const COMPLETE: &str = ".complete";

/// A Python that can run the local AWS.
#[derive(Clone, Debug)]
pub struct Environment {
    pub(super) python: PathBuf,
    pub(super) package: PathBuf,
}

/// The folder for what can be made again: `LANDFALL_CACHE`, else `landfall` in the user's cache folder.
pub fn default_cache() -> PathBuf {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || env::home_dir().filter(|home| !home.as_os_str().is_empty()).unwrap_or_else(env::temp_dir);
    set("LANDFALL_CACHE")
        .unwrap_or_else(|| set("XDG_CACHE_HOME").unwrap_or_else(|| home().join(".cache")).join("landfall"))
}

impl Environment {
    /// The interpreter; boto3 comes with moto.
    pub fn python(&self) -> &Path {
        &self.python
    }

    /// Finds or makes the environment below `cache`; `tell` is called with what takes its time. Several processes may
    /// ask at once: one makes it, the others wait.
    pub async fn prepare(cache: &Path, tell: &(dyn Fn(&str) + Sync)) -> Result<Self, Error> {
        let home = cache.join("sandbox");
        let _held = hold(&home).await.map_err(about(&home))?;
        let python = find_or_make(&home, REQUIREMENTS, tell).await?;
        Ok(Self { python, package: unpack(&home)? })
    }
}

/// A Python that has the packages of `requirements`, which are pinned and have hashes: found below `home`, or made
/// there.
pub async fn interpreter(
    home: &Path,
    requirements: &str,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<PathBuf, Error> {
    let _held = hold(home).await.map_err(about(home))?;
    find_or_make(home, requirements, tell).await
}

async fn find_or_make(
    home: &Path,
    requirements: &str,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<PathBuf, Error> {
    let base = python().await?;
    let version = said(Command::new(&base).args(["-c", "import sys; print(sys.version)"])).await?;
    let venv = home.join(format!("venv-{}", hash([requirements.as_bytes(), version.as_bytes()])));
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !venv.join(COMPLETE).exists() {
        install(&base, &venv, &python, requirements, tell).await?;
    }
    Ok(python)
}

/// Waits until no other process has the folder's lock. Asks again and again: a thread that waits could not be
/// interrupted.
async fn hold(home: &Path) -> io::Result<File> {
    fs::create_dir_all(home)?;
    let file = File::create(home.join("lock"))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
}

async fn install(
    base: &Path,
    venv: &Path,
    python: &Path,
    requirements: &str,
    tell: &(dyn Fn(&str) + Sync),
) -> Result<(), Error> {
    tell("making a Python environment (once)");
    if venv.exists() {
        fs::remove_dir_all(venv).map_err(about(venv))?;
    }
    run("making a virtual environment", Command::new(base).args(["-m", "venv"]).arg(venv)).await?;
    let file = venv.join("requirements.txt");
    fs::write(&file, requirements).map_err(about(&file))?;
    tell("installing the local AWS and what it needs from PyPI (once; a minute or two)");
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]);
    run("installing from PyPI", pip.arg(&file)).await?;
    let complete = venv.join(COMPLETE);
    fs::write(&complete, "").map_err(about(&complete))
}

/// Writes the embedded package where Python finds it; another version of Landfall has another folder.
fn unpack(home: &Path) -> Result<PathBuf, Error> {
    let mut files = Vec::new();
    collect(&PACKAGE, &mut files);
    files.sort_unstable();
    let parts = files.iter().flat_map(|(path, content)| [path.as_os_str().as_encoded_bytes(), *content]);
    let package = home.join(format!("package-{}", hash(parts)));
    if package.join(COMPLETE).exists() {
        return Ok(package);
    }
    for (path, content) in files {
        let path = package.join("landfall_sandbox").join(path);
        let folder = path.parent().unwrap_or(&package);
        fs::create_dir_all(folder).map_err(about(folder))?;
        fs::write(&path, content).map_err(about(&path))?;
    }
    let complete = package.join(COMPLETE);
    fs::write(&complete, "").map_err(about(&complete))?;
    Ok(package)
}

fn collect(dir: &'static Dir<'static>, files: &mut Vec<(&'static Path, &'static [u8])>) {
    let is_source = |path: &Path| path.extension().is_some_and(|extension| extension != "pyc");
    let sources = dir.files().filter(|file| is_source(file.path()));
    files.extend(sources.map(|file| (file.path(), file.contents())));
    dir.dirs().for_each(|dir| collect(dir, files));
}

fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let digest = hash.finalize();
    format!("{:012x}", digest.iter().take(6).fold(0_u64, |whole, byte| whole << 8 | u64::from(*byte)))
}

/// The first Python that answers and has the `venv` module.
async fn python() -> Result<PathBuf, Error> {
    let chosen = env::var("LANDFALL_PYTHON").ok().filter(|name| !name.is_empty());
    let candidates =
        chosen.map_or_else(|| vec!["python3".to_owned(), "python".to_owned()], |name| vec![name]);
    let probe = "import sys, venv, ensurepip; assert sys.version_info >= (3, 10); print(sys.executable)";
    for name in &candidates {
        if let Ok(path) = said(Command::new(name).args(["-c", probe])).await {
            return Ok(PathBuf::from(path.trim()));
        }
    }
    Err(Error::NoPython { tried: candidates.join(", ") })
}

async fn said(command: &mut Command) -> Result<String, Error> {
    run("asking Python", command).await
}

/// Runs a command to its end; what it printed last tells why it failed.
async fn run(doing: &'static str, command: &mut Command) -> Result<String, Error> {
    let failed = |said: String| Error::Command { doing, said };
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await;
    let output = output.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let last: Vec<_> = text.lines().rev().filter(|line| !line.trim().is_empty()).take(3).collect();
    Err(failed(last.into_iter().rev().collect::<Vec<_>>().join("; ")))
}
