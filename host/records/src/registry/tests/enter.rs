//! The binary's own sections, and components from the command line.

use super::*;

#[tokio::test]
async fn a_newer_binary_brings_its_sections_along_but_leaves_an_upload_in_place() {
    let records = Fixture::new().await;
    let actor = Actor::operator();
    let first = new_version(&records, b"embedded 1", VersionOrigin::Embedded).await;
    let second = new_version(&records, b"embedded 2", VersionOrigin::Embedded).await;
    let third = new_version(&records, b"embedded 3", VersionOrigin::Embedded).await;

    let row = records.enter_embedded(&first).await.unwrap();
    assert_eq!(row.active, Some(first.digest));
    let row = records.enter_embedded(&second).await.unwrap();
    assert_eq!(row.active, Some(second.digest));
    let before = records.change_counter().await.unwrap();
    let row = records.enter_embedded(&first).await.unwrap();
    assert_eq!(row.active, Some(second.digest), "the older binary again");
    assert_eq!(records.change_counter().await.unwrap(), before);
    records
        .roll_back(TREND, &why(&actor, "worse"))
        .await
        .unwrap();
    let row = records.enter_embedded(&second).await.unwrap();
    assert_eq!(
        row.active,
        Some(first.digest),
        "a roll back outlives a restart"
    );
    let upload = staged(&records, b"upload").await;
    records
        .activate(TREND, upload, &why(&actor, "ours"))
        .await
        .unwrap();

    let row = records.enter_embedded(&third).await.unwrap();

    assert_eq!(row.active, Some(upload));
    assert_eq!(state(&records, third.digest).await, VersionState::Staged);
}

#[tokio::test]
async fn a_component_from_the_command_line_is_entered_and_activated_once() {
    let (records, _, other) = two().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"other", VersionOrigin::File).await;

    let row = records
        .enter_file(&new, &why(&actor, "--module"))
        .await
        .unwrap();
    assert_eq!(row.active, Some(other));
    let before = records.change_counter().await.unwrap();
    records
        .enter_file(&new, &why(&actor, "--module"))
        .await
        .unwrap();

    assert_eq!(records.change_counter().await.unwrap(), before);
}

/// A restart with the same command line must not undo a roll back.
#[tokio::test]
async fn a_component_from_the_command_line_that_was_taken_back_stays_out() {
    let (records, one, _) = two().await;
    let actor = Actor::operator();
    let new = new_version(&records, b"from a file", VersionOrigin::File).await;
    records
        .enter_file(&new, &why(&actor, "--module"))
        .await
        .unwrap();
    records
        .roll_back(TREND, &why(&actor, "it is cut off"))
        .await
        .unwrap();

    let row = records
        .enter_file(&new, &why(&actor, "--module"))
        .await
        .unwrap();

    assert_eq!(row.active, Some(one));
}
