//! Tests of the engine: toy kinds over a toy cloud, which is slow to show things, refuses calls, and loses answers.

mod cloud;
mod drafts;
mod properties;
mod quotas;
mod toy;
mod zone;

mod adopting;
mod applying;
mod converging;
mod destroying;
mod estimating;
mod interrupting;
mod leaving;
mod planning;
mod reading;
mod removing;
mod selecting;
