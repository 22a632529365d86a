/// The candidate that `text` was most likely meant to be, if one is near enough to be offered as "did you mean".
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = text.to_lowercase();
    let scored =
        candidates.into_iter().map(|candidate| (score(&wanted, &candidate.to_lowercase()), candidate));
    let best = scored.filter(|(score, _)| *score >= NEAR).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, candidate)| candidate)
}

/// How much a candidate is like `text`, from 0 to 1; what is like it by [`NEAR`] is near enough to be offered.
pub fn likeness(text: &str, candidate: &str) -> f64 {
    score(&text.to_lowercase(), &candidate.to_lowercase())
}

/// Below this, an offer confuses more than it helps: `dev` is not `deployer`.
pub const NEAR: f64 = 0.7;

/// How alike two names are, from 0 to 1: swapped letters count once, and a long name in which the other is whole is near.
fn score(a: &str, b: &str) -> f64 {
    let edits = strsim::normalized_damerau_levenshtein(a, b);
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if short.len() >= 4 && long.contains(short) { edits.max(NEAR) } else { edits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_only_what_is_near() {
        let units = ["Security", "Workloads", "Workloads/Prod"];
        assert_eq!(nearest("Worklaods", units), Some("Workloads"));
        assert_eq!(nearest("security", units), Some("Security"));
        assert_eq!(nearest("Prod", units), Some("Workloads/Prod"));
        assert_eq!(nearest("Sandbox", units), None);
        assert_eq!(nearest("", units), None);
    }
}
