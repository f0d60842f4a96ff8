//! Whether a cron expression can be read: five segments, or a macro.

const MACROS: &[&str] = &["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// The lowest and highest number of each segment.
const SEGMENTS: &[(&str, u32, u32)] = &[("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 6)];

/// Says what is wrong; nothing is wrong with `""`, which is never.
pub fn check(expression: &str) -> Result<(), String> {
    if expression.is_empty() || MACROS.contains(&expression) {
        return Ok(());
    }
    let segments: Vec<&str> = expression.split(' ').collect();
    if segments.len() != SEGMENTS.len() {
        return Err("Invalid cron expression - must be a valid macro or to have exactly 5 space separated segments.".into());
    }
    for (segment, (name, min, max)) in segments.iter().zip(SEGMENTS) {
        if !segment.split(',').all(|part| part_is_fine(part, *min, *max)) {
            return Err(format!("Invalid cron {name} segment {segment:?} - it takes numbers from {min} to {max}, *, ranges and steps."));
        }
    }
    Ok(())
}

/// `*`, `5`, `1-5`, each with an optional step behind a slash.
fn part_is_fine(part: &str, min: u32, max: u32) -> bool {
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| (min..=max).contains(n));
    let (range, step) = match part.split_once('/') {
        Some((range, step)) => (range, Some(step)),
        None => (part, None),
    };
    let step_is_fine = step.is_none_or(|s| s.parse::<u32>().is_ok_and(|n| (1..=max).contains(&n)));
    let range_is_fine = match range.split_once('-') {
        Some((from, to)) => matches!((number(from), number(to)), (Some(from), Some(to)) if from <= to),
        None if range == "*" => true,
        None => step.is_none() && number(range).is_some(),
    };
    step_is_fine && range_is_fine
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn knows_good_from_bad() {
        for good in ["", "@daily", "* * * * *", "*/5 1-3 1,15 * 0-6/2"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["x", "* * * *", "60 * * * *", "* * 0 * *", "5-1 * * * *", "*/0 * * * *", "* * * * 7", "@never", "5/2 * * * *"] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
