//! `quire key`: make, list and revoke API keys.

use std::process::ExitCode;

use anyhow::bail;
use quire_records::{KeyId, KeyRow, NewKey, Records, Timestamp};

use crate::{cli::KeyCommand, operator, storage, terminal};

/// Stands in the audit trail where a change over HTTP has its request's id.
const REQUEST_ID: &str = "command-line";

/// Do what was asked.
pub(crate) async fn run(command: KeyCommand) -> anyhow::Result<ExitCode> {
    match command {
        KeyCommand::Create {
            role,
            label,
            expires,
            reason,
            data,
        } => {
            let records = storage::records(&data).await?;
            let key = NewKey {
                role: role.into(),
                label: label.trim(),
                expires_at: expires,
                reason: reason.as_deref(),
            };
            let person = operator::actor();
            let made = records.make_key(&key, &person, REQUEST_ID);
            let (id, secret) = made.await?;
            terminal::note(format_args!(
                "key {id} for {label}; it is shown only this once:"
            ));
            terminal::say(secret.expose());
        }
        KeyCommand::List { data } => list(&storage::records(&data).await?).await?,
        KeyCommand::Revoke { id, reason, data } => {
            let records = storage::records(&data).await?;
            revoke(&records, &id, reason.trim()).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(records: &Records) -> anyhow::Result<()> {
    let keys = records.list_keys().await?;
    if keys.is_empty() {
        terminal::note("there are no keys; quire key create makes one");
    }
    for key in keys {
        terminal::say(line(&key));
    }
    Ok(())
}

async fn revoke(records: &Records, id: &str, reason: &str) -> anyhow::Result<()> {
    let operator = operator::actor();
    let key = KeyId::from(id);
    if !records
        .revoke_key(&key, reason, &operator, REQUEST_ID)
        .await?
    {
        bail!("there is no key {id:?}, or it is revoked already; quire key list shows them");
    }
    terminal::say(format_args!("key {id} is revoked"));
    Ok(())
}

fn line(key: &KeyRow) -> String {
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {at:.0}"),
        (None, Some(at)) if at <= Timestamp::now() => format!("ended {at:.0}"),
        (None, Some(at)) => format!("valid until {at:.0}"),
        (None, None) => "valid".to_owned(),
    };
    let KeyRow {
        id,
        role,
        label,
        created_at,
        ..
    } = key;
    format!(
        "{id}  {:<8}  made {created_at:.0}  {state}  {label}",
        role.as_str()
    )
}
