//! A moment as SQLite counts it: milliseconds since noon of the day -4713-11-24.

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;
/// The moment 1970-01-01.
pub const UNIX_EPOCH: i64 = 210_866_760_000_000;
/// The last moment of the year 9999.
const LAST: i64 = 464_269_060_799_999;

/// A moment on its way through the modifiers.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Milliseconds; meaningless while `number` stands for them.
    pub jd: i64,
    /// A plain number, which the first modifier may give another meaning.
    pub number: Option<f64>,
    /// Whether seconds are shown with their fraction.
    pub subsec: bool,
    /// By how many days the last date overflowed its month.
    pub overflow: i64,
    /// The date as it was written, until something is calculated: SQLite adds a month to the 30th of February itself.
    pub written: Option<Civil>,
}

/// A moment in parts. They may be out of their ranges, as the 30th of February is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Civil {
    /// Astronomical year.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// Seconds and milliseconds, in milliseconds.
    pub millis: i64,
}

impl Moment {
    /// A moment given in milliseconds since 1970.
    pub fn now(now: i64) -> Self {
        Moment::of_jd(now.saturating_add(UNIX_EPOCH))
    }

    /// A julian day number, unless a modifier says otherwise.
    pub fn of_number(number: f64) -> Self {
        Moment { jd: 0, number: Some(number), subsec: false, overflow: 0, written: None }
    }

    fn of_jd(jd: i64) -> Self {
        Moment { jd, number: None, subsec: false, overflow: 0, written: None }
    }

    /// A moment written as a date, a time, both, `now`, or a number.
    pub fn parse(text: &str, now: i64) -> Option<Moment> {
        if let Some(moment) = parse_date(text).or_else(|| parse_time(text)) {
            return Some(moment);
        }
        if text.eq_ignore_ascii_case("now") {
            return Some(Moment::now(now));
        }
        if text.eq_ignore_ascii_case("subsec") || text.eq_ignore_ascii_case("subsecond") {
            return Some(Moment { subsec: true, ..Moment::now(now) });
        }
        crate::rules::scalar::parse_number(text).map(Moment::of_number)
    }

    /// The milliseconds, if they are within the years that SQLite knows.
    pub fn checked(&mut self) -> Option<i64> {
        let jd = self.settle()?;
        (0..=LAST).contains(&jd).then_some(jd)
    }

    /// The milliseconds to calculate with; a number becomes a julian day.
    pub fn settle(&mut self) -> Option<i64> {
        if let Some(days) = self.number.take() {
            if !(0.0..5_373_484.5).contains(&days) {
                return None;
            }
            self.jd = (days * DAY as f64 + 0.5) as i64;
        }
        Some(self.jd)
    }

    /// The parts of it, the date as it was written if nothing was calculated yet.
    pub fn civil(&mut self) -> Option<Civil> {
        let jd = self.settle()?;
        Some(self.written.unwrap_or_else(|| Civil::of(jd)))
    }

    /// Moves it.
    pub fn set(&mut self, jd: i64) {
        self.jd = jd;
        self.written = None;
    }

    /// The parts to be shown: those of the date as it was written only after a modifier, which is how SQLite does it.
    pub fn shown(&self, jd: i64, modified: bool) -> Civil {
        self.written.filter(|_| modified).unwrap_or_else(|| Civil::of(jd))
    }
}

impl Civil {
    /// The parts of a moment.
    pub fn of(jd: i64) -> Civil {
        let day_number = (jd + DAY / 2) / DAY;
        let alpha = ((day_number as f64 + 32044.75) / 36524.25) as i64 - 52;
        let a = day_number + 1 + alpha - ((alpha + 100) / 4) + 25;
        let b = a + 1524;
        let c = ((b as f64 - 122.1) / 365.25) as i64;
        let d = (36525 * (c & 32767)) / 100;
        let e = ((b - d) as f64 / 30.6001) as i64;
        let month = if e < 14 { e - 1 } else { e - 13 };
        let time = (jd + DAY / 2) % DAY;
        Civil {
            year: if 2 < month { c - 4716 } else { c - 4715 },
            month,
            day: b - d - (30.6001 * e as f64) as i64,
            hour: time / 3_600_000,
            minute: time / 60_000 % 60,
            millis: time % 60_000,
        }
    }

    /// The moment of these parts.
    pub fn to_jd(self) -> i64 {
        let (mut year, mut month) = (self.year, self.month);
        if month <= 2 {
            year -= 1;
            month += 12;
        }
        let a = (year + 4800) / 100;
        let b = 38 - a + a / 4;
        let days = 36525 * (year + 4716) / 100 + 306_001 * (month + 1) / 10_000 + self.day + b;
        // The calendar's formula counts from midnight, half a day before the julian day.
        days * DAY - DAY * 3049 / 2 + self.hour * 3_600_000 + self.minute * 60_000 + self.millis
    }

    /// By how many days the day is beyond the end of its month.
    pub fn overflow(self) -> i64 {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let last = match self.month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (self.day - last).max(0)
    }
}

/// So many digits at the start, within a range, and the rest.
pub fn digits(text: &str, count: usize, range: std::ops::RangeInclusive<i64>) -> Option<(i64, &str)> {
    let (head, rest) = text.split_at_checked(count)?;
    if !head.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n = head.parse().ok()?;
    range.contains(&n).then_some((n, rest))
}

fn parse_date(text: &str) -> Option<Moment> {
    let (sign, unsigned) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (year, rest) = digits(unsigned, 4, 0..=9999)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2, 1..=12)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2, 1..=31)?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == 'T');
    let date = Civil { year: sign * year, month, day, ..Civil::default() };
    let time = if rest.is_empty() { 0 } else { time_of_day(rest)? };
    let written = (time.rem_euclid(DAY) == time).then_some(Civil {
        hour: time / 3_600_000,
        minute: time / 60_000 % 60,
        millis: time % 60_000,
        ..date
    });
    Some(Moment { overflow: date.overflow(), written, ..Moment::of_jd(date.to_jd() + time) })
}

/// A time alone is one of the first of January 2000.
fn parse_time(text: &str) -> Option<Moment> {
    let date = Civil { year: 2000, month: 1, day: 1, ..Civil::default() };
    Some(Moment::of_jd(date.to_jd() + time_of_day(text)?))
}

/// Milliseconds of `HH:MM[:SS[.FFF]][zone]`, in UTC.
pub fn time_of_day(text: &str) -> Option<i64> {
    let (hour, rest) = digits(text, 2, 0..=24)?;
    let (minute, mut rest) = digits(rest.strip_prefix(':')?, 2, 0..=59)?;
    let mut millis = 0;
    if let Some(seconds) = rest.strip_prefix(':') {
        let (second, after) = digits(seconds, 2, 0..=59)?;
        millis = second * 1000;
        rest = after;
        let fraction = after.strip_prefix('.').filter(|f| f.starts_with(|c: char| c.is_ascii_digit()));
        if let Some(fraction) = fraction {
            let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
            let part: f64 = format!("0.{}", &fraction[..end]).parse().ok()?;
            millis += ((part * 1000.0 + 0.5) as i64).min(999);
            rest = &fraction[end..];
        }
    }
    Some(hour * 3_600_000 + minute * 60_000 + millis - zone(rest)?)
}

fn zone(text: &str) -> Option<i64> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let sign = match text.bytes().next() {
        None => return Some(0),
        Some(b'Z' | b'z') => return (text.len() == 1).then_some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let (hour, rest) = digits(&text[1..], 2, 0..=14)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 0..=59)?;
    rest.is_empty().then_some(sign * (hour * 60 + minute) * 60_000)
}
