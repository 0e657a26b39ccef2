//! Invented people.

use std::collections::HashMap;

use domain::{Employment, Instant, PersonName};
use store::SeedMember;

use super::{names, random::Random, terms::day};

/// Invents the people of one organisation.
pub(super) struct People {
    pub(super) random: Random,
    pub(super) addresses: Addresses,
    staff_domain: String,
    private_domain: String,
    now: Instant,
}

impl People {
    pub(super) fn new(random: Random, staff_domain: &str, private_domain: &str, now: Instant) -> Self {
        Self {
            random,
            addresses: Addresses::default(),
            staff_domain: staff_domain.to_owned(),
            private_domain: private_domain.to_owned(),
            now,
        }
    }

    /// Somebody in no group and without a licence.
    pub(super) fn member(&mut self, employment: Employment) -> SeedMember {
        let name = names::name(&mut self.random);
        let domain = self.domain(employment).to_owned();
        let email = self.addresses.of(&name, &domain);
        SeedMember {
            name,
            email,
            employment,
            last_active: self.last_active(employment),
            groups: Vec::new(),
            holds: None,
            besides: Vec::new(),
            region: None,
        }
    }

    /// Whoever works here, or did, has an address of the organisation.
    pub(super) fn domain(&self, employment: Employment) -> &str {
        match employment {
            Employment::Employee | Employment::Dismissed => &self.staff_domain,
            Employment::Candidate | Employment::Individual | Employment::SelfEmployed | Employment::SoleProprietor => {
                &self.private_domain
            }
        }
    }

    /// In office hours of a day of the last two years, more likely of a recent one; some people never came.
    fn last_active(&mut self, employment: Employment) -> Option<Instant> {
        let (never, latest) = match employment {
            Employment::Employee => (6, 1),
            Employment::Dismissed => (4, 30),
            _ => (18, 1),
        };
        if self.random.percent(never) {
            return None;
        }
        let days = latest + self.random.below(725 - latest).min(self.random.below(725 - latest));
        let seconds = 9 * 3600 + self.random.below(10 * 3600);
        let date = day(self.now, -i32::try_from(days).unwrap_or(1));
        Some(date.start().plus_seconds(i64::try_from(seconds).unwrap_or(0)))
    }
}

/// The e-mail addresses given so far: by full address without a number, how often.
#[derive(Default)]
pub(super) struct Addresses(HashMap<String, u32>);

impl Addresses {
    pub(super) fn reserve(&mut self, address: &str) {
        *self.0.entry(address.to_owned()).or_default() += 1;
    }

    /// `petrov@`, `i.petrov@`, `is.petrov@` or `ivan.petrov@`, whichever is free first; else the last one with a
    /// number. Names have no digits, so a number makes no address that another name could get.
    fn of(&mut self, name: &PersonName, domain: &str) -> String {
        let surname = names::latin(&name.surname);
        let first = names::latin(&name.first);
        let initial = |text: &str| names::latin(&text.chars().take(1).collect::<String>());
        let short = initial(&name.first);
        let both = format!("{short}{}", initial(&name.patronymic));
        let local = [surname.clone(), format!("{short}.{surname}"), format!("{both}.{surname}")]
            .into_iter()
            .find(|local| !self.0.contains_key(&format!("{local}@{domain}")))
            .unwrap_or_else(|| format!("{first}.{surname}"));
        let times = self.0.entry(format!("{local}@{domain}")).or_default();
        *times += 1;
        if *times == 1 { format!("{local}@{domain}") } else { format!("{local}{times}@{domain}") }
    }
}
