//! What a page shows: the section for one choice of input and parameters, made and drawn once.

use std::{collections::VecDeque, sync::Arc};

use axum::body::Bytes;
use quire_model::{Digest, FieldError};
use quire_modules::{Loaded, Observed, RunError, Sample};
use serde_json::Value;

use super::{Shared, Standing};
use crate::params_form::{Pairs, ParamsForm};

/// The field that chooses the input; no parameter can have such a name in most languages, and none need.
pub(super) const INPUT: &str = "quire:input";
/// Sections that are kept, of the present build and those before.
const MOST_KEPT: usize = 8;

/// What a page shows.
pub(super) struct Seen {
    pub(super) standing: Standing,
    /// Names of the inputs, and which was chosen.
    pub(super) inputs: Vec<String>,
    pub(super) input: usize,
    /// None if the component takes no parameters.
    pub(super) form: Option<ParamsForm>,
    pub(super) filled: Pairs,
    /// What is wrong with the parameters; then nothing was made.
    pub(super) errors: Vec<FieldError>,
    pub(super) run: Option<Arc<Run>>,
    pub(super) frame: Option<Frame>,
}

/// A call that was made.
#[derive(Debug)]
pub(super) struct Run {
    /// JSON.
    pub(super) params: String,
    pub(super) observed: Observed,
    /// Why the section could not be drawn.
    pub(super) undrawn: Option<String>,
}

/// A section that is drawn.
pub(super) struct Frame {
    pub(super) key: String,
    /// The build that it is of.
    pub(super) build: u32,
    /// Whether it is what was asked for; otherwise it is the last that could be made.
    pub(super) is_current: bool,
}

/// What was made and drawn last; the newest stand at the end.
#[derive(Debug, Default)]
pub(super) struct Kept {
    runs: VecDeque<(String, Arc<Run>)>,
    sections: VecDeque<(String, u32, Bytes)>,
}

impl Kept {
    /// A section as HTML.
    pub(super) fn drawn(&self, key: &str) -> Option<Bytes> {
        let mut sections = self.sections.iter();
        sections
            .find(|(known, ..)| known == key)
            .map(|(.., drawn)| drawn.clone())
    }

    fn run(&self, key: &str) -> Option<Arc<Run>> {
        let mut runs = self.runs.iter();
        runs.find(|(known, _)| known == key)
            .map(|(_, run)| Arc::clone(run))
    }

    /// The section of this run, or the last that could be made.
    fn frame(&self, key: &str) -> Option<Frame> {
        let own = self.sections.iter().find(|(known, ..)| known == key);
        let (key_of, build, _) = own.or(self.sections.back())?;
        Some(Frame {
            key: key_of.clone(),
            build: *build,
            is_current: own.is_some(),
        })
    }

    fn keep(&mut self, key: String, build: u32, run: Arc<Run>, drawn: Option<Bytes>) {
        if let Some(drawn) = drawn {
            self.sections.push_back((key.clone(), build, drawn));
        }
        self.runs.push_back((key, run));
        while self.runs.len() > MOST_KEPT {
            self.runs.pop_front();
        }
        while self.sections.len() > MOST_KEPT {
            self.sections.pop_front();
        }
    }
}

/// Make what is asked for, unless it was made before.
pub(super) async fn see(workshop: &Shared, asked: &Pairs) -> Seen {
    let standing = workshop.standing.borrow().clone();
    let chosen = asked.iter().find(|(name, _)| name == INPUT);
    let input = chosen.and_then(|(_, at)| at.parse().ok()).unwrap_or(0);
    let mut seen = Seen {
        inputs: workshop
            .inputs
            .iter()
            .map(|sample| sample.name.clone())
            .collect(),
        input,
        form: None,
        filled: Vec::new(),
        errors: Vec::new(),
        run: None,
        frame: None,
        standing,
    };
    let Some((module, sample)) = seen.standing.module.clone().zip(workshop.inputs.get(input))
    else {
        return seen;
    };
    let schema = module.manifest.params_schema.as_deref();
    seen.form = schema.and_then(ParamsForm::of);
    let (filled, params) = params(&module, seen.form.as_ref(), asked);
    seen.filled = filled;
    let mut kept = workshop.kept.lock().await;
    let key = match params {
        Ok(params) => {
            let build = seen.standing.build;
            let key = key(&module, input, &params);
            if kept.run(&key).is_none() {
                let (run, drawn) = make(workshop, &module, sample, params).await;
                kept.keep(key.clone(), build, Arc::new(run), drawn);
            }
            seen.run = kept.run(&key);
            key
        }
        Err(errors) => {
            seen.errors = errors;
            String::new()
        }
    };
    seen.frame = kept.frame(&key);
    seen
}

fn key(module: &Loaded, input: usize, params: &str) -> String {
    let input = input.to_string();
    let parts = [module.digest.to_string(), input, params.to_owned()];
    Digest::of_parts(parts.iter().map(String::as_bytes)).to_string()
}

/// What is filled in, and the parameters that it means; those of the module's own if nothing is.
fn params(
    module: &Loaded,
    form: Option<&ParamsForm>,
    asked: &Pairs,
) -> (Pairs, Result<String, Vec<FieldError>>) {
    let usual = module.usual_params();
    let Some(form) = form else {
        return (Vec::new(), usual.map(|params| params.to_string()));
    };
    let own = form.own(asked);
    if own.is_empty() {
        let filled = form.filled(usual.as_ref().unwrap_or(&Value::Null));
        return (filled, usual.map(|params| params.to_string()));
    }
    let read = form.read(&own);
    let read = read.and_then(|params| module.check_params(&params).map(|()| params.to_string()));
    (own, read)
}

/// Make the section, and draw it as a report does.
async fn make(
    workshop: &Shared,
    module: &Arc<Loaded>,
    sample: &Sample,
    params: String,
) -> (Run, Option<Bytes>) {
    let observed = sample.observe(&workshop.host, module, &params).await;
    let document = match &observed.result {
        Ok(output) => Some(quire_reports::alone(
            module,
            Ok(output),
            &sample.name,
            sample.as_of,
        )),
        Err(RunError::NoData(words)) => Some(quire_reports::alone(
            module,
            Err(words),
            &sample.name,
            sample.as_of,
        )),
        Err(_) => None,
    };
    let mut run = Run {
        params,
        observed,
        undrawn: None,
    };
    let Some(document) = document else {
        return (run, None);
    };
    // Long tables take too long for a thread that others wait for.
    let drawing = tokio::task::spawn_blocking(move || quire_render::html(&document));
    let drawn = match drawing.await {
        Ok(Ok(drawn)) => Some(drawn.into()),
        Ok(Err(error)) => {
            run.undrawn = Some(error.to_string());
            None
        }
        Err(error) => {
            run.undrawn = Some(format!("drawing it crashed: {error}"));
            None
        }
    };
    (run, drawn)
}
