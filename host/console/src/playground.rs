//! The playground: a component is judged as an upload is, and its section shown; nothing is stored.

use axum::{
    body::Bytes,
    extract::{Multipart, Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use quire_api::{ApiError, ProblemBody};
use quire_model::{FieldError, ProblemKind};
use quire_modules::{Checked, Limits, Output, SelfTest};
use quire_records::Right;
use serde_json::Value;

use crate::{
    Console,
    form::Posted,
    meters,
    page::{Page, unprocessable},
    params_form::{Pairs, ParamsForm},
    push::{Pushed, refused},
    refusal::Refusal,
    served::HTML_POLICY,
    table::{Set, listing},
    visitor::Visitor,
    words,
    workbench::Kept,
};

/// The form.
pub(crate) async fn ask(visitor: Visitor) -> Result<Response, Refusal> {
    visitor.need(&[Right::Check])?;
    Ok(draw(&visitor, &html! {}))
}

/// Judge a component.
pub(crate) async fn judge(
    State(console): State<Console>,
    visitor: Visitor,
    parts: Multipart,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Check])?;
    let _turn = console.api.turns.take(&visitor.actor().key)?;
    let pushed = Pushed::read(parts).await?;
    let component = Bytes::from(pushed.component);
    let sample = console.api.self_test.get().await?.clone();
    let modules = &console.api.maker.registry.modules;
    let checked = match modules
        .check(component.to_vec(), sample)
        .await
        .map_err(ApiError::from)
    {
        Ok(checked) => checked,
        Err(ApiError::Problem(problem)) => {
            return Ok(unprocessable(draw(
                &visitor,
                &refused(&ProblemBody::of(*problem)),
            )));
        }
        Err(error) => return Err(error.into()),
    };
    let section = section(&console, &checked).await?;
    let schema = checked
        .module
        .manifest
        .params_schema
        .as_deref()
        .unwrap_or_default();
    let form = ParamsForm::of(schema).map(|form| {
        let kept = Kept::Component(component, schema.into());
        let filled = form.filled(&tried_with(&checked));
        again(&console.bench.keep(kept), &form, &filled, &[])
    });
    Ok(draw(
        &visitor,
        &judgement(&visitor, &checked, section.as_deref(), form.as_ref()),
    ))
}

/// Judge a component again, with other parameters.
pub(crate) async fn judge_again(
    State(console): State<Console>,
    visitor: Visitor,
    Path(name): Path<String>,
    Posted(pairs): Posted<Pairs>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Check])?;
    let _turn = console.api.turns.take(&visitor.actor().key)?;
    let gone = || {
        let detail = "this component is not kept any more; choose the file again";
        Refusal::new(ProblemKind::NotFound, detail)
    };
    let Some(Kept::Component(component, schema)) = console.bench.kept(&name) else {
        return Err(gone());
    };
    let form = ParamsForm::of(&schema).ok_or_else(gone)?;
    let params = match form.read(&pairs) {
        Ok(params) => params,
        Err(errors) => {
            let form = again(&name, &form, &pairs, &errors);
            return Ok(unprocessable(draw(&visitor, &form)));
        }
    };
    let sample = console.api.self_test.get().await?.clone();
    let modules = &console.api.maker.registry.modules;
    let checked = modules.check_with(component.to_vec(), sample, Some(params));
    match checked.await.map_err(ApiError::from) {
        Ok(checked) => {
            let section = section(&console, &checked).await?;
            let (errors, status) = match &checked.self_test {
                SelfTest::WrongParams(errors) => {
                    (errors.as_slice(), StatusCode::UNPROCESSABLE_ENTITY)
                }
                _ => (&[][..], StatusCode::OK),
            };
            let form = again(&name, &form, &pairs, errors);
            let mut page = draw(
                &visitor,
                &judgement(&visitor, &checked, section.as_deref(), Some(&form)),
            );
            *page.status_mut() = status;
            Ok(page)
        }
        Err(ApiError::Problem(problem)) => {
            let why = refused(&ProblemBody::of(*problem));
            let form = again(&name, &form, &pairs, &[]);
            Ok(unprocessable(draw(&visitor, &html! { (why) (form) })))
        }
        Err(error) => Err(error.into()),
    }
}

/// What it was tried with.
fn tried_with(checked: &Checked) -> Value {
    match &checked.self_test {
        SelfTest::Passed { params, .. }
        | SelfTest::NoData { params, .. }
        | SelfTest::RefusedParams { params, .. } => {
            serde_json::from_str(params).unwrap_or_default()
        }
        SelfTest::NeedsParams(_) | SelfTest::WrongParams(_) => Value::Null,
    }
}

/// The form by which it is tried with other parameters.
fn again(kept: &str, form: &ParamsForm, filled: &Pairs, errors: &[FieldError]) -> Markup {
    html! {
        section #parameters aria-labelledby="params" {
            h2 #params { "Its parameters" }
            @if !errors.is_empty() {
                div.said.bad role="alert" {
                    "The parameters break the module's schema:"
                    ul { @for error in errors { li { code { (error.pointer) } " – " (error.detail) } } }
                }
            }
            form.reasoned.wide method="post" action=(format!("/console/playground/{kept}#parameters")) {
                (form.fields(filled, errors))
                div.acts { button.main type="submit" { "Try it with these" } }
            }
        }
    }
}

/// The section that a component made of the sample, for the frame.
pub(crate) async fn preview(
    State(console): State<Console>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    visitor.need(&[Right::Check])?;
    let Some(Kept::Section(drawn)) = console.bench.kept(&name) else {
        let detail = "this section is not kept any more; try the component again";
        return Err(Refusal::new(ProblemKind::NotFound, detail));
    };
    let media_type = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    let mut response = ([media_type], drawn).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HTML_POLICY);
    Ok(response)
}

/// Draw what the component made, and keep it for a moment; gives the name that it is kept under.
async fn section(console: &Console, checked: &Checked) -> Result<Option<String>, Refusal> {
    let SelfTest::Passed { output, .. } = &checked.self_test else {
        return Ok(None);
    };
    let of = "Made of the bundled sample, to be looked at";
    let as_of = console.api.self_test.get().await?.as_of;
    let document = quire_reports::alone(&checked.module, Ok(output), of, as_of);
    let drawing = tokio::task::spawn_blocking(move || quire_render::html(&document));
    let drawn = match drawing.await {
        Ok(Ok(drawn)) => drawn,
        Ok(Err(error)) => return Err(Refusal::new(ProblemKind::RenderFailed, error.to_string())),
        Err(_) => {
            let detail = "drawing the section crashed; the log says where";
            return Err(Refusal::new(ProblemKind::Internal, detail));
        }
    };
    Ok(Some(console.bench.keep(Kept::Section(drawn.into()))))
}

fn draw(visitor: &Visitor, judged: &Markup) -> Response {
    let content = html! {
        header.head { h1 { "Playground" } }
        p.quiet { "A component is compiled apart and judged as an upload is, and its section is made of the bundled sample. Nothing is stored, and no report changes." }
        form.filters method="post" action="/console/playground" enctype="multipart/form-data" {
            div.long { label for="component" { "Component (.wasm)" }
                input #component name="component" type="file" accept=".wasm,application/wasm" required autofocus; }
            button.main type="submit" { "Check it" }
        }
        (judged)
        (words::same(&[
            ("On the command line:", "quire module check FILE.wasm\nquire report 61958-0802 --sample --module NAME=FILE.wasm --output draft.pdf".to_owned()),
            ("By HTTP:", "curl -X POST -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/wasm' \\\n  --data-binary @FILE.wasm \"$QUIRE/api/admin/module-check?parameters=%7B%7D\"".to_owned()),
        ]))
    };
    let page = Page::of("Playground", visitor).under("/console/playground");
    page.whole(&content)
}

fn judgement(
    visitor: &Visitor,
    checked: &Checked,
    section: Option<&str>,
    form: Option<&Markup>,
) -> Markup {
    let (module, manifest) = (&checked.module, &checked.module.manifest);
    html! {
        @if !matches!(checked.self_test, SelfTest::WrongParams(_)) {
            p.said.good role="status" { "✓ It would be taken: every check of an upload is passed." }
            @if visitor.may(Right::Change) { p { a href="/console/push" { "Add it as a version of a module" } } }
            @for warning in checked.warnings() { p.said.warn { (warning) } }
        }
        h2 { (manifest.title) " " (manifest.version) }
        p { (manifest.summary) }
        @if let SelfTest::Passed { params, output } = &checked.self_test {
            section aria-labelledby="used" {
                h2 #used { "What it used on the sample" }
                p.quiet { "With the parameters " code { (params) } }
                (used(output))
            }
        }
        @if let Some(form) = form { (form) }
        details {
            summary { "What it is, and what it asks of its host" }
            dl.facts {
                dt { "World" } dd { @match module.kind { quire_model::Kind::Section => "section", quire_model::Kind::Narrative => "narrative" } }
                dt { "Digest" } dd { code.digest.long { (module.digest) } }
                dt { "Size" } dd { (words::bytes(module.size_bytes as u64)) }
                dt { "Languages" } dd { (manifest.locales.join(", ")) }
                dt { "Imports" } dd { @for import in &module.imports { code { (import) } " " } }
            }
        }
        @if let Some(schema) = &manifest.params_schema {
            details { summary { "Its parameters, as a schema" } pre tabindex="0" { (schema) } }
        }
        @if let Some(name) = section {
            section aria-labelledby="section" {
                h2 #section { "The section" }
                iframe.paper sandbox src=(format!("/console/playground/preview/{name}")) title="The section, made of the sample" {}
            }
        }
    }
}

fn used(output: &Output) -> Markup {
    let limits = Limits::DEFAULT;
    let count = |number: usize| number as u64;
    let rows = [
        ("CPU time", meters::time(output.cpu, limits.cpu)),
        (
            "Memory",
            meters::size(count(output.memory_bytes), count(limits.memory_bytes)),
        ),
        (
            "Output",
            meters::size(count(output.output_bytes), count(limits.output_bytes)),
        ),
        (
            "Blocks",
            meters::count(count(output.blocks.len()), count(limits.blocks)),
        ),
        (
            "Log",
            meters::size(count(output.log_bytes), count(limits.log_bytes)),
        ),
    ];
    let rows = rows.map(|(what, meter)| vec![html! { (what) }, meter]);
    listing(
        "what it used",
        &[("Of", Set::Line), ("Used", Set::Meter)],
        rows,
    )
}
