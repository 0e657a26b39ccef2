//! What a password has to be (OWASP ASVS 5.0, 6.2; NIST SP 800-63B, 3.1.1.2): long enough, and not a common one. Nothing
//! is asked of which characters it is made.

use crate::FieldProblem;

/// Of an account with a second factor.
pub const LEAST_WITH_FACTOR: usize = 8;
/// Of one without.
pub const LEAST: usize = 15;
/// Longer ones are refused: hashing a megabyte would be a gift to an attacker.
pub const MOST: usize = 256;

/// Whether it is long enough only beside a second factor.
#[must_use]
pub fn needs_factor(password: &str) -> bool {
    password.chars().count() < LEAST
}

/// Keys that lie beside each other, and the alphabets, as they are run through.
const ROWS: [&str; 33] = [
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "8ik",
    "9ol",
    "1йфя",
    "2цыч",
    "3увс",
    "4кам",
    "5епи",
    "6нрт",
    "7гоь",
    "8шлб",
    "9щдю",
    "1q2w3e4r5t6y7u8i9o0p",
    "1й2ц3у4к5е6н7г8ш9щ0з",
    "q1w2e3r4t5y6u7i8o9p0",
    "й1ц2у3к4е5н6г7ш8щ9з0",
    "qawsedrftgyhujikolp",
    "йфцыувкаепнргошлщдз",
];
/// As few keys of a row are run through by chance in any word.
const LEAST_RUN: usize = 3;
/// So many others beside such rows change nothing: «qwertyuiopasdfgh1!».
const MOST_BESIDE: usize = 2;
/// Whatever it is, a piece as short as this says nothing more the second time.
const SHORT_PIECE: usize = 4;
/// How the product is called.
const PRODUCT: [&str; 3] = ["licentia", "лицентия", "лицензия"];
/// Shorter words are no names.
const LEAST_WORD: usize = 4;

fn letters(text: &str) -> Vec<char> {
    text.to_lowercase().chars().filter(|char| char.is_alphanumeric()).collect()
}

/// How many of the characters are left when rows of keys are taken out, at least.
fn beside_rows(text: &[char]) -> usize {
    let rows: Vec<Vec<char>> =
        ROWS.iter().flat_map(|row| [row.chars().collect::<Vec<char>>(), row.chars().rev().collect()]).collect();
    // How far a row is followed from the start of `rest`.
    let longest = |rest: &[char]| {
        let run = |row: &Vec<char>| {
            let from = rest.first().and_then(|first| row.iter().position(|key| key == first))?;
            let same = row.iter().skip(from).zip(rest).take_while(|(key, char)| key == char);
            Some(same.count())
        };
        rows.iter().filter_map(run).max().unwrap_or_default()
    };
    // The fewest left of what stands from each place on, from the end.
    let mut fewest: Vec<usize> = vec![0];
    for place in (0..text.len()).rev() {
        let rest = text.get(place..).unwrap_or_default();
        let left = |taken: usize| fewest.len().checked_sub(taken).and_then(|at| fewest.get(at)).copied();
        let alone = left(1).map(|left| left + 1);
        let runs = (LEAST_RUN..=longest(rest)).filter_map(left).min();
        fewest.push(alone.into_iter().chain(runs).min().unwrap_or_default());
    }
    fewest.last().copied().unwrap_or_default()
}

/// What a password says over and over, if it does: «parol» of «Parol-parol-parol1». Digits at its end, and what is neither
/// letter nor digit, are nothing.
#[must_use]
pub fn repeated(password: &str) -> Option<String> {
    let mut text = letters(password);
    let whole = text.clone();
    while text.last().is_some_and(char::is_ascii_digit) {
        text.pop();
    }
    [text, whole].into_iter().filter(|text| text.len() > 1).find_map(|text| {
        let says = |size: &usize| {
            let piece = text.get(..*size).unwrap_or_default();
            text.chunks(*size).all(|chunk| chunk == piece)
        };
        let size = (1..=text.len() / 2).filter(|size| text.len().is_multiple_of(*size)).find(says)?;
        Some(text.get(..size)?.iter().collect())
    })
}

/// Whether it is one of these words, by itself or over and over, whatever digits are behind it.
fn is_word(password: &str, words: &[String]) -> bool {
    let piece = repeated(password);
    let whole: String = letters(password).into_iter().collect();
    let bare = whole.trim_end_matches(|char: char| char.is_ascii_digit());
    words.iter().any(|word| piece.as_deref() == Some(word.as_str()) || bare == word || whole == *word)
}

/// Whether a password is long enough, and neither made of names that whoever guesses tries first (`own`: of the account and
/// its organisation) nor of keys as they lie; whether it is a common one, the server knows.
///
/// # Errors
/// What is wrong with it.
pub fn check_password(password: &str, has_factor: bool, own: &[&str]) -> Result<(), FieldProblem> {
    let least = if has_factor { LEAST_WITH_FACTOR } else { LEAST };
    let count = password.chars().count();
    if password.is_empty() {
        return Err(FieldProblem::Required);
    }
    if count < least {
        return Err(FieldProblem::TooShort { least });
    }
    if count > MOST {
        return Err(FieldProblem::TooLong { most: MOST });
    }
    let folded = password.to_lowercase();
    let mut chars: Vec<char> = folded.chars().collect();
    chars.sort_unstable();
    chars.dedup();
    let parts = own.iter().flat_map(|own| own.split(|char: char| !char.is_alphanumeric()).chain([*own]));
    let words = parts.chain(PRODUCT).map(|part| letters(part).into_iter().collect::<String>());
    let words: Vec<String> = words.filter(|word| word.chars().count() >= LEAST_WORD).collect();
    let letters = letters(password);
    let rows = !letters.is_empty() && beside_rows(&letters) <= MOST_BESIDE;
    let short = repeated(password).is_some_and(|piece| piece.chars().count() <= SHORT_PIECE);
    let guessed = chars.len() < 4 || rows || short || is_word(password, &words);
    if guessed { Err(FieldProblem::CommonPassword) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_what_counts() {
        let check = |password: &str, factor| check_password(password, factor, &["anna@romashka.example"]);
        assert_eq!(check("korova na lugu z", false), Ok(()));
        assert_eq!(check("зелёная лампа 7", false), Ok(()), "letters are counted, not bytes");
        assert_eq!(check("зелёная лампа ", false), Err(FieldProblem::TooShort { least: 15 }));
        assert_eq!(check("korova n", true), Ok(()));
        assert_eq!(check("korova ", true), Err(FieldProblem::TooShort { least: 8 }));
        assert_eq!(check("", false), Err(FieldProblem::Required));
        assert_eq!(check("abababababababab", false), Err(FieldProblem::CommonPassword));
        assert_eq!(check("Anna@Romashka.example", false), Err(FieldProblem::CommonPassword));
        assert_eq!(check(&"abcdef".repeat(50), false), Err(FieldProblem::TooLong { most: 256 }));
    }

    #[test]
    fn what_is_guessed_first_is_refused() {
        let own = ["anna@romashka.example", "Анна Кузнецова", "ООО «Ромашка»"];
        for common in [
            "qwertyuiopasdfgh",
            "QwertyuiopAsdfgh1!",
            "йцукенгшщзхъфыва",
            "poiuytrewqlkjhg",
            "1234567890qwerty",
            "1qaz2wsx3edc4rfv",
            "zxcvbnm,./asdfghjkl;",
            "qwe123asd456zxc",
            "1q2w3e4r5t6y7u8i",
            "abcdefghijklmnop",
            "абвгдежзийклмноп",
            "licentialicentia",
            "Licentia-licentia-2026",
            "лицентиялицентия",
            "romashkaromashka",
            "Ромашка Ромашка Ромашка",
            "кузнецова кузнецова",
            "annaannaannaanna",
            "x7kqx7kqx7kqx7kq",
            "anna@romashka.example1",
        ] {
            assert_eq!(check_password(common, false, &own), Err(FieldProblem::CommonPassword), "{common}");
        }
        for short in ["licentia", "licentia2026", "кузнецова"] {
            assert_eq!(check_password(short, true, &own), Err(FieldProblem::CommonPassword), "{short}");
        }
        // Twins: phrases, also with such words in them.
        for phrase in [
            "korova na lugu zelenom",
            "correct horse battery staple",
            "зелёная лампа 7",
            "кузнецова любит чай",
            "licentia is where i work",
            "qwerty is no password",
            "корова корова луг",
            "property trees were red",
            "ромашка, ромашки, ромашкам",
            "Tr0ub4dor&3-and-more",
        ] {
            assert_eq!(check_password(phrase, false, &own), Ok(()), "{phrase}");
        }
    }

    #[test]
    fn what_is_said_over_and_over_is_found() {
        for (password, piece) in [
            ("parolparolparol", Some("parol")),
            ("Parol-parol parol12", Some("parol")),
            ("korova na lugu korova na lugu", Some("korovanalugu")),
            ("korova na lugu", None),
            ("12341234", Some("1234")),
            ("a", None),
            ("", None),
            ("--------", None),
        ] {
            assert_eq!(repeated(password).as_deref(), piece, "{password}");
        }
    }
}
