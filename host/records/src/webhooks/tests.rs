//! What webhooks promise of the records alone.

use std::{collections::BTreeSet, time::Duration};

use quire_model::ReportId;

use crate::{
    Actor, ClaimedDelivery, DeliveryRow, DeliveryState, NewWebhook, Outcome, RecordsError, Role,
    Told, WebhookChange, WebhookEvent, WebhookRow,
    fixture::{Fixture, LEASE, actor, problem, request},
};

const NEW: NewWebhook<'_> = NewWebhook {
    url: "https://hooks.example/secret-path",
    host: "hooks.example",
    description: None,
    events: None,
    everyone: false,
    owner: None,
};

/// The holder of a new key.
async fn holder(records: &Fixture, role: Role) -> Actor {
    let made = records.create_key(role, "test", &actor(), "r").await;
    let secret = made.unwrap().1;
    let known = records.authenticate(secret.expose()).await.unwrap();
    known.unwrap()
}

async fn hook(records: &Fixture, owner: &Actor) -> WebhookRow {
    let made = records.make_webhook(&NEW, owner, "r").await.unwrap();
    made.0
}

/// A report of that key, accepted.
async fn enter(records: &Fixture, owner: &Actor) -> ReportId {
    let accepted = records
        .accept(&request("61958-0802"), owner, "r", None)
        .await;
    accepted.unwrap().id
}

/// The same, failed.
async fn fail(records: &Fixture, owner: &Actor) -> ReportId {
    let id = enter(records, owner).await;
    let claimed = records.take(&id).await;
    let failed = Outcome::Failed(problem());
    assert!(records.settle(&id, &claimed.token, &failed).await.unwrap());
    id
}

/// What was noted for a webhook.
async fn noted(records: &Fixture, hook: &WebhookRow) -> BTreeSet<(&'static str, ReportId)> {
    let rows = records.deliveries(&actor(), &hook.id, None, 100).await;
    let rows = rows.unwrap().unwrap();
    let told = |row: DeliveryRow| (row.event.as_str(), row.report.unwrap());
    rows.into_iter().map(told).collect()
}

async fn claim(records: &Fixture, hook: &WebhookRow) -> Option<ClaimedDelivery> {
    records.claim_delivery(&hook.id, LEASE).await.unwrap()
}

#[tokio::test]
async fn every_end_is_noted_with_it_and_a_withdrawal_is_none() {
    let records = Fixture::new().await;
    let owner = holder(&records, Role::Consumer).await;
    let hook = hook(&records, &owner).await;

    let failed = fail(&records, &owner).await;
    let waiting = enter(&records, &owner).await;
    records.cancel(&waiting, &owner, "r").await.unwrap();
    let running = enter(&records, &owner).await;
    let claimed = records.take(&running).await;
    records.cancel(&running, &owner, "r").await.unwrap();
    let retry = Outcome::Retry {
        after: LEASE,
        problem: problem(),
    };
    records
        .settle(&running, &claimed.token, &retry)
        .await
        .unwrap();
    // Its worker died, and it was called off meanwhile.
    let orphan = enter(&records, &owner).await;
    records.take(&orphan).await;
    records.cancel(&orphan, &owner, "r").await.unwrap();
    records.clock.advance(LEASE);
    records.claim(&orphan, "worker 2", LEASE).await.unwrap();
    let withdrawn = enter(&records, &owner).await;
    let taken_back = records
        .withdraw(&withdrawn, &owner, "r", None, &problem())
        .await;
    assert!(taken_back.unwrap());

    let cancelled = [orphan, running, waiting].map(|id| ("report.cancelled", id));
    let mut expected = BTreeSet::from(cancelled);
    expected.insert(("report.failed", failed));
    assert_eq!(noted(&records, &hook).await, expected);
}

#[tokio::test]
async fn a_webhook_is_told_of_its_keys_reports_while_that_key_is_valid() {
    let records = Fixture::new().await;
    let owner = holder(&records, Role::Consumer).await;
    let admin = holder(&records, Role::Admin).await;
    let other = holder(&records, Role::Admin).await;
    let own = hook(&records, &owner).await;
    let all = NewWebhook {
        everyone: true,
        events: Some(&[WebhookEvent::Failed]),
        ..NEW
    };
    let all = records.make_webhook(&all, &admin, "r").await.unwrap().0;

    fail(&records, &owner).await;
    fail(&records, &other).await;
    let called_off = enter(&records, &owner).await;
    records.cancel(&called_off, &owner, "r").await.unwrap();
    assert_eq!(noted(&records, &own).await.len(), 2);
    assert_eq!(noted(&records, &all).await.len(), 2);

    for key in [&owner.key, &admin.key] {
        assert!(
            records
                .revoke_key(key, "left", &actor(), "r")
                .await
                .unwrap()
        );
    }
    fail(&records, &owner).await;
    assert_eq!(noted(&records, &own).await.len(), 2);
    assert_eq!(noted(&records, &all).await.len(), 2);
}

#[tokio::test]
async fn a_claim_is_one_processes_until_its_lease_runs_out() {
    let records = Fixture::new().await;
    let another = records.another().await;
    let owner = holder(&records, Role::Consumer).await;
    let hook = hook(&records, &owner).await;
    fail(&records, &owner).await;
    assert_eq!(
        another.webhooks_due(9).await.unwrap(),
        [(hook.id.clone(), 1)]
    );

    let first = claim(&records, &hook).await.unwrap();
    assert!(claim(&records, &hook).await.is_none());
    assert!(another.webhooks_due(9).await.unwrap().is_empty());
    records.clock.advance(LEASE);
    let second = another.claim_delivery(&hook.id, LEASE).await.unwrap();
    let second = second.unwrap();

    assert_eq!((first.attempt, second.attempt), (1, 2));
    assert_eq!(first.id, second.id);
    let delivered = Told::Delivered { answer: 204 };
    assert!(!records.settle_delivery(&first, &delivered).await.unwrap());
    assert!(another.settle_delivery(&second, &delivered).await.unwrap());
    assert!(!another.settle_delivery(&second, &delivered).await.unwrap());
    let rows = records.deliveries(&owner, &hook.id, None, 9).await.unwrap();
    let row = rows.unwrap().remove(0);
    assert_eq!(row.state, DeliveryState::Delivered);
    assert_eq!((row.answer, row.due_at), (Some(204), None));
}

#[tokio::test]
async fn a_pause_of_a_clock_that_was_set_back_is_over() {
    let records = Fixture::new().await;
    let owner = holder(&records, Role::Consumer).await;
    let hook = hook(&records, &owner).await;
    fail(&records, &owner).await;
    records.clock.advance(Duration::from_hours(48));
    let claimed = claim(&records, &hook).await.unwrap();
    let retry = Told::Retry {
        answer: Some(500),
        fault: "it answered 500".to_owned(),
        after: Duration::from_hours(5),
    };
    assert!(records.settle_delivery(&claimed, &retry).await.unwrap());
    assert!(claim(&records, &hook).await.is_none());

    records.clock.set_back(Duration::from_hours(48));

    assert_eq!(claim(&records, &hook).await.unwrap().attempt, 2);
}

#[tokio::test]
async fn a_receiver_that_is_gone_or_a_pause_stops_what_waits_until_it_goes_on() {
    let records = Fixture::new().await;
    let owner = holder(&records, Role::Consumer).await;
    let hook = hook(&records, &owner).await;
    fail(&records, &owner).await;
    fail(&records, &owner).await;
    let claimed = claim(&records, &hook).await.unwrap();

    let gone = Told::Gone { answer: 410 };
    assert!(records.settle_delivery(&claimed, &gone).await.unwrap());

    let shown = records.webhook(&owner, &hook.id).await.unwrap().unwrap();
    assert!(shown.paused && shown.disabled_at.is_some());
    assert!(records.webhooks_due(9).await.unwrap().is_empty());
    assert_eq!(records.oldest_undelivered().await.unwrap(), None);
    fail(&records, &owner).await;
    assert_eq!(noted(&records, &hook).await.len(), 2);
    for silent in [
        records.ping_webhook(&hook.id, &owner).await.map(drop),
        records
            .resend(&owner, &hook.id, &claimed.id)
            .await
            .map(drop),
    ] {
        assert!(matches!(silent, Err(RecordsError::Silent)), "{silent:?}");
    }
    let on = WebhookChange {
        paused: Some(false),
        ..WebhookChange::default()
    };
    let on = records.change_webhook(&hook.id, &on, &owner, "r").await;
    let on = on.unwrap().unwrap();
    assert!(!on.paused && on.disabled_at.is_none());
    let next = claim(&records, &hook).await.unwrap();
    assert_ne!(next.id, claimed.id);
    // What was given up is sent again when somebody says so.
    assert!(records.resend(&owner, &hook.id, &claimed.id).await.unwrap());
    let again = claim(&records, &hook).await.unwrap();
    assert_eq!((&again.id, again.attempt), (&claimed.id, 1));
}

#[tokio::test]
async fn a_secret_is_known_once_and_the_old_one_signs_for_a_day() {
    let records = Fixture::new().await;
    let owner = holder(&records, Role::Consumer).await;
    let (hook, first) = records.make_webhook(&NEW, &owner, "r").await.unwrap();
    let (second, until) = records
        .rotate_webhook(&hook.id, &owner, "r")
        .await
        .unwrap()
        .unwrap();
    for secret in [&first, &second] {
        assert!(secret.expose().starts_with("whsec_") && secret.expose().len() == 50);
    }
    assert_ne!(first, second);

    fail(&records, &owner).await;
    let both = claim(&records, &hook).await.unwrap();
    assert_eq!(both.secrets, [second.clone(), first]);
    assert!(!format!("{both:?}").contains("whsec_"));
    records.clock.advance(Duration::from_hours(24));
    assert_eq!(until.as_millisecond(), records.now());
    let one = claim(&records, &hook).await.unwrap();
    assert_eq!(one.secrets, [second]);
}

#[tokio::test]
async fn webhooks_are_their_owners_and_the_trail_knows_neither_secret_nor_address() {
    let records = Fixture::new().await;
    let owner = holder(&records, Role::Consumer).await;
    let stranger = holder(&records, Role::Consumer).await;
    let auditor = holder(&records, Role::Auditor).await;
    let hook = hook(&records, &owner).await;
    let change = WebhookChange {
        url: Some(("https://other.example/secret-path", "other.example")),
        ..WebhookChange::default()
    };

    for other in [&stranger, &auditor] {
        let changed = records.change_webhook(&hook.id, &change, other, "r").await;
        assert_eq!(changed.unwrap(), None);
        let rotated = records.rotate_webhook(&hook.id, other, "r").await.unwrap();
        assert!(rotated.is_none());
        assert!(!records.delete_webhook(&hook.id, other, "r").await.unwrap());
        assert_eq!(records.ping_webhook(&hook.id, other).await.unwrap(), None);
    }
    assert_eq!(records.webhooks(&stranger).await.unwrap(), []);
    assert_eq!(records.webhook(&stranger, &hook.id).await.unwrap(), None);
    let deliveries = records.deliveries(&stranger, &hook.id, None, 9).await;
    assert_eq!(deliveries.unwrap(), None);
    assert_eq!(
        records.webhooks(&auditor).await.unwrap(),
        std::slice::from_ref(&hook)
    );

    let changed = records.change_webhook(&hook.id, &change, &owner, "r").await;
    assert_eq!(changed.unwrap().unwrap().url, change.url.unwrap().0);
    records.rotate_webhook(&hook.id, &owner, "r").await.unwrap();
    fail(&records, &owner).await;
    assert!(records.delete_webhook(&hook.id, &owner, "r").await.unwrap());
    assert!(!records.delete_webhook(&hook.id, &owner, "r").await.unwrap());

    let events = records.audit(0, 100).await.unwrap();
    let of_hooks: Vec<_> = events
        .iter()
        .filter(|event| event.object == format!("webhook {}", hook.id))
        .map(|event| (event.action.as_str(), event.reason.as_deref()))
        .collect();
    assert_eq!(
        of_hooks,
        [
            (
                "webhook.created",
                Some("tells hooks.example of the reports of the key")
            ),
            ("webhook.changed", Some("tells other.example")),
            ("webhook.rotated", None),
            ("webhook.deleted", None),
        ]
    );
    assert!(records.verify_audit().await.unwrap().is_ok());
}

#[tokio::test]
async fn a_key_has_so_many_webhooks_and_one_ping_at_a_time() {
    let records = Fixture::new().await;
    let owner = holder(&records, Role::Consumer).await;
    let hook = hook(&records, &owner).await;
    assert!(
        records
            .ping_webhook(&hook.id, &owner)
            .await
            .unwrap()
            .is_some()
    );
    let second = records.ping_webhook(&hook.id, &owner).await;
    assert!(matches!(second, Err(RecordsError::TooMany { .. })));

    for _ in 1..20 {
        records.make_webhook(&NEW, &owner, "r").await.unwrap();
    }
    let beyond = records.make_webhook(&NEW, &owner, "r").await;
    assert!(matches!(beyond, Err(RecordsError::TooMany { .. })));
}

#[tokio::test]
async fn what_ended_long_ago_is_forgotten_and_what_waits_is_not() {
    let records = Fixture::new().await;
    let owner = holder(&records, Role::Consumer).await;
    let hook = hook(&records, &owner).await;
    fail(&records, &owner).await;
    fail(&records, &owner).await;
    let claimed = claim(&records, &hook).await.unwrap();
    let delivered = Told::Delivered { answer: 200 };
    assert!(records.settle_delivery(&claimed, &delivered).await.unwrap());

    records.clear_deliveries().await.unwrap();
    assert_eq!(noted(&records, &hook).await.len(), 2);
    records.clock.advance(Duration::from_hours(24 * 31));
    records.clear_deliveries().await.unwrap();

    assert_eq!(noted(&records, &hook).await.len(), 1);
    let waited = records.oldest_undelivered().await.unwrap().unwrap();
    assert_eq!(waited, Duration::from_hours(24 * 31));
}
