//! What the tests stand on: a local AWS each, a landing zone in a folder of its own, the real binary, and clients that
//! change things behind its back.

pub mod behind;
pub mod composed;
pub mod control;
pub mod pieces;
pub mod zone;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

use landfall::sandbox::{Environment, Flavour, Server, default_cache};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

pub use behind::Behind;
pub use control::{Call, Control};
pub(crate) use pieces::{organization, vpc};
pub use zone::Zone;

/// One runtime for all tests: servers and clients outlive the test function that made them by their own `Drop` only.
pub static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());

static ENVIRONMENT: LazyLock<Environment> =
    LazyLock::new(|| RUNTIME.block_on(Environment::prepare(&default_cache(), &|_: &str| {})).unwrap());

/// A local AWS that ends with the test.
pub struct Sandbox {
    server: Server,
    /// What runs leave on the machine they ran on.
    state: TempDir,
}

/// How a run of the binary ended.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The same, if it ended as expected; panics with all it printed otherwise.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }

    /// The steps of a plan or drift in JSON: address to (action, changed paths), without kept ones.
    #[track_caller]
    pub fn steps(&self) -> BTreeMap<String, (String, Vec<String>)> {
        let plan = self.json();
        let steps = plan["steps"].as_array().unwrap_or_else(|| panic!("no steps in {plan}"));
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let paths = |step: &serde_json::Value| {
            step["changes"].as_array().into_iter().flatten().map(|change| text(&change["path"])).collect()
        };
        steps.iter().map(|step| (text(&step["address"]), (text(&step["action"]), paths(step)))).collect()
    }
}

impl Sandbox {
    pub fn start() -> Self {
        Self::of(Flavour::Patched)
    }

    /// Moto as it is.
    pub fn plain() -> Self {
        Self::of(Flavour::Plain)
    }

    fn of(flavour: Flavour) -> Self {
        let server = RUNTIME.block_on(Server::start(&ENVIRONMENT, 0, flavour)).unwrap();
        Self { server, state: tempfile::tempdir().unwrap() }
    }

    pub fn url(&self) -> &str {
        self.server.url()
    }

    /// Where runs leave what they leave on the machine they ran on.
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// The environment in which any tool uses this sandbox.
    pub fn variables(&self) -> impl IntoIterator<Item = (impl AsRef<OsStr>, impl AsRef<OsStr>)> {
        self.server.variables()
    }

    pub fn control(&self) -> Control {
        Control::new(self.url())
    }

    /// Clients of the management account.
    pub fn behind(&self) -> Behind {
        Behind::management(self.url())
    }

    /// The binary in this sandbox, with nothing of the caller's own AWS settings.
    pub fn command(&self, zone: &Zone, args: &[&str]) -> Command {
        let mut command = binary();
        command
            .envs(self.server.variables())
            .env("XDG_STATE_HOME", self.state.path())
            .arg("-C")
            .arg(zone.path())
            .args(args);
        command
    }

    pub fn run(&self, zone: &Zone, args: &[&str]) -> Ran {
        ran(self.command(zone, args))
    }

    /// What a program that reads with boto3 prints, run with the management account's credentials.
    #[track_caller]
    pub fn reader(&self, name: &str) -> Vec<u8> {
        self.reader_with(name, &[])
    }

    /// The same, given more to know.
    #[track_caller]
    pub fn reader_with(&self, name: &str, arguments: &[&OsStr]) -> Vec<u8> {
        let mut command = Command::new(python());
        command.arg(reader(name)).args(REGIONS).args(arguments).envs(self.variables());
        let ran = command.output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        ran.stdout
    }

    /// Applies without asking.
    #[track_caller]
    pub fn apply(&self, zone: &Zone) -> Ran {
        self.run(zone, &["apply", "--yes"]).expect(0)
    }

    /// The steps of a drift report, which has to end with `code`.
    #[track_caller]
    pub fn drift(&self, zone: &Zone, code: i32) -> BTreeMap<String, (String, Vec<String>)> {
        self.run(zone, &["drift", "--json"]).expect(code).steps()
    }

    /// Nothing to do, and nothing was changed to find out.
    #[track_caller]
    pub fn expect_settled(&self, zone: &Zone) {
        self.control().forget_calls();
        let plan = self.run(zone, &["plan", "--detailed-exitcode"]);
        let mutating: Vec<_> = self.control().calls().into_iter().filter(|call| call.mutating).collect();
        assert!(mutating.is_empty(), "{mutating:?}");
        plan.expect(0);
        self.run(zone, &["drift"]).expect(0);
    }
}

/// What decides how Landfall writes, and where.
const OURS: [&str; 3] = ["NO_COLOR", "CLICOLOR_FORCE", "LANDFALL_STATE"];

/// The binary without any AWS settings.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_landfall"));
    for (name, _) in std::env::vars_os() {
        let is_ours = OURS.iter().any(|ours| name == *ours);
        if is_ours || name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_CONFIG_FILE", "/dev/null");
    command.env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    command
}

pub fn ran(mut command: Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().unwrap();
    Ran {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// The Regions of the sample.
const REGIONS: [&str; 2] = ["ap-southeast-2", "ap-southeast-4"];

/// The path of a program that reads with boto3.
pub fn reader(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers").join(name)
}

/// The Python of the sandbox, with boto3.
pub fn python() -> PathBuf {
    ENVIRONMENT.python().to_owned()
}
