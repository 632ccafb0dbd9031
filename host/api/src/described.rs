//! Types of the crates below, which know no OpenAPI, described to it: forms of text, and what stands in bodies.

mod documents;
mod text;
mod trials;

pub(crate) use documents::{
    DefinitionShape, FieldErrorShape, FindingShape, KindName, LimitOverridesShape, PaperName,
    RoleOfDrug, SectionDifferenceShape, VerdictName,
};
pub(crate) use text::{
    DigestText, LanguageText, LineText, NameText, NdcText, ReasonText, TaskIdText, VersionText,
};
pub(crate) use trials::{
    CanaryBudgetShape, CanaryShape, CheckpointShape, NextStepShape, NoticeShape, ProbationShape,
    ShadowVerdictName, StandingShape, TallyShape, VersionOriginName, VersionStateName,
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use quire_model::{Change, Digest, Finding, FindingKind, LimitOverrides, SectionDifference};
    use quire_records::{
        Acceptance, Canary, CanaryBudget, Checkpoint, CostLimits, Notice, PlaceCount, Probation,
        Standing, Tally, Timestamp, VersionState,
    };
    use quire_registry::Definitions;
    use serde_json::{Value, json};

    fn digest() -> Digest {
        Digest::of(b"a")
    }

    fn tally() -> Tally {
        let none = json!({
            "digest": digest(), "runs": 1, "failures": 0, "compared": 1, "cpu_us": 1, "wall_us": 1, "memory_bytes": 1,
            "before_cpu_us": 1, "before_wall_us": 1, "before_memory_bytes": 1,
        });
        serde_json::from_value(none).unwrap()
    }

    fn canary() -> Canary {
        Canary {
            digest: digest(),
            percent: 10,
            budget: CanaryBudget::default(),
        }
    }

    fn acceptance() -> Acceptance {
        Acceptance {
            active: digest(),
            up_to: 1,
            places: BTreeSet::new(),
            reason: "r".to_owned(),
            accepted_by: "k".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn standing() -> Standing {
        Standing {
            module: "trend".to_owned(),
            digest: digest(),
            state: VersionState::Staged,
            required_clean: 1,
            clean_runs: 0,
            exempt: false,
            shadow_runs: 0,
            same: 0,
            accepted: 0,
            differing: 0,
            failed: 0,
            places: vec![PlaceCount {
                place: "p".to_owned(),
                runs: 1,
                accepted: false,
            }],
            last_run: 0,
            last_failure: None,
            acceptances: vec![acceptance()],
            canary: Some(canary()),
            probation: Some(Probation::default()),
            tally: Some(tally()),
        }
    }

    fn difference() -> SectionDifference {
        let text = json!({
            "outcome": {"active": "made", "candidate": "failed"},
            "blocks": [{"change": Change::Added, "kind": "table", "name": "n", "details": ["d"]}],
            "numbers": [{"place": "p", "kind": "table", "active": 1, "candidate": null}],
            "omitted": 0,
        });
        serde_json::from_value(text).unwrap()
    }

    /// Every member that is written is described, and what is required is there, down to the innermost object.
    fn hold(name: &str, written: &Value, schemas: &Value) {
        let schema = &schemas[name];
        let described = schema["properties"].as_object().unwrap();
        let written = written.as_object().unwrap();
        for (member, value) in written {
            let Some(described) = described.get(member) else {
                panic!("{name} does not describe {member}");
            };
            let value = match value {
                Value::Array(values) => values.first().unwrap_or(&Value::Null),
                value => value,
            };
            let text = described.to_string();
            let inner = text.split("#/components/schemas/").nth(1);
            let inner = inner.and_then(|rest| rest.split('"').next());
            if let (Some(inner), Value::Object(_)) = (inner, value) {
                hold(inner, value, schemas);
            }
        }
        for required in schema["required"].as_array().into_iter().flatten() {
            let required = required.as_str().unwrap();
            assert!(
                written.contains_key(required),
                "{name} is written without {required}"
            );
        }
    }

    #[test]
    fn what_is_described_is_what_is_written() {
        let description = crate::routes::described().into_openapi();
        let description = serde_json::to_value(description).unwrap();
        let schemas = &description["components"]["schemas"];
        let limits = LimitOverrides {
            cpu_ms: Some(1),
            wall_ms: Some(1),
            memory_bytes: Some(1),
            output_bytes: Some(1),
            blocks: Some(1),
            rows: Some(1),
            log_bytes: Some(1),
            handles: Some(1),
        };
        let checkpoint = Checkpoint {
            sequence: 1,
            hash: digest(),
            time: Timestamp::UNIX_EPOCH,
            public_key: "p".to_owned(),
            signature: "s".to_owned(),
        };
        let notice = Notice {
            at: Timestamp::UNIX_EPOCH,
            text: "t".to_owned(),
        };
        let finding = Finding {
            section: Some("s".to_owned()),
            module: Some("m".to_owned()),
            digest: Some(digest()),
            page: Some(1),
            ..Finding::new(FindingKind::Failed, "d")
        };
        let definitions = Definitions::built_in();
        let definition = definitions.get(Definitions::STANDARD).unwrap();
        let standing = crate::next_step::StandingEntry::from(standing());
        let write = |noun: serde_json::Result<Value>| noun.unwrap();

        for (name, written) in [
            ("Standing", write(serde_json::to_value(standing))),
            (
                "CostLimits",
                write(serde_json::to_value(CostLimits::default())),
            ),
            ("LimitOverrides", write(serde_json::to_value(limits))),
            ("Checkpoint", write(serde_json::to_value(checkpoint))),
            ("Notice", write(serde_json::to_value(notice))),
            ("Finding", write(serde_json::to_value(finding))),
            (
                "SectionDifference",
                write(serde_json::to_value(difference())),
            ),
            ("Definition", write(serde_json::to_value(&*definition))),
            ("FieldError", json!({"pointer": "/a", "detail": "d"})),
        ] {
            hold(name, &written, schemas);
        }
    }
}
