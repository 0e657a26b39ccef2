//! Fixed texts, one line each: Russian, English.

/// Declares texts and where they are in each language.
macro_rules! texts {
    ($(#[$doc:meta])* $texts:ident, $russian:ident, $english:ident: $($name:ident: $ru:literal, $en:literal;)+) => {
        $(#[$doc])*
        pub struct $texts { $(pub $name: &'static str),+ }
        pub static $russian: $texts = $texts { $($name: $ru),+ };
        pub static $english: $texts = $texts { $($name: $en),+ };
    };
}
#[cfg(feature = "ssr")]
pub(super) use texts;

texts! {
    /// The texts of the desk: the browser downloads all of them.
    Texts, RU, EN:
    to_content: "К содержанию", "Skip to content";
    menu: "Меню", "Menu";
    sections: "Разделы", "Sections";
    users: "Пользователи", "Users";
    licences: "Лицензии", "Licences";
    trial: "пробная", "trial";
    orders: "Заказы", "Orders";
    applications: "Заявления", "Applications";
    tasks: "Задачи на сертификаты", "Certificate tasks";
    operations: "Операции", "Operations";
    notifications: "Уведомления", "Notifications";
    customers: "Клиенты", "Customers";
    journal: "Журнал", "Log";
    admin: "Администрирование", "Administration";
    own_account: "Учётная запись и пароль", "Account and password";
    account: "Учётная запись", "Account";
    theme: "Тема", "Theme";
    theme_system: "Системная", "System";
    theme_light: "Светлая", "Light";
    theme_dark: "Тёмная", "Dark";
    language: "Язык", "Language";
    sign_out: "Выйти", "Sign out";
    sign_in_title: "Вход", "Sign in";
    sign_in: "Войти", "Sign in";
    email: "E-mail", "E-mail";
    password: "Пароль", "Password";

    stock: "Остаток лицензий", "Licences left";
    add_user: "Добавить пользователя", "Add user";
    lists: "Списки пользователей", "Lists of users";
    all_short: "Все", "All";
    all_rest: " пользователи", " users";
    more_groups: "Остальные группы", "Other groups";
    search_and_filters: "Поиск и фильтры", "Search and filters";
    search: "Имя или e-mail", "Name or e-mail";
    filters: "Фильтры", "Filters";
    licence: "Лицензия", "Licence";
    licence_whatever: "Лицензия: любая", "Licence: all";
    licence_any: "Есть лицензия", "Any licence";
    no_licence: "Нет лицензии", "No licence";
    order: "Порядок", "Order";
    direction: "Направление", "Direction";
    ascending: "По возрастанию", "Ascending";
    descending: "По убыванию", "Descending";
    show: "Показать", "Show";

    col_user: "Пользователь", "User";
    col_employment: "Тип занятости", "Employment";
    col_licence: "Лицензия", "Licence";
    col_until: "Срок действия", "Valid until";
    col_active: "Последняя активность", "Last active";
    col_group: "Группа", "Group";

    select_page: "Выбрать всех на странице", "Select everyone on the page";
    whole_page: "Вся страница", "Whole page";
    with_selected: "С выбранными:", "With selected:";
    deeds: "Действия с выбранными", "Actions on the selected";
    only_selected: "Только выбранные", "Selected only";
    show_everybody: "Показать всех", "Show everyone";
    find_more: "Найти ещё", "Find more";
    clear_selection: "Снять выбор", "Clear selection";
    issue: "Выдать лицензию", "Issue licence";
    revoke: "Отозвать лицензию", "Revoke licence";
    manage: "Управление лицензиями", "Manage licences";
    delete: "Удалить пользователя", "Delete user";

    pages: "Страницы", "Pages";
    first: "Первый", "First";
    back: "Назад", "Back";
    next: "Далее", "Next";
    last: "Последний", "Last";
    page_size: "Строк на странице", "Rows per page";

    nobody_found: "Никого не нашли", "Nobody found";
    nobody_found_hint: "Проверьте написание или уберите фильтры.", "Check the spelling or clear the filters.";
    clear_filters: "Сбросить фильтры", "Clear filters";
    nobody_yet: "Здесь пока никого нет", "Nobody here yet";
    nobody_yet_hint: "Добавьте первого пользователя, чтобы выдать ему лицензию.", "Add the first user to issue a licence.";
    add_first: "Добавить первого пользователя", "Add the first user";
    not_loaded: "Не удалось загрузить", "Could not load";
    forbidden: "Недостаточно прав", "Not allowed";
    to_start: "На главную", "To the start";
    try_again: "Повторить", "Try again";

    issue_title: "Задача на получение сертификата электронной подписи", "Task to obtain an electronic signature certificate";
    issue_field: "Тип электронной подписи и способ идентификации", "Type of electronic signature and way of identification";
    shortage: "Количество выделенных пользователей превышает количество доступных лицензий", "More users are selected than licences are available";
    nobody_to_issue: "Среди выбранных нет никого, кому можно выдать лицензию.", "None of the selected can be given a licence.";
    nobody_to_revoke: "Среди выбранных никто не держит лицензию.", "None of the selected holds a licence.";
    cancel: "Отменить", "Cancel";
    send: "Отправить", "Send";
    no_pools: "У организации нет лицензий, которые можно выдать.", "The organisation has no licences to issue.";
    revoke_title: "Подтвердите отзыв лицензий", "Confirm revoking licences";
    revoke_text: "После отзыва лицензий Вы больше не сможете обмениваться документами с этими пользователями. При этом, все документы сохраняются и у Вас, и у пользователя.", "After the licences are revoked you can no longer exchange documents with these users. All documents are kept, yours and theirs.";
    delete_text: "Они исчезнут из списков, вернуть их нельзя. Отчёты об операциях сохранятся.", "They disappear from the lists and cannot be brought back. Reports of operations are kept.";
    proof_label: "Ваш пароль", "Your password";
    proof_asked: "Подтвердите, что это Вы: введите свой пароль.", "Confirm that it is you: enter your password.";
    proof_wrong: "Пароль неверный. Проверьте раскладку и Caps Lock.", "Wrong password. Check the keyboard layout and Caps Lock.";
    can_be_undone: "Это можно вернуть: «Вернуть как было» в сообщении и в отчёте.", "This can be undone: “Undo” in the message and in the report.";
    counting: "Проверяем…", "Checking…";
    close: "Закрыть", "Close";
    report: "Отчёт", "Report";
    undo: "Вернуть как было", "Undo";

    new_user: "Новый пользователь", "New user";
    surname: "Фамилия", "Surname";
    first_name: "Имя", "First name";
    patronymic: "Отчество", "Patronymic";
    if_any: "(если есть)", "(if any)";
    groups: "Группы", "Groups";

    when: "Когда", "When";
    who: "Кто", "Who";
    system: "Система", "System";
    what: "Что", "What";
    how_many: "Сколько", "How many";
    state: "Состояние", "State";
    no_operations: "Операций пока нет", "No operations yet";
    no_operations_hint: "Выдайте или отзовите лицензии, и здесь появится отчёт.", "Issue or revoke licences and the report appears here.";
    to_users: "К пользователям", "To the users";
    older: "Более ранние", "Older";
    newest: "К последним", "Newest";
    accepted: "Выполнено", "Done";
    rejected: "Отклонено", "Rejected";
    rejected_title: "Отклонены", "Rejected";
    reason: "Причина", "Reason";
    remedy: "Что сделать", "What to do";
    download_csv: "Скачать CSV", "Download CSV";
    nothing_changed: "Ничего не изменилось.", "Nothing was changed.";
    undoes: "Возвращает операцию", "Undoes operation";
    undone_by: "Возвращена операцией", "Undone by operation";

    not_found: "Нет такой страницы", "No such page";
    not_found_hint: "Адрес устарел или набран с ошибкой.", "The address is out of date or mistyped.";
}
