//! What the form of «Управление лицензиями» sends: pairs of names and values, a box each.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Assortment, IdSet, Plans, ProductId, Want, Wish};
use service::{Leaves, ManageSheet};

/// The boxes as they were ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManageForm {
    set: BTreeSet<ProductId>,
    clear: BTreeSet<ProductId>,
    /// Products that the page showed as held by everybody: without their tick they are cleared.
    all: BTreeSet<ProductId>,
    /// Service plans that are ticked.
    plans: BTreeMap<ProductId, BTreeSet<String>>,
    /// Service plans that the page had ticked.
    was: BTreeMap<ProductId, BTreeSet<String>>,
    /// Whom to take out of the selected.
    pub out: IdSet,
    /// The pages of its lists that are asked for.
    pub leaves: Leaves,
    pub digest: String,
    pub size: String,
    pub proof: String,
    /// What the page said of each product: see [`shown`].
    pub shown: String,
    /// Where one goes after the selection is kept; or, as the code of a fault, for which reason people are taken out.
    pub to: String,
}

/// The counts of a product, as the page says them.
pub type Counts = [u64; 5];

impl ManageForm {
    #[must_use]
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        let mut form = Self::default();
        let mut out = Vec::new();
        for (name, value) in pairs {
            let id = || value.parse().ok().map(ProductId);
            let coded = || {
                let (id, code) = value.split_once(':')?;
                Some((ProductId(id.parse().ok()?), code.to_owned()))
            };
            match name.as_str() {
                "set" => form.set.extend(id()),
                "clear" => form.clear.extend(id()),
                "all" => form.all.extend(id()),
                "plan" => form.plans.extend_with(coded()),
                "was" => {
                    if let Some((id, codes)) = coded() {
                        form.was.insert(id, codes.split_terminator(' ').map(str::to_owned).collect());
                    }
                }
                "out" => out.extend(value.parse::<i64>().ok()),
                // Where one is comes before the button that leads elsewhere.
                "page" => form.leaves.selected = value.parse().unwrap_or(1),
                "holders" => {
                    form.leaves.holders = coded().and_then(|(id, page)| Some((id, page.parse().ok()?)));
                }
                "digest" => form.digest = value,
                "size" => form.size = value,
                "proof" => form.proof = value,
                "shown" => form.shown = value,
                "to" => form.to = value,
                _ => {}
            }
        }
        form.out = out.into_iter().collect();
        form
    }

    /// Whether it says nothing of any product: nobody has typed it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.clear.is_empty() && self.all.is_empty() && self.was.is_empty()
    }

    /// Whether a product was ticked that not everybody held.
    #[must_use]
    pub fn sets(&self, product: ProductId) -> bool {
        self.set.contains(&product) && !self.all.contains(&product)
    }

    fn ticked(&self, product: ProductId) -> BTreeSet<String> {
        self.plans.get(&product).cloned().unwrap_or_default()
    }

    /// The service plans that are ticked, if the page had any to tick.
    #[must_use]
    pub fn typed_plans(&self, product: ProductId) -> Option<BTreeSet<String>> {
        self.was.contains_key(&product).then(|| self.ticked(product))
    }

    /// Products that are to be given without any of their service plans.
    #[must_use]
    pub fn planless(&self, assortment: &Assortment) -> BTreeSet<ProductId> {
        let none = |known: &&domain::RuledProduct| {
            let id = known.product.id;
            let concerned = self.set.contains(&id) || self.touched(id);
            concerned && self.was.contains_key(&id) && !known.rules.plans.is_empty() && self.ticked(id).is_empty()
        };
        assortment.iter().filter(none).map(|known| known.product.id).collect()
    }

    fn touched(&self, product: ProductId) -> bool {
        self.was.get(&product).is_some_and(|was| *was != self.ticked(product))
    }

    #[must_use]
    pub fn wish(&self, assortment: &Assortment) -> Wish {
        let want = |known: &domain::RuledProduct| {
            let id = known.product.id;
            let chosen = match self.was.contains_key(&id) {
                true => Plans::chosen(&known.rules.plans, self.ticked(id).iter().map(String::as_str)),
                false => Some(Plans::ALL),
            };
            let (set, all) = (self.set.contains(&id), self.all.contains(&id));
            let want = if set && !all {
                Want::Set(chosen?)
            } else if !set && (all || self.clear.contains(&id)) {
                Want::Clear
            } else if self.touched(id) {
                Want::Plans(chosen?)
            } else {
                return None;
            };
            Some((id, want))
        };
        Wish(assortment.iter().filter_map(want).collect())
    }

    /// What the page said of each product.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<ProductId, Counts> {
        let one = |part: &str| {
            let (id, counts) = part.split_once(':')?;
            let counts: Vec<u64> = counts.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
            Some((ProductId(id.parse().ok()?), Counts::try_from(counts).ok()?))
        };
        self.shown.split(';').filter_map(one).collect()
    }
}

trait ExtendWith {
    fn extend_with(&mut self, pair: Option<(ProductId, String)>);
}

impl ExtendWith for BTreeMap<ProductId, BTreeSet<String>> {
    fn extend_with(&mut self, pair: Option<(ProductId, String)>) {
        if let Some((id, code)) = pair {
            self.entry(id).or_default().insert(code);
        }
    }
}

/// Who gets it, who loses it, with what falls, whose plans change, and what is available.
#[must_use]
pub fn counts_of(sheet: &ManageSheet) -> BTreeMap<ProductId, Counts> {
    let of = |row: &service::ManageRow| {
        let change = &row.beside.change;
        let len = |set: &IdSet| set.len() as u64;
        let counts =
            [len(&change.given), len(&change.taken), len(&change.fell), len(&change.replanned), row.beside.available];
        (row.known.product.id, counts)
    };
    sheet.rows.iter().map(of).collect()
}

/// The same as a form keeps it.
#[must_use]
pub fn shown(sheet: &ManageSheet) -> String {
    let one = |(id, counts): (ProductId, Counts)| format!("{id}:{}", counts.map(|count| count.to_string()).join(","));
    counts_of(sheet).into_iter().map(one).collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Identification, Product, ProductRules, RuledProduct, ServicePlan, SignatureKind};

    fn assortment() -> Assortment {
        let product = |id: i64, plans: &[&str]| RuledProduct {
            product: Product {
                id: ProductId(id),
                title: id.to_string(),
                label: id.to_string(),
                signature: SignatureKind::None,
                identification: Identification::None,
                exclusive_group: id.to_string(),
            },
            rules: ProductRules {
                plans: plans.iter().map(|code| ServicePlan { code: (*code).into(), title: (*code).into() }).collect(),
                ..ProductRules::default()
            },
            sold: true,
        };
        [product(1, &[]), product(2, &["a", "b"]), product(3, &[])].into_iter().collect()
    }

    fn form(pairs: &[(&str, &str)]) -> ManageForm {
        ManageForm::of(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    fn wish(pairs: &[(&str, &str)]) -> Vec<(i64, Want)> {
        form(pairs).wish(&assortment()).0.into_iter().map(|(id, want)| (id.0, want)).collect()
    }

    #[test]
    fn boxes_mean_what_they_show() {
        assert_eq!(wish(&[]), []);
        assert_eq!(wish(&[("set", "1"), ("clear", "3")]), [(1, Want::Set(Plans::ALL)), (3, Want::Clear)]);
        assert_eq!(wish(&[("set", "1"), ("all", "1"), ("all", "3")]), [(3, Want::Clear)], "held by all, and unticked");
        assert_eq!(wish(&[("set", "1"), ("clear", "1")]), [(1, Want::Set(Plans::ALL))], "giving is the lesser harm");
        assert_eq!(wish(&[("set", "9"), ("set", "x")]), [], "no such product");
    }

    #[test]
    fn service_plans_count_where_they_were_touched() {
        let mail = Plans::of_kept("a");
        assert_eq!(wish(&[("was", "2:a b"), ("plan", "2:a"), ("plan", "2:b")]), []);
        assert_eq!(wish(&[("was", "2:a b"), ("plan", "2:a")]), [(2, Want::Plans(mail.clone()))]);
        assert_eq!(wish(&[("set", "2"), ("was", "2:a b"), ("plan", "2:a")]), [(2, Want::Set(mail.clone()))]);
        assert_eq!(wish(&[("set", "2"), ("all", "2"), ("was", "2:a b"), ("plan", "2:a")]), [(2, Want::Plans(mail))]);
        assert_eq!(wish(&[("all", "2"), ("was", "2:a b"), ("plan", "2:a")]), [(2, Want::Clear)]);
        let none = form(&[("set", "2"), ("was", "2:a b")]);
        assert_eq!(none.planless(&assortment()).len(), 1);
        assert!(none.wish(&assortment()).0.is_empty(), "nothing is given without any of its parts");
    }
}
