//! «Уведомления»: of what an organisation gets letters, who gets them, and when they go.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Email, FieldError, FieldProblem, Instant, LetterKind, emails_of};

const DAY_MINUTES: u16 = 24 * 60;
/// A letter is put off by a day at most.
const MOST_DELAY: u16 = DAY_MINUTES;
const MOST_RECIPIENTS: usize = 20;
const MOST_SEATS: u64 = 1_000_000;
const MOST_DAYS: u64 = 365;

/// The language of letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    Ru,
    En,
}

/// A time of day in Moscow, in minutes since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DayTime(u16);

impl DayTime {
    /// «9:00», «09.00»; `None` for what is no time of day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.trim().split_once([':', '.'])?;
        let part = |text: &str, most: u16| -> Option<u16> {
            let fits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|number| fits && *number < most)
        };
        Some(Self(part(hours, 24)? * 60 + part(minutes, 60).filter(|_| minutes.len() == 2)?))
    }

    fn of(now: Instant) -> Self {
        let (hours, minutes) = now.hours_minutes();
        Self(u16::from(hours) * 60 + u16::from(minutes))
    }

    /// The first moment from `from` on at which it is this time.
    fn next(self, from: Instant) -> Instant {
        let today = from.date().start().plus_seconds(i64::from(self.0) * 60);
        if today < from { from.date().end().plus_seconds(i64::from(self.0) * 60) } else { today }
    }
}

/// ЧЧ:ММ
impl std::fmt::Display for DayTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Hours in which no letter goes: from the first time until the second, over midnight too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quiet {
    pub from: DayTime,
    pub until: DayTime,
}

impl Quiet {
    #[must_use]
    pub fn covers(self, time: DayTime) -> bool {
        if self.from <= self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }
}

/// How letters of one kind are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub on: bool,
    /// Besides whoever it is addressed to anyway; if that is nobody, everybody who has an account.
    pub to: Vec<Email>,
    /// The time of day at which they go; `None` for at once.
    pub at: Option<DayTime>,
    /// By how many minutes they are put off.
    pub delay: u16,
    pub quiet: Option<Quiet>,
}

impl Notice {
    /// When a letter that is written at `now` goes: not before its delay is over, at the time of day that is set, not
    /// in quiet hours.
    #[must_use]
    pub fn due(&self, now: Instant) -> Instant {
        let delayed = now.plus_seconds(i64::from(self.delay) * 60);
        let at = self.at.map_or(delayed, |at| at.next(delayed));
        match self.quiet {
            Some(quiet) if quiet.covers(DayTime::of(at)) => quiet.until.next(at),
            _ => at,
        }
    }
}

/// Everything that is set under «Уведомления».
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notifications {
    pub language: Language,
    pub notices: BTreeMap<LetterKind, Notice>,
    /// One is reminded of stock when fewer seats of a product are left.
    pub threshold: u64,
    /// One is reminded of stock when it lasts for fewer days.
    pub horizon_days: u64,
}

impl Default for Notifications {
    fn default() -> Self {
        let notice = |kind: LetterKind| {
            // Whoever waits for licences is told at once; of the rest one reads in the morning.
            let at = (kind != LetterKind::OrderPaid).then_some(DayTime(9 * 60));
            (kind, Notice { on: true, to: Vec::new(), at, delay: 0, quiet: None })
        };
        Self {
            language: Language::Ru,
            notices: LetterKind::SET.map(notice).into_iter().collect(),
            threshold: 5,
            horizon_days: 14,
        }
    }
}

impl Notifications {
    /// How letters of the kind are sent; `None` for kinds that are not, or go at once to one person.
    #[must_use]
    pub fn of(&self, kind: LetterKind) -> Option<&Notice> {
        self.notices.get(&kind).filter(|notice| notice.on)
    }

    /// As the form shows it.
    #[must_use]
    pub fn form(&self) -> NotificationsForm {
        let text = |time: Option<DayTime>| time.map(|time| time.to_string()).unwrap_or_default();
        let notice = |(kind, notice): (&LetterKind, &Notice)| {
            let form = NoticeForm {
                on: notice.on,
                to: notice.to.iter().map(Email::as_str).collect::<Vec<_>>().join(", "),
                at: text(notice.at),
                delay: notice.delay.to_string(),
                quiet_from: text(notice.quiet.map(|quiet| quiet.from)),
                quiet_until: text(notice.quiet.map(|quiet| quiet.until)),
            };
            (kind.code().to_owned(), form)
        };
        NotificationsForm {
            english: self.language == Language::En,
            notices: self.notices.iter().map(notice).collect(),
            threshold: self.threshold.to_string(),
            horizon_days: self.horizon_days.to_string(),
        }
    }
}

/// A kind's part of [`NotificationsForm`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeForm {
    pub on: bool,
    pub to: String,
    pub at: String,
    pub delay: String,
    pub quiet_from: String,
    pub quiet_until: String,
}

/// «Уведомления» as it was filled in; notices by the codes of their kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotificationsForm {
    pub english: bool,
    pub notices: BTreeMap<String, NoticeForm>,
    pub threshold: String,
    pub horizon_days: String,
}

impl NotificationsForm {
    /// Checks every field; all that is wrong comes back at once. A kind that is missing is not sent.
    ///
    /// # Errors
    /// One [`FieldError`] per wrong field: `threshold`, `horizon_days`, or the code of a kind and its field,
    /// `term_ends-at`.
    pub fn check(&self) -> Result<Notifications, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let mut count = |field: &str, text: &str, least: u64, most: u64| {
            let number = text.chars().filter(|char| !char.is_whitespace()).collect::<String>().parse().ok();
            number.filter(|number| (least..=most).contains(number)).unwrap_or_else(|| {
                wrong.push(FieldError { field: field.to_owned(), problem: FieldProblem::NotANumber { least, most } });
                0
            })
        };
        let threshold = count("threshold", &self.threshold, 0, MOST_SEATS);
        let horizon_days = count("horizon_days", &self.horizon_days, 0, MOST_DAYS);
        let mut notices = BTreeMap::new();
        for kind in LetterKind::SET {
            let form = self.notices.get(kind.code()).cloned().unwrap_or_default();
            match form.check() {
                Ok(notice) => drop(notices.insert(kind, notice)),
                Err(fields) => wrong.extend(
                    fields
                        .into_iter()
                        .map(|(field, problem)| FieldError { field: format!("{}-{field}", kind.code()), problem }),
                ),
            }
        }
        let language = if self.english { Language::En } else { Language::Ru };
        if wrong.is_empty() { Ok(Notifications { language, notices, threshold, horizon_days }) } else { Err(wrong) }
    }
}

impl NoticeForm {
    fn check(&self) -> Result<Notice, Vec<(&'static str, FieldProblem)>> {
        let mut wrong = Vec::new();
        let mut time = |field: &'static str, text: &str| {
            let time = DayTime::parse(text);
            if time.is_none() && !text.trim().is_empty() {
                wrong.push((field, FieldProblem::NotATime));
            }
            time
        };
        let at = time("at", &self.at);
        let (from, until) = (time("quiet_from", &self.quiet_from), time("quiet_until", &self.quiet_until));
        let typed = |text: &str| !text.trim().is_empty();
        match (typed(&self.quiet_from), typed(&self.quiet_until)) {
            (true, false) => wrong.push(("quiet_until", FieldProblem::Required)),
            (false, true) => wrong.push(("quiet_from", FieldProblem::Required)),
            _ => {}
        }
        let quiet = from.zip(until).filter(|(from, until)| from != until).map(|(from, until)| Quiet { from, until });
        if at.zip(quiet).is_some_and(|(at, quiet)| quiet.covers(at)) {
            wrong.push(("at", FieldProblem::InQuietHours));
        }
        let delay = if typed(&self.delay) { self.delay.trim().parse().ok() } else { Some(0) };
        let delay = delay.filter(|delay| *delay <= MOST_DELAY);
        if delay.is_none() {
            wrong.push(("delay", FieldProblem::NotANumber { least: 0, most: MOST_DELAY.into() }));
        }
        let (to, others) = emails_of(&self.to);
        if !others.is_empty() {
            wrong.push(("to", FieldProblem::NotAnEmail));
        } else if to.len() > MOST_RECIPIENTS {
            wrong.push(("to", FieldProblem::TooMany { most: MOST_RECIPIENTS }));
        }
        match delay {
            Some(delay) if wrong.is_empty() => Ok(Notice { on: self.on, to, at, delay, quiet }),
            _ => Err(wrong),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
mod tests {
    use super::*;
    use crate::Date;
    use proptest::prelude::*;

    fn time(text: &str) -> DayTime {
        DayTime::parse(text).unwrap()
    }

    fn notice(at: Option<&str>, delay: u16, quiet: Option<(&str, &str)>) -> Notice {
        let quiet = quiet.map(|(from, until)| Quiet { from: time(from), until: time(until) });
        Notice { on: true, to: Vec::new(), at: at.map(time), delay, quiet }
    }

    fn moment(day: u8, text: &str) -> Instant {
        time(text).next(Date::new(2026, 11, day).unwrap().start())
    }

    #[test]
    fn a_letter_waits_for_its_time_its_delay_and_the_end_of_quiet_hours() {
        let now = moment(21, "12:00");
        assert_eq!(notice(None, 0, None).due(now), now);
        assert_eq!(notice(None, 90, None).due(now), moment(21, "13:30"));
        assert_eq!(notice(Some("09:00"), 0, None).due(now), moment(22, "09:00"));
        assert_eq!(notice(Some("12:00"), 0, None).due(now), now);
        assert_eq!(notice(Some("13:00"), 90, None).due(now), moment(22, "13:00"), "not before its delay is over");
        let night = Some(("20:00", "08:30"));
        assert_eq!(notice(None, 0, night).due(moment(21, "23:00")), moment(22, "08:30"));
        assert_eq!(notice(None, 0, night).due(moment(21, "03:00")), moment(21, "08:30"));
        assert_eq!(notice(None, 0, night).due(moment(21, "08:30")), moment(21, "08:30"));
        assert_eq!(notice(None, 480, night).due(now), moment(22, "08:30"));
    }

    proptest! {
        #[test]
        fn never_too_early_and_never_in_quiet_hours(
            minutes in 0_i64..10_000, delay in 0_u16..=MOST_DELAY, at in proptest::option::of(0_u16..DAY_MINUTES),
            quiet in proptest::option::of((0_u16..DAY_MINUTES, 0_u16..DAY_MINUTES)),
        ) {
            let quiet = quiet.filter(|(from, until)| from != until)
                .map(|(from, until)| Quiet { from: DayTime(from), until: DayTime(until) });
            let notice = Notice { on: true, to: Vec::new(), at: at.map(DayTime), delay, quiet };
            let now = Instant(minutes * 60_000_000);
            let due = notice.due(now);
            prop_assert!(due >= now.plus_seconds(i64::from(delay) * 60));
            prop_assert!(due <= now.plus_seconds(i64::from(delay) * 60 + 2 * 86_400));
            prop_assert!(quiet.is_none_or(|quiet| !quiet.covers(DayTime::of(due))));
            if let (Some(at), None) = (at, quiet) {
                prop_assert_eq!(DayTime::of(due), DayTime(at));
            }
        }
    }

    #[test]
    fn what_is_set_is_read_as_it_was_written() {
        let set = Notifications::default();
        assert_eq!(set.form().check().unwrap(), set);
        let mut form = set.form();
        let notice = form.notices.get_mut("term_ends").unwrap();
        notice.to = "hr@romashka.example; Ворон <voron@romashka.example>".into();
        (notice.at, notice.delay) = ("7.05".into(), "15".into());
        (notice.quiet_from, notice.quiet_until) = ("20:00".into(), "7:00".into());
        form.english = true;
        let set = form.check().unwrap();
        assert_eq!(set.form().check().unwrap(), set);
        let notice = set.of(LetterKind::TermEnds).unwrap();
        assert_eq!((notice.to.len(), notice.at, notice.delay), (2, Some(time("07:05")), 15));
        assert_eq!(set.language, Language::En);
        assert_eq!(NotificationsForm::default().check().map(drop).unwrap_err().len(), 2, "both numbers are missing");
    }

    #[test]
    fn every_wrong_field_is_named() {
        let mut form = Notifications::default().form();
        form.threshold = "много".into();
        let notice = form.notices.get_mut("term_ends").unwrap();
        (notice.to, notice.at, notice.delay) = ("nobody".into(), "24:00".into(), "1441".into());
        notice.quiet_from = "20:00".into();
        let notice = form.notices.get_mut("stock_low").unwrap();
        (notice.at, notice.quiet_from, notice.quiet_until) = ("09:00".into(), "08:00".into(), "10:00".into());
        let wrong: Vec<String> = form.check().unwrap_err().into_iter().map(|error| error.field).collect();
        let expected =
            ["threshold", "term_ends-at", "term_ends-quiet_until", "term_ends-delay", "term_ends-to", "stock_low-at"];
        assert_eq!(wrong, expected);
    }

    #[test]
    fn times_of_day() {
        for (text, wanted) in [("9:00", "09:00"), ("00:00", "00:00"), ("23.59", "23:59"), (" 7:05 ", "07:05")] {
            assert_eq!(time(text).to_string(), wanted);
        }
        for other in ["", "9", "24:00", "9:60", "9:5", "-1:00", "09:000", "+9:00", "9:+1"] {
            assert_eq!(DayTime::parse(other), None, "{other}");
        }
    }
}
