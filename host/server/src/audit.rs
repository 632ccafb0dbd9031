//! `quire audit`: read and check the audit trail.

use std::{
    io::{BufWriter, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Context as _;
use quire_records::{AuditFilter, verify_export};

use crate::{cli::AuditCommand, place::Place, private, settings::DataSettings, terminal};

/// Do what was asked.
pub(crate) async fn run(command: AuditCommand) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::List {
            after,
            limit,
            object,
            actor,
            action,
            data,
        } => {
            let place = Place::open(&data).await?;
            let wanted = AuditFilter {
                object,
                actor,
                action,
                after: Some(after),
                before: None,
            };
            for event in place.events(&wanted, limit).await? {
                terminal::say_json_line(&event)?;
            }
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Verify {
            file: Some(file),
            key,
            ..
        } => verify_file(&file, key.as_deref()),
        AuditCommand::Export { output, data } => export(&output, &data).await,
        AuditCommand::Verify { data, .. } => {
            match Place::open(&data).await?.verify_trail().await? {
                Ok(events) => {
                    terminal::say(format_args!("{events} events, unaltered"));
                    Ok(ExitCode::SUCCESS)
                }
                Err(broken) => {
                    terminal::note(format_args!("error: {broken}"));
                    Ok(ExitCode::FAILURE)
                }
            }
        }
    }
}

/// Write the signed trail.
async fn export(output: &Path, data: &DataSettings) -> anyhow::Result<ExitCode> {
    let place = Place::open(data).await?;
    let name = output.display();
    let mut file: Box<dyn Write> = if output == Path::new("-") {
        Box::new(terminal::file())
    } else {
        let file =
            private::create_output(output).with_context(|| format!("{name} cannot be written"))?;
        Box::new(BufWriter::new(file))
    };
    let signed = place.export_trail(&mut *file).await?;
    file.flush()?;
    terminal::note(format_args!(
        "signed up to event {} with the key {}",
        signed.sequence, signed.public_key
    ));
    Ok(ExitCode::SUCCESS)
}

/// Check an export, without the records.
fn verify_file(file: &Path, key: Option<&str>) -> anyhow::Result<ExitCode> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("{name} cannot be read"))?;
    match verify_export(text.lines(), key) {
        Ok((events, key)) => {
            terminal::say(format_args!(
                "{events} events, unaltered, signed with the key {key}"
            ));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            let error = anyhow::Error::new(error);
            terminal::note(format_args!("error: {error:#}"));
            Ok(ExitCode::FAILURE)
        }
    }
}
