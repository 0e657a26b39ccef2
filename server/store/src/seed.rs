//! Bulk loading of an empty installation: demo data, benchmarks, tests.

use std::collections::HashMap;

use domain::{
    AccountId, Deed, Employment, IdSet, Identification, Instant, Kind, MemberId, MemberRow, OperationState,
    OrganizationId, PartnerCode, PersonName, Plan, Pool, PoolCode, PoolId, Product, ProductId, ProductRules, Region,
    Rights, Role, SignatureKind,
};
use service::ports::{CatalogueProduct, NewOperation, StoreResult, sets_of};

use crate::error::broken;
use crate::members::kept_words;
use crate::sql::{Conn, statements};
use crate::{accounts, assignments, operations, partners, rules, stock};

#[derive(Clone, Debug)]
pub struct SeedProduct {
    pub title: String,
    pub label: String,
    pub signature: SignatureKind,
    pub identification: Identification,
    pub exclusive_group: String,
    /// `None` for what is not sold.
    pub price: Option<domain::Kopecks>,
    pub term_months: Option<u16>,
    pub trial: Option<domain::Trial>,
    /// Of products by their places in the catalogue, from 1.
    pub rules: ProductRules,
}

#[derive(Clone, Debug)]
pub struct SeedPool {
    /// Place in the catalogue.
    pub product: usize,
    pub code: PoolCode,
    /// Seats left after the seeded assignments.
    pub left: u64,
    pub valid_from: Instant,
    pub valid_until: Option<Instant>,
}

#[derive(Clone, Debug)]
pub struct SeedMember {
    pub name: PersonName,
    /// In the form of [`domain::Email`].
    pub email: String,
    pub employment: Employment,
    pub last_active: Option<Instant>,
    /// Places in [`SeedOrganization::groups`].
    pub groups: Vec<usize>,
    /// Place in [`SeedOrganization::pools`].
    pub holds: Option<usize>,
    /// Places of pools of other exclusive groups.
    pub besides: Vec<usize>,
    /// `None` for the organisation's.
    pub region: Option<Region>,
}

#[derive(Clone, Debug)]
pub struct SeedAccount {
    pub name: String,
    pub email: String,
    pub role: Role,
}

#[derive(Clone, Debug)]
pub struct SeedOrganization {
    pub name: String,
    pub region: Option<Region>,
    pub large_deed: u64,
    /// The first is the owner's.
    pub accounts: Vec<SeedAccount>,
    /// PHC string: of all of them.
    pub password_hash: String,
    pub groups: Vec<String>,
    pub pools: Vec<SeedPool>,
    pub members: Vec<SeedMember>,
}

/// Rows go in as JSON, so many in one statement: some megabyte of text at a time.
const CHUNK: usize = 5_000;

statements! {
    ORGANIZATION = "INSERT INTO organizations (name, large_deed, audit_hash, region) VALUES ($1, $2, $3, $4) RETURNING id";
    CONNECTION = "INSERT INTO connections (organization_id, connected_at, account_id) VALUES ($1, $2, $3)";
    ACCOUNT = "INSERT INTO accounts (organization_id, email, name, password_hash, created_at) \
               VALUES ($1, $2, $3, $4, $5) RETURNING id";
    LEVEL = "INSERT INTO account_levels (organization_id, account_id, role) VALUES ($1, $2, $3)";
    GROUP = "INSERT INTO groups (organization_id, name, position) VALUES ($1, $2, $3) RETURNING id";
    POOL = "INSERT INTO pools (organization_id, product_id, code, total, issued, valid_from, valid_until) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id";
    MEMBERS = "INSERT INTO members (organization_id, surname, first_name, patronymic, sort_key, words, email, \
                                    employment, last_active_at, created_at, region) \
               SELECT $1, r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, r.value ->> 4, r.value ->> 5, \
                      CAST(r.value ->> 6 AS BIGINT), CAST(r.value ->> 7 AS BIGINT), $3, r.value ->> 8 \
               FROM {rows $2}";
    MEMBER_IDS = "SELECT string_agg(CAST(m.id AS TEXT) || ' ' || m.email, ',') FROM members AS m \
                  WHERE m.organization_id = $1";
    WORDS = "INSERT INTO member_words (organization_id, word, member_id) \
             SELECT m.organization_id, w.value, m.id FROM members AS m CROSS JOIN {words m.words} \
             WHERE m.organization_id = $1 AND w.value <> '' ORDER BY w.value, m.id";
    GROUP_MEMBERS = "INSERT INTO group_members (organization_id, group_id, member_id) \
                     SELECT $1, $2, picked.value FROM {picked $3}";
}

pub(crate) async fn load(
    conn: &mut Conn<'_>,
    products: &[SeedProduct],
    organizations: &[SeedOrganization],
    now: Instant,
) -> StoreResult<()> {
    let mut catalogue = Vec::with_capacity(products.len());
    for product in products {
        let mut entry = CatalogueProduct {
            product: Product {
                id: ProductId(0),
                title: product.title.clone(),
                label: product.label.clone(),
                signature: product.signature,
                identification: product.identification,
                exclusive_group: product.exclusive_group.clone(),
            },
            price: product.price,
            term_months: product.term_months,
            trial: product.trial,
            rules: ProductRules::default(),
        };
        entry.product.id = stock::add_product(conn, &entry).await?;
        catalogue.push(entry.product);
    }
    let rules_of = |seed: &SeedProduct| {
        let named = |places: &[ProductId]| -> Vec<ProductId> {
            let place = |place: &ProductId| usize::try_from(place.0).ok()?.checked_sub(1);
            places.iter().filter_map(place).filter_map(|place| catalogue.get(place)).map(|known| known.id).collect()
        };
        ProductRules {
            requires: named(&seed.rules.requires),
            excludes: named(&seed.rules.excludes),
            ..seed.rules.clone()
        }
    };
    let all: Vec<ProductRules> = products.iter().map(rules_of).collect();
    rules::keep(conn, &catalogue.iter().map(|known| known.id).zip(&all).collect::<Vec<_>>()).await?;
    for organization in organizations {
        load_organization(conn, &catalogue, organization, now).await?;
    }
    Ok(())
}

/// Makes an organisation a partner and others its customers, each found by somebody who signs in there.
pub(crate) async fn partner(
    conn: &mut Conn<'_>,
    email: &str,
    code: &PartnerCode,
    customers: &[(String, Rights)],
    now: Instant,
) -> StoreResult<()> {
    let of = async |conn: &mut Conn<'_>, email: &str| {
        let found = accounts::by_email(conn, email, None).await?;
        found.map(|found| found.organization).ok_or_else(|| broken("an account that must be there is not"))
    };
    let partner = of(conn, email).await?;
    partners::keep(conn, partner, code, now).await?;
    for (email, rights) in customers {
        let customer = of(conn, email).await?;
        partners::keep_grant(conn, customer, partner, *rights, now).await?;
    }
    Ok(())
}

async fn load_organization(
    conn: &mut Conn<'_>,
    catalogue: &[Product],
    seed: &SeedOrganization,
    now: Instant,
) -> StoreResult<()> {
    let large_deed = i64::try_from(seed.large_deed).unwrap_or(i64::MAX);
    let sql = ORGANIZATION.bind(seed.name.as_str()).bind(large_deed).bind(&[0; 32]);
    let sql = sql.bind(seed.region.map(|region| region.to_string()));
    let organization = OrganizationId(conn.row(sql).await?.int(0)?);
    let mut accounts = Vec::new();
    for account in &seed.accounts {
        let sql = ACCOUNT
            .of(organization)
            .bind(account.email.as_str())
            .bind(account.name.as_str())
            .bind(seed.password_hash.as_str())
            .bind(now.0);
        let id = conn.row(sql).await?.int(0)?;
        conn.execute(LEVEL.of(organization).bind(id).bind(account.role.code())).await?;
        accounts.push(AccountId(id));
    }
    let account = *accounts.first().ok_or_else(|| broken("an organisation that is nobody's"))?;

    conn.execute(CONNECTION.of(organization).bind(now.0).bind(account.0)).await?;

    let ids = load_members(conn, organization, &seed.members, now).await?;
    let of = |wanted: &dyn Fn(&SeedMember) -> bool| -> IdSet {
        seed.members.iter().zip(&ids).filter(|(member, _)| wanted(member)).map(|(_, id)| *id).collect()
    };
    for (place, group) in seed.groups.iter().enumerate() {
        let position = i64::try_from(place + 1).unwrap_or(i64::MAX);
        let id = conn.row(GROUP.of(organization).bind(group.as_str()).bind(position)).await?.int(0)?;
        let members = of(&|member| member.groups.contains(&place));
        conn.execute(GROUP_MEMBERS.of(organization).bind(id).bind(members.to_list())).await?;
    }
    for (place, pool) in seed.pools.iter().enumerate() {
        let product = catalogue.get(pool.product).ok_or_else(|| broken("a pool of no product"))?;
        let holders = of(&|member| member.holds == Some(place) || member.besides.contains(&place));
        let total = pool.left + holders.len() as u64;
        let sql = POOL
            .of(organization)
            .bind(product.id.0)
            .bind(pool.code.as_str())
            .bind(i64::try_from(total).unwrap_or(i64::MAX))
            .bind(0)
            .bind(pool.valid_from.0)
            .bind(pool.valid_until.map(|until| until.0));
        let pool = Pool {
            id: PoolId(conn.row(sql).await?.int(0)?),
            product: product.clone(),
            code: pool.code.clone(),
            total,
            issued: 0,
            valid_from: pool.valid_from,
            valid_until: pool.valid_until,
            trial: false,
        };
        if !holders.is_empty() {
            issue(conn, organization, account, &pool, holders, now).await?;
        }
    }
    Ok(())
}

/// The ids of the members, in their order.
async fn load_members(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    members: &[SeedMember],
    now: Instant,
) -> StoreResult<Vec<i64>> {
    for chunk in members.chunks(CHUNK) {
        let rows: Vec<serde_json::Value> = chunk
            .iter()
            .map(|member| {
                let row = MemberRow {
                    id: MemberId(0),
                    name: member.name.clone(),
                    employment: member.employment,
                    email: member.email.clone(),
                    last_active: None,
                    held: Vec::new(),
                    unsigned: false,
                    groups: Vec::new(),
                };
                serde_json::json!([
                    row.name.surname,
                    row.name.first,
                    row.name.patronymic,
                    row.name.sort_key(),
                    kept_words(&row),
                    row.email,
                    row.employment.number(),
                    member.last_active.map(|at| at.0),
                    member.region,
                ])
            })
            .collect();
        let rows = serde_json::Value::Array(rows).to_string();
        conn.execute(MEMBERS.of(organization).bind(rows).bind(now.0)).await?;
    }
    conn.execute(WORDS.of(organization)).await?;
    let text = conn.row(MEMBER_IDS.of(organization)).await?.maybe_text(0)?.unwrap_or_default();
    let ids: HashMap<&str, &str> =
        text.split(',').filter_map(|pair| pair.split_once(' ')).map(|(id, email)| (email, id)).collect();
    let id = |member: &SeedMember| {
        let id = ids.get(member.email.as_str()).and_then(|id| id.parse().ok());
        id.ok_or_else(|| broken("a member that was just written"))
    };
    members.iter().map(id).collect()
}

/// Gives the holders their seats as an operation would have.
async fn issue(
    conn: &mut Conn<'_>,
    organization: OrganizationId,
    account: AccountId,
    pool: &Pool,
    holders: IdSet,
    now: Instant,
) -> StoreResult<()> {
    let plan = Plan { deed: Deed::Issue, accepted: holders.clone(), rejected: Vec::new(), returned: Vec::new() };
    let operation = NewOperation {
        kind: Kind::Issue,
        state: OperationState::Done,
        account: Some(account),
        pool: Some(pool.id),
        created_at: now,
        expires_at: now,
        settled_at: Some(now),
        digest: plan.digest(),
        basis: None,
        strangers: Vec::new(),
        undoes: None,
    };
    let id = operations::insert(conn, organization, &operation, &sets_of(&plan), &[]).await?;
    assignments::issue(conn, organization, id, pool, &holders, now).await
}
