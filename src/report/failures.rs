//! What failed, kept for whoever reads JSON.

use std::{
    error::Error as StdError,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::json;

/// All that failed so far, and whether data was printed all the same.
#[derive(Default)]
pub(super) struct Failures(Mutex<Told>);

#[derive(Default)]
struct Told {
    has_data: bool,
    errors: Vec<json::Error>,
}

impl Failures {
    /// Keeps a failure.
    pub(super) fn note(&self, error: &(dyn StdError + 'static)) {
        self.told().errors.push(json::Error::of(error));
    }

    /// Data is being printed.
    pub(super) fn data_is_out(&self) {
        self.told().has_data = true;
    }

    /// What is to be told instead of data; nothing if there was some. Told once.
    pub(super) fn instead_of_data(&self) -> Vec<json::Error> {
        let mut told = self.told();
        let errors = mem::take(&mut told.errors);
        if told.has_data { Vec::new() } else { errors }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
