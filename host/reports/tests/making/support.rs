//! A maker over the bundled sample, with guests that misbehave on demand.

use std::{path::Path, time::Duration};

use quire_faers::{Faers, FaersSettings};
use quire_model::{
    Block, CaseSelection, Date, Definition, Failure, Kind, LimitOverrides, Paper, Policy,
    ReportRequest, Section, SectionSpec,
};
use quire_modules::{Limits, ModuleHost, ModuleSettings};
use quire_records::Pins;
use quire_registry::{Assignments, Definitions, Journal, Registry};
use quire_replay::{Replay, RunningReplay};
use quire_reports::{Backgrounds, Composed, Generated, Maker};
use quire_testing::guest;
use serde_json::json;

/// A maker whose only definition is called `test`, and the openFDA that it asks.
pub(crate) struct Bench {
    pub(crate) maker: Maker,
    pub(crate) openfda: RunningReplay,
}

impl Bench {
    /// One with these sections. `hostile` and `narrator` are installed.
    pub(crate) async fn with(sections: Vec<SectionSpec>) -> Self {
        let openfda = Replay::sample().await.unwrap();
        let modules = host();
        modules.activate("hostile", modules.load(&guest("hostile")).unwrap());
        modules.activate("narrator", modules.load(&guest("narrator")).unwrap());
        let maker = Maker {
            faers: Faers::new(faers_settings(&openfda)).unwrap(),
            sharing: false,
            backgrounds: Backgrounds::Api,
            registry: Registry {
                modules,
                definitions: [definition(sections)].into_iter().collect(),
                assignments: Assignments::default(),
            },
        };
        Self { maker, openfda }
    }

    pub(crate) async fn document(&self) -> Result<Composed, Failure> {
        let made = self.maker.document(&request(), |_| {}).await;
        made.map(|(composed, _)| composed)
    }

    pub(crate) async fn document_with(&self, pins: &Pins) -> Result<Composed, Failure> {
        self.make(Some(pins)).await.map(|made| made.composed)
    }

    pub(crate) async fn generate(&self) -> Result<Generated, Failure> {
        self.make(None).await
    }

    async fn make(&self, pins: Option<&Pins>) -> Result<Generated, Failure> {
        let journal = Journal::default();
        self.maker
            .generate(&request(), pins, &journal, |_| {})
            .await
    }

    /// The same parts with another set of definitions.
    pub(crate) fn set_sections(&mut self, sections: Vec<SectionSpec>) {
        self.maker.registry.definitions = Definitions::from_iter([definition(sections)]);
    }
}

pub(crate) fn request() -> ReportRequest {
    ReportRequest {
        ndc: "61958-0802".parse().unwrap(),
        definition: "test".to_owned(),
        as_of: Date::constant(2025, 6, 30),
        locale: "en".to_owned(),
        paper: None,
        selection: None,
    }
}

/// A section that the hostile guest makes, committing a sin; none if it is empty.
pub(crate) fn section(name: &str, policy: Policy, sin: &str) -> SectionSpec {
    SectionSpec {
        name: name.to_owned(),
        module: "hostile".to_owned(),
        kind: Kind::Section,
        policy,
        params: json!({ "sin": sin }),
        digest: None,
        limits: LimitOverrides::default(),
    }
}

/// The narrative, which repeats all facts.
pub(crate) fn narrative() -> SectionSpec {
    SectionSpec {
        module: "narrator".to_owned(),
        kind: Kind::Narrative,
        params: json!({}),
        ..section("narrative", Policy::Placeholder, "")
    }
}

/// All text of headings, paragraphs and boxes, a line each.
pub(crate) fn text(section: &Section) -> String {
    let mut lines = Vec::new();
    for block in &section.blocks {
        match block {
            Block::Heading(heading) => lines.push(heading.text.clone()),
            Block::Paragraph(paragraph) => {
                lines.extend(paragraph.spans.iter().map(|span| span.text.clone()));
            }
            Block::Callout(callout) => {
                lines.push(format!("[{:?}]", callout.tone));
                lines.extend(callout.title.clone());
                let spans = callout.body.iter().flat_map(|paragraph| &paragraph.spans);
                lines.extend(spans.map(|span| span.text.clone()));
            }
            _ => {}
        }
    }
    lines.join("\n")
}

fn definition(sections: Vec<SectionSpec>) -> Definition {
    Definition {
        name: "test".to_owned(),
        version: 1,
        title: "Safety overview".to_owned(),
        paper: Paper::Letter,
        front_matter: true,
        selection: CaseSelection::default(),
        sections,
    }
}

fn faers_settings(openfda: &RunningReplay) -> FaersSettings {
    FaersSettings {
        openfda_url: openfda.url(),
        sample: false,
        openfda_key: None,
        cache_ttl: Duration::from_mins(5),
        max_reports: 5000,
        redis_url: None,
        requests_per_minute: 240,
        requests_per_day: 1000,
        share_percent: 100,
        certificates: None,
        timeout: Duration::from_secs(20),
        background_requests: 60,
    }
}

fn host() -> ModuleHost {
    let code_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("maker-code");
    let settings = ModuleSettings {
        limits: Limits {
            cpu: Duration::from_secs(2),
            wall: Duration::from_secs(20),
            memory_bytes: 64 << 20,
            ..Limits::DEFAULT
        },
        ..ModuleSettings::new(code_dir, 4)
    };
    ModuleHost::new(settings).unwrap()
}
