//! The scoreboard: what became of every report, out of the ledger and its trail.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    time::Duration,
};

use super::{load::Told, offence::Offence, watch::Watch};

/// One crime, and how it was borne.
pub(crate) struct Borne {
    pub(crate) offence: Offence,
    /// From its end until the server is ready and makes reports again; none if it never was.
    pub(crate) recovery: Option<Duration>,
    /// What `/readyz` said meanwhile.
    pub(crate) said: Vec<String>,
    /// The alerts whose condition held meanwhile.
    pub(crate) alerts: Vec<String>,
}

/// What became of the reports.
#[derive(Debug)]
pub(crate) struct Board {
    pub(crate) accepted: usize,
    pub(crate) ended: usize,
    pub(crate) succeeded: usize,
    /// Results in the trail, of the report with fewest and of the one with most.
    pub(crate) results: (i64, i64),
    pub(crate) started_again: usize,
    /// Accepted, and not in the ledger.
    pub(crate) lost: usize,
    /// Accepted, and not ended.
    pub(crate) stuck: usize,
    /// In the ledger, but nobody was told `202`.
    pub(crate) unasked: usize,
    /// Why reports failed, each once.
    pub(crate) failures: BTreeSet<String>,
}

impl Board {
    /// Count.
    pub(crate) async fn of(told: &Told, watch: &Watch) -> Self {
        let accepted: BTreeSet<String> = told.accepted.lock().unwrap().values().cloned().collect();
        let rows = "SELECT id, state, attempt, coalesce(problem, '') FROM report
                    WHERE 'report ' || id NOT IN
                          (SELECT object FROM audit WHERE action = 'report.withdrawn')";
        let rows: Vec<(String, String, i64, String)> =
            sqlx::query_as(rows).fetch_all(&watch.ledger).await.unwrap();
        let known: BTreeMap<_, _> = rows.iter().map(|row| (row.0.as_str(), row)).collect();
        let ours: Vec<_> = accepted
            .iter()
            .filter_map(|id| known.get(id.as_str()))
            .collect();
        let is_ended = |state: &str| ["succeeded", "failed", "cancelled"].contains(&state);
        let results = "SELECT object, count(*) FROM audit
                       WHERE action IN ('report.succeeded', 'report.failed', 'report.cancelled')
                       GROUP BY object";
        let results: BTreeMap<String, i64> = sqlx::query_as::<_, (String, i64)>(results)
            .fetch_all(&watch.ledger)
            .await
            .unwrap()
            .into_iter()
            .collect();
        let of_each = accepted.iter().map(|id| {
            let object = format!("report {id}");
            results.get(&object).copied().unwrap_or_default()
        });
        let of_each: Vec<i64> = of_each.collect();
        let count = |of: &dyn Fn(&str) -> bool| ours.iter().filter(|row| of(&row.1)).count();
        Self {
            accepted: accepted.len(),
            ended: count(&is_ended),
            succeeded: count(&|state| state == "succeeded"),
            results: (
                of_each.iter().copied().min().unwrap_or_default(),
                of_each.iter().copied().max().unwrap_or_default(),
            ),
            started_again: ours.iter().filter(|row| row.2 > 1).count(),
            lost: accepted.len() - ours.len(),
            stuck: ours.len() - count(&is_ended),
            unasked: rows.iter().filter(|row| !accepted.contains(&row.0)).count(),
            failures: ours
                .iter()
                .filter(|row| row.1 == "failed")
                .map(|row| row.3.clone())
                .collect(),
        }
    }

    /// The promise: whatever died, each accepted report has ended, well, in exactly one result.
    pub(crate) fn assert_kept(&self) {
        assert_eq!((self.lost, self.stuck), (0, 0), "{self:?}");
        assert_eq!(self.ended, self.accepted, "{self:?}");
        assert_eq!(self.results, (1, 1), "{self:?}");
        assert_eq!(self.succeeded, self.accepted, "{self:?}");
    }

    /// As text.
    pub(crate) fn shown(&self, borne: &[Borne], told: &Told, took: Duration) -> String {
        let mut text = String::new();
        let (least, most) = self.results;
        let results = if least == most {
            least.to_string()
        } else {
            format!("{least} to {most}")
        };
        let _ = writeln!(
            text,
            "accepted {}, ended {} (succeeded {}), results a report {results}, started more than once {}, \
             lost {}, stuck {}, made without a 202 {}; {:.0} s",
            self.accepted,
            self.ended,
            self.succeeded,
            self.started_again,
            self.lost,
            self.stuck,
            self.unasked,
            took.as_secs_f64()
        );
        let refused = told.refused.lock().unwrap();
        let refused = refused.iter().map(|(status, times)| match status {
            0 => format!("no answer {times} times"),
            status => format!("{status} {times} times"),
        });
        let refused: Vec<String> = refused.collect();
        let _ = writeln!(text, "other answers: {}", refused.join(", "));
        for failure in &self.failures {
            let _ = writeln!(text, "failed: {failure}");
        }
        let _ = writeln!(
            text,
            "{:<42} {:>9}  /readyz meanwhile [alerts]",
            "crime", "recovery"
        );
        for one in borne {
            let recovery = one.recovery.map_or_else(
                || "never".to_owned(),
                |recovery| format!("{:.1} s", recovery.as_secs_f64()),
            );
            let said = match one.said.as_slice() {
                [] => "ready".to_owned(),
                said => said.join("; "),
            };
            let alerts = match one.alerts.as_slice() {
                [] => String::new(),
                alerts => format!(" [{}]", alerts.join(", ")),
            };
            let _ = writeln!(
                text,
                "{:<42} {recovery:>9}  {said}{alerts}",
                one.offence.words()
            );
        }
        text
    }
}
