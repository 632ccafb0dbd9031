//! The first admin key: the one that was set, or one that is made and shown once.

use anyhow::Context as _;
use quire_records::{Actor, Records, Role};

use crate::{settings::AdminKey, terminal, usage::WrongSetting};

/// See to it that there is an admin key.
pub(crate) async fn ensure(records: &Records, set: &AdminKey) -> anyhow::Result<()> {
    if let Some(secret) = set.secret() {
        let cannot = format!("{} cannot be used", set.named());
        let ensured = records.ensure_admin_key(secret).await;
        return match ensured {
            Ok(_) => Ok(()),
            // A full disk passes, a weak or revoked key does not.
            Err(error) if error.host_fault().is_some() => Err(error).context(cannot),
            Err(error) => Err(error).context(WrongSetting(cannot)),
        };
    }
    if records.has_keys().await? {
        if !records.has_admin().await? {
            tracing::warn!(
                "no valid key has the role admin, so nobody can administer this server; \
                 quire key create --role admin makes one"
            );
        }
        return Ok(());
    }
    let operator = Actor::operator();
    let made = records.create_key(Role::Admin, "first start", &operator, "first-start");
    let (id, secret) = made
        .await
        .context("the first admin key could not be made")?;
    if terminal::is_collected() {
        let secret = secret.expose();
        terminal::say(format_args!(
            "admin key {id}, shown only this once: {secret}"
        ));
        return Ok(());
    }
    terminal::say(format_args!("admin key {id}, shown only this once:"));
    terminal::say("");
    terminal::say(format_args!("    {}", secret.expose()));
    terminal::say("");
    Ok(())
}
