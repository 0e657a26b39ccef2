//! The words of the second factor.

use super::texts::texts;
use super::{Lang, number};

texts! {
    FactorTexts, RU, EN:
    factor: "Второй фактор", "Second factor";
    none: "Не подключён: для входа хватит украденного пароля. Подключите приложение с кодами или добавьте ключ доступа.", "Not connected: a stolen password is enough to sign in. Connect an app with codes, or add a passkey.";
    none_but_app: "Не подключён: для входа хватит украденного пароля. Приложение на телефоне будет давать одноразовые коды.", "Not connected: a stolen password is enough to sign in. An app on your phone gives codes that work once.";
    app: "Приложение с кодами", "App with codes";
    app_off: "Не подключено.", "Not connected.";
    connect: "Подключить приложение", "Connect an app";
    connect_lead: "Нужно приложение с одноразовыми кодами: Яндекс Ключ, Google Authenticator, FreeOTP или другое.", "You need an app that gives one-time codes: Google Authenticator, FreeOTP, 1Password or another.";
    must: "В Вашей организации обязателен второй фактор. Подключите его, чтобы продолжить.", "Your organisation requires a second factor. Connect one to go on.";
    rather_passkey: "Добавить ключ доступа вместо приложения", "Add a passkey instead of an app";
    rather_app: "Подключить приложение с кодами", "Connect an app with codes";
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
    switch_off_title: "Отключить приложение с кодами", "Switch off the app with codes";
    switch_off_effect: "Для входа будет достаточно пароля, а коды восстановления перестанут действовать.", "The password alone will sign you in, and the recovery codes will work no more.";
    switch_off_but: "Вторым фактором останется ключ доступа. Коды восстановления продолжат действовать.", "A passkey stays as your second factor. The recovery codes go on working.";
    switched_off: "Второй фактор отключён.", "The second factor was switched off.";
    app_switched_off: "Приложение с кодами отключено.", "The app with codes was switched off.";
    app_connected: "Приложение с кодами подключено.", "The app with codes was connected.";
    cannot_switch_off: "Второй фактор обязателен в организации: последний отключить нельзя.", "Your organisation requires a second factor: the last one cannot be removed.";
    passkeys: "Ключи доступа", "Passkeys";
    passkeys_lead: "Отпечаток пальца, лицо или PIN-код устройства вместо кода — и вместо пароля. Ключ нельзя выманить на чужом сайте.", "A fingerprint, a face or the PIN of a device instead of a code, and instead of the password. Nobody can lure a passkey out of you.";
    add_passkey: "Добавить ключ", "Add a passkey";
    new_passkey: "Новый ключ доступа", "New passkey";
    new_passkey_lead: "Браузер предложит, где хранить ключ: на этом устройстве, в телефоне или на токене.", "The browser offers where to keep it: on this device, in a phone or on a security key.";
    passkey_name: "Название ключа", "Name of the passkey";
    passkey_name_hint: "(например, «Рабочий ноутбук»)", "(“Work laptop”, for example)";
    make_passkey: "Создать ключ", "Create the passkey";
    added: "Добавлен", "Added";
    used: "Последний вход", "Last sign-in";
    never_used: "ещё не было", "none yet";
    passkey_added: "Ключ доступа добавлен.", "The passkey was added.";
    passkey_removed: "Ключ доступа удалён.", "The passkey was removed.";
    remove: "Удалить", "Remove";
    remove_passkey: "Удалить ключ доступа", "Remove the passkey";
    remove_effect: "Войти с этим ключом больше не получится. С устройства его нужно удалить отдельно, в настройках паролей.", "It will sign you in no more. Remove it from your device as well, in its settings of passwords.";
    remove_last: "Это последний второй фактор: для входа будет достаточно пароля, а коды восстановления перестанут действовать.", "It is your last second factor: the password alone will sign you in, and the recovery codes will work no more.";
    remove_not: "Это единственный второй фактор, а в организации он обязателен. Сначала подключите другой.", "It is your only second factor, and your organisation requires one. Connect another first.";
    most_passkeys: "Добавлено 10 ключей, больше нельзя. Удалите лишний.", "There are 10 passkeys, the most there may be. Remove one first.";
    by_passkey: "Войти с ключом доступа", "Sign in with a passkey";
    enter_by_passkey: "Вход с ключом доступа", "Use a passkey";
    passkey_title: "Подтвердите вход", "Confirm that it is you";
    passkey_lead: "Покажите ключ доступа: отпечатком, лицом или PIN-кодом устройства.", "Show your passkey: by fingerprint, face or the PIN of your device.";
    no_script: "Ключам доступа нужны включённые скрипты (JavaScript). Включите их или выберите другой способ.", "Passkeys need scripts (JavaScript). Switch them on, or choose another way.";
    no_passkeys: "Этот браузер не умеет ключи доступа, или адрес открыт без защиты (https). Обновите браузер или выберите другой способ.", "This browser knows no passkeys, or the address is not secure (https). Update the browser, or choose another way.";
    elsewhere: "Ключи доступа работают только по адресу", "Passkeys work only at";
    cancelled: "Ключ не показан: запрос отменён, запрещён или время вышло. Нажмите ещё раз.", "No passkey was shown: the request was cancelled or not allowed, or the time ran out. Press again.";
    not_made: "Ключ не создан: запрос отменён, запрещён или время вышло. Нажмите ещё раз.", "No passkey was made: the request was cancelled or not allowed, or the time ran out. Press again.";
    known: "На этом устройстве уже есть Ваш ключ для этого кабинета. Выберите другое устройство.", "This device has a passkey of yours for this desk already. Choose another device.";
    weak: "Это устройство не может проверить, что это Вы: задайте на нём PIN-код или отпечаток и нажмите ещё раз.", "This device cannot make sure that it is you: set a PIN or a fingerprint on it, and press again.";
    failed: "Браузер не справился с ключом. Нажмите ещё раз или выберите другое устройство.", "The browser could not do it. Press again, or choose another device.";
    offline: "Сервер не ответил. Проверьте соединение и нажмите ещё раз.", "The server did not answer. Check the connection, and press again.";
    connected: "Подключено", "Connected";
    code_title: "Код подтверждения", "Confirmation code";
    code_lead: "Введите шесть цифр из приложения на телефоне.", "Enter the six digits of the app on your phone.";
    no_phone: "Нет телефона? Ввести код восстановления", "No phone? Enter a recovery code";
    with_recovery: "Ввести код восстановления", "Enter a recovery code";
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
    connected_now: "Сейчас подключено:", "Connected now:";
    reset_effect: "Всё это и коды восстановления пользователя перестанут действовать: войти можно будет по паролю. Убедитесь, что просит именно он. Мы отправим ему письмо.", "All of it and the recovery codes of this user will work no more: the password signs them in. Make sure that it is they who ask. We send them a letter.";
    was_reset: "Второй фактор сброшен.", "The second factor was reset.";
    sign_out: "Выйти", "Sign out";
}

/// What a [`Lang`] can say of second factors.
pub trait FactorWords {
    fn factoring(self) -> &'static FactorTexts;
    /// «Осталось 7 кодов восстановления.»
    fn codes_left(self, left: u64) -> String;
    /// «приложение с кодами, 2 ключа доступа»
    fn factors(self, app: bool, passkeys: u64) -> String;
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
    fn factors(self, app: bool, passkeys: u64) -> String {
        let app =
            app.then(|| if self == Self::Ru { "приложение с кодами" } else { "an app with codes" }.to_owned());
        let keys = match self {
            Self::Ru => self.plural(passkeys, "ключ доступа", "ключа доступа", "ключей доступа"),
            Self::En => self.plural(passkeys, "passkey", "passkeys", "passkeys"),
        };
        let keys = (passkeys > 0).then(|| format!("{} {keys}", number(passkeys)));
        app.into_iter().chain(keys).collect::<Vec<_>>().join(", ")
    }
}
