//! JSON Schemas of what is printed, from the types that print it.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::{Value as Json, json};

use super::{
    Apply, Difference, Doctor, Explain, Failures, History, Kinds, Permissions, Reach, Relations, Rendered,
    Sandbox, Saved, Show, Steps, Unlock, Validate,
};

/// Makes the JSON Schema of the document with this name.
pub type Make = fn(&str) -> Schema;

/// Every document by its name, which is the value of its `schema`.
pub const SCHEMAS: &[(&str, Make)] = &[
    ("landfall/apply@1", of::<Apply<'_>>),
    ("landfall/destroy@1", of::<Steps<'_>>),
    ("landfall/difference@1", of::<Difference<'_>>),
    ("landfall/doctor@1", of::<Doctor<'_>>),
    ("landfall/drift@1", of::<Steps<'_>>),
    ("landfall/error@1", of::<Failures<'_>>),
    ("landfall/explain@1", of::<Explain<'_>>),
    ("landfall/graph@1", of::<Relations<'_>>),
    ("landfall/history@1", of::<History<'_>>),
    ("landfall/kinds@1", of::<Kinds>),
    ("landfall/plan@1", of::<Steps<'_>>),
    ("landfall/policy@1", of::<Permissions<'_>>),
    ("landfall/reach@1", of::<Reach<'_>>),
    ("landfall/render@1", of::<Rendered<'_>>),
    ("landfall/sandbox@1", of::<Sandbox<'_>>),
    ("landfall/saved-plan@1", of::<Saved>),
    ("landfall/show@1", of::<Show<'_>>),
    ("landfall/unlock@1", of::<Unlock<'_>>),
    ("landfall/validate@1", of::<Validate<'_>>),
];

/// The name of the file that holds a schema: `plan@1.json`.
pub fn file(name: &str) -> String {
    format!("{}.json", name.trim_start_matches("landfall/"))
}

/// The content of that file.
pub fn text(name: &str, schema: Make) -> String {
    super::text(&schema(name))
}

/// What a type is written as, under a name.
fn of<T: JsonSchema>(name: &str) -> Schema {
    let mut schema =
        SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), name.into());
    if let Some(Json::Object(properties)) = schema.get_mut("properties") {
        properties.insert("schema".to_owned(), json!({ "const": name }));
    }
    schema
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn what_is_published_is_what_the_types_say() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/output");
        let mut wrong = Vec::new();
        for (name, schema) in SCHEMAS {
            let path = folder.join(file(name));
            let (published, is) = (fs::read_to_string(&path).unwrap_or_default(), text(name, *schema));
            if published != is {
                wrong.push(format!("{} is to be:\n{is}", path.display()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let names: BTreeSet<_> = SCHEMAS.iter().map(|(name, _)| file(name)).collect();
        let there =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(there.collect::<BTreeSet<_>>(), names);
    }
}
