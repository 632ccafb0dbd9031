//! The last step of an upload's checks: the component makes its section from sample data, within
//! the limits of any call.

use std::{collections::BTreeSet, sync::Arc, time::Instant};

use quire_faers::CaseSeries;
use quire_model::{Background, Block, Chart, Date, Digest, FieldError, Label, SectionFacts};
use serde_json::Value;

use crate::{Call, LoadError, Loaded, ModuleHost, Observed, Output, RunError, host::count_refusal};

/// How often a call is made when only the host is to blame.
const TRIES: u32 = 2;
/// How long a component is tried with other parameters and data, in CPU times of one call: whoever uploads it waits.
const TRYING: u32 = 2;
/// Numbers that nothing stands behind, as many as are told.
const UNFOUNDED: usize = 10;

/// Data that a component is tried on.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What it is, after "the component failed on": `sample data`, `a series without reports`.
    pub name: String,
    /// Reports.
    pub series: Arc<CaseSeries>,
    /// What the sections of a report might have established, for narratives.
    pub facts: Vec<SectionFacts>,
    /// What the reports are compared with.
    pub background: Arc<Background>,
    /// What the drug's label says.
    pub label: Arc<Label>,
    /// "Today" for the section.
    pub as_of: Date,
    /// What else a component has to bear: it may find nothing to show there, but it may not break.
    pub further: Vec<Sample>,
}

impl Sample {
    /// A call over it, as of a report of its own.
    #[must_use]
    pub fn call(&self, host: &ModuleHost, module: &Loaded, params: &str) -> Call {
        let as_of = self.as_of;
        let first = self.series.received().and_then(|days| days.first());
        let locale = module.manifest.locales.first();
        Call {
            document_id: "self-test".to_owned(),
            title: "Self-test".to_owned(),
            locale: locale.map_or_else(|| "en".to_owned(), Clone::clone),
            as_of,
            period: (first.map_or(as_of, |day| day.received.min(as_of)), as_of),
            seed: 0,
            params: params.to_owned(),
            limits: host.limits(),
            attributes: Vec::new(),
            background: Arc::clone(&self.background),
            label: Arc::clone(&self.label),
            recipe: None,
        }
    }

    /// Make that call, and listen.
    pub async fn observe(&self, host: &ModuleHost, module: &Loaded, params: &str) -> Observed {
        let call = self.call(host, module, params);
        let (series, facts) = (Arc::clone(&self.series), self.facts.clone());
        host.observe(module, call, series, facts).await
    }
}

/// A component that passed every check. It is neither stored nor active.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What it is.
    pub module: Arc<Loaded>,
    /// What it did with the sample.
    pub self_test: SelfTest,
    /// What else whoever uploads it should know, in sentences.
    pub remarks: Vec<String>,
    /// Numbers in the text of a narrative, with the words around them, that are neither facts nor answers of the host.
    pub unfounded: Vec<String>,
}

/// What a component did with the sample. Whatever else it might have done refused it.
#[derive(Clone, Debug)]
pub enum SelfTest {
    /// It made its section.
    Passed {
        /// The parameters that it was given, as JSON.
        params: String,
        /// The section and what it cost.
        output: Box<Output>,
    },
    /// It found nothing to show in the sample, which may be right.
    NoData {
        /// The parameters that it was given, as JSON.
        params: String,
        /// Its own words.
        words: String,
    },
    /// It refused parameters that its own schema allows.
    RefusedParams {
        /// The parameters that it was given, as JSON.
        params: String,
        /// Its own words.
        words: String,
    },
    /// It was not tried: its schema demands parameters, and has neither defaults nor an example.
    NeedsParams(Vec<FieldError>),
    /// It was not tried: the parameters that it was to be tried with break its schema.
    WrongParams(Vec<FieldError>),
}

impl Checked {
    /// What an administrator should know before using it, in sentences.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.of_self_test();
        warnings.extend(self.remarks.iter().cloned());
        if !self.unfounded.is_empty() {
            warnings.push(format!(
                "Numbers in its text are neither facts that it was given or gives nor answers to what it asked; give what it counts by itself as a fact: {}",
                self.unfounded.join("; ")
            ));
        }
        warnings
    }

    fn of_self_test(&self) -> Vec<String> {
        match &self.self_test {
            SelfTest::Passed { output, .. } => charts(&output.blocks),
            SelfTest::NoData { params, words } => vec![format!(
                "With the parameters {params} the module found nothing to show in the sample: \
                 {words}"
            )],
            SelfTest::RefusedParams { params, words } => vec![format!(
                "Not self-tested: the module refused the parameters {params}, which its schema \
                 allows: {words}"
            )],
            SelfTest::NeedsParams(missing) => {
                vec![format!(
                    "Not self-tested: the module needs parameters, and its schema gives neither \
                     defaults nor an example: {}",
                    told(missing)
                )]
            }
            SelfTest::WrongParams(errors) => {
                vec![format!(
                    "Not self-tested: the parameters break the module's schema: {}",
                    told(errors)
                )]
            }
        }
    }
}

impl ModuleHost {
    /// Everything that [`load`](Self::load) does, and a section made from `sample`, without keeping
    /// the component or its code: what an upload has to pass.
    ///
    /// # Errors
    ///
    /// [`LoadError`] names what the author has to change; [`LoadError::refusal`] which check it was.
    pub async fn check(&self, wasm: Vec<u8>, sample: Sample) -> Result<Checked, LoadError> {
        self.check_with(wasm, sample, None).await
    }

    /// The same with these parameters, in place of the defaults or the example of its schema.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub async fn check_with(
        &self,
        wasm: Vec<u8>,
        sample: Sample,
        params: Option<Value>,
    ) -> Result<Checked, LoadError> {
        let (digest, code) = (Digest::of(&wasm), self.code());
        let is_new = !code.has(digest);
        let checked = self.tried(wasm, sample, params).await;
        match &checked {
            Ok(_) if is_new => {
                if let Err(error) = code.was_only_checked(digest) {
                    tracing::debug!("compiled code cannot be cleared up: {error}");
                }
            }
            Err(_) if is_new => code.remove(digest),
            _ => {}
        }
        checked
    }

    /// The same for what is to be stored: the code of a component that passes stays for whoever loads it.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub async fn check_to_keep(&self, wasm: Vec<u8>, sample: Sample) -> Result<Checked, LoadError> {
        let (digest, code) = (Digest::of(&wasm), self.code());
        let is_new = !code.has(digest);
        let checked = self.tried(wasm, sample, None).await;
        match &checked {
            Ok(_) => code.is_used(digest),
            Err(_) if is_new => code.remove(digest),
            Err(_) => {}
        }
        checked
    }

    async fn tried(
        &self,
        wasm: Vec<u8>,
        sample: Sample,
        params: Option<Value>,
    ) -> Result<Checked, LoadError> {
        let host = self.clone();
        let module = tokio::task::spawn_blocking(move || host.try_out(&wasm))
            .await
            .map_err(|error| LoadError::Host(format!("the check crashed: {error}")))??;
        let mut unfounded = BTreeSet::new();
        let trying = async {
            let self_test = try_on(self, &module, &sample, params, &mut unfounded).await?;
            Ok((
                self_test,
                bears(self, &module, &sample, &mut unfounded).await?,
            ))
        };
        let (self_test, remarks) = trying.await.inspect_err(count_refusal)?;
        Ok(Checked {
            module,
            self_test,
            remarks,
            unfounded: unfounded.into_iter().take(UNFOUNDED).collect(),
        })
    }
}

/// Let a component make its section from the sample.
///
/// # Errors
///
/// [`LoadError::SelfTest`] if it does not, [`LoadError::Host`] if the host is to blame.
async fn try_on(
    host: &ModuleHost,
    module: &Loaded,
    sample: &Sample,
    params: Option<Value>,
    unfounded: &mut BTreeSet<String>,
) -> Result<SelfTest, LoadError> {
    let params = match (params, module.params.sample()) {
        (Some(params), _) => match module.params.check(&params) {
            Ok(()) => params.to_string(),
            Err(errors) => return Ok(SelfTest::WrongParams(errors)),
        },
        (None, Ok(params)) => params.to_string(),
        (None, Err(missing)) => return Ok(SelfTest::NeedsParams(missing)),
    };
    match run(host, module, &params, sample, unfounded).await {
        Ok(output) => Ok(SelfTest::Passed {
            params,
            output: Box::new(output),
        }),
        Err(RunError::NoData(words)) => Ok(SelfTest::NoData { params, words }),
        Err(RunError::InvalidParams(words)) => Ok(SelfTest::RefusedParams { params, words }),
        Err(error) => Err(refused(error, sample, params)),
    }
}

/// Let it make its section with all other parameters that it names, and from all other data: nothing of that may break
/// it. Gives what is to be remarked: parameters that its schema names and that do not work, and how much was left out
/// because what came before took too long.
///
/// # Errors
///
/// As [`try_on`].
async fn bears(
    host: &ModuleHost,
    module: &Loaded,
    sample: &Sample,
    unfounded: &mut BTreeSet<String>,
) -> Result<Vec<String>, LoadError> {
    let mut remarks: Vec<String> = module.params.unfit().iter().map(unfit).collect();
    let Ok(usual) = module.params.sample() else {
        return Ok(remarks);
    };
    let others = module.params.trials().into_iter();
    let others = others.filter(|params| *params != usual);
    let others = others.map(|params| (sample, params.to_string()));
    let elsewhere = sample.further.iter().map(|data| (data, usual.to_string()));
    let tries: Vec<_> = others.chain(elsewhere).collect();
    let began = Instant::now();
    for (at, (data, params)) in tries.iter().enumerate() {
        if began.elapsed() > host.limits().cpu * TRYING {
            remarks.push(format!(
                "Not tried with {} of the other parameters and data, because those before took too long.",
                tries.len() - at
            ));
            return Ok(remarks);
        }
        match run(host, module, params, data, unfounded).await {
            Ok(_) | Err(RunError::NoData(_)) => {}
            Err(RunError::InvalidParams(words)) => remarks.push(format!(
                "The module refused the parameters {params}, which its schema names: {words}"
            )),
            Err(error) => return Err(refused(error, data, params.clone())),
        }
    }
    Ok(remarks)
}

fn unfit((params, errors): &(Value, Vec<FieldError>)) -> String {
    format!(
        "The schema names the parameters {params}, which it does not allow itself: {}",
        told(errors)
    )
}

fn told(errors: &[FieldError]) -> String {
    let told = |error: &FieldError| format!("{} ({})", error.pointer, error.detail);
    errors.iter().map(told).collect::<Vec<_>>().join(", ")
}

/// Charts that are not what their author may think.
fn charts(blocks: &[Block]) -> Vec<String> {
    let charts = blocks.iter().filter_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    });
    let remark = |chart: &Chart| {
        let Chart { id, kind, alt, .. } = chart;
        let known = quire_contract::CHART_KINDS;
        let unknown = (!known.contains(&kind.as_str())).then(|| {
            format!(
                "The chart `{id}` is of the kind {kind:?}, which is shown as a table; drawn are {}",
                known.join(", ")
            )
        });
        let silent = alt.trim().is_empty().then(|| {
            format!("The chart `{id}` has no `alt`: a reader who cannot see it learns nothing")
        });
        unknown.into_iter().chain(silent)
    };
    charts.flat_map(remark).collect()
}

fn refused(error: RunError, sample: &Sample, params: String) -> LoadError {
    match error {
        RunError::Host(words) => LoadError::Host(words),
        RunError::Machine(fault) => LoadError::Machine {
            what: "the component could not be tried".to_owned(),
            fault,
        },
        error => LoadError::SelfTest {
            data: sample.name.clone(),
            params,
            error,
        },
    }
}

/// One call, again where the host was to blame. Adds numbers of its text that nothing stands behind.
async fn run(
    host: &ModuleHost,
    module: &Loaded,
    params: &str,
    sample: &Sample,
    unfounded: &mut BTreeSet<String>,
) -> Result<Output, RunError> {
    let mut attempt = 1;
    loop {
        let observed = sample.observe(host, module, params).await;
        match observed.result {
            Err(error) if error.is_retryable() && attempt < TRIES => attempt += 1,
            result => {
                unfounded.extend(observed.unfounded);
                return result;
            }
        }
    }
}
