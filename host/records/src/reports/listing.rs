//! Lists of reports and of audit events, newest first, a page at a time. Every question has an index,
//! and a page begins where the last one ended, so that the hundredth costs what the first did.

use jiff::Timestamp;
use quire_model::{Ndc, ObjectId, ReportId};
use sqlx::{QueryBuilder, Sqlite};
use ulid::Ulid;

use crate::{
    Actor, AuditEvent, KINDS, KeyId, Records, RecordsError, ReportRow, State,
    audit::event::StoredEvent,
    stored::{Columns, StoredRow, bound},
};

/// Which reports; all of them by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// Only those that this key asked for.
    pub owner: Option<KeyId>,
    /// Only those that stand in one of these ways; all, if there is none.
    pub states: Vec<State>,
    /// Only those on a product that this code may mean, however theirs was written.
    pub drug: Option<Ndc>,
    /// Only those accepted then or later.
    pub accepted_from: Option<Timestamp>,
    /// Only those accepted earlier.
    pub accepted_before: Option<Timestamp>,
    /// Only those whose label has these words in it; the case of ASCII letters makes no difference.
    pub label: Option<String>,
    /// Only those of this batch.
    pub batch: Option<ObjectId>,
    /// Only the runs of this schedule.
    pub schedule: Option<ObjectId>,
    /// Only those that were made, not given another's document.
    pub made: bool,
    /// Only those in whose document a box stands in for a section.
    pub incomplete: bool,
    /// Only those accepted before this one: the last of the page before.
    pub before: Option<ReportId>,
}

/// Which audit events; all of them by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only those on this object, such as `module trend`; a name alone stands for whatever is called so.
    pub object: Option<String>,
    /// Only what this actor did: a key's id, `operator`, or a worker; a part of a label stands for all keys that
    /// have it in theirs, since one person may have had several.
    pub actor: Option<String>,
    /// Only this, such as `module.activated`.
    pub action: Option<String>,
    /// Only those before this sequence: the last of the page before, where the newest come first.
    pub before: Option<u64>,
    /// Only those after this sequence: the last of the page before, where the oldest come first.
    pub after: Option<u64>,
}

/// As the index has it.
const INCOMPLETE: &str = "json_array_length(success, '$.placeholders') > 0";

impl Records {
    /// Reports, the one accepted last first, at most `limit`.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn reports(
        &self,
        filter: &ReportFilter,
        limit: u32,
    ) -> Result<Vec<ReportRow>, RecordsError> {
        let mut query = QueryBuilder::new(format!("{} WHERE true", ReportRow::SELECT));
        if let Some(owner) = &filter.owner {
            query.push(" AND owner = ").push_bind(owner.as_str());
        }
        if !filter.states.is_empty() {
            let states = filter.states.iter().map(|state| state.as_str().to_owned());
            one_of(&mut query, "state", states.collect());
        }
        if let Some(drug) = &filter.drug {
            let products = drug.candidates().iter().map(ToString::to_string);
            one_of(&mut query, "product", products.collect());
        }
        accepted_between(&mut query, filter);
        if let Some(label) = &filter.label {
            query
                .push(" AND label IS NOT NULL AND instr(lower(label), lower(")
                .push_bind(label)
                .push(")) > 0");
        }
        if let Some(batch) = &filter.batch {
            query.push(" AND of_batch = ").push_bind(batch.as_str());
        }
        if let Some(schedule) = &filter.schedule {
            query
                .push(" AND of_schedule = ")
                .push_bind(schedule.as_str());
        }
        if filter.made {
            query.push(" AND shared_from IS NULL");
        }
        if filter.incomplete {
            query.push(" AND ").push(INCOMPLETE);
        }
        if let Some(before) = &filter.before {
            query.push(" AND id < ").push_bind(before.as_str());
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
        self.rows(query).await
    }

    /// Where these reports stand, in no order; those that are unknown are left out.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn reports_named(&self, ids: &[ReportId]) -> Result<Vec<ReportRow>, RecordsError> {
        let mut query = QueryBuilder::new(format!(
            "{} WHERE id IN (SELECT value FROM json_each(",
            ReportRow::SELECT
        ));
        query.push_bind(serde_json::to_string(ids)?).push("))");
        self.rows(query).await
    }

    /// How many of the last `bound` reports, of one key or of all, stand how.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn recent_states(
        &self,
        owner: Option<&KeyId>,
        since: Timestamp,
        bound: u32,
    ) -> Result<Vec<(State, u64)>, RecordsError> {
        let mut query = QueryBuilder::new(
            "SELECT state, count(*) AS reports FROM (SELECT state, accepted FROM report",
        );
        if let Some(owner) = owner {
            query.push(" WHERE owner = ").push_bind(owner.as_str());
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(bound);
        query
            .push(") WHERE accepted >= ")
            .push_bind(since.as_millisecond())
            .push(" GROUP BY state");
        let counted = query.build().fetch_all(&self.readers).await?;
        let read = |row: &StoredRow| Ok((row.read("state")?, row.read("reports")?));
        counted.iter().map(read).collect()
    }

    /// In how many documents of reports accepted since then, of one key or of all, a box stands in for a section.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn incomplete_since(
        &self,
        owner: Option<&KeyId>,
        since: Timestamp,
    ) -> Result<u64, RecordsError> {
        let mut query = QueryBuilder::new("SELECT count(*) AS reports FROM report WHERE ");
        query.push(INCOMPLETE);
        if let Some(owner) = owner {
            query.push(" AND owner = ").push_bind(owner.as_str());
        }
        query
            .push(" AND accepted >= ")
            .push_bind(since.as_millisecond());
        let counted = query.build().fetch_one(&self.readers).await?;
        Ok(counted.read("reports")?)
    }

    /// Events of the audit trail, the last one first, at most `limit`.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn audit_newest(
        &self,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, RecordsError> {
        self.events(filter, "DESC", limit).await
    }

    /// Events of the audit trail, the first one first, at most `limit`.
    ///
    /// # Errors
    ///
    /// If the records cannot be read.
    pub async fn audit_oldest(
        &self,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, RecordsError> {
        self.events(filter, "ASC", limit).await
    }

    async fn events(
        &self,
        filter: &AuditFilter,
        order: &'static str,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, RecordsError> {
        let mut query = QueryBuilder::new("SELECT * FROM audit WHERE true");
        if let Some(name) = &filter.object {
            one_of(&mut query, "object", objects_called(name));
        }
        if let Some(name) = &filter.actor {
            one_of(&mut query, "actor", self.actors_called(name).await?);
        }
        if let Some(action) = &filter.action {
            query.push(" AND action = ").push_bind(action);
        }
        if let Some(before) = filter.before {
            query.push(" AND sequence < ").push_bind(bound(before));
        }
        if let Some(after) = filter.after {
            query.push(" AND sequence > ").push_bind(bound(after));
        }
        query.push(format!(" ORDER BY sequence {order} LIMIT "));
        query.push_bind(limit);
        let rows: Vec<StoredEvent> = query.build_query_as().fetch_all(&self.readers).await?;
        rows.into_iter().map(AuditEvent::try_from).collect()
    }

    /// The name itself if someone acted under it, else the keys whose label has it: what `operator` did is not to be
    /// mixed with what a key did that is labelled "operator's laptop".
    async fn actors_called(&self, name: &str) -> Result<Vec<String>, RecordsError> {
        let acted = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM audit WHERE actor = $1)");
        let is_operator = name == Actor::operator().key.as_str();
        if name.is_empty() || !is_operator && acted.bind(name).fetch_one(&self.readers).await? {
            return Ok(vec![name.to_owned()]);
        }
        if is_operator {
            let people = "SELECT DISTINCT actor FROM audit
                          WHERE actor >= 'operator/' AND actor < 'operator0'";
            let mut people = sqlx::query_scalar(people).fetch_all(&self.readers).await?;
            people.push(name.to_owned());
            return Ok(people);
        }
        let keys = "SELECT id FROM api_key WHERE instr(lower(label), lower($1)) > 0";
        let keys = sqlx::query_scalar(keys).bind(name);
        Ok(keys.fetch_all(&self.readers).await?)
    }

    async fn rows(&self, mut query: QueryBuilder<Sqlite>) -> Result<Vec<ReportRow>, RecordsError> {
        Ok(query.build_query_as().fetch_all(&self.readers).await?)
    }
}

/// By how much an id, which begins with the time at which it was given, and the time of acceptance may lie apart.
const APART_MS: i64 = 24 * 60 * 60 * 1_000;

/// Only reports that were accepted within bounds. Ids are bounded too, since they are what a list is read by.
fn accepted_between(query: &mut QueryBuilder<Sqlite>, filter: &ReportFilter) {
    let id_at = |ms: i64| Ulid::from_parts(u64::try_from(ms).unwrap_or(0), 0).to_string();
    if let Some(from) = filter.accepted_from.map(Timestamp::as_millisecond) {
        query.push(" AND accepted >= ").push_bind(from);
        query.push(" AND id >= ").push_bind(id_at(from - APART_MS));
    }
    if let Some(before) = filter.accepted_before.map(Timestamp::as_millisecond) {
        query.push(" AND accepted < ").push_bind(before);
        query.push(" AND id < ").push_bind(id_at(before + APART_MS));
    }
}

/// What the trail may call something of this name.
fn objects_called(name: &str) -> Vec<String> {
    if name.contains(' ') {
        return vec![name.to_owned()];
    }
    let named = KINDS.iter().map(|kind| format!("{kind} {name}"));
    named.chain([name.to_owned()]).collect()
}

/// Only rows that have one of these in a column. One alone is asked for as such: then the index gives their order.
fn one_of(query: &mut QueryBuilder<Sqlite>, column: &'static str, values: Vec<String>) {
    let [first, rest @ ..] = values.as_slice() else {
        query.push(" AND false");
        return;
    };
    query.push(" AND ").push(column);
    if rest.is_empty() {
        query.push(" = ").push_bind(first.clone());
        return;
    }
    query.push(" IN (");
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value);
    }
    query.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Actor, Outcome, Role, Success,
        fixture::{Fixture, actor, request, success},
    };

    async fn ids(records: &Records, filter: &ReportFilter, limit: u32) -> Vec<ReportId> {
        let rows = records.reports(filter, limit).await.unwrap();
        rows.into_iter().map(|row| row.id).collect()
    }

    #[tokio::test]
    async fn reports_come_newest_first_by_pages_and_filters() {
        let records = Fixture::new().await;
        let mut made = Vec::new();
        for drug in ["61958-0802", "61958-0802", "0002-8215"] {
            let accepted = records.accept(&request(drug), &actor(), "r", None).await;
            made.push(accepted.unwrap().id);
        }
        let other = made[2].clone();
        // Within a millisecond their order is chance.
        made.sort();
        made.reverse();
        records.take(&made[0]).await;

        let all = ReportFilter::default();
        assert_eq!(ids(&records, &all, 10).await, made);
        let first = ids(&records, &all, 2).await;
        let rest = ReportFilter {
            before: first.last().cloned(),
            ..all.clone()
        };
        assert_eq!(ids(&records, &rest, 2).await, made[2..]);
        let queued = ReportFilter {
            states: vec![State::Queued],
            ..all.clone()
        };
        assert_eq!(ids(&records, &queued, 10).await, made[1..]);
        let either = ReportFilter {
            states: vec![State::Queued, State::Running],
            ..all.clone()
        };
        assert_eq!(ids(&records, &either, 10).await, made);
        let of_drug = ReportFilter {
            drug: Some("0002-8215".parse().unwrap()),
            ..all.clone()
        };
        assert_eq!(ids(&records, &of_drug, 10).await, [other]);
        let strangers = ReportFilter {
            owner: Some("key_other".into()),
            ..all
        };
        assert!(ids(&records, &strangers, 10).await.is_empty());

        assert_eq!(records.reports_named(&made[1..]).await.unwrap().len(), 2);
        let epoch = Timestamp::UNIX_EPOCH;
        let mut counted = records.recent_states(None, epoch, 100).await.unwrap();
        counted.sort_by_key(|(_, count)| *count);
        assert_eq!(counted, [(State::Running, 1), (State::Queued, 2)]);
    }

    #[tokio::test]
    async fn a_report_is_found_by_its_code_however_either_is_written() {
        const WRITTEN: [&str; 6] = [
            "61958-0802",
            "61958-0802-1",
            "6195808021",
            "61958080201",
            "NDC 61958-0802-01",
            "361958080217",
        ];
        let records = Fixture::new().await;
        for code in WRITTEN.into_iter().chain(["0002-8215"]) {
            let accepted = records.accept(&request(code), &actor(), "r", None).await;
            accepted.unwrap();
        }

        for code in WRITTEN {
            let wanted = ReportFilter {
                drug: Some(code.parse().unwrap()),
                ..ReportFilter::default()
            };
            assert_eq!(
                ids(&records, &wanted, 10).await.len(),
                WRITTEN.len(),
                "{code}"
            );
        }
    }

    #[tokio::test]
    async fn those_that_lack_a_section_are_found_and_counted() {
        let records = Fixture::new().await;
        let mut made = Vec::new();
        for placeholders in [vec![], vec!["use".to_owned()]] {
            let id = records.enter().await;
            let claimed = records.take(&id).await;
            let artifact = records
                .put_artifact(b"pdf".to_vec(), "application/pdf")
                .await
                .unwrap();
            let success = Success {
                placeholders,
                ..*success(artifact)
            };
            let outcome = Outcome::Succeeded(Box::new(success));
            assert!(records.settle(&id, &claimed.token, &outcome).await.unwrap());
            made.push(id);
        }

        let lacking = ReportFilter {
            incomplete: true,
            ..ReportFilter::default()
        };
        assert_eq!(ids(&records, &lacking, 10).await, made[1..]);
        let epoch = Timestamp::UNIX_EPOCH;
        let owner = actor().key;
        let count = async |owner: Option<&KeyId>, since| {
            records.incomplete_since(owner, since).await.unwrap()
        };
        assert_eq!(count(None, epoch).await, 1);
        assert_eq!(count(Some(&owner), epoch).await, 1);
        assert_eq!(count(Some(&"key_other".into()), epoch).await, 0);
        assert_eq!(count(None, Timestamp::MAX).await, 0);
    }

    #[tokio::test]
    async fn audit_events_are_found_by_what_who_and_how() {
        let records = Fixture::new().await;
        let id = records.enter().await;
        records.take(&id).await;
        let find = async |filter: AuditFilter| {
            let found = records.audit_newest(&filter, 10).await.unwrap();
            found
                .into_iter()
                .map(|event| event.action)
                .collect::<Vec<_>>()
        };

        let of_report = AuditFilter {
            object: Some(format!("report {id}")),
            ..AuditFilter::default()
        };
        let all = find(of_report.clone()).await;
        assert_eq!(all.last().map(String::as_str), Some("report.accepted"));
        let accepted = AuditFilter {
            action: Some("report.accepted".to_owned()),
            ..AuditFilter::default()
        };
        assert_eq!(find(accepted).await.len(), 1);
        let nobody = AuditFilter {
            actor: Some("nobody".to_owned()),
            ..of_report.clone()
        };
        assert!(find(nobody).await.is_empty());
        let by_name = AuditFilter {
            object: Some(id.to_string()),
            ..AuditFilter::default()
        };
        assert_eq!(find(by_name).await, all);
        for label in ["Anna Berg", "anna.berg, laptop"] {
            let key = records
                .create_key(Role::Admin, label, &actor(), "r")
                .await
                .unwrap()
                .0;
            let by_anna = Actor { key, ..actor() };
            records
                .accept(&request("0002-8215"), &by_anna, "r", None)
                .await
                .unwrap();
        }
        for (name, events) in [("anna", 2), ("LAPTOP", 1), ("bert", 0), ("", 0)] {
            let of_person = AuditFilter {
                actor: Some(name.to_owned()),
                ..AuditFilter::default()
            };
            assert_eq!(find(of_person).await.len(), events, "{name}");
        }
        let by_operator = AuditFilter {
            actor: Some(actor().key.to_string()),
            ..AuditFilter::default()
        };
        let before = find(by_operator.clone()).await.len();
        let (operator, label) = (actor(), format!("{}'s laptop", actor().key));
        let made = records.create_key(Role::Admin, &label, &operator, "r");
        let key = made.await.unwrap().0;
        let by_namesake = Actor { key, ..actor() };
        let asked = request("0002-8215");
        let asked = records.accept(&asked, &by_namesake, "r", None);
        asked.await.unwrap();
        // Only that the key was made.
        assert_eq!(find(by_operator).await.len(), before + 1);
        let first = AuditFilter {
            before: Some(2),
            ..AuditFilter::default()
        };
        assert_eq!(find(first).await.len(), 1);
        let rest = AuditFilter {
            after: Some(1),
            ..of_report
        };
        let rest = records.audit_oldest(&rest, 10).await.unwrap();
        let sequences: Vec<u64> = rest.iter().map(|event| event.sequence).collect();
        assert!(sequences.first() > Some(&1) && sequences.is_sorted());
    }
}
