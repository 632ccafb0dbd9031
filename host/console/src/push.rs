//! Pushes a component: checked whole, then stored as a version that nothing uses.

use axum::{
    extract::{Multipart, State, multipart::MultipartError},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use quire_api::{ApiError, ProblemBody, RequestId};
use quire_model::ProblemKind;
use quire_records::{Decision, Right};

use crate::{
    Console,
    page::{Page, unprocessable},
    refusal::Refusal,
    visitor::Visitor,
    words,
};

/// Longest form that is read: the largest component, and the words beside it.
pub(crate) const LIMIT_BYTES: usize = (32 << 20) + (64 << 10);

/// What the form says.
#[derive(Debug, Default)]
pub(crate) struct Pushed {
    name: String,
    reason: String,
    /// The module is not there yet, and is meant to be new.
    is_new: bool,
    pub(crate) component: Vec<u8>,
}

/// The form.
pub(crate) async fn ask(
    State(console): State<Console>,
    visitor: Visitor,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let names = names(&console).await?;
    Ok(form(&visitor, &Pushed::default(), &names, &html! {}))
}

/// The modules that there are.
async fn names(console: &Console) -> Result<Vec<String>, Refusal> {
    let modules = console.api.records.modules().await?.into_iter();
    Ok(modules.map(|module| module.name).collect())
}

/// Check it and store it.
pub(crate) async fn take(
    State(console): State<Console>,
    visitor: Visitor,
    RequestId(request_id): RequestId,
    parts: Multipart,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Change])?;
    let mut pushed = Pushed::read(parts).await?;
    let names = names(&console).await?;
    if !pushed.is_new && !names.contains(&pushed.name) {
        let why = html! {
            p.said.bad role="alert" {
                "There is no module “" (pushed.name) "”, so nothing was stored. Is it a slip of the pen, or to be a new one? "
                "If it is new, say so below; no report has it before a definition names it."
            }
        };
        return Ok(unprocessable(form(&visitor, &pushed, &names, &why)));
    }
    let decision = Decision {
        actor: visitor.actor(),
        reason: &pushed.reason,
        request_id: &request_id,
        expected_revision: None,
    };
    let component = std::mem::take(&mut pushed.component);
    let sample = console.api.self_test.get().await?.clone();
    let registry = &console.api.maker.registry;
    let added = registry
        .add_component(&pushed.name, component, sample, &decision)
        .await;
    match added.map_err(ApiError::from) {
        Ok(_) => Ok(Redirect::to(&format!("/console/modules/{}", pushed.name)).into_response()),
        Err(ApiError::Problem(problem)) => {
            let problem = ProblemBody::of(*problem);
            let why = refused(&problem);
            Ok(unprocessable(form(&visitor, &pushed, &names, &why)))
        }
        Err(error) => Err(error.into()),
    }
}

impl Pushed {
    /// Read a form with a file.
    ///
    /// # Errors
    ///
    /// If it breaks off, or is too long.
    pub(crate) async fn read(mut parts: Multipart) -> Result<Self, Refusal> {
        let mut read = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|error| broken(&error))?;
            let text = || String::from_utf8_lossy(&bytes).trim().to_owned();
            match name.as_str() {
                "name" => read.name = text(),
                "reason" => read.reason = text(),
                "new" => read.is_new = text() == "yes",
                "component" => read.component = bytes.into(),
                _ => {}
            }
        }
        Ok(read)
    }
}

fn broken(error: &MultipartError) -> Refusal {
    let detail = format!("the form cannot be read: {}", error.body_text());
    Refusal::new(ProblemKind::InvalidRequest, detail)
}

fn form(visitor: &Visitor, pushed: &Pushed, names: &[String], wrong: &Markup) -> Response {
    let is_unknown = !pushed.name.is_empty() && !names.contains(&pushed.name);
    let content = html! {
        header.head { h1 { "Add a version" } }
        (wrong)
        p.quiet { "The component is compiled apart, looked at and tried on the sample before anything is stored. Then it is a version that nothing uses, until it is staged. What it makes is seen in the " a href="/console/playground" { "playground" } ", where nothing is stored." }
        form.reasoned method="post" action="/console/push" enctype="multipart/form-data" {
            div { label for="name" { "Module that it is a version of" }
                input #name name="name" value=(pushed.name) required placeholder="trend" spellcheck="false" autocomplete="off" list="names";
                datalist #names { @for name in names { option value=(name) {} } }
                @if is_unknown {
                    label.check { input type="checkbox" name="new" value="yes" checked[pushed.is_new]; " It is a new module" }
                } }
            div { label for="component" { "Component (.wasm)" }
                input #component name="component" type="file" accept=".wasm,application/wasm" required; }
            div { label for="reason" { "Why" }
                textarea #reason name="reason" rows="2" required maxlength="2000" { (pushed.reason) } }
            div.acts {
                button.main type="submit" { "Check and store it" }
                a.button href="/console/modules" { "Cancel" }
            }
        }
        (words::same(&[
            ("On the command line:", "quire module push NAME FILE.wasm --reason '…'".to_owned()),
            ("By HTTP:", "curl -X POST -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/wasm' \\\n  --data-binary @FILE.wasm \"$QUIRE/api/admin/modules?name=NAME&reason=…\"".to_owned()),
        ]))
    };
    let page = Page::of("Add a version", visitor).under("/console/modules");
    page.whole(&content)
}

/// Why a component was not taken.
pub(crate) fn refused(wrong: &ProblemBody) -> Markup {
    html! {
        section.panel.problem role="alert" {
            p.lead { (wrong.title) "." }
            p { (words::sentence(&wrong.detail)) }
            @if let Some(check) = &wrong.refusal { p.quiet { "The check that refused it: " code { (check) } } }
            @if !wrong.errors.is_empty() {
                ul { @for error in &wrong.errors { li { code { (error.pointer) } " – " (error.detail) } } }
            }
        }
    }
}
