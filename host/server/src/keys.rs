//! `quire key`: make, list and revoke API keys.

use std::process::ExitCode;

use anyhow::bail;
use quire_records::{KeyRow, NewKey, Timestamp};

use crate::{cli::KeyCommand, place::Place, terminal};

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
            let place = Place::open(&data).await?;
            let key = NewKey {
                role: role.into(),
                label: label.trim(),
                expires_at: expires,
                reason: reason.as_deref(),
            };
            let (id, secret) = place.make_key(&key).await?;
            terminal::note(format_args!(
                "key {id} for {label}; it is shown only this once:"
            ));
            terminal::say(secret);
        }
        KeyCommand::List { data } => list(&Place::open(&data).await?).await?,
        KeyCommand::Revoke { id, reason, data } => {
            let place = Place::open(&data).await?;
            revoke(&place, &id, reason.trim()).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(place: &Place) -> anyhow::Result<()> {
    let keys = place.keys().await?;
    if keys.is_empty() {
        terminal::note("there are no keys; quire key create makes one");
    }
    for key in keys {
        terminal::say(line(&key));
    }
    Ok(())
}

async fn revoke(place: &Place, id: &str, reason: &str) -> anyhow::Result<()> {
    if !place.revoke_key(id, reason).await? {
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
