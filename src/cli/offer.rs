//! What somebody may have meant by a word that is no address.

use std::collections::{BTreeMap, HashMap};

use crate::{
    engine::graph::Graph,
    names::{NEAR, likeness},
};

/// What somebody may have meant: an account, an address or its beginning, whichever part of the word is wrong.
pub(super) fn offer(graph: &Graph, word: &str) -> String {
    match meant(graph, word) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "it takes an account, or an address such as `prod/global/iam/role/deployer` or its beginning"
            .to_owned(),
    }
}

/// Ways in which people write an address in so many parts.
#[derive(Clone, Copy)]
enum Spelling {
    /// What it begins with.
    Beginning,
    /// The account, and what it ends in.
    Inside,
    /// What it ends in.
    Ending,
}

impl Spelling {
    /// The parts of an address that are written so, and what is offered for them.
    fn of(self, label: &str, many: usize) -> Option<(Vec<&str>, &str)> {
        let parts: Vec<_> = label.split('/').collect();
        let ending = |many: usize| parts.get(parts.len().checked_sub(many)?..);
        match self {
            Self::Beginning => {
                let beginning = parts.get(..many)?.to_vec();
                let length = beginning.iter().map(|part| part.len() + 1).sum::<usize>() - 1;
                Some((beginning, &label[..length]))
            }
            Self::Inside => Some(([&parts[..1], ending(many.checked_sub(1)?)?].concat(), label)),
            Self::Ending => Some((ending(many)?.to_vec(), label)),
        }
    }
}

/// Of what is the same in all other parts, one may be less like it: `vcp` is `vpc` where only that can be meant.
const ALIKE: f64 = 0.5;

/// The spelling of an address that is most like the word in all its parts; else the one that is the same but for one part,
/// if that is alike at least, or there is no other.
fn meant<'g>(graph: &'g Graph, word: &str) -> Option<&'g str> {
    let mut wanted = Wanted::of(word);
    let (mut best, mut but_for_one) = (None, BTreeMap::new());
    for spelling in [Spelling::Beginning, Spelling::Inside, Spelling::Ending] {
        for (_, node) in graph.nodes() {
            let Some((parts, offered)) = spelling.of(&node.label, wanted.parts.len()) else { continue };
            let alike = wanted.compared(&parts);
            let sum: f64 = alike.iter().sum();
            if alike.iter().all(|part| *part >= NEAR) {
                best = best.filter(|(most, _)| *most >= sum).or(Some((sum, offered)));
            } else if let Some(other) = other_part(&alike) {
                but_for_one.insert(offered, other);
            }
        }
    }
    let only = || but_for_one.keys().next().copied().filter(|_| but_for_one.len() == 1);
    let alike = but_for_one.iter().filter(|(_, alike)| **alike >= ALIKE);
    let likest = || alike.max_by(|a, b| a.1.total_cmp(b.1)).map(|(offered, _)| *offered);
    best.map(|(_, offered)| offered).or_else(likest).or_else(only)
}

/// How much the one part is alike that is not the same. Of less than three parts too little is left without one.
fn other_part(alike: &[f64]) -> Option<f64> {
    let mut others = alike.iter().filter(|part| **part < 1.0);
    let other = others.next().filter(|_| others.next().is_none() && alike.len() > 2)?;
    Some(*other)
}

/// The parts of a word, each with what is known of how much others are like it.
struct Wanted<'w, 'g> {
    parts: Vec<&'w str>,
    known: Vec<HashMap<&'g str, f64>>,
}

impl<'w, 'g> Wanted<'w, 'g> {
    fn of(word: &'w str) -> Self {
        let parts: Vec<_> = word.trim_end_matches('/').split('/').collect();
        Self { known: vec![HashMap::new(); parts.len()], parts }
    }

    /// How much each part is like another.
    fn compared(&mut self, parts: &[&'g str]) -> Vec<f64> {
        let pairs = self.parts.iter().zip(&mut self.known).zip(parts);
        pairs
            .map(|((part, known), other)| *known.entry(other).or_insert_with(|| likeness(part, other)))
            .collect()
    }
}
