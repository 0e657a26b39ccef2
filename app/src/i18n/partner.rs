//! The words of the partner centre, and of what customers let partners do.

use domain::Attention;

use super::texts::texts;
use super::{Lang, Words, number};

texts! {
    PartnerTexts, RU, EN:
    dashboard: "Информационная панель", "Dashboard";
    customers: "Клиенты", "Customers";
    applications: "Заявления", "Applications";
    reconciliations: "Сверки", "Reconciliations";
    sections: "Разделы партнёра", "The partner's sections";
    attention: "Требует внимания", "Needs attention";
    all_well: "Всё в порядке", "All is well";
    all_well_hint: "Ни у кого из клиентов ничего не заканчивается, не ждёт и не сорвалось.", "At no customer anything runs out, waits or has failed.";
    own_code: "Код партнёра", "Partner code";
    own_code_hint: "Передайте его клиенту: он введёт код в разделе «Администрирование → Партнёры» и выберет, что Вам разрешает.", "Give it to the customer, who types it under “Administration → Partners” and chooses what you may do.";
    customer: "Клиент", "Customer";
    people: "Пользователи", "Users";
    licences: "Лицензии", "Licences";
    issued_of: "Выдано из купленных", "Issued of bought";
    no_customers: "Клиентов пока нет", "No customers yet";
    no_customers_hint: "Они появятся здесь, как только дадут Вам доступ по коду партнёра.", "They appear here as soon as they grant you access by the partner code.";
    none_found: "Никого не нашлось", "Nobody was found";
    none_found_hint: "Измените запрос или покажите всех клиентов.", "Change the search, or show all customers.";
    show_all: "Показать всех", "Show all";
    find: "Найти", "Find";
    find_hint: "Название клиента", "Name of the customer";
    which: "Какие клиенты", "Which customers";
    any: "Все клиенты", "All customers";
    only_attention: "Требуют внимания", "Need attention";
    users_and_licences: "Пользователи и лицензии", "Users and licences";
    open_log: "Журнал клиента", "The customer's log";
    gone: "Этот клиент больше не даёт Вам доступа.", "This customer lets you in no more.";
    overview: "Обзор", "Overview";
    products: "Продукты", "Products";
    card: "Карточка клиента", "The customer's card";
    since: "Доступ дан", "Access since";
    allowed: "Что разрешено", "What is allowed";
    product: "Продукт", "Product";
    bought: "Куплено", "Bought";
    issued: "Выдано", "Issued";
    left: "Остаток", "Left";
    ends: "Срок до", "Until";
    no_end: "бессрочно", "no end";
    not_allowed: "Клиент не разрешил смотреть свои лицензии.", "The customer does not let you see its licences.";
    no_stock: "Лицензий пока нет", "No licences yet";
    at_desk: "Вы работаете у клиента", "You are at the desk of";
    to_customers: "К клиентам", "To the customers";
    to_card: "Карточка", "Card";
    partners: "Партнёры", "Partners";
    partners_lead: "Партнёр видит и делает только то, что Вы ему разрешили. Каждое его действие записано в журнале под его именем; доступ можно отозвать в любой момент.", "A partner sees and does only what you allow. Each of its acts is in the log under its name, and you can take the access back at any time.";
    applications_too: "Заявления, которые Вы отправите этому партнёру, он увидит и решит при любом доступе: для этого отдельное право не нужно.", "Applications that you send to this partner it sees and settles with any access: no right of its own is needed.";
    partner: "Партнёр", "Partner";
    no_partners: "Партнёров нет", "No partners";
    no_partners_hint: "Чтобы дать доступ, введите код, который сообщил партнёр.", "To grant access, type the code that the partner has told you.";
    code: "Код партнёра", "Partner code";
    code_hint: "8 букв и цифр, например 7KQM-2XRA", "8 letters and digits, such as 7KQM-2XRA";
    go_on: "Продолжить", "Go on";
    new_grant: "Доступ партнёру", "Access for a partner";
    grant: "Дать доступ", "Grant access";
    save: "Сохранить", "Save";
    revoke: "Отозвать доступ", "Revoke the access";
    revoke_hint: "Сотрудники партнёра потеряют доступ сразу, заявления этому партнёру закроются для него.", "The partner's people lose access at once, and no longer see your applications.";
    keep: "Оставить доступ", "Keep the access";
    revoke_back: "Отозванное не вернуть: доступ можно только дать заново, по коду партнёра.", "There is no way back: access can only be granted anew, by the partner's code.";
    saved: "Доступ партнёра сохранён.", "The partner's access is saved.";
    revoked: "Доступ партнёра отозван.", "The partner's access is revoked.";
    same_as_own: "Можно разрешить только то, что разрешено Вам.", "You can allow only what you may do yourself.";
}

/// «Выдача лицензий не выполнена», «Отзыв не выполнен», «Продление не выполнено»: the gender of the first word.
fn agreed(subject: &str, participle: &str) -> String {
    let ending = match subject.split(' ').next().and_then(|word| word.chars().last()) {
        Some('а' | 'я') => "а",
        Some('о' | 'е') => "о",
        _ => "",
    };
    format!("{participle}{ending}")
}

/// What a [`Lang`] can say of partners and customers.
pub trait PartnerWords {
    fn partnering(self) -> &'static PartnerTexts;
    /// What should be looked at.
    fn attention(self, what: &Attention) -> String;
    /// «203 клиента»
    fn customer_count(self, count: u64) -> String;
    /// «Отозвать доступ: ООО «Кадры-Сервис»?»
    fn revoke_title(self, partner: &str) -> String;
}

impl PartnerWords for Lang {
    fn partnering(self) -> &'static PartnerTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn revoke_title(self, partner: &str) -> String {
        format!("{}: {partner}?", self.partnering().revoke)
    }

    fn attention(self, what: &Attention) -> String {
        match (self, what) {
            (Self::Ru, Attention::RunsOut { product, left: 0, bought, .. }) => {
                format!("{}: свободных лицензий нет, выданы все {}", product.title, number(*bought))
            }
            (Self::En, Attention::RunsOut { product, left: 0, bought, .. }) => {
                format!("{}: no licences left, all {} are issued", product.title, number(*bought))
            }
            (Self::Ru, Attention::RunsOut { product, left, bought, .. }) => {
                format!("{}: осталось {} из {}", product.title, number(*left), number(*bought))
            }
            (Self::En, Attention::RunsOut { product, left, bought, .. }) => {
                format!("{}: {} of {} left", product.title, number(*left), number(*bought))
            }
            (Self::Ru, Attention::Ends { product, on, held }) => {
                format!("{}: срок {} заканчивается {on}", product.title, of_licences(*held))
            }
            (Self::En, Attention::Ends { product, on, held }) => {
                format!("{}: the term of {} in use ends on {on}", product.title, number(*held))
            }
            (_, Attention::Failed { operation, kind, refusal, .. }) => {
                let number = number(operation.0.unsigned_abs());
                let why = refusal.map(|refusal| format!(": {}", self.refusal(refusal))).unwrap_or_default();
                let kind = self.kind(*kind);
                let not_done =
                    if self == Self::Ru { agreed(kind, "не выполнен") } else { "failed".to_owned() };
                format!("{kind} № {number} {not_done}{why}")
            }
            (Self::Ru, Attention::Waits { applications }) => {
                format!("Заявлений ждёт решения: {}", number(*applications))
            }
            (Self::En, Attention::Waits { applications }) => format!("Applications waiting: {}", number(*applications)),
        }
    }

    fn customer_count(self, count: u64) -> String {
        let (ten, hundred) = (count % 10, count % 100);
        let word = match self {
            Self::En if count == 1 => "customer",
            Self::En => "customers",
            Self::Ru if ten == 1 && hundred != 11 => "клиент",
            Self::Ru if (2..=4).contains(&ten) && !(12..=14).contains(&hundred) => "клиента",
            Self::Ru => "клиентов",
        };
        format!("{} {word}", number(count))
    }
}

/// «у 5 лицензий»
fn of_licences(count: u64) -> String {
    let one = count % 10 == 1 && count % 100 != 11;
    format!("{} {}", number(count), if one { "выданной лицензии" } else { "выданных лицензий" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Kind;

    #[test]
    fn what_has_failed_agrees_with_its_kind() {
        let said = |kind| agreed(Lang::Ru.kind(kind), "не выполнен");
        assert_eq!(said(Kind::Issue), "не выполнена");
        assert_eq!(said(Kind::Revoke), "не выполнен");
        assert_eq!(said(Kind::Renew), "не выполнено");
        assert_eq!(said(Kind::Manage), "не выполнено");
    }
}
