//! The words of the news and of subscribing to them.

use domain::{LinkFault, Subscription};

use super::Lang;
use super::texts::texts;

texts! {
    NewsTexts, RU, EN:
    news: "Новости", "News";
    lead: "Что нового в Licentia и когда она обновляется.", "What is new in Licentia, and when it is updated.";
    none_yet: "Новостей пока нет.", "No news yet.";
    earlier: "Раньше", "Earlier";
    latest: "Последние новости", "The latest news";
    subscription: "Подписка на новости", "Subscription to the news";
    email: "E-mail", "E-mail";
    subscribe: "Подписаться", "Subscribe";
    hint: "Пришлём письмо со ссылкой, чтобы убедиться, что адрес Ваш. Он нужен только для новостей; отписаться можно из каждого письма, и тогда мы его удалим.", "We send a letter with a link to make sure that the address is yours. It is used for the news only; every letter lets you unsubscribe, and then we delete it.";
    sent: "Письмо со ссылкой отправлено", "A letter with a link was sent";
    sent_hint: "Подтвердите подписку по ссылке из письма. Она работает сутки и только один раз. Если письма нет, посмотрите в папке «Спам».", "Confirm the subscription by the link of the letter. It works for a day, and once. If there is no letter, look into the spam folder.";
    confirm_title: "Подтвердите подписку", "Confirm the subscription";
    confirm_lead: "Новости будут приходить на этот адрес:", "The news will go to this address:";
    confirm: "Подтвердить", "Confirm";
    works_until: "Ссылка работает до", "The link works until";
    subscribed: "Вы подписаны на новости", "You have subscribed to the news";
    subscribed_hint: "Отписаться можно по ссылке из любого письма с новостями.", "The link of any letter with news lets you unsubscribe.";
    unsubscribe_title: "Отписаться от новостей", "Unsubscribe from the news";
    unsubscribe_lead: "Новости больше не будут приходить на адрес, на который пришло письмо, а сам адрес мы удалим.", "News will not go any more to the address that got the letter, and we delete the address.";
    unsubscribe: "Отписаться", "Unsubscribe";
    unsubscribed: "Вы отписаны от новостей", "You have unsubscribed from the news";
    unsubscribed_hint: "Адрес удалён, писем с новостями больше не будет.", "The address is deleted, no more letters with news will come.";
    no_subscription: "По этой ссылке подписки нет", "This link ends no subscription";
    no_subscription_hint: "Вы уже отписались, или ссылка скопирована не целиком.", "You have unsubscribed already, or the link was not copied in full.";
    again: "Отправить письмо ещё раз", "Send the letter again";
    own_lead: "Изменения в кабинете и даты обновлений — письмом на", "Changes at the desk, and dates of updates: by letter to";
    read: "Читать новости", "Read the news";
    to_sign_in: "Ко входу", "To the sign-in";
    to_desk: "В кабинет", "To the desk";
    own_sent: "Письмо со ссылкой отправлено: подтвердите подписку.", "A letter with a link was sent: confirm the subscription.";
    own_off: "Вы отписаны от новостей.", "You have unsubscribed from the news.";
}

/// What a [`Lang`] can say of the news.
pub trait NewsWords {
    fn telling(self) -> &'static NewsTexts;
    fn subscription(self, state: Subscription) -> &'static str;
    /// Why the link of a confirmation does not work, and what to do.
    fn subscription_fault(self, fault: LinkFault) -> (&'static str, &'static str);
}

impl NewsWords for Lang {
    fn telling(self) -> &'static NewsTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn subscription(self, state: Subscription) -> &'static str {
        match (self, state) {
            (Self::Ru, Subscription::None) => "Не подписан",
            (Self::Ru, Subscription::Waiting) => "Ждёт подтверждения",
            (Self::Ru, Subscription::Subscribed) => "Подписан",
            (Self::En, Subscription::None) => "Not subscribed",
            (Self::En, Subscription::Waiting) => "Waits for confirmation",
            (Self::En, Subscription::Subscribed) => "Subscribed",
        }
    }

    fn subscription_fault(self, fault: LinkFault) -> (&'static str, &'static str) {
        match (self, fault) {
            (Self::Ru, LinkFault::Unknown) => {
                ("Ссылка не действует", "Возможно, она скопирована не целиком. Откройте письмо ещё раз.")
            }
            (Self::Ru, LinkFault::Used) => ("Ссылка уже использована", "Подписка по ней уже подтверждена."),
            (Self::Ru, LinkFault::Expired) => ("Срок ссылки истёк", "Она работает сутки. Подпишитесь ещё раз."),
            (Self::Ru, LinkFault::Over) => {
                ("Ссылка больше не действует", "Вам прислали более новую, или подписка уже подтверждена.")
            }
            (Self::En, LinkFault::Unknown) => {
                ("This link does not work", "Perhaps it was not copied in full. Open the letter again.")
            }
            (Self::En, LinkFault::Used) => ("This link has been used", "The subscription is confirmed by it already."),
            (Self::En, LinkFault::Expired) => ("This link has expired", "It works for a day. Subscribe once more."),
            (Self::En, LinkFault::Over) => {
                ("This link works no more", "A newer one was sent to you, or the subscription is confirmed already.")
            }
        }
    }
}
