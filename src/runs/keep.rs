//! Puts journals into the bucket, where the whole team finds them: a run its own at its end, and those that earlier runs
//! left on this machine alone, because they died or the bucket did not take them.

use super::{folder::Folder, run::RunId, store::Store, writer::Writer};
use crate::{
    engine::error::Result,
    journal::{Line, Record},
    names::Moment,
    policy::Arn,
};

/// How many journals of others a run hands in at most: whoever waits for it to end shall not wait for its machine's past.
const MOST: usize = 20;

/// Puts the journal of a run that ends into the bucket.
pub async fn keep(store: &Store, run: &RunId, writer: &mut Writer) -> Result<()> {
    let line = kept(run);
    store.keep(run, &format!("{}{}", writer.text(), line.to_text())).await?;
    writer.write(&line);
    Ok(())
}

/// Puts into the bucket what earlier runs left here, the latest first. Makes no call where they left nothing.
pub async fn hand_in(store: &Store, folder: &Folder, by: &RunId) -> Result<()> {
    let belongs = |text: &str| account(text).as_deref() == Some(store.owner().as_str());
    let journals = folder.left().into_iter().rev().filter_map(|run| {
        let text = folder.read(&run).ok().flatten().filter(|text| belongs(text))?;
        Some((run, text))
    });
    for (run, text) in journals.take(MOST) {
        // One that died may have done so in the middle of a line.
        let end = if text.ends_with('\n') { "" } else { "\n" };
        let line = format!("{end}{}", kept(by).to_text());
        store.keep_left(&run, &format!("{text}{line}")).await?;
        // Where that can't be noted, the next run finds it in the bucket.
        folder.add(&run, &line).ok();
    }
    Ok(())
}

fn kept(by: &RunId) -> Line {
    Line::Kept { at: Moment::now().to_string(), by: by.to_string() }
}

/// The management account of the run that wrote a journal: landing zones of one name may lie in several, one of them a
/// local AWS.
fn account(text: &str) -> Option<String> {
    let begun = text.lines().next().and_then(|line| Record::read("", line, false).begun)?;
    begun.arn.parse::<Arn>().ok().map(|arn| arn.account)
}
