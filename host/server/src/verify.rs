//! `quire verify`: is this file what Quire made from the data it names?

use std::process::ExitCode;

use anyhow::Context as _;
use quire_model::{Finding, Verdict, Verification};
use quire_reports::VerifyError;

use crate::{
    cli::Verify,
    maker::{self, Versions},
    storage::{self, Needs},
    terminal, usage,
};

/// Make the document again and say what came of it.
pub(crate) async fn run(command: Verify) -> anyhow::Result<ExitCode> {
    let name = command.file.display().to_string();
    let pdf = match std::fs::read(&command.file) {
        Ok(pdf) => pdf,
        Err(error) => return Ok(usage::wrong(&format!("{name} cannot be read: {error}"))),
    };
    // A file that is no report is that wherever it is looked at; making one again needs records.
    let records = match quire_reports::colophon_of(&pdf) {
        Ok(_) => {
            storage::prepare(&command.data, Needs::Records)?;
            storage::records(&command.data).await?
        }
        Err(error) => return refused(&name, error),
    };
    let code_dir = storage::code_dir(&command.data)?;
    let versions = Versions::Read(Some(records));
    let registry = maker::registry(&code_dir, &command.modules, versions).await?;
    let verified = match quire_reports::verify(&registry, pdf.into()).await {
        Ok(verified) => verified,
        Err(error) => return refused(&name, error),
    };
    if command.json {
        terminal::say_json(&verified)?;
    } else {
        tell(&name, &verified);
    }
    Ok(match verified.verdict {
        Verdict::Match => ExitCode::SUCCESS,
        Verdict::Differs | Verdict::Impossible => ExitCode::FAILURE,
    })
}

fn refused(name: &str, error: VerifyError) -> anyhow::Result<ExitCode> {
    match error {
        VerifyError::NotAReport(detail) => {
            terminal::note(format_args!("error: {name} cannot be verified: {detail}"));
            Ok(ExitCode::FAILURE)
        }
        error => Err(error).context(format!("{name} cannot be verified")),
    }
}

fn tell(name: &str, verified: &Verification) {
    let headline = match verified.verdict {
        Verdict::Match => "match: made again from the stored data, it is the same byte for byte",
        Verdict::Differs => "differs: made again from the stored data, it is not the same",
        Verdict::Impossible => "cannot be verified: it cannot be made again here",
    };
    terminal::say(format_args!("{name}: {headline}"));
    let size = verified.size_bytes;
    terminal::say(format_args!(
        "  SHA-256    {} ({size} bytes)",
        verified.digest
    ));
    if let Some(again) = verified
        .recomputed
        .filter(|again| *again != verified.digest)
    {
        terminal::say(format_args!("  made again {again}"));
    }
    terminal::say(format_args!("  document   {}", verified.document_id));
    for finding in &verified.findings {
        terminal::say(format_args!("- {}", line(finding)));
    }
}

/// A finding, with the whole digest that its words may cut short.
fn line(finding: &Finding) -> String {
    match finding.digest {
        Some(digest) => format!("{} [SHA-256 {digest}]", finding.detail),
        None => finding.detail.clone(),
    }
}
