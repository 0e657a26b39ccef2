//! Who is selected: by ids, or by a filter with exceptions.

use domain::{Deed, DeskError, Employment, Filter, GroupId, IdSet, LicenceFilter, MemberRow, Selection, Tab, View};

use crate::support::{TestApp, of, on_both};

on_both!(
    the_table_shows_the_selected_alone,
    ids_beyond_the_filter_are_added,
    every_filter_selects_whom_it_shows,
    several_filters_select_whom_any_of_them_shows,
    pages_and_sizes_that_do_not_exist,
);
on_both!(Options::large() => two_thousand_people_in_a_kilobyte);

async fn two_thousand_people_in_a_kilobyte(app: TestApp) {
    let admin = app.sever().await;
    let everybody = admin.everybody().await;
    assert_eq!(everybody.len(), 2_100);
    // Every hundredth is unticked.
    let except: IdSet = everybody.keys().copied().step_by(100).collect();
    let selection = Selection::all_but(Filter::default(), except.clone());
    let ask = admin.ask_preview(Deed::Issue, &selection);
    assert!(ask.size() <= 1024, "{} bytes", ask.size());
    let preview: domain::Preview = ask.call().await.unwrap();
    let wanted: Vec<i64> =
        everybody.iter().filter(|(id, row)| !except.contains(**id) && row.may_receive()).map(|(id, _)| *id).collect();
    assert_eq!(preview.accepted, wanted.len() as u64);
    let left_out: u64 = preview.left_out.iter().map(|left| left.count).sum();
    assert_eq!(preview.accepted + left_out, 2_100 - except.len() as u64);

    let pool = preview.pools[0].id;
    let ask = admin.ask_confirm(preview.operation, &preview.digest, Some(pool));
    assert!(ask.size() <= 1024, "{} bytes", ask.size());
    let summary: domain::OperationSummary = ask.call().await.unwrap();
    assert_eq!(summary.accepted, wanted.len() as u64);
    let given = app
        .rows(&format!("SELECT member_id FROM assignments WHERE operation_id = {} ORDER BY member_id", summary.id))
        .await;
    assert_eq!(given, wanted.iter().map(ToString::to_string).collect::<Vec<_>>());
    // Those that held one before, be it an office product, are all that else hold one.
    let holding = admin.find(&Filter { licence: LicenceFilter::Any, ..Filter::default() }).await.len();
    let before = everybody.values().filter(|row| !row.held.is_empty() && !row.may_receive()).count();
    let unticked =
        everybody.iter().filter(|(id, row)| except.contains(**id) && row.may_receive() && !row.held.is_empty());
    assert_eq!(holding, before + unticked.count() + wanted.len());
}

async fn several_filters_select_whom_any_of_them_shows(app: TestApp) {
    let admin = app.romashka().await;
    let everybody = admin.everybody().await;
    let tab = |employment| Filter { tab: Tab::Employment(employment), ..Filter::default() };
    let mut selection = Selection::by_filter(tab(Employment::Candidate));
    let holders = Filter { licence: LicenceFilter::Any, ..Filter::default() };
    selection.add_all(&holders);
    // One whom both filters find is taken out, one whom neither finds is put in.
    let both = everybody.values().find(|row| row.employment == Employment::Candidate && !row.held.is_empty()).unwrap();
    selection.set(both, false);
    let neither = everybody.values().find(|row| row.employment == Employment::Employee && row.held.is_empty()).unwrap();
    selection.set(neither, true);
    let wanted: IdSet = everybody
        .values()
        .filter(|row| row.employment == Employment::Candidate || !row.held.is_empty() || row.id == neither.id)
        .filter(|row| row.id != both.id)
        .map(|row| row.id.0)
        .collect();
    let counts = admin.selected(&selection).await.unwrap();
    assert_eq!(counts.total, wanted.len() as u64);
    let preview = admin.preview(Deed::Revoke, &selection).await.unwrap();
    assert_eq!(preview.accepted, counts.licensed);
    let left_out: u64 = preview.left_out.iter().map(|left| left.count).sum();
    assert_eq!(preview.accepted + left_out, counts.total);
    let view = View { size: 100, page: 2, ..View::default() };
    let shown = admin.directory(&view, Some(&selection)).await.unwrap();
    assert_eq!(shown.counts, counts);
    assert!(shown.rows.iter().all(|row| wanted.contains(row.id.0)));
}

async fn the_table_shows_the_selected_alone(app: TestApp) {
    let admin = app.romashka().await;
    let everybody = admin.everybody().await;
    let candidates = Filter { tab: Tab::Employment(Employment::Candidate), ..Filter::default() };
    let except: Vec<i64> =
        everybody.values().filter(|row| row.employment == Employment::Candidate).take(3).map(|row| row.id.0).collect();
    let selection = Selection::all_but(candidates, except.iter().copied().collect());
    let view = View { size: 100, ..View::default() };
    let shown = admin.directory(&view, Some(&selection)).await.unwrap();
    assert_eq!((shown.counts.total, shown.rows.len()), (85, 85));
    assert!(shown.rows.iter().all(|row| row.employment == Employment::Candidate && !except.contains(&row.id.0)));
    let issuable = shown.rows.iter().filter(|row| row.may_receive()).count() as u64;
    assert_eq!(shown.counts.issuable, issuable);
    let nobody = admin.directory(&view, Some(&Selection::default())).await.unwrap();
    assert_eq!((nobody.counts.total, nobody.rows.len()), (0, 0));
}

async fn ids_beyond_the_filter_are_added(app: TestApp) {
    let admin = app.romashka().await;
    let people = |employment: Employment| move |row: &MemberRow| row.employment == employment && row.may_receive();
    let found = admin.pick(2, people(Employment::SelfEmployed)).await;
    let added = admin.pick(2, people(Employment::Individual)).await;
    let filter = Filter { tab: Tab::Employment(Employment::SelfEmployed), ..Filter::default() };
    let all = admin.find(&filter).await;
    // One of them is both excepted and named: being named counts.
    let selection = Selection {
        ids: [added[0], added[1], found[0]].into_iter().collect(),
        ..Selection::all_but(filter, found.iter().copied().collect())
    };
    let preview = admin.preview(Deed::Issue, &selection).await.unwrap();
    let total = preview.accepted + preview.left_out.iter().map(|left| left.count).sum::<u64>();
    assert_eq!(total, all.len() as u64 - 2 + 3);
    admin.confirm(&preview, Some(admin.pool("hR7_kQ2z").await.id)).await.unwrap();
    let after = admin.everybody().await;
    assert!([added[0], added[1], found[0]].iter().all(|id| after[id].held.len() == 1));
    assert!(after[&found[1]].held.is_empty(), "he was excepted");
}

async fn every_filter_selects_whom_it_shows(app: TestApp) {
    let admin = app.romashka().await;
    let frame = admin.frame().await.unwrap();
    let mut filters = vec![Filter { search: "воро".into(), ..Filter::default() }];
    filters.extend(frame.tabs.iter().map(|(tab, _)| Filter { tab: *tab, ..Filter::default() }));
    let licences = [LicenceFilter::None, LicenceFilter::Any, LicenceFilter::Product(frame.products[0].id)];
    filters.extend(licences.map(|licence| Filter { licence, ..Filter::default() }));
    for filter in filters {
        let shown = admin.find(&filter).await;
        assert!(!shown.is_empty(), "{filter:?}");
        if filter.licence == LicenceFilter::Whatever && filter.search.is_empty() {
            assert_eq!(shown.len() as u64, frame.count(filter.tab), "{filter:?}");
        }
        let preview = admin.preview(Deed::Issue, &Selection::by_filter(filter.clone())).await.unwrap();
        let total = preview.accepted + preview.left_out.iter().map(|left| left.count).sum::<u64>();
        assert_eq!(total, shown.len() as u64, "{filter:?}");
        assert_eq!(preview.accepted, shown.iter().filter(|row| row.may_receive()).count() as u64, "{filter:?}");
    }
    let unknown = Filter { tab: Tab::Group(GroupId(1_000_000)), ..Filter::default() };
    assert!(admin.find(&unknown).await.is_empty());
    let selected = admin.preview(Deed::Issue, &Selection::by_filter(unknown)).await;
    assert_eq!(selected.unwrap_err().code(), "nobody_fits");
}

async fn pages_and_sizes_that_do_not_exist(app: TestApp) {
    let admin = app.romashka().await;
    let page =
        async |page: u32, size: u32| admin.directory(&View { page, size, ..View::default() }, None).await.unwrap();
    assert_eq!((page(0, 50).await.page, page(u32::MAX, 50).await.page), (1, 7));
    assert_eq!(page(u32::MAX, 50).await.rows.len(), 17);
    for size in [0, 1, 51, u32::MAX] {
        assert_eq!(page(1, size).await.rows.len(), 50, "a page of {size}");
    }
    let empty: Result<_, DeskError> = admin.preview(Deed::Issue, &of(&[])).await;
    assert_eq!(empty, Err(DeskError::EmptySelection));
}
