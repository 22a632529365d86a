//! Calls about several things that succeed as a whole and say of each what went wrong.

use aws_sdk_ec2::types::UnsuccessfulItem;

use crate::engine::error::{Class, Error, Result};

/// The first [refusal][items] that is none of `but`, as an error of what was tried.
///
/// [items]: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnsuccessfulItem.html
pub(super) fn first(what: &str, refused: &[UnsuccessfulItem], but: &[&str]) -> Result<()> {
    let errors = refused.iter().filter_map(UnsuccessfulItem::error);
    let counts = |code: Option<&str>| code.is_none_or(|code| !but.contains(&code));
    let Some(error) = errors.into_iter().find(|error| counts(error.code())) else { return Ok(()) };
    let (code, message) = (error.code().unwrap_or_default(), error.message().unwrap_or_default());
    let class = if code == "DependencyViolation" { Class::NotYet } else { Class::Final };
    Err(Error::new(class, what).source(format!("{code}: {message}")))
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::UnsuccessfulItemError;

    use super::*;

    #[test]
    fn what_is_gone_is_no_refusal() {
        let item = |code: &str| {
            let error = UnsuccessfulItemError::builder().code(code).message("why").build();
            UnsuccessfulItem::builder().resource_id("x-1").error(error).build()
        };
        let gone = &["InvalidFlowLogId.NotFound"];
        assert!(first("delete it", &[item(gone[0])], gone).is_ok());
        let refused = first("delete it", &[item(gone[0]), item("400")], gone).expect_err("a refusal");
        assert_eq!(refused.in_short(), "delete it: 400: why");
        let used = first("delete it", &[item("DependencyViolation")], gone).expect_err("a refusal");
        assert_eq!(used.class, Class::NotYet);
    }
}
