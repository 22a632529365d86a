use serde_json::{Value as Json, json};

use crate::engine::doc::Field;

/// A field: a known value is itself as it is spelled, anything else an object that says what it is.
pub(super) fn view(field: &Field) -> Json {
    match field {
        Field::Is(value) => value.shown().clone(),
        Field::Secret(fingerprint) => json!({ "secret": &**fingerprint }),
        Field::After { address, shown: None } => json!({ "after": &**address }),
        Field::After { address, shown: Some(shown) } => {
            json!({ "after": &**address, "shown": shown.shown() })
        }
        Field::Undetermined(address) => json!({ "undetermined": &**address }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::doc::Spelled;

    #[test]
    fn what_is_not_known_is_an_object() {
        assert_eq!(view(&json!(["a"]).into()), json!(["a"]));
        assert_eq!(view(&Field::Is(Spelled::new(json!("s3:get"), json!("s3:Get")))), json!("s3:Get"));
        assert_eq!(view(&Field::Secret("a1".into())), json!({"secret": "a1"}));
        let address = "prod/global/iam/role/a";
        assert_eq!(view(&Field::After { address: address.into(), shown: None }), json!({"after": address}));
        let after = Field::After { address: address.into(), shown: Some("${role.prod/a}".into()) };
        assert_eq!(view(&after), json!({"after": address, "shown": "${role.prod/a}"}));
        assert_eq!(view(&Field::Undetermined(address.into())), json!({"undetermined": address}));
    }
}
