//! What a module returns is held to the contract; an error names the block and the rule.

use quire_model::ProblemKind;
use quire_modules::{Limits, RunError};

use crate::support::{Hostile, LIMITS};

#[tokio::test]
async fn forbidden_content_is_refused_with_block_and_rule() {
    let hostile = Hostile::new();
    let rules = [
        (
            "nan",
            "block 0: table `numbers`: column `a`: value 1 is not a finite number",
        ),
        (
            "infinity",
            "block 0: table `numbers`: column `a`: value 0 is not a finite number",
        ),
        (
            "ragged",
            "block 0: table `ragged`: column `b`: it has 2 cells, and column `a` has 3",
        ),
        (
            "control",
            "block 0: the text beginning \"ring the  bell\" has the control character U+0007",
        ),
        (
            "key",
            "the key \"No Key\" is not 1 to 200 lower-case letters, digits and hyphens",
        ),
        (
            "heading",
            "block 0: a heading of level 9; levels are 1 to 4",
        ),
        ("link", "the link \"http://example.com\" is neither"),
        ("script", "the link \"javascript:alert(1)\" is neither"),
        ("image:100", "block 0: image: the data are not PNG"),
        (
            "image:3000000",
            "block 0: image: 3000000 bytes; at most 2097152 are allowed",
        ),
        (
            "string:70000",
            "block 0: a string of 70000 bytes; at most 65536 are allowed",
        ),
        (
            "strings:100",
            "more than 4194304 bytes of text in the section",
        ),
        ("numbers:200001", "200001 cells; at most 200000 are allowed"),
    ];

    for (sin, rule) in rules {
        let error = hostile.commit(sin).await.unwrap_err();

        assert!(
            matches!(&error, RunError::OutputInvalid { rule: found } if found.contains(rule)),
            "{sin}: {error}"
        );
        assert_eq!(
            error.problem("s", hostile.module.digest).kind,
            ProblemKind::ModuleOutput
        );
    }
}

#[tokio::test]
async fn content_at_its_bounds_is_taken() {
    let hostile = Hostile::new();

    for sin in [
        "blocks:5000",
        "string:65536",
        "strings:69",
        "numbers:200000",
    ] {
        let result = hostile.commit(sin).await;

        assert!(result.is_ok(), "{sin}: {:?}", result.err());
    }
}

#[tokio::test]
async fn giants_are_refused_before_they_are_copied() {
    let limits = Limits {
        memory_bytes: 256 << 20,
        ..LIMITS
    };
    let hostile = Hostile::with(limits, 1);

    for sin in [
        "string:100000000",
        "numbers:10000000",
        "blocks:300000",
        "alias:1000",
    ] {
        let error = hostile.commit(sin).await.unwrap_err();

        assert!(
            matches!(error, RunError::OutputTooLarge { .. }),
            "{sin}: {error}"
        );
    }
}

#[tokio::test]
async fn the_hosts_own_bound_on_output_is_kept() {
    let hostile = Hostile::with(
        Limits {
            output_bytes: 1000,
            ..LIMITS
        },
        1,
    );

    let error = hostile.commit("string:2000").await.unwrap_err();

    assert_eq!(error, RunError::OutputTooLarge { limit_bytes: 1000 });
}

#[tokio::test]
async fn lies_about_memory_are_crashes_of_the_guest() {
    let hostile = Hostile::new();

    for sin in ["lie:268435456", "bad-text"] {
        let error = hostile.commit(sin).await.unwrap_err();

        assert!(
            matches!(
                error,
                RunError::Crashed { .. } | RunError::OutputTooLarge { .. }
            ),
            "{sin}: {error}"
        );
    }
}
