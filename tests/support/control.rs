//! The sandbox's own endpoints: which calls it got, which faults it answers with.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde::Deserialize;
use serde_json::Value;

/// One call that the sandbox answered.
#[derive(Clone, Debug, Deserialize)]
pub struct Call {
    pub service: String,
    pub operation: String,
    pub mutating: bool,
    pub account: Option<String>,
}

/// A connection per request is enough here.
pub struct Control {
    authority: String,
}

impl Control {
    pub fn new(url: &str) -> Self {
        Self { authority: url.trim_start_matches("http://").to_owned() }
    }

    pub fn calls(&self) -> Vec<Call> {
        serde_json::from_str(&self.ask("GET", "/landfall/calls", "")).unwrap()
    }

    pub fn forget_calls(&self) {
        self.ask("DELETE", "/landfall/calls", "");
    }

    /// Answers some calls with a fault from now on.
    pub fn fault(&self, rule: &Value) {
        self.ask("POST", "/landfall/faults", &rule.to_string());
    }

    pub fn no_faults(&self) {
        self.ask("DELETE", "/landfall/faults", "");
    }

    /// Empties everything: AWS, calls, faults.
    pub fn reset(&self) {
        self.ask("POST", "/landfall/reset", "");
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        let (host, length) = (&self.authority, body.len());
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(" 200 ") || head.contains(" 204 "), "{method} {path}: {answer}");
        body.to_owned()
    }
}
