//! The words of the second factor.

use super::texts::texts;
use super::{Lang, number};

texts! {
    FactorTexts, RU, EN:
    factor: "Второй фактор", "Second factor";
    none: "Не подключён. Приложение на телефоне будет давать одноразовые коды: украденного пароля для входа не хватит.", "Not connected. An app on your phone gives codes that work once: a stolen password is not enough to sign in.";
    connect: "Подключить приложение", "Connect an app";
    connect_lead: "Нужно приложение с одноразовыми кодами: Яндекс Ключ, Google Authenticator, FreeOTP или другое.", "You need an app that gives one-time codes: Google Authenticator, FreeOTP, 1Password or another.";
    must: "В Вашей организации обязателен второй фактор. Подключите приложение, чтобы продолжить.", "Your organisation requires a second factor. Connect an app to go on.";
    scan: "Откройте приложение и отсканируйте код.", "Open the app and scan the code.";
    picture: "QR-код для приложения", "QR code for the app";
    or_type: "Не сканируется? Введите ключ вручную", "It does not scan? Enter the key by hand";
    enter_first: "Введите шесть цифр, которые показало приложение.", "Enter the six digits that the app shows.";
    app_code: "Код из приложения", "Code of the app";
    confirm: "Подключить", "Connect";
    codes: "Коды восстановления", "Recovery codes";
    codes_lead: "Сохраните или распечатайте их: с ними Вы войдёте, если потеряете телефон. Каждый работает один раз. Больше мы их не покажем.", "Save or print them: with them you sign in if you lose the phone. Each works once. They are not shown again.";
    codes_done: "Коды сохранены", "I have saved them";
    codes_gone: "Коды показываются один раз. Если Вы их не сохранили, сделайте новые.", "The codes are shown once. If you have not saved them, make new ones.";
    new_codes: "Новые коды", "New codes";
    new_codes_effect: "Прежние коды восстановления перестанут действовать.", "The former recovery codes will work no more.";
    make_codes: "Сделать новые коды", "Make new codes";
    switch_off: "Отключить", "Switch off";
    switch_off_title: "Отключить второй фактор", "Switch off the second factor";
    switch_off_effect: "Для входа будет достаточно пароля, а коды восстановления перестанут действовать.", "The password alone will sign you in, and the recovery codes will work no more.";
    switched_off: "Второй фактор отключён.", "The second factor was switched off.";
    cannot_switch_off: "Второй фактор обязателен в организации: отключить его нельзя.", "Your organisation requires a second factor: it cannot be switched off.";
    connected: "Подключено", "Connected";
    code_title: "Код подтверждения", "Confirmation code";
    code_lead: "Введите шесть цифр из приложения на телефоне.", "Enter the six digits of the app on your phone.";
    no_phone: "Нет телефона? Ввести код восстановления", "No phone? Enter a recovery code";
    recovery_lead: "Введите один из кодов, которые Вы сохранили. Он сработает один раз.", "Enter one of the codes that you saved. It works once.";
    recovery_code: "Код восстановления", "Recovery code";
    with_app: "Ввести код из приложения", "Enter a code of the app";
    lost_all: "Нет и кодов? Попросите администратора сбросить второй фактор.", "No codes either? Ask your administrator to reset the second factor.";
    go_on: "Войти", "Sign in";
    requirement: "Второй фактор обязателен", "A second factor is required";
    make_required: "Сделать обязательным", "Require it";
    make_optional: "Сделать необязательным", "Make it optional";
    required_effect: "Все, у кого второго фактора нет, подключат его перед тем, как продолжить работу, и Вы тоже. Отключить его будет нельзя.", "Everybody who has no second factor will connect one before they go on, you too. Nobody can switch it off.";
    optional_effect: "Подключённое останется, но отключить второй фактор сможет каждый.", "What is connected stays, but everybody will be able to switch theirs off.";
    required_set: "Теперь второй фактор обязателен.", "A second factor is required from now on.";
    optional_set: "Второй фактор больше не обязателен.", "A second factor is not required any more.";
    change: "Изменить", "Change";
    reset: "Сбросить второй фактор", "Reset the second factor";
    reset_effect: "Приложение и коды восстановления этого пользователя перестанут действовать: войти можно будет по паролю. Убедитесь, что просит именно он. Мы отправим ему письмо.", "This user's app and recovery codes will work no more: the password signs them in. Make sure that it is they who ask. We send them a letter.";
    was_reset: "Второй фактор сброшен.", "The second factor was reset.";
    sign_out: "Выйти", "Sign out";
}

/// What a [`Lang`] can say of second factors.
pub trait FactorWords {
    fn factoring(self) -> &'static FactorTexts;
    /// «Осталось 7 кодов восстановления.»
    fn codes_left(self, left: u64) -> String;
}

impl FactorWords for Lang {
    fn factoring(self) -> &'static FactorTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn codes_left(self, left: u64) -> String {
        match (self, left) {
            (Self::Ru, 0) => "Кодов восстановления не осталось: сделайте новые.".to_owned(),
            (Self::En, 0) => "No recovery codes are left: make new ones.".to_owned(),
            (Self::Ru, _) => {
                let verb = self.plural(left, "Остался", "Осталось", "Осталось");
                let noun = self.plural(left, "код", "кода", "кодов");
                format!("{verb} {} {noun} восстановления.", number(left))
            }
            (Self::En, _) => {
                format!("{} recovery {} left.", number(left), self.plural(left, "code", "codes", "codes"))
            }
        }
    }
}
