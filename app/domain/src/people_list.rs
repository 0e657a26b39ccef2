//! A list of people as it is pasted: from a spreadsheet, or typed.

use crate::{Employment, FieldProblem, NewMember, NewMemberForm, fold};

/// More are not taken at once.
pub const MAX_LISTED: usize = 1_000;
/// No list of so many people is longer, in bytes.
pub const MAX_LIST_BYTES: usize = 300_000;

/// What is wrong in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// From 1, as it stands in the list.
    pub line: usize,
    /// `name`, `email` or `employment`.
    pub field: &'static str,
    pub problem: FieldProblem,
}

/// The people of a list: one a line, «Ворон Мария Алексеевна; voron@romashka.ru; Сотрудник», with semicolons, tabulators
/// or commas between; the name may stand in several columns, and the employment may be left out («Сотрудник»). A first
/// line of headings is passed over.
///
/// # Errors
/// Everything that is wrong, by lines.
pub fn people_of(text: &str) -> Result<Vec<NewMember>, Vec<LineError>> {
    let (mut people, mut errors) = (Vec::new(), Vec::new());
    let mut seen = std::collections::HashSet::new();
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
    let lines = lines.map(|(place, line)| (place + 1, line)).filter(|(_, line)| !line.is_empty());
    for (place, (line, text)) in lines.enumerate() {
        if place == 0 && is_heading(text) {
            continue;
        }
        if people.len() >= MAX_LISTED {
            errors.push(LineError { line, field: "name", problem: FieldProblem::TooMany { most: MAX_LISTED } });
            break;
        }
        match person(text) {
            Ok(person) if seen.insert(person.email.as_str().to_owned()) => people.push(person),
            Ok(_) => errors.push(LineError { line, field: "email", problem: FieldProblem::Taken }),
            Err(problems) => {
                errors.extend(problems.into_iter().map(|(field, problem)| LineError { line, field, problem }));
            }
        }
    }
    if errors.is_empty() { Ok(people) } else { Err(errors) }
}

/// A line by which [`people_of`] reads the same person again.
#[must_use]
pub fn person_line(person: &NewMember) -> String {
    let name = [&person.name.surname, &person.name.first, &person.name.patronymic].map(String::as_str);
    format!("{};{};{}", name.join(" ").trim(), person.email.as_str(), person.employment.code())
}

fn is_heading(line: &str) -> bool {
    let line = fold(line);
    !line.contains('@') && ["mail", "почт", "фио", "фамили", "name"].iter().any(|word| line.contains(word))
}

fn person(line: &str) -> Result<NewMember, Vec<(&'static str, FieldProblem)>> {
    let between = ['\t', ';'].into_iter().find(|between| line.contains(*between)).unwrap_or(',');
    let cells: Vec<&str> = line.split(between).map(|cell| cell.trim().trim_matches('"').trim()).collect();
    let place = cells.iter().position(|cell| cell.contains('@')).unwrap_or(cells.len().min(1));
    let (before, after) = cells.split_at(place.min(cells.len()));
    let name = before.join(" ");
    let mut words = name.split_whitespace();
    let (surname, first) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let kind = after.iter().skip(1).find(|cell| !cell.is_empty()).copied().unwrap_or("employee");
    let form = NewMemberForm {
        surname: surname.to_owned(),
        first: first.to_owned(),
        patronymic: words.collect::<Vec<_>>().join(" "),
        email: after.first().copied().unwrap_or_default().to_owned(),
        employment: employment(kind).map(Employment::code).unwrap_or_default().to_owned(),
        groups: Vec::new(),
    };
    form.check().map_err(|errors| {
        let mut problems: Vec<(&'static str, FieldProblem)> = Vec::new();
        for error in errors {
            let (field, problem) = match error.field.as_str() {
                "email" => ("email", error.problem),
                "employment" => ("employment", FieldProblem::Unknown),
                _ if error.problem == FieldProblem::Required => ("name", FieldProblem::NotAFullName),
                _ => ("name", error.problem),
            };
            // Of the parts of a name, the first is enough.
            if !problems.iter().any(|(known, _)| *known == field) {
                problems.push((field, problem));
            }
        }
        problems
    })
}

/// By its code, or by its name in Russian or English.
fn employment(typed: &str) -> Option<Employment> {
    let typed = fold(typed).replace(['-', '_'], " ");
    Some(match typed.as_str() {
        "сотрудник" | "employee" => Employment::Employee,
        "кандидат" | "candidate" => Employment::Candidate,
        "уволенный" | "уволен" | "уволена" | "dismissed" => Employment::Dismissed,
        "физлицо" | "физическое лицо" | "individual" => Employment::Individual,
        "самозанятый" | "самозанятая" | "self employed" => Employment::SelfEmployed,
        "ип" | "sole proprietor" => Employment::SoleProprietor,
        _ => return None,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_is_read_however_it_is_written() {
        let lists = [
            "Ворон Мария Алексеевна; voron@romashka.example; Кандидат",
            "\u{feff}ФИО\tE-mail\tТип занятости\r\nВорон\tМария\tАлексеевна\tVoron@romashka.example\tкандидат\r\n\r\n",
            "\"Ворон Мария Алексеевна\", voron@romashka.example, candidate",
        ];
        for list in lists {
            let people = people_of(list).unwrap();
            assert_eq!(people.len(), 1, "{list}");
            let person = &people[0];
            assert_eq!((person.name.surname.as_str(), person.name.patronymic.as_str()), ("Ворон", "Алексеевна"));
            assert_eq!(person.email.as_str(), "voron@romashka.example");
            assert_eq!(person.employment, Employment::Candidate);
            assert_eq!(people_of(&person_line(person)).unwrap(), people);
        }
        assert_eq!(people_of("Ли Анна; li@a.example").unwrap()[0].employment, Employment::Employee);
        assert_eq!(people_of(" \n ").unwrap(), []);
    }

    #[test]
    fn what_is_wrong_is_said_by_lines() {
        let list = "Ворон Мария; voron@a.example\nБез Почты\nИванов; ivanov@a.example; директор\n\nВорон Мария; VORON@a.example\n<b>x y; q@a.example\nЛи Анна; li@@a.example";
        let errors = people_of(list).unwrap_err();
        let said: Vec<(usize, &str)> = errors.iter().map(|error| (error.line, error.field)).collect();
        assert_eq!(said, [(2, "email"), (3, "name"), (3, "employment"), (5, "email"), (6, "name"), (7, "email")]);
        assert_eq!(errors[1].problem, FieldProblem::NotAFullName);
        assert_eq!(errors[3].problem, FieldProblem::Taken);
        // Without these lines it is read.
        assert_eq!(people_of("Ворон Мария; voron@a.example").unwrap().len(), 1);
    }

    #[test]
    fn too_many_are_refused() {
        let list = |count: usize| (0..count).map(|n| format!("Ли Анна;a{n}@a.example\n")).collect::<String>();
        assert_eq!(people_of(&list(MAX_LISTED)).unwrap().len(), MAX_LISTED);
        let errors = people_of(&list(MAX_LISTED + 1)).unwrap_err();
        assert_eq!(errors[0].problem, FieldProblem::TooMany { most: MAX_LISTED });
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_nothing_breaks(text in "(.|\n|;|\t|@){0,200}") {
            if let Ok(people) = people_of(&text) {
                for person in &people {
                    prop_assert_eq!(people_of(&person_line(person)).unwrap(), vec![person.clone()]);
                }
            }
        }
    }
}
