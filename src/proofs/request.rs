//! A call that somebody may make, as far as it is known before it is made.

use super::{
    pattern::{equals, fits, fits_arn},
    truth::Truth,
};

/// A call.
pub(super) struct Request {
    /// The action in lower case: `kms:decrypt`.
    pub action: String,
    /// What it is done to, by each of its names: an ARN, a symbol of ours.
    pub resource: Vec<String>,
    /// Who calls.
    pub caller: Caller,
    /// What is known of its context, by condition key.
    context: Vec<(&'static str, String)>,
}

/// Who makes a call.
#[derive(Clone)]
pub(super) struct Caller {
    /// The id of their account, as a symbol.
    pub account: String,
    /// The ARN of their role; nothing for somebody of the account.
    pub role: Option<String>,
}

impl Request {
    /// The call with the context that every call of a role of the organization has, to a resource of the organization.
    pub(super) fn new(action: &str, resource: Vec<String>, caller: Caller) -> Self {
        let organization = || "${organization}".to_owned();
        let mut context = vec![
            ("aws:PrincipalAccount", caller.account.clone()),
            ("aws:PrincipalOrgID", organization()),
            ("aws:ResourceOrgID", organization()),
            ("aws:PrincipalIsAWSService", "false".to_owned()),
            ("aws:SecureTransport", "true".to_owned()),
            ("kms:CallerAccount", caller.account.clone()),
        ];
        if let Some(role) = &caller.role {
            context.push(("aws:PrincipalArn", role.clone()));
            context.push(("aws:PrincipalType", "AssumedRole".to_owned()));
        }
        Self { action: action.to_ascii_lowercase(), resource, caller, context }
    }

    /// Adds what is known besides.
    #[must_use]
    pub(super) fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.context.push((key, value.into()));
        self
    }

    /// Whether a test of a condition holds; open where the context is not known.
    pub(super) fn passes(&self, operator: &str, key: &str, values: &[&str]) -> Truth {
        let known = self.context.iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
        let Some((_, value)) = known else { return Truth::Open };
        let operator = operator.strip_suffix("IfExists").unwrap_or(operator);
        let any = |compare: &dyn Fn(&str) -> Truth| Truth::any(values.iter().map(|wanted| compare(wanted)));
        match operator {
            "StringEquals" => any(&|wanted| equals(wanted, value)),
            "StringNotEquals" => !any(&|wanted| equals(wanted, value)),
            "StringLike" => any(&|wanted| fits(wanted, value)),
            "StringNotLike" => !any(&|wanted| fits(wanted, value)),
            "StringEqualsIgnoreCase" | "Bool" => {
                any(&|wanted| equals(&wanted.to_lowercase(), &value.to_lowercase()))
            }
            "StringNotEqualsIgnoreCase" => {
                !any(&|wanted| equals(&wanted.to_lowercase(), &value.to_lowercase()))
            }
            "ArnEquals" | "ArnLike" => any(&|wanted| fits_arn(wanted, value)),
            "ArnNotEquals" | "ArnNotLike" => !any(&|wanted| fits_arn(wanted, value)),
            "Null" => any(&|wanted| (wanted == "false").into()),
            // Sets, dates, addresses: nothing that is known beforehand.
            _ => Truth::Open,
        }
    }
}
