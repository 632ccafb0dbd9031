//! The records of a running `quire`, opened by the test as by a second process: modules are swapped
//! and definitions put beside it.

use std::path::Path;

use quire_model::{
    CaseSelection, Definition, Digest, Kind, LimitOverrides, Paper, Policy, SectionSpec,
};
use quire_records::{
    Actor, Decision, NewVersion, Records, RecordsSettings, VersionOrigin, VersionState,
};
use serde_json::json;

use super::guest;

/// The module of the editions, and the definition that uses it.
pub(crate) const EDITION: &str = "edition";

/// The records of a data directory, seen from outside.
pub(crate) struct Registry {
    pub(crate) records: Records,
    actor: Actor,
}

impl Registry {
    pub(crate) async fn open(data_dir: &Path) -> Self {
        Self {
            records: Records::open(RecordsSettings::new(data_dir)).await.unwrap(),
            actor: Actor::operator(),
        }
    }

    /// A decision on whatever is there now.
    pub(crate) fn why<'a>(&'a self, reason: &'a str) -> Decision<'a> {
        Decision {
            actor: &self.actor,
            reason,
            request_id: "test",
            expected_revision: None,
        }
    }

    /// Enter and stage a guest as a version of the module `edition`.
    pub(crate) async fn stage(&self, name: &str) -> Digest {
        let wasm = std::fs::read(guest(name)).unwrap();
        let artifact = self
            .records
            .put_artifact(wasm, "application/wasm")
            .await
            .unwrap();
        let new = NewVersion {
            module: EDITION.to_owned(),
            digest: artifact.digest,
            kind: Kind::Section,
            version: "1.0.0".to_owned(),
            title: name.to_owned(),
            manifest: json!({}),
            size_bytes: artifact.size_bytes,
            origin: VersionOrigin::Upload,
        };
        let entered = self
            .records
            .add_version(&new, &self.why("new"))
            .await
            .unwrap();
        if entered.version.state == VersionState::Checked {
            self.records
                .stage(EDITION, new.digest, &self.why("reviewed"))
                .await
                .unwrap();
        }
        new.digest
    }

    /// Activate a version.
    pub(crate) async fn activate(&self, digest: Digest) {
        self.records
            .activate(EDITION, digest, &self.why("swap"))
            .await
            .unwrap();
    }

    /// Put the definition `edition`: two sections of that module, so that a report that mixed two
    /// versions would show it.
    pub(crate) async fn define(&self, policy: Policy) {
        let section = |name: &str| SectionSpec {
            name: name.to_owned(),
            module: EDITION.to_owned(),
            kind: Kind::Section,
            policy,
            params: json!({}),
            digest: None,
            limits: LimitOverrides::default(),
        };
        let definition = Definition {
            name: EDITION.to_owned(),
            version: 1,
            title: "Editions".to_owned(),
            paper: Paper::A4,
            front_matter: false,
            selection: CaseSelection::default(),
            sections: vec![section("first"), section("second")],
        };
        self.records
            .put_definition(&definition, &self.why("test"))
            .await
            .unwrap();
    }

    /// Actions of the audit trail, with their reasons.
    pub(crate) async fn audited(&self, action: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut after = 0;
        loop {
            let page = self.records.audit(after, 1000).await.unwrap();
            let Some(last) = page.last() else {
                return found;
            };
            after = last.sequence;
            let told = page.into_iter().filter(|event| event.action == action);
            found.extend(told.map(|event| event.reason.unwrap_or_default()));
        }
    }
}
