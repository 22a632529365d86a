//! On whose behalf a call is made: whoever makes it knows neither the step nor who listens, and both are told here.

use std::sync::Arc;

use super::event::{Call, Event, Events};

tokio::task_local! {
    static STEP: (Arc<str>, Events);
}

/// Does the work of a step; calls made in it are told as the step's.
pub(super) async fn on_behalf<T>(address: &Arc<str>, events: &Events, work: impl Future<Output = T>) -> T {
    STEP.scope((Arc::clone(address), events.clone()), work).await
}

/// Tells that a call was answered, or was not. Nobody listens to those that no step makes.
pub fn called(call: Call) {
    let tell = |(address, events): &(Arc<str>, Events)| {
        events.tell(Event::Called { address: Arc::clone(address), call });
    };
    // Outside of any step there is nobody to tell.
    STEP.try_with(tell).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_is_told_as_that_of_the_step_that_makes_it() {
        let call = |operation: &str| Call {
            service: "IAM".into(),
            operation: operation.into(),
            account: "prod".into(),
            region: "us-east-1".into(),
            status: 200,
            request: None,
        };
        let (events, mut told) = Events::channel();
        called(call("ListRoles"));
        let (first, second) = (Arc::<str>::from("a"), Arc::<str>::from("b"));
        let both = futures::future::join(
            on_behalf(&first, &events, async { called(call("CreateRole")) }),
            on_behalf(&second, &events, async { called(call("TagRole")) }),
        );
        both.await;
        drop(events);
        let mut seen = Vec::new();
        while let Some(numbered) = told.recv().await {
            let Event::Called { address, call } = numbered.event else { panic!("{numbered:?}") };
            seen.push((address.to_string(), call.operation));
        }
        assert_eq!(seen, [("a".into(), "CreateRole".into()), ("b".into(), "TagRole".into())]);
    }
}
