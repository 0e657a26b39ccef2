//! Time: microseconds since 1970 in UTC where it is kept, days in Moscow time where it is shown.

use serde::{Deserialize, Serialize};

/// Moscow keeps UTC+3 all year (Federal Law 248-ФЗ of 2014).
const MOSCOW_SECONDS: i64 = 3 * 3600;
const MICROS: i64 = 1_000_000;
const DAY: i64 = 86_400;

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS)))
    }

    /// The day in Moscow at this moment.
    #[must_use]
    pub fn date(self) -> Date {
        Date(i32::try_from((self.0.div_euclid(MICROS) + MOSCOW_SECONDS).div_euclid(DAY)).unwrap_or(i32::MAX))
    }

    /// Hours and minutes in Moscow at this moment.
    #[must_use]
    pub fn hours_minutes(self) -> (u8, u8) {
        let second = (self.0.div_euclid(MICROS) + MOSCOW_SECONDS).rem_euclid(DAY);
        let part = |number: i64| u8::try_from(number).unwrap_or(0);
        (part(second / 3600), part(second % 3600 / 60))
    }
}

/// A calendar day: days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Date(pub i32);

impl Date {
    /// `None` for a day that the calendar does not have.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let date = time::Date::from_calendar_date(year, month.try_into().ok()?, day).ok()?;
        Some(Self(date.to_julian_day() - EPOCH_JULIAN_DAY))
    }

    /// «2026-11-21» (ISO 8601).
    #[must_use]
    pub fn from_iso(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let mut part = |length: usize| {
            let part = parts.next()?;
            (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit())).then_some(part)
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// As [`Date::from_iso`] reads it.
    #[must_use]
    pub fn iso(self) -> String {
        let (year, month, day) = self.parts();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// The first moment of the day in Moscow.
    #[must_use]
    pub fn start(self) -> Instant {
        Instant((i64::from(self.0) * DAY - MOSCOW_SECONDS) * MICROS)
    }

    /// The first moment after the day in Moscow: the end of a term whose last day this is.
    #[must_use]
    pub fn end(self) -> Instant {
        Self(self.0 + 1).start()
    }

    /// The first day of its month.
    #[must_use]
    pub fn month(self) -> Self {
        let (_, _, day) = self.parts();
        Self(self.0.saturating_sub(i32::from(day) - 1))
    }

    /// The same day so many months later (earlier, if negative); the month's last day where it has no such day.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let (year, month, day) = self.parts();
        let count = year.saturating_mul(12).saturating_add(i32::from(month) - 1).saturating_add(months);
        let month = u8::try_from(count.rem_euclid(12) + 1).unwrap_or(1);
        let same = |day: u8| Self::new(count.div_euclid(12), month, day);
        (28..=day).rev().chain([day]).find_map(same).unwrap_or(self)
    }

    /// Year, month and day.
    #[must_use]
    pub fn parts(self) -> (i32, u8, u8) {
        let date = time::Date::from_julian_day(self.0.saturating_add(EPOCH_JULIAN_DAY)).unwrap_or(time::Date::MAX);
        (date.year(), date.month().into(), date.day())
    }
}

const EPOCH_JULIAN_DAY: i32 = 2_440_588;

/// ДД.ММ.ГГГГ
impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{day:02}.{month:02}.{year:04}")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn shows_the_day_in_moscow() {
        let date = Date::new(2027, 3, 31).unwrap();
        assert_eq!(date.to_string(), "31.03.2027");
        assert_eq!(date.start().date(), date);
        assert_eq!(Instant(date.end().0 - 1).date(), date);
        assert_eq!(date.end().date().to_string(), "01.04.2027");
        // 21:00 UTC is midnight in Moscow.
        assert_eq!(Date::new(1970, 1, 2).unwrap().start(), Instant(21 * 3600 * MICROS));
    }

    #[test]
    fn months_end_where_they_end() {
        let later = |(year, month, day), months| Date::new(year, month, day).unwrap().plus_months(months).to_string();
        assert_eq!(later((2026, 11, 22), 12), "22.11.2027");
        assert_eq!(later((2028, 2, 29), 12), "28.02.2029");
        assert_eq!(later((2027, 1, 31), 1), "28.02.2027");
        assert_eq!(later((2027, 12, 31), 1), "31.01.2028");
        assert_eq!(later((2027, 3, 31), -4), "30.11.2026");
        assert_eq!(later((2027, 3, 5), -3), "05.12.2026");
        assert_eq!(Date::new(2027, 3, 31).unwrap().month().to_string(), "01.03.2027");
    }

    #[test]
    fn days_are_read_as_machines_write_them() {
        let day = Date::new(2026, 3, 1);
        assert_eq!((Date::from_iso("2026-03-01"), day.map(Date::iso)), (day, Some("2026-03-01".to_owned())));
        for wrong in ["2026-02-30", "26-03-01", "2026-3-1", "2026-03", "01.03.2026", "2026-03-01T00", "+026-03-01"] {
            assert_eq!(Date::from_iso(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn knows_no_thirtieth_of_february() {
        assert_eq!(Date::new(2027, 2, 30), None);
    }
}
