//! The words of levels of access.

use domain::{Capability, Role};

use super::Lang;

/// What a [`Lang`] can say of levels of access.
pub trait AccessWords {
    fn capability(self, capability: Capability) -> &'static str;
    fn role(self, role: Role) -> &'static str;
    /// What is missing, and who can give it.
    fn forbidden(self, needs: Capability) -> String;
    /// The same at a customer's desk, where two have to allow it.
    fn forbidden_there(self, needs: Capability) -> String;
}

impl AccessWords for Lang {
    fn capability(self, capability: Capability) -> &'static str {
        match (self, capability) {
            (Self::Ru, Capability::People) => "Смотреть пользователей, задачи и операции",
            (Self::Ru, Capability::EditPeople) => "Добавлять и удалять пользователей",
            (Self::Ru, Capability::Issue) => "Выдавать лицензии",
            (Self::Ru, Capability::Revoke) => "Отзывать лицензии",
            (Self::Ru, Capability::Import) => "Выдавать по спискам",
            (Self::Ru, Capability::Certificates) => "Вести задачи на сертификаты",
            (Self::Ru, Capability::Stock) => "Смотреть лицензии организации",
            (Self::Ru, Capability::Orders) => "Заказы, счета и регистрация продуктов",
            (Self::Ru, Capability::Organization) => "Менять сведения об организации",
            (Self::Ru, Capability::Notifications) => "Настраивать уведомления",
            (Self::Ru, Capability::Letters) => "Инструменты оператора: письма и их отправка",
            (Self::Ru, Capability::Accounts) => "Учётные записи, уровни доступа и сеансы",
            (Self::Ru, Capability::Audit) => "Смотреть журнал",
            (Self::Ru, Capability::Customers) => "Обслуживать клиентов партнёра",
            (Self::En, Capability::People) => "See users, tasks and operations",
            (Self::En, Capability::EditPeople) => "Add and delete users",
            (Self::En, Capability::Issue) => "Issue licences",
            (Self::En, Capability::Revoke) => "Revoke licences",
            (Self::En, Capability::Import) => "Issue by lists",
            (Self::En, Capability::Certificates) => "Take steps of certificate tasks",
            (Self::En, Capability::Stock) => "See the organisation's licences",
            (Self::En, Capability::Orders) => "Orders, invoices and registration of products",
            (Self::En, Capability::Organization) => "Change the organisation's details",
            (Self::En, Capability::Notifications) => "Set up notifications",
            (Self::En, Capability::Letters) => "Operator's tools: letters and their sending",
            (Self::En, Capability::Accounts) => "Accounts, levels of access and sessions",
            (Self::En, Capability::Audit) => "See the log",
            (Self::En, Capability::Customers) => "Serve the partner's customers",
        }
    }

    fn role(self, role: Role) -> &'static str {
        match (self, role) {
            (Self::Ru, Role::User) => "Пользователь",
            (Self::Ru, Role::Accountant) => "Бухгалтер",
            (Self::Ru, Role::Administrator) => "Администратор",
            (Self::Ru, Role::Support) => "Техподдержка",
            (Self::Ru, Role::Owner) => "Владелец",
            (Self::En, Role::User) => "User",
            (Self::En, Role::Accountant) => "Accountant",
            (Self::En, Role::Administrator) => "Administrator",
            (Self::En, Role::Support) => "Support",
            (Self::En, Role::Owner) => "Owner",
        }
    }

    fn forbidden(self, needs: Capability) -> String {
        let what = self.capability(needs);
        match self {
            Self::Ru => {
                format!("Для этого нужно право «{what}». Уровень доступа меняет администратор организации.")
            }
            Self::En => {
                format!("This needs the right “{what}”. An administrator of the organisation sets levels of access.")
            }
        }
    }

    fn forbidden_there(self, needs: Capability) -> String {
        let what = self.capability(needs);
        match self {
            Self::Ru => {
                format!("Для этого нужно право «{what}». Его даёт клиент Вашей организации, а Вам — её администратор.")
            }
            Self::En => format!(
                "This needs the right “{what}”. The customer grants it to your organisation, and its administrator to you."
            ),
        }
    }
}
