use std::time::Duration;

/// `0.4s`, `12s`, `3m 05s`, `1h 02m`.
pub fn took(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{}.{}s", seconds, time.subsec_millis() / 100),
        10..60 => format!("{seconds}s"),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        let told = |millis| took(Duration::from_millis(millis));
        assert_eq!(
            [told(0), told(1260), told(12_900), told(185_000), told(3_720_000)],
            ["0.0s", "1.2s", "12s", "3m 05s", "1h 02m"]
        );
    }
}
