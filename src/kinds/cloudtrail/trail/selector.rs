//! What a trail records.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudtrail::types::{
    AdvancedEventSelector, AdvancedFieldSelector, InsightSelector, InsightType, SourceEventCategory,
};

use crate::{
    aws,
    engine::{
        doc::Field,
        env::{Env, Text},
        error::Result,
    },
};

/// An [advanced event selector][advanced]: events that meet all its conditions are recorded.
///
/// [advanced]: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html
#[derive(Clone, Debug)]
pub struct Selector {
    /// What it is called, unique in its trail.
    pub name: String,
    /// What it asks of an event; one of them is about `eventCategory`.
    pub conditions: Vec<Condition>,
}

/// One condition of a selector. AWS takes one of each operator for a field.
#[derive(Clone, Debug)]
pub struct Condition {
    /// A field of the event: `eventCategory`, `resources.type`, `resources.ARN`, `readOnly`.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what: any of these.
    pub values: Vec<Text>,
}

/// How a field is compared with values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// Is one of them.
    Equals,
    /// Starts with one of them.
    StartsWith,
    /// Ends with one of them.
    EndsWith,
    /// Is none of them.
    NotEquals,
    /// Starts with none of them.
    NotStartsWith,
    /// Ends with none of them.
    NotEndsWith,
}

impl Operator {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::NotEquals => "not_equals",
            Self::NotStartsWith => "not_starts_with",
            Self::NotEndsWith => "not_ends_with",
        }
    }
}

impl Selector {
    /// A selector whose conditions are all of the form "field is one of these".
    pub fn equal(name: &str, conditions: &[(&str, &[&str])]) -> Self {
        let condition = |(field, values): &(&str, &[&str])| Condition {
            field: (*field).to_owned(),
            operator: Operator::Equals,
            values: values.iter().map(|value| Text::from(*value)).collect(),
        };
        Self { name: name.to_owned(), conditions: conditions.iter().map(condition).collect() }
    }

    /// Its fields in a trail's document.
    pub(super) fn fields(&self, env: Env<'_>) -> Vec<(String, Field)> {
        let field = |condition: &Condition| {
            let Condition { field, operator, values } = condition;
            (path(&self.name, field, *operator), Field::texts(values, &env))
        };
        self.conditions.iter().map(field).collect()
    }

    /// As the SDK wants it.
    pub(super) fn sdk(&self, env: Env<'_>) -> Result<AdvancedEventSelector> {
        let mut by_field: BTreeMap<&str, Vec<&Condition>> = BTreeMap::new();
        for condition in &self.conditions {
            by_field.entry(&condition.field).or_default().push(condition);
        }
        let mut selector = AdvancedEventSelector::builder().name(&self.name);
        for (name, conditions) in by_field {
            let mut field = AdvancedFieldSelector::builder().field(name);
            for Condition { operator, values, .. } in conditions {
                let values: Result<Vec<_>> = values.iter().map(|value| value.resolve(&env).now()).collect();
                let values = Some(values?);
                field = match operator {
                    Operator::Equals => field.set_equals(values),
                    Operator::StartsWith => field.set_starts_with(values),
                    Operator::EndsWith => field.set_ends_with(values),
                    Operator::NotEquals => field.set_not_equals(values),
                    Operator::NotStartsWith => field.set_not_starts_with(values),
                    Operator::NotEndsWith => field.set_not_ends_with(values),
                };
            }
            selector = selector.field_selectors(aws::built(field.build())?);
        }
        aws::built(selector.build())
    }
}

fn path(selector: &str, field: &str, operator: Operator) -> String {
    format!("selectors[{selector}].{field}.{}", operator.as_str())
}

/// The fields of the selectors that a trail has. One that has no name, or that of another, goes by its position.
pub(super) fn observed(selectors: &[AdvancedEventSelector]) -> Vec<(String, Field)> {
    let (mut fields, mut names) = (Vec::new(), BTreeSet::new());
    for (index, selector) in selectors.iter().enumerate() {
        let name = selector.name().filter(|name| !name.is_empty() && names.insert((*name).to_owned()));
        let name = name.map_or_else(|| format!("#{}", index + 1), str::to_owned);
        for field in selector.field_selectors() {
            let operators = [
                (Operator::Equals, field.equals()),
                (Operator::StartsWith, field.starts_with()),
                (Operator::EndsWith, field.ends_with()),
                (Operator::NotEquals, field.not_equals()),
                (Operator::NotStartsWith, field.not_starts_with()),
                (Operator::NotEndsWith, field.not_ends_with()),
            ];
            for (operator, values) in operators.into_iter().filter(|(_, values)| !values.is_empty()) {
                let values: BTreeSet<_> = values.iter().cloned().collect();
                let values: Vec<_> = values.into_iter().collect();
                fields.push((path(&name, field.field(), operator), values.into()));
            }
        }
    }
    fields
}

/// A kind of unusual activity among management events.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Insight {
    /// Unusually many calls that change something.
    CallRate,
    /// Unusually many calls that fail.
    ErrorRate,
}

impl Insight {
    const fn sdk_type(self) -> InsightType {
        match self {
            Self::CallRate => InsightType::ApiCallRateInsight,
            Self::ErrorRate => InsightType::ApiErrorRateInsight,
        }
    }

    /// Its field in a trail's document.
    pub(super) fn field(self) -> (String, Field) {
        insight(&self.sdk_type(), &[])
    }

    /// As the SDK wants it.
    pub(super) fn sdk(self) -> InsightSelector {
        InsightSelector::builder().insight_type(self.sdk_type()).build()
    }
}

/// The fields of the insights that a trail has.
pub(super) fn observed_insights(insights: &[InsightSelector]) -> Vec<(String, Field)> {
    let known = insights.iter().filter_map(|selector| Some((selector.insight_type()?, selector)));
    known.map(|(kind, selector)| insight(kind, selector.event_categories())).collect()
}

/// AWS watches management events where nothing is said.
fn insight(kind: &InsightType, categories: &[SourceEventCategory]) -> (String, Field) {
    let mut names: BTreeSet<_> = categories.iter().map(SourceEventCategory::as_str).collect();
    if names.is_empty() {
        names.insert(SourceEventCategory::Management.as_str());
    }
    (format!("insights[{}]", kind.as_str()), names.into_iter().collect::<Vec<_>>().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::doc::Doc;

    fn objects() -> Selector {
        let condition = |field: &str, operator, value: &str| Condition {
            field: field.to_owned(),
            operator,
            values: vec![value.into()],
        };
        let conditions = vec![
            condition("eventCategory", Operator::Equals, "Data"),
            condition("resources.type", Operator::Equals, "AWS::S3::Object"),
            condition("resources.ARN", Operator::StartsWith, "arn:aws:s3:::data/"),
            condition("resources.ARN", Operator::NotStartsWith, "arn:aws:s3:::data/tmp/"),
        ];
        Selector { name: "Objects".to_owned(), conditions }
    }

    #[test]
    fn what_is_sent_is_what_is_compared() {
        let env = Env::nothing_known();
        let management = Selector::equal(
            "Management",
            &[("eventCategory", &["Management"]), ("eventSource", &["b", "a", "b"])],
        );
        let wanted = [objects(), management];
        let sent: Result<Vec<_>> = wanted.iter().map(|selector| selector.sdk(env)).collect();
        let desired: Doc = wanted.iter().flat_map(|selector| selector.fields(env)).collect();
        assert_eq!(desired, observed(&sent.expect("they are complete")).into_iter().collect());
        assert!(desired.get("selectors[Management].eventSource.equals").is_some());
        assert!(desired.get("selectors[Objects].resources.ARN.not_starts_with").is_some());
    }

    #[test]
    fn conditions_on_one_field_go_together() {
        let sent = objects().sdk(Env::nothing_known()).expect("it is complete");
        let fields: Vec<_> = sent.field_selectors().iter().map(AdvancedFieldSelector::field).collect();
        assert_eq!(fields, ["eventCategory", "resources.ARN", "resources.type"]);
    }

    #[test]
    fn selectors_without_a_name_of_their_own_are_told_apart() {
        let first = objects().sdk(Env::nothing_known()).expect("it is complete");
        let mut nameless = first.clone();
        nameless.name = None;
        let fields = observed(&[first.clone(), first, nameless]);
        let names: BTreeSet<_> = fields.iter().filter_map(|(path, _)| path.split(']').next()).collect();
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["selectors[#2", "selectors[#3", "selectors[Objects"]
        );
    }

    #[test]
    fn insights_are_about_management_events_unless_they_say_otherwise() {
        let wanted: Doc = [Insight::CallRate.field()].into_iter().collect();
        let found =
            |selector: InsightSelector| -> Doc { observed_insights(&[selector]).into_iter().collect() };
        let spelled = Insight::CallRate.sdk();
        assert_eq!(wanted, found(spelled.clone()));
        let both = InsightSelector::builder().insight_type(InsightType::ApiCallRateInsight);
        let both = both.event_categories(SourceEventCategory::Management);
        assert_eq!(wanted, found(both.clone().build()));
        assert_ne!(wanted, found(both.event_categories(SourceEventCategory::Data).build()));
    }
}
