//! The host, its guests and their data, each made once.

mod altered;
mod counters;

pub(crate) use altered::{describing, grafted, reworded, with_schema};
pub(crate) use counters::Counters;
pub(crate) use quire_testing::guest;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
    time::Duration,
};

use quire_faers::{CaseSeries, Snapshot};
use quire_model::{Background, Block, Date, Label};
use quire_modules::{Call, Limits, Loaded, ModuleHost, ModuleSettings, Output, RunError};

/// Budgets that are short enough to wait for.
pub(crate) const LIMITS: Limits = Limits {
    cpu: Duration::from_millis(500),
    wall: Duration::from_secs(20),
    memory_bytes: 64 << 20,
    ..Limits::DEFAULT
};

/// A directory that is removed in the end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A host with these limits. Compiled code is shared, since that is what it is for.
pub(crate) fn host(limits: Limits, slots: u32) -> ModuleHost {
    let code_dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("module-code");
    ModuleHost::new(ModuleSettings {
        limits,
        ..ModuleSettings::new(code_dir, slots)
    })
    .unwrap()
}

/// The guest that sins on demand, and a host for it.
pub(crate) struct Hostile {
    pub(crate) host: ModuleHost,
    pub(crate) module: Arc<Loaded>,
}

impl Hostile {
    pub(crate) fn new() -> Self {
        Self::with(LIMITS, 4)
    }

    pub(crate) fn with(limits: Limits, slots: u32) -> Self {
        let host = host(limits, slots);
        let module = host.load(&guest("hostile")).unwrap();
        Self { host, module }
    }

    /// Render with `{"sin": …}`.
    pub(crate) async fn commit(&self, sin: &str) -> Result<Output, RunError> {
        let call = Call {
            limits: self.host.limits(),
            ..call(&format!(r#"{{"sin": "{sin}"}}"#))
        };
        self.host.render(&self.module, call, series()).await
    }
}

pub(crate) fn call(params: &str) -> Call {
    Call {
        document_id: "test".to_owned(),
        title: "Safety overview".to_owned(),
        locale: "en".to_owned(),
        as_of: Date::constant(2025, 6, 30),
        period: (Date::constant(2020, 1, 1), Date::constant(2025, 6, 30)),
        seed: 7,
        params: params.to_owned(),
        limits: LIMITS,
        attributes: Vec::new(),
        background: Arc::new(Background::Unavailable("none in a test".to_owned())),
        label: Arc::new(Label::Unavailable("none in a test".to_owned())),
        recipe: None,
    }
}

/// Three made-up reports.
pub(crate) fn series() -> Arc<CaseSeries> {
    static SERIES: LazyLock<Arc<CaseSeries>> = LazyLock::new(|| {
        let page = include_bytes!("page.json");
        let snapshot = Snapshot::from_page(page, &"61958-0802".parse().unwrap()).unwrap();
        Arc::new(CaseSeries::build(snapshot))
    });
    Arc::clone(&SERIES)
}

/// The text of the second block: the first is the heading that the host puts there.
pub(crate) fn said(output: &Output) -> String {
    match output.blocks.get(1) {
        Some(Block::Paragraph(paragraph)) => paragraph
            .spans
            .iter()
            .map(|span| span.text.as_str())
            .collect(),
        other => panic!("no paragraph but {other:?}"),
    }
}
