//! The words of «Управление лицензиями»: pages that the server alone renders.

use std::collections::BTreeSet;

use domain::{Assortment, Fault, Kind, Plans, ProductId, Region, RuledProduct, Want, Wish};

use service::ports::Turned;

use super::texts::texts;
use super::{Lang, number};

texts! {
    ManageTexts, RU, EN:
    title: "Управление лицензиями", "Manage licences";
    lead: "Отметьте, какие лицензии у выбранных пользователей должны быть, и снимите отметки с тех, которых быть не должно. Ничего не изменится, пока Вы не сохраните.", "Tick the licences that the selected users are to have, and clear those that they are not. Nothing changes before you save.";
    selected: "Выбранные пользователи", "Selected users";
    take_out: "Убрать отмеченных", "Take out the ticked";
    take_these_out: "Убрать из выбранных", "Take out of the selected";
    take_out_hint: "Отметьте, кого убрать из выбранных.", "Tick whom to take out of the selected.";
    region: "Регион…", "Region…";
    assign: "Назначение и отзыв лицензий", "Assign and revoke licences";
    product: "Продукт", "Product";
    available: "Доступно", "Available";
    assigned: "Назначено", "Assigned";
    buy_more: "Купить ещё", "Buy more";
    ask_for_more: "Увеличить заявлением", "Apply for more";
    asked_for_more: "Увеличивается заявлением клиента", "Grows by the customer's application";
    ticked: "отмечено", "ticked";
    view_plans: "Просмотреть планы обслуживания", "View service plans";
    plans_hint: "Планы получат все, кому продукт назначается, и все, у кого он уже есть, если Вы измените отметки.", "Everybody to whom the product is assigned gets these plans, and whoever has it already if you change the ticks.";
    no_plan: "Выберите хотя бы один план обслуживания.", "Choose one service plan at least.";
    plans_differ: "У тех, у кого продукт есть, планы разные.", "Those who have the product have different plans.";
    check: "Проверить", "Check";
    save: "Сохранить", "Save";
    keep: "без изменений", "unchanged";
    everybody_gets: "будет у всех", "everybody will have it";
    nobody_keeps: "не будет ни у кого", "nobody will have it";
    nothing_wished: "Пока ничего не изменено. Отметьте продукты или снимите отметки.", "Nothing is changed yet. Tick products or clear them.";
    nobody_changes: "Никто не изменится: у выбранных всё это уже так.", "Nobody would change: the selected have all this already.";
    nobody_fits: "Никто не изменится: все, кого это касается, останутся без изменений по причинам ниже.", "Nobody would change: everybody concerned is left out for the reasons below.";
    what_happens: "Что произойдёт", "What will happen";
    changes_for: "Изменятся", "Will change";
    left_out: "Останутся без изменений", "Will be left out";
    already: "Всё уже так", "Have it already";
    left_after: "останется", "left after";
    not_enough: "Лицензий не хватает, поэтому сохранить нельзя. Получите ещё или уберите лишних из выбранных.", "There are too few licences, so nothing can be saved. Get more, or take people out of the selection.";
    way_back: "После сохранения всё можно вернуть как было на странице операции.", "After saving, everything can be put back on the page of the operation.";
    asks: "Операция большая: её согласует второй человек, до этого ничего не изменится.", "The operation is large: a second person has to agree, nothing changes before.";
    moved: "Пока Вы смотрели, данные изменились. Ничего не сохранено; ниже — как обстоит сейчас.", "Data changed while you were looking. Nothing was saved; below is how it is now.";
    moved_same: "Изменилось не то, сколько людей это касается, а кого именно.", "It is not how many people are concerned that changed, but which.";
    get: "получат", "get it";
    lose: "лишатся", "lose it";
    fall: "лишатся вместе с тем, без чего он не работает", "lose it with what it does not work without";
    replan: "сменят планы", "change plans";
    updated: "Лицензии обновлены", "Licences updated";
    updated_partly: "Лицензии обновлены, но не для всех", "Licences updated, but not for everybody";
    given_back: "Лицензии возвращены", "Licences put back";
    again: "Повторить неудавшиеся", "Try the failed again";
    errors: "Не удалось", "Errors";
    successes: "Успешно", "Successes";
    unchanged: "Без изменений", "Unchanged";
    what_was_done: "Что сделано", "What was done";
    what_is_wished: "Что задано", "What was set";
    has_now: "Сейчас есть", "Has now";
    nothing_now: "ничего", "nothing";
    given: "выдано", "given";
    taken: "отозвано", "revoked";
    replanned: "планы изменены", "plans changed";
    all_plans: "все планы", "all plans";
    set_to: "назначить", "assign";
    cleared: "отозвать", "revoke";
    plans_only: "изменить планы", "change plans";
    result: "Результат", "Result";
    region_title: "Регион пользователей", "Region of users";
    region_lead: "Некоторые продукты доступны не во всех регионах. Выбранное здесь будет относиться ко всем выбранным пользователям.", "Some products are not available in every region. What is chosen here holds for all of the selected users.";
    region_label: "Регион", "Region";
    region_usual: "Как у организации", "As the organisation";
    region_unknown: "не указан", "not said";
    region_now: "Сейчас", "Now";
    back_to_manage: "К управлению лицензиями", "To managing licences";
    to_users: "К пользователям", "To the users";
    requires: "Только вместе с", "Only together with";
    excludes: "Нельзя вместе с", "Not together with";
    only_in: "Только", "Only in";
    one_signature: "У человека может быть только одна подпись", "A person can have one signature only";
    not_sold: "не продаётся", "not sold";
    holders: "У кого из выбранных есть", "Which of the selected have it";
    may_only_issue: "Отозвать его Вы не можете: на это нет прав.", "You cannot revoke it: you are not allowed to.";
    may_only_revoke: "Назначить его Вы не можете: на это нет прав.", "You cannot assign it: you are not allowed to.";
}

/// What a [`Lang`] can say of several products at once.
pub trait ManageWords {
    fn managing(self) -> &'static ManageTexts;
    /// Why somebody is left out: with the products' names.
    fn fault(self, fault: Fault, products: &Assortment) -> String;
    /// What would mend it; `wish` is what is wished.
    fn mend(self, fault: Fault, wish: Option<&Wish>, products: &Assortment) -> String;
    /// Every reason, each once.
    fn faults(self, faults: &[Fault], products: &Assortment) -> Vec<String>;
    /// Everything that would mend them, each once.
    fn mends(self, faults: &[Fault], wish: &Wish, products: &Assortment) -> Vec<String>;
    /// The same beside the box of the product, of so many people.
    fn conflict(self, fault: Fault, people: u64, wish: &Wish, products: &Assortment) -> String;
    /// «Назначено: 5 из 12»
    fn assigned_of(self, held: u64, people: u64) -> String;
    /// «Отозвать у всех, у кого есть (5)»
    fn clear_all(self, held: u64) -> String;
    /// «не хватает 7»
    fn missing(self, count: u64) -> String;
    /// «на всех не хватит 7»: once what else stands in the way is mended.
    fn lacking(self, count: u64) -> String;
    /// What goes with a product that is taken away.
    fn falls_too(self, title: &str, people: u64) -> String;
    /// «почта, звонки»; «все планы».
    fn plans(self, plans: &Plans, known: &RuledProduct) -> String;
    /// «Архив: отозвать»
    fn want(self, want: &Want, known: &RuledProduct) -> String;
    /// «выдано (все планы)»
    fn turned(self, turned: &Turned, known: &RuledProduct) -> String;
    fn region(self, region: Region) -> &'static str;
    /// «77 — Москва»
    fn region_line(self, region: Region) -> String;
    /// «Почта»
    fn product(self, product: ProductId, products: &Assortment) -> String;
    /// «Не получат: 3. Сначала исправьте то, что сказано у «ПЭП».»
    fn hindered(self, hindered: &(u64, BTreeSet<ProductId>), products: &Assortment) -> String;
    /// «Почта: получат 6 вместо 7»
    fn instead(self, title: &str, what: &str, now: u64, was: u64) -> String;
}

fn once(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut said = BTreeSet::new();
    texts.filter(|text| said.insert(text.clone())).collect()
}

fn title(products: &Assortment, id: ProductId) -> String {
    products.get(id).map_or_else(|| format!("№ {id}"), |known| format!("«{}»", known.product.title))
}

impl ManageWords for Lang {
    fn managing(self) -> &'static ManageTexts {
        match self {
            Self::Ru => &RU,
            Self::En => &EN,
        }
    }

    fn fault(self, fault: Fault, products: &Assortment) -> String {
        let name = |id| title(products, id);
        match (self, fault) {
            (Self::Ru, Fault::Deleted) => "Пользователь удалён".to_owned(),
            (Self::Ru, Fault::Dismissed { product }) => format!("{}: пользователь уволен", name(product)),
            (Self::Ru, Fault::Region { product }) => format!("{}: недоступен в регионе пользователя", name(product)),
            (Self::Ru, Fault::Unplaced { product }) => format!("{}: регион пользователя не указан", name(product)),
            (Self::Ru, Fault::Needs { product, needs }) => {
                format!("{}: нужен ещё продукт {}", name(product), name(needs))
            }
            (Self::Ru, Fault::Excludes { product, other }) => {
                format!("{}: нельзя вместе с {}", name(product), name(other))
            }
            (Self::Ru, Fault::Gone { product }) => {
                format!("{}: этой лицензии у пользователя уже нет, или она с тех пор изменена", name(product))
            }
            (Self::Ru, Fault::HoldsAgain { product }) => format!("{}: у пользователя уже есть другая", name(product)),
            (Self::En, Fault::Deleted) => "The user is deleted".to_owned(),
            (Self::En, Fault::Dismissed { product }) => format!("{}: the user is dismissed", name(product)),
            (Self::En, Fault::Region { product }) => format!("{}: not available in the user's region", name(product)),
            (Self::En, Fault::Unplaced { product }) => format!("{}: the user's region is not said", name(product)),
            (Self::En, Fault::Needs { product, needs }) => format!("{}: needs {} too", name(product), name(needs)),
            (Self::En, Fault::Excludes { product, other }) => {
                format!("{}: not together with {}", name(product), name(other))
            }
            (Self::En, Fault::Gone { product }) => {
                format!("{}: the user has this licence no more, or it was changed since", name(product))
            }
            (Self::En, Fault::HoldsAgain { product }) => format!("{}: the user has another one already", name(product)),
        }
    }

    fn mend(self, fault: Fault, wish: Option<&Wish>, products: &Assortment) -> String {
        let name = |id| title(products, id);
        let cleared = |id| wish.and_then(|wish| wish.get(id)) == Some(&Want::Clear);
        let set = |id| matches!(wish.and_then(|wish| wish.get(id)), Some(Want::Set(_)));
        match (self, fault) {
            (Self::Ru, Fault::Deleted) => "Добавьте пользователя снова".to_owned(),
            (Self::Ru, Fault::Dismissed { .. }) => "Уволенным лицензии не выдаются: уберите их из выбранных".to_owned(),
            (Self::Ru, Fault::Region { .. }) => "Измените регион пользователей или уберите их из выбранных".to_owned(),
            (Self::Ru, Fault::Unplaced { .. }) => "Укажите регион пользователей или уберите их из выбранных".to_owned(),
            (Self::Ru, Fault::Needs { needs, .. }) if cleared(needs) => format!("Оставьте {}", name(needs)),
            (Self::Ru, Fault::Needs { needs, .. }) => format!("Отметьте и {}", name(needs)),
            (Self::Ru, Fault::Excludes { product, other }) if set(product) && set(other) => {
                format!("Снимите одну из отметок: {} или {}", name(product.min(other)), name(product.max(other)))
            }
            (Self::Ru, Fault::Excludes { other, .. }) => format!("Снимите {}", name(other)),
            (Self::Ru, Fault::Gone { .. } | Fault::HoldsAgain { .. }) => {
                "Измените лицензии этого пользователя отдельно".to_owned()
            }
            (Self::En, Fault::Deleted) => "Add the user again".to_owned(),
            (Self::En, Fault::Dismissed { .. }) => "Nothing is issued to dismissed people: take them out".to_owned(),
            (Self::En, Fault::Region { .. }) => "Change the region of these users, or take them out".to_owned(),
            (Self::En, Fault::Unplaced { .. }) => "Say the region of these users, or take them out".to_owned(),
            (Self::En, Fault::Needs { needs, .. }) if cleared(needs) => format!("Keep {}", name(needs)),
            (Self::En, Fault::Needs { needs, .. }) => format!("Tick {} too", name(needs)),
            (Self::En, Fault::Excludes { product, other }) if set(product) && set(other) => {
                format!("Clear one of the two: {} or {}", name(product.min(other)), name(product.max(other)))
            }
            (Self::En, Fault::Excludes { other, .. }) => format!("Clear {}", name(other)),
            (Self::En, Fault::Gone { .. } | Fault::HoldsAgain { .. }) => {
                "Change the licences of this user by themselves".to_owned()
            }
        }
    }

    fn faults(self, faults: &[Fault], products: &Assortment) -> Vec<String> {
        once(faults.iter().map(|fault| self.fault(*fault, products)))
    }

    fn mends(self, faults: &[Fault], wish: &Wish, products: &Assortment) -> Vec<String> {
        once(faults.iter().map(|fault| self.mend(*fault, Some(wish), products)))
    }

    fn conflict(self, fault: Fault, people: u64, wish: &Wish, products: &Assortment) -> String {
        let name = |id| title(products, id);
        let count = number(people);
        let both = |id| matches!(wish.get(id), Some(Want::Set(_)));
        let what = match (self, fault) {
            (Self::Ru, Fault::Needs { needs, .. }) => {
                format!("Сначала нужен продукт {}, без него останутся: {count}", name(needs))
            }
            (Self::Ru, Fault::Excludes { other, .. }) if both(other) => format!("Нельзя вместе с {}", name(other)),
            (Self::Ru, Fault::Excludes { other, .. }) => {
                format!("{} есть у {count} {}", name(other), self.plural(people, "человека", "человек", "человек"))
            }
            (Self::Ru, Fault::Region { .. }) => format!("Недоступен в регионе пользователей: {count}"),
            (Self::Ru, Fault::Unplaced { .. }) => format!("Регион не указан: {count}"),
            (Self::Ru, Fault::Dismissed { .. }) => format!("Уволены: {count}"),
            (Self::Ru, _) => format!("{}: {count}", self.fault(fault, products)),
            (Self::En, Fault::Needs { needs, .. }) => {
                format!("{} is needed first, without it would be: {count}", name(needs))
            }
            (Self::En, Fault::Excludes { other, .. }) if both(other) => format!("Not together with {}", name(other)),
            (Self::En, Fault::Excludes { other, .. }) => {
                format!("{} is held by {count} {}", name(other), self.plural(people, "person", "people", "people"))
            }
            (Self::En, Fault::Region { .. }) => format!("Not available in the users' region: {count}"),
            (Self::En, Fault::Unplaced { .. }) => format!("No region is said: {count}"),
            (Self::En, Fault::Dismissed { .. }) => format!("Dismissed: {count}"),
            (Self::En, _) => format!("{}: {count}", self.fault(fault, products)),
        };
        format!("{what}. {}.", self.mend(fault, Some(wish), products))
    }

    fn assigned_of(self, held: u64, people: u64) -> String {
        match self {
            Self::Ru => format!("{} из {}", number(held), number(people)),
            Self::En => format!("{} of {}", number(held), number(people)),
        }
    }

    fn clear_all(self, held: u64) -> String {
        match self {
            Self::Ru => format!("Отозвать у всех, у кого есть ({})", number(held)),
            Self::En => format!("Revoke from all who have it ({})", number(held)),
        }
    }

    fn falls_too(self, title: &str, people: u64) -> String {
        match self {
            Self::Ru => {
                format!("Вместе с ним будет отозван продукт «{title}»: {}. Без него он не работает.", number(people))
            }
            Self::En => format!("“{title}” is revoked with it: {}. It does not work without.", number(people)),
        }
    }

    fn missing(self, count: u64) -> String {
        match self {
            Self::Ru => format!("не хватает {}", number(count)),
            Self::En => format!("{} missing", number(count)),
        }
    }

    fn lacking(self, count: u64) -> String {
        match self {
            Self::Ru => format!("на всех не хватит {}", number(count)),
            Self::En => format!("{} missing for all of them", number(count)),
        }
    }

    fn plans(self, plans: &Plans, known: &RuledProduct) -> String {
        if plans.is_all() {
            return self.managing().all_plans.to_owned();
        }
        let held = known.rules.plans.iter().filter(|plan| plans.has(&plan.code));
        held.map(|plan| plan.title.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn want(self, want: &Want, known: &RuledProduct) -> String {
        let m = self.managing();
        let plans = |plans: &Plans| match known.rules.plans.is_empty() {
            true => String::new(),
            false => format!(" ({})", self.plans(plans, known)),
        };
        match want {
            Want::Set(chosen) => format!("{}{}", m.set_to, plans(chosen)),
            Want::Plans(chosen) => format!("{}{}", m.plans_only, plans(chosen)),
            Want::Clear => m.cleared.to_owned(),
        }
    }

    fn turned(self, turned: &Turned, known: &RuledProduct) -> String {
        let m = self.managing();
        let plans = |plans: &Plans| match known.rules.plans.is_empty() {
            true => String::new(),
            false => format!(" ({})", self.plans(plans, known)),
        };
        match turned {
            Turned::Given(given) => format!("{}{}", m.given, plans(given)),
            Turned::Taken => m.taken.to_owned(),
            Turned::Replanned(now) => format!("{}{}", m.replanned, plans(now)),
        }
    }

    fn region(self, region: Region) -> &'static str {
        let place = SUBJECTS.iter().find(|(code, _, _)| *code == region.number());
        place.map_or("", |(_, ru, en)| if self == Self::Ru { ru } else { en })
    }

    fn region_line(self, region: Region) -> String {
        format!("{region} — {}", self.region(region))
    }

    fn product(self, product: ProductId, products: &Assortment) -> String {
        title(products, product)
    }

    fn hindered(self, (people, by): &(u64, BTreeSet<ProductId>), products: &Assortment) -> String {
        let by = by.iter().map(|id| title(products, *id)).collect::<Vec<_>>().join(", ");
        match self {
            Self::Ru => format!("Не получат: {}. Сначала исправьте то, что сказано у {by}.", number(*people)),
            Self::En => format!("Will not get it: {}. First mend what is said of {by}.", number(*people)),
        }
    }

    fn instead(self, title: &str, what: &str, now: u64, was: u64) -> String {
        match self {
            Self::Ru => format!("{title}: {what} {} вместо {}", number(now), number(was)),
            Self::En => format!("{title}: {what} {} instead of {}", number(now), number(was)),
        }
    }
}

pub(super) fn kind(lang: Lang, kind: Kind) -> &'static str {
    match (lang, kind) {
        (Lang::Ru, Kind::Manage) => "Изменение лицензий",
        (Lang::Ru, Kind::UndoManage) => "Возврат изменения лицензий",
        (Lang::En, Kind::Manage) => "Change of licences",
        (Lang::En, Kind::UndoManage) => "Undo of a change of licences",
        _ => "",
    }
}

pub(super) fn accepted_title(lang: Lang, kind: Kind) -> &'static str {
    match (lang, kind) {
        (Lang::Ru, Kind::Manage) => "Лицензии обновлены",
        (Lang::Ru, Kind::UndoManage) => "Лицензии возвращены",
        (Lang::En, Kind::Manage) => "Licences updated",
        (Lang::En, Kind::UndoManage) => "Licences put back",
        _ => "",
    }
}

/// Code, Russian, English.
#[rustfmt::skip] // A table.
const SUBJECTS: [(u8, &str, &str); 90] = [
    (1, "Республика Адыгея", "Republic of Adygea"), (2, "Республика Башкортостан", "Republic of Bashkortostan"),
    (3, "Республика Бурятия", "Republic of Buryatia"), (4, "Республика Алтай", "Altai Republic"),
    (5, "Республика Дагестан", "Republic of Dagestan"), (6, "Республика Ингушетия", "Republic of Ingushetia"),
    (7, "Кабардино-Балкарская Республика", "Kabardino-Balkar Republic"), (8, "Республика Калмыкия", "Republic of Kalmykia"),
    (9, "Карачаево-Черкесская Республика", "Karachay-Cherkess Republic"), (10, "Республика Карелия", "Republic of Karelia"),
    (11, "Республика Коми", "Komi Republic"), (12, "Республика Марий Эл", "Mari El Republic"),
    (13, "Республика Мордовия", "Republic of Mordovia"), (14, "Республика Саха (Якутия)", "Sakha Republic (Yakutia)"),
    (15, "Республика Северная Осетия — Алания", "Republic of North Ossetia — Alania"), (16, "Республика Татарстан", "Republic of Tatarstan"),
    (17, "Республика Тыва", "Tuva Republic"), (18, "Удмуртская Республика", "Udmurt Republic"),
    (19, "Республика Хакасия", "Republic of Khakassia"), (20, "Чеченская Республика", "Chechen Republic"),
    (21, "Чувашская Республика", "Chuvash Republic"), (22, "Алтайский край", "Altai Krai"),
    (23, "Краснодарский край", "Krasnodar Krai"), (24, "Красноярский край", "Krasnoyarsk Krai"),
    (25, "Приморский край", "Primorsky Krai"), (26, "Ставропольский край", "Stavropol Krai"),
    (27, "Хабаровский край", "Khabarovsk Krai"), (28, "Амурская область", "Amur Oblast"),
    (29, "Архангельская область", "Arkhangelsk Oblast"), (30, "Астраханская область", "Astrakhan Oblast"),
    (31, "Белгородская область", "Belgorod Oblast"), (32, "Брянская область", "Bryansk Oblast"),
    (33, "Владимирская область", "Vladimir Oblast"), (34, "Волгоградская область", "Volgograd Oblast"),
    (35, "Вологодская область", "Vologda Oblast"), (36, "Воронежская область", "Voronezh Oblast"),
    (37, "Ивановская область", "Ivanovo Oblast"), (38, "Иркутская область", "Irkutsk Oblast"),
    (39, "Калининградская область", "Kaliningrad Oblast"), (40, "Калужская область", "Kaluga Oblast"),
    (41, "Камчатский край", "Kamchatka Krai"), (42, "Кемеровская область — Кузбасс", "Kemerovo Oblast — Kuzbass"),
    (43, "Кировская область", "Kirov Oblast"), (44, "Костромская область", "Kostroma Oblast"),
    (45, "Курганская область", "Kurgan Oblast"), (46, "Курская область", "Kursk Oblast"),
    (47, "Ленинградская область", "Leningrad Oblast"), (48, "Липецкая область", "Lipetsk Oblast"),
    (49, "Магаданская область", "Magadan Oblast"), (50, "Московская область", "Moscow Oblast"),
    (51, "Мурманская область", "Murmansk Oblast"), (52, "Нижегородская область", "Nizhny Novgorod Oblast"),
    (53, "Новгородская область", "Novgorod Oblast"), (54, "Новосибирская область", "Novosibirsk Oblast"),
    (55, "Омская область", "Omsk Oblast"), (56, "Оренбургская область", "Orenburg Oblast"),
    (57, "Орловская область", "Oryol Oblast"), (58, "Пензенская область", "Penza Oblast"),
    (59, "Пермский край", "Perm Krai"), (60, "Псковская область", "Pskov Oblast"),
    (61, "Ростовская область", "Rostov Oblast"), (62, "Рязанская область", "Ryazan Oblast"),
    (63, "Самарская область", "Samara Oblast"), (64, "Саратовская область", "Saratov Oblast"),
    (65, "Сахалинская область", "Sakhalin Oblast"), (66, "Свердловская область", "Sverdlovsk Oblast"),
    (67, "Смоленская область", "Smolensk Oblast"), (68, "Тамбовская область", "Tambov Oblast"),
    (69, "Тверская область", "Tver Oblast"), (70, "Томская область", "Tomsk Oblast"),
    (71, "Тульская область", "Tula Oblast"), (72, "Тюменская область", "Tyumen Oblast"),
    (73, "Ульяновская область", "Ulyanovsk Oblast"), (74, "Челябинская область", "Chelyabinsk Oblast"),
    (75, "Забайкальский край", "Zabaykalsky Krai"), (76, "Ярославская область", "Yaroslavl Oblast"),
    (77, "Москва", "Moscow"), (78, "Санкт-Петербург", "Saint Petersburg"),
    (79, "Еврейская автономная область", "Jewish Autonomous Oblast"), (83, "Ненецкий автономный округ", "Nenets Autonomous Okrug"),
    (86, "Ханты-Мансийский автономный округ — Югра", "Khanty-Mansi Autonomous Okrug — Yugra"), (87, "Чукотский автономный округ", "Chukotka Autonomous Okrug"),
    (89, "Ямало-Ненецкий автономный округ", "Yamalo-Nenets Autonomous Okrug"), (90, "Запорожская область", "Zaporozhye Oblast"),
    (91, "Республика Крым", "Republic of Crimea"), (92, "Севастополь", "Sevastopol"),
    (93, "Донецкая Народная Республика", "Donetsk People's Republic"), (94, "Луганская Народная Республика", "Luhansk People's Republic"),
    (95, "Херсонская область", "Kherson Oblast"), (99, "Байконур", "Baikonur"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_a_name() {
        for region in Region::all() {
            assert!(!Lang::Ru.region(region).is_empty() && Lang::En.region(region).is_ascii_or_dash(), "{region}");
        }
    }

    trait Plain {
        fn is_ascii_or_dash(&self) -> bool;
    }

    impl Plain for &str {
        fn is_ascii_or_dash(&self) -> bool {
            !self.is_empty() && self.chars().all(|char| char.is_ascii() || char == '—')
        }
    }
}
