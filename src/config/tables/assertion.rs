use crate::config::complaint::Complaint;
use crate::config::decode::{Table, Value, list, number, parsed, text, word};
use crate::model::{Assertion, Claim, Endpoint, Expect, Reach};
use crate::names::Located;

/// Reads `policies/assertions.toml`: what has to hold.
pub(super) fn read_file(mut table: Table<'_>) -> Vec<Assertion> {
    let read = table.optional("assert", list(assertion)).unwrap_or_default();
    table.finish();
    read.into_iter().map(|assertion| assertion.value).collect()
}

fn assertion(value: Value<'_>) -> Option<Located<Assertion>> {
    let origin = value.origin();
    let mut table = value.table("`[[assert]]`", &origin)?;
    let name = table.required("name", text);
    let reach = table.table("reach", reach);
    let expect = table.required("expect", word("an assertion expects", &EXPECTED));
    if !table.has("reach") {
        let complaint = Complaint::new(&origin, "this asserts nothing");
        table.complain(
            complaint.help("`reach = { from = \"vpc:dev\", to = \"vpc:prod\" }` asks who reaches whom"),
        );
    }
    table.finish();
    let claim = Claim::Reach(reach??);
    Some(Located::new(Assertion { name: name?, claim, expect: expect?, origin: origin.clone() }, origin))
}

fn reach(mut table: Table<'_>) -> Option<Reach> {
    let origin = table.origin().clone();
    let (from, to) = (table.required("from", parsed::<Endpoint>), table.required("to", parsed::<Endpoint>));
    let port = table.optional("port", number(1..=65_535));
    table.finish();
    Some(Reach { from: from?, to: to?, port, origin })
}

const EXPECTED: [(&str, Expect); 2] = [("allow", Expect::Allow), ("deny", Expect::Deny)];
