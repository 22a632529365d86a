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

/// The field that a view shows; for reading alone, as spellings are gone.
pub(in crate::report) fn read(view: &Json) -> Field {
    let text = |key: &str| view.get(key).and_then(Json::as_str);
    let keys = || view.as_object().map(|members| members.keys().map(String::as_str).collect::<Vec<_>>());
    match (keys().as_deref(), text("secret"), text("after"), text("undetermined")) {
        (Some(["secret"]), Some(fingerprint), ..) => Field::Secret(fingerprint.into()),
        (Some(["after"] | ["after", "shown"]), _, Some(address), _) => {
            Field::After { address: address.into(), shown: view.get("shown").cloned().map(Into::into) }
        }
        (Some(["undetermined"]), .., Some(address)) => Field::Undetermined(address.into()),
        _ => Field::from(view.clone()),
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

    #[test]
    fn what_is_viewed_can_be_read_back() {
        let address = || "prod/global/iam/role/a".into();
        for field in [
            json!({"AWS": ["a"], "after": "b"}).into(),
            json!(null).into(),
            Field::Secret("a1".into()),
            Field::After { address: address(), shown: None },
            Field::After { address: address(), shown: Some("${role.prod/a}".into()) },
            Field::Undetermined(address()),
        ] {
            assert_eq!(read(&view(&field)), field);
        }
    }
}
