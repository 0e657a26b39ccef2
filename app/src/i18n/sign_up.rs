//! The words of the registration of organisations.

use super::Lang;
use super::texts::texts;

texts! {
    SignUpTexts, RU, EN:
    register: "Зарегистрировать организацию", "Register an organisation";
    title: "Регистрация организации", "Registering an organisation";
    lead: "На e-mail придёт ссылка: по ней организация появится, а Вы станете её владельцем.", "A link is sent to the e-mail: by it the organisation comes to be, and you are its owner.";
    email: "E-mail для входа", "E-mail to sign in by";
    password: "Пароль", "Password";
    again: "Пароль ещё раз", "The password again";
    name: "Фамилия, имя и отчество", "Full name";
    work: "Место работы", "Place of work";
    optional: "(необязательно)", "(optional)";
    city: "Город", "City";
    phone: "Мобильный телефон", "Mobile phone";
    question_hint: "(цифрами: так мы отличаем людей от программ)", "(in digits: so we tell people from programs)";
    agree: "Принимаю", "I accept";
    agree_terms: "условия использования", "the terms of use";
    go: "Зарегистрировать", "Register";
    have_one: "Уже зарегистрированы? Войти", "Registered already? Sign in";
    sent: "Письмо со ссылкой отправлено", "A letter with a link was sent";
    sent_hint: "Проверьте почту, и папку «Спам» тоже. Ссылка работает сутки и только один раз. Если с этим адресом уже входят, в письме сказано, что делать.", "Look into your mailbox, and into its spam folder too. The link works for a day, and once. If somebody signs in by this address already, the letter says what to do.";
    confirm_title: "Подтвердите регистрацию", "Confirm the registration";
    confirm_lead: "Организация появится, как только Вы подтвердите, что этот адрес Ваш и регистрировались Вы сами.", "The organisation comes to be as soon as you confirm that this address is yours and that it was you who registered.";
    chosen_before: "(который Вы придумали при регистрации)", "(the one you chose when you registered)";
    confirm: "Подтвердить", "Confirm";
    works_until: "Ссылка работает до", "The link works until";
    terms: "Условия использования", "Terms of use";
}

/// «один», «два» …: what is asked about, from 1.
const NUMBERS: [(&str, &str); service::MOST_ASKED as usize] = [
    ("один", "one"),
    ("два", "two"),
    ("три", "three"),
    ("четыре", "four"),
    ("пять", "five"),
    ("шесть", "six"),
    ("семь", "seven"),
    ("восемь", "eight"),
    ("девять", "nine"),
    ("десять", "ten"),
    ("одиннадцать", "eleven"),
    ("двенадцать", "twelve"),
    ("тринадцать", "thirteen"),
    ("четырнадцать", "fourteen"),
    ("пятнадцать", "fifteen"),
    ("шестнадцать", "sixteen"),
    ("семнадцать", "seventeen"),
    ("восемнадцать", "eighteen"),
    ("девятнадцать", "nineteen"),
    ("двадцать", "twenty"),
];

/// Which terms these are, as the log keeps whoever accepted them: another day whenever the text is another.
pub const TERMS_VERSION: &str = "2026-11-23";

/// Heading and text of each part of the terms.
type Terms = [(&'static str, &'static str); 6];

const TERMS_RU: Terms = [
    (
        "О чём это",
        "Это соглашение между Вами и оператором этой установки Licentia: кабинета, в котором организация учитывает лицензии на электронную подпись и выдаёт их своим людям. Регистрируясь, Вы принимаете его.",
    ),
    (
        "Учётная запись",
        "Указывайте о себе верные данные и свой адрес e-mail. Пароль никому не сообщайте: за сделанное под Вашей учётной записью отвечаете Вы. Если его узнал кто-то ещё, смените пароль и завершите сеансы.",
    ),
    (
        "Данные людей",
        "Организация решает, чьи данные вносит, и отвечает за то, что имеет на это право по Федеральному закону № 152-ФЗ. Оператор обрабатывает их только для работы кабинета и по поручению организации.",
    ),
    (
        "Данные того, кто регистрируется",
        "Имя, e-mail, телефон, город и место работы нужны, чтобы создать учётную запись и связаться с Вами. Пароль хранится так, что прочитать его нельзя. Если регистрацию не подтвердить, эти данные удаляются не позже чем через 31 день.",
    ),
    (
        "Оплата",
        "Регистрация ничего не стоит. Лицензии оплачиваются по счетам, которые организация выставляет себе в кабинете; пробный период ни к чему не обязывает.",
    ),
    (
        "Как прекратить",
        "Перестать пользоваться кабинетом можно в любое время. Журнал действий хранится и после этого: он доказывает, кто, что и когда сделал.",
    ),
];

const TERMS_EN: Terms = [
    (
        "What this is",
        "This is an agreement between you and the operator of this installation of Licentia: a desk at which an organisation keeps its licences for electronic signatures and issues them to its people. By registering you accept it.",
    ),
    (
        "The account",
        "Give true details and your own e-mail address. Tell nobody your password: you answer for what is done with your account. If somebody has learned it, change it and end your sessions.",
    ),
    (
        "People's data",
        "The organisation decides whose data it enters, and answers for its right to do so under the Federal Law No. 152-FZ. The operator processes them only to run the desk, on the organisation's behalf.",
    ),
    (
        "Data of whoever registers",
        "Name, e-mail, phone, city and place of work are needed to make the account and to reach you. The password is kept so that nobody can read it. If the registration is not confirmed, these data are deleted within 31 days.",
    ),
    (
        "Payment",
        "Registering costs nothing. Licences are paid by invoices that the organisation raises at the desk; a trial binds you to nothing.",
    ),
    (
        "How to end it",
        "You may stop using the desk at any time. The log of acts is kept after that: it proves who did what, and when.",
    ),
];

/// What a [`Lang`] can say of it.
pub trait SignUpWords {
    fn signing_up(self) -> &'static SignUpTexts;
    /// «Сколько будет семь плюс двенадцать?»
    fn asks(self, question: &service::Question) -> String;
    fn terms(self) -> &'static [(&'static str, &'static str)];
}

impl SignUpWords for Lang {
    fn signing_up(self) -> &'static SignUpTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn asks(self, question: &service::Question) -> String {
        let word = |number: u8| {
            let (russian, english) = NUMBERS.get(usize::from(number).saturating_sub(1)).copied().unwrap_or_default();
            if self == Self::Ru { russian } else { english }
        };
        let (left, right) = (word(question.left), word(question.right));
        match (self, question.minus) {
            (Self::Ru, false) => format!("Сколько будет {left} плюс {right}?"),
            (Self::Ru, true) => format!("Сколько будет {left} минус {right}?"),
            (Self::En, false) => format!("What is {left} plus {right}?"),
            (Self::En, true) => format!("What is {left} minus {right}?"),
        }
    }

    fn terms(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Ru => &TERMS_RU,
            Self::En => &TERMS_EN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a of the texts.
    fn digest(terms: &[Terms]) -> u64 {
        let texts = terms.iter().flatten().flat_map(|(title, text)| [*title, *text]);
        let bytes = texts.flat_map(|text| text.bytes().chain([0]));
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    }

    /// Whoever accepted a version accepted this text.
    #[test]
    fn a_version_of_the_terms_is_one_text() {
        assert_eq!((TERMS_VERSION, digest(&[TERMS_RU, TERMS_EN])), ("2026-11-23", 0x6d21_736e_1bc8_2bf8));
        // Twin: one word changes it.
        let mut other = TERMS_RU;
        other[4].1 = "Регистрация стоит рубль.";
        assert_ne!(digest(&[other, TERMS_EN]), digest(&[TERMS_RU, TERMS_EN]));
    }
}
