//! `quire audit`: read and check the audit trail.

use std::process::ExitCode;

use crate::{cli::AuditCommand, storage, terminal};

/// Do what was asked.
pub(crate) async fn run(command: AuditCommand) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::List { after, limit, data } => {
            let records = storage::records(&data).await?;
            for event in records.audit(after, limit).await? {
                terminal::say(serde_json::to_string(&event)?);
            }
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Verify { data } => {
            let records = storage::records(&data).await?;
            match records.verify_audit().await? {
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
