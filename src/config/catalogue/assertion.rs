//! `policies/assertions.toml`.

use super::{Fields, Key, Shape, form, words};

const END: Shape = Shape::Text(&form::END);

pub(super) static FILE: Fields = Fields::new(&[Key::table(
    "assert",
    Shape::List(&Shape::Table(&ASSERTION)),
    "Something that has to hold: a mistake in the landing zone if it does not",
)]);

static ASSERTION: Fields = Fields::new(&[
    Key::required("name", Shape::Text(&form::TEXT), "What people call it", "\"dev never reaches prod\""),
    Key::required(
        "reach",
        Shape::Table(&REACH),
        "Who reaches whom",
        "{ from = \"vpc:dev\", to = \"vpc:prod\" }",
    ),
    Key::required(
        "expect",
        Shape::Word(&words::EXPECT),
        "Whether all of it arrives and is answered (`allow`), or nothing of it arrives \
         (`deny`)",
        "\"deny\"",
    ),
]);

static REACH: Fields = Fields::new(&[
    Key::required("from", END, "Who begins", "\"vpc:dev\""),
    Key::required("to", END, "Who is meant", "\"vpc:prod/data\""),
    Key::optional("port", Shape::Number(1, 65_535), "By which TCP port", "5432")
        .otherwise("by whatever protocol and port"),
]);
