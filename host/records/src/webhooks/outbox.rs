//! What a report's end has to tell, written with it.

use quire_model::{ReportId, ReportRequest};
use sqlx::{Sqlite, Transaction};

use crate::{
    RecordsError, State, WebhookRow,
    stored::Columns,
    webhooks::{
        delivery,
        event::{Subject, WebhookEvent},
    },
};

/// Write down that a report has come to its end, for every webhook that is told of it: those of its owner and those of
/// everyone's reports, whose own keys are valid. Call it in the transaction that ends the report, after the row was
/// written, and wake the [senders](crate::Records::something_to_tell) when that is committed. Says whether there is
/// something to tell.
pub(crate) async fn note(
    change: &mut Transaction<'static, Sqlite>,
    id: &ReportId,
    state: State,
    now: i64,
) -> Result<bool, RecordsError> {
    let Some(event) = WebhookEvent::of(state) else {
        return Ok(false);
    };
    // Where nobody has a webhook, this reads an empty table.
    let hooks = format!(
        "{} WHERE paused = 0 AND disabled IS NULL
             AND (everyone = 1 OR owner = (SELECT owner FROM report WHERE id = $1))
             AND EXISTS (SELECT 1 FROM api_key WHERE api_key.id = webhook.owner AND revoked IS NULL
                             AND (expires IS NULL OR expires > $2))",
        WebhookRow::SELECT
    );
    let hooks: Vec<WebhookRow> = sqlx::query_as(sqlx::AssertSqlSafe(hooks))
        .bind(id.as_str())
        .bind(now)
        .fetch_all(&mut **change)
        .await?;
    let hooks: Vec<_> = hooks.iter().filter(|hook| hook.hears(event)).collect();
    if hooks.is_empty() {
        return Ok(false);
    }
    let row = sqlx::query("SELECT request, trace, label, of_batch FROM report WHERE id = $1")
        .bind(id.as_str())
        .fetch_one(&mut **change)
        .await?;
    let request: ReportRequest = row.json("request")?;
    let subject = serde_json::to_string(&Subject {
        ndc: request.ndc.to_string(),
        trace: row.optional("trace")?,
        label: row.optional("label")?,
        batch: row.optional("of_batch")?,
    })?;
    for hook in hooks {
        delivery::insert(change, &hook.id, event, Some(id), &subject, now).await?;
    }
    Ok(true)
}
