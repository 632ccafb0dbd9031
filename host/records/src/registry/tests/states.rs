//! The order of states, what a change needs, and what there is not.

use super::*;

#[tokio::test]
async fn a_version_goes_from_checked_over_staged_to_active_and_back() {
    let records = Fixture::new().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"one", VersionOrigin::Upload).await;

    let entered = records
        .add_version(&new, &why(&actor, "new"))
        .await
        .unwrap();
    let again = records
        .add_version(&new, &why(&actor, "new"))
        .await
        .unwrap();
    assert!(entered.created && !again.created);
    assert_eq!(state(&records, new.digest).await, VersionState::Checked);
    let early = records
        .activate(TREND, new.digest, &why(&actor, "hurry"))
        .await
        .unwrap_err();
    assert_eq!(
        early.to_string(),
        format!(
            "version {} of module trend is checked and cannot be activated: it must be staged, \
             canary, shadow or retired",
            new.digest.short()
        )
    );
    let one = staged(&records, b"one").await;
    let row = records
        .activate(TREND, one, &why(&actor, "first"))
        .await
        .unwrap();
    assert_eq!((row.active, row.previous), (Some(one), None));
    assert_eq!(row.probation, None, "there is nothing to return to");
    let other = staged(&records, b"other").await;
    let row = records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();
    assert_eq!((row.active, row.previous), (Some(other), Some(one)));
    assert!(row.probation.is_some());
    assert_eq!(state(&records, one).await, VersionState::Retired);

    let row = records
        .roll_back(TREND, &why(&actor, "worse"))
        .await
        .unwrap();

    assert_eq!((row.active, row.previous), (Some(one), Some(other)));
    assert_eq!(state(&records, other).await, VersionState::Retired);
    let last = records.audit(0, 100).await.unwrap().pop().unwrap();
    assert_eq!(last.action, "module.rolled-back");
    assert_eq!((last.before, last.after), (Some(other), Some(one)));
    assert_eq!(last.reason.as_deref(), Some("worse"));
    assert_eq!(last.actor, "operator");
    assert_eq!(last.request_id.as_deref(), Some("request-1"));
    assert!(records.verify_audit().await.unwrap().is_ok());
}

#[tokio::test]
async fn a_change_needs_a_reason_and_the_revision_it_was_decided_on() {
    let (records, _, other) = two().await;
    let actor = Actor::operator();
    let before = records.change_counter().await.unwrap();
    let revision = module(&records).await.revision;

    let silent = records.activate(TREND, other, &why(&actor, "  ")).await;
    let stale = Decision {
        expected_revision: Some(revision - 1),
        ..why(&actor, "better")
    };
    let raced = records.activate(TREND, other, &stale).await;

    assert!(matches!(silent, Err(RecordsError::NoReason(_))));
    assert!(matches!(raced, Err(RecordsError::Changed { .. })));
    assert_eq!(records.change_counter().await.unwrap(), before);
    let fresh = Decision {
        expected_revision: Some(revision),
        ..why(&actor, "better")
    };
    let row = records.activate(TREND, other, &fresh).await.unwrap();
    assert_eq!(row.revision, revision + 1);
    assert_eq!(records.change_counter().await.unwrap(), before + 1);
}

#[tokio::test]
async fn what_there_is_not_is_named() {
    let (records, one, _) = two().await;
    let actor = Actor::operator();
    let gone = Digest::of(b"gone");

    let module = records.activate("map", one, &why(&actor, "x")).await;
    let version = records.activate(TREND, gone, &why(&actor, "x")).await;
    let before = records.roll_back(TREND, &why(&actor, "x")).await;
    let active = records.retire(TREND, one, &why(&actor, "x")).await;

    assert!(matches!(module, Err(RecordsError::UnknownModule(_))));
    assert!(matches!(version, Err(RecordsError::UnknownVersion { .. })));
    assert!(matches!(before, Err(RecordsError::NothingBefore(_))));
    assert!(matches!(active, Err(RecordsError::NotAllowed { .. })));
}

#[tokio::test]
async fn a_version_without_stored_bytes_of_another_world_or_with_a_bad_name_is_not_entered() {
    let (records, _, _) = two().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"third", VersionOrigin::Upload).await;
    let bare = NewVersion {
        digest: Digest::of(b"nowhere"),
        ..new.clone()
    };
    let other_kind = NewVersion {
        kind: Kind::Narrative,
        ..new.clone()
    };
    let named = NewVersion {
        module: "../trend".to_owned(),
        ..new
    };

    let bare = records.add_version(&bare, &why(&actor, "x")).await;
    let other_kind = records.add_version(&other_kind, &why(&actor, "x")).await;
    let named = records.add_version(&named, &why(&actor, "x")).await;

    assert!(matches!(bare, Err(RecordsError::NoArtifact(_))));
    assert!(matches!(other_kind, Err(RecordsError::OtherKind { .. })));
    assert!(matches!(named, Err(RecordsError::InvalidName(_))));
    assert_eq!(records.versions(TREND).await.unwrap().len(), 2);
}

/// Two people see the same fault, and both want to go back.
#[tokio::test]
async fn a_second_roll_back_does_not_undo_the_first() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    records
        .activate(TREND, other, &why(&actor, "better"))
        .await
        .unwrap();

    let row = records
        .roll_back(TREND, &why(&actor, "it is cut off"))
        .await
        .unwrap();
    let second = records
        .roll_back(TREND, &why(&actor, "it is cut off"))
        .await
        .unwrap_err();
    assert_eq!(module(&records).await.active, Some(one));
    let informed = Decision {
        expected_revision: Some(row.revision),
        ..why(&actor, "again")
    };
    let third = records.roll_back(TREND, &informed).await.unwrap_err();
    let forth = records
        .activate(TREND, other, &why(&actor, "it was not that"))
        .await
        .unwrap();

    for refused in [second, third] {
        assert!(matches!(refused, RecordsError::RolledBackAlready { .. }));
        assert_eq!(refused.next_step().unwrap().act, Act::Activate);
    }
    assert_eq!(forth.active, Some(other));
}

#[tokio::test]
async fn a_version_is_named_by_its_first_digits() {
    let (records, one, _) = two().await;
    let digits = one.to_string();

    for name in [&digits, &digits[..12], &digits.to_uppercase()[..8]] {
        assert_eq!(records.version_named(TREND, name).await.unwrap(), one);
    }
    let none = records.version_named(TREND, "").await.unwrap_err();
    let gone = records.version_named("gone", &digits).await.unwrap_err();

    assert!(matches!(none, RecordsError::UnknownVersion { .. }));
    assert!(matches!(gone, RecordsError::UnknownModule(_)));
}

#[tokio::test]
async fn only_what_someone_staged_may_be_named_by_a_definition() {
    let (records, one, other) = two().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"new", VersionOrigin::Upload).await;
    let checked = records
        .add_version(&new, &why(&actor, "try"))
        .await
        .unwrap();
    let pinned = async |digest| {
        let version = records.version(TREND, digest).await.unwrap().unwrap();
        version.may_be_pinned()
    };

    assert!(!checked.version.may_be_pinned());
    assert!(pinned(one).await);
    assert!(pinned(other).await);
    records
        .retire(TREND, other, &why(&actor, "never used"))
        .await
        .unwrap();
    assert!(!pinned(other).await);
}

#[tokio::test]
async fn with_four_eyes_nobody_puts_their_own_version_into_a_definition() {
    let (records, active, own) = two().await;
    let strict = records.with_four_eyes().await;
    let naming = |digest| -> Definition {
        let section = json!({"name": "trend", "module": TREND, "kind": "section", "policy": "placeholder", "params": {}, "digest": digest});
        let definition = json!({
            "name": "team", "version": 1, "title": "T", "paper": "a4", "front_matter": true, "sections": [section],
        });
        serde_json::from_value(definition).unwrap()
    };
    let author = Actor::operator();
    let other = Actor {
        key: KeyId::from("key_another"),
        ..Actor::operator()
    };

    let alone = strict
        .put_definition(&naming(own), &why(&author, "mine"))
        .await;
    assert!(
        matches!(alone, Err(RecordsError::FourEyes { .. })),
        "{alone:?}"
    );
    // What was active was decided on before.
    strict
        .put_definition(&naming(active), &why(&author, "known"))
        .await
        .unwrap();
    strict
        .put_definition(&naming(own), &why(&other, "looked at"))
        .await
        .unwrap();
    strict
        .use_definition("team", 1, &why(&author, "back"))
        .await
        .unwrap();
    let again = strict
        .use_definition("team", 2, &why(&author, "mine after all"))
        .await;
    assert!(
        matches!(again, Err(RecordsError::FourEyes { .. })),
        "{again:?}"
    );
}

#[tokio::test]
async fn limits_are_kept_and_audited() {
    let (records, _, _) = two().await;
    let actor = Actor::operator();
    let limits = LimitOverrides {
        cpu_ms: Some(500),
        ..LimitOverrides::default()
    };

    records
        .set_limits(TREND, limits, &why(&actor, "too slow"))
        .await
        .unwrap();

    assert_eq!(module(&records).await.limits, limits);
    assert_eq!(actions(&records).await.last().unwrap(), "module.limits");
}

#[tokio::test]
async fn the_database_itself_holds_the_order_of_states() {
    let (records, one, _) = two().await;

    for sql in [
        "UPDATE module_version SET state = 'checked'",
        "UPDATE module_version SET state = 'canary' WHERE state = 'active'",
        "UPDATE module_version SET state = 'active'",
        "UPDATE module_version SET title = 'other'",
        "DELETE FROM module_version",
        "UPDATE change SET revision = 0",
    ] {
        let mut change = records.write().await.unwrap();
        let result = sqlx::query(sql).execute(&mut *change).await;
        assert!(result.is_err(), "{sql}");
    }
    assert_eq!(state(&records, one).await, VersionState::Active);
}

#[tokio::test]
async fn another_process_sees_what_was_changed() {
    let (records, one, _) = two().await;
    let another = records.another().await;

    assert_eq!(
        another.change_counter().await.unwrap(),
        records.change_counter().await.unwrap()
    );
    assert_eq!(module(&another).await.active, Some(one));
    assert_eq!(another.artifact(one).await.unwrap().bytes, b"one");
}

#[tokio::test]
async fn a_version_that_breaks_a_definition_is_not_used() {
    let (fixture, one, _) = two().await;
    let records = fixture.with_params(|schema, params| match schema {
        Some("takes none") if params.get("top").is_some() => Err(vec![FieldError {
            pointer: "/top".to_owned(),
            detail: "there is no such parameter".to_owned(),
        }]),
        _ => Ok(()),
    });
    let records = records.await;
    let actor = Actor::operator();
    let section = json!({"name": "course", "module": TREND, "params": {"top": 3}});
    let definition = |sections: serde_json::Value| -> Definition {
        serde_json::from_value(json!({
            "name": "brief", "version": 1, "title": "Brief", "paper": "a4", "front_matter": true,
            "sections": sections,
        }))
        .unwrap()
    };
    records
        .put_definition(&definition(json!([section])), &why(&actor, "mine"))
        .await
        .unwrap();
    let strict = NewVersion {
        manifest: json!({"params_schema": "takes none"}),
        ..new_version(&records, b"strict", VersionOrigin::Upload).await
    };
    records
        .add_version(&strict, &why(&actor, "new"))
        .await
        .unwrap();
    let digest = strict.digest;
    records
        .stage(TREND, digest, &why(&actor, "try"))
        .await
        .unwrap();

    let decision = why(&actor, "use it");
    let budget = CanaryBudget::default();
    for refused in [
        records.activate(TREND, digest, &decision).await,
        records
            .start_canary(TREND, digest, 10, budget, &decision)
            .await,
        records.start_shadow(TREND, digest, 0, &decision).await,
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(error, RecordsError::Unfit { .. }), "{error}");
        let words = error.to_string();
        for part in [
            "definition brief",
            "section course",
            "parameter top",
            "no such",
        ] {
            assert!(words.contains(part), "{words}");
        }
    }
    assert_eq!(module(&records).await.active, Some(one));

    // A section that names its own version is not made with it.
    let mut pinned = section;
    pinned["digest"] = json!(one);
    records
        .put_definition(&definition(json!([pinned])), &why(&actor, "mine"))
        .await
        .unwrap();
    records.activate(TREND, digest, &decision).await.unwrap();
}
