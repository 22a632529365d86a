//! The running local AWS.

use std::{process::Stdio, time::Duration};

use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, ChildStdin, Command},
};

use super::{environment::Environment, error::Error};

/// How long the server may take to accept connections; two seconds are usual.
const PATIENCE: Duration = Duration::from_mins(1);

/// Which AWS to imitate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Moto and what our package adds to it.
    Patched,
    /// Moto as it is.
    Plain,
}

/// A local AWS. It ends when this value is dropped, and also when this process dies: it reads its standard input,
/// which ends with us.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Apart from the child, which would close it when waited for.
    stdin: Option<ChildStdin>,
    url: String,
}

#[derive(Deserialize)]
struct Ready {
    url: String,
}

impl Server {
    /// Starts the server on a port of the loopback interface; 0 lets the system choose one.
    pub async fn start(environment: &Environment, port: u16, flavour: Flavour) -> Result<Self, Error> {
        let mut command = Command::new(&environment.python);
        command.args(["-m", "landfall_sandbox", "--port", &port.to_string()]);
        if flavour == Flavour::Plain {
            command.arg("--plain");
        }
        // Credentials of the caller have no business in a local AWS.
        for name in ["AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            command.env_remove(name);
        }
        command
            .env("PYTHONPATH", &environment.package)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // Ctrl-C in the terminal is for us to handle: the server has to outlive our last calls.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| Error::Start { said: error.to_string() })?;
        let stdin = child.stdin.take();
        match tokio::time::timeout(PATIENCE, ready(&mut child)).await {
            Ok(Ok(url)) => Ok(Self { child, stdin, url }),
            Ok(Err(said)) => Err(Error::Start { said }),
            Err(_) => Err(Error::Start { said: format!("no answer for {} s", PATIENCE.as_secs()) }),
        }
    }

    /// Where it listens: the value for `AWS_ENDPOINT_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The process id.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// What any AWS tool needs to use it.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.url.clone()),
            // SDKs look for S3 Control at an account's id in front of the address, and nowhere else. Below `localhost`
            // most systems know such a name.
            ("AWS_ENDPOINT_URL_S3_CONTROL", self.url.replace("127.0.0.1", "localhost")),
            ("AWS_ACCESS_KEY_ID", "sandbox".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "sandbox".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    /// Waits until the server ends by itself.
    pub async fn ended(&mut self) {
        // Whatever the wait says, the server is not there any more.
        drop(self.child.wait().await);
    }

    /// Stops the server and waits until it is gone.
    pub async fn stop(mut self) {
        drop(self.stdin.take());
        if tokio::time::timeout(Duration::from_secs(2), self.child.wait()).await.is_err() {
            // It is killed again when dropped; nothing is lost with it.
            drop(self.child.kill().await);
        }
    }
}

async fn ready(child: &mut Child) -> Result<String, String> {
    let mut out = BufReader::new(child.stdout.take().ok_or("it has no standard output")?);
    let mut line = String::new();
    out.read_line(&mut line).await.map_err(|error| error.to_string())?;
    if let Ok(Ready { url }) = serde_json::from_str(&line) {
        drain(child);
        return Ok(url);
    }
    let mut said = String::new();
    if let Some(err) = child.stderr.as_mut() {
        // What can't be read can't be told.
        drop(err.read_to_string(&mut said).await);
    }
    let last = said.lines().rev().find(|line| !line.trim().is_empty());
    Err(last.map_or_else(|| format!("it said `{}`", line.trim()), str::to_owned))
}

/// Reads what the server prints from now on, so that it never waits for us to do so.
fn drain(child: &mut Child) {
    if let Some(mut err) = child.stderr.take() {
        tokio::spawn(async move { tokio::io::copy(&mut err, &mut tokio::io::sink()).await });
    }
}
