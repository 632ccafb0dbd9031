//! Changes of report definitions: a version is put, used again, or comes with the binary.

use quire_model::{Definition, Digest};
use sqlx::{Sqlite, Transaction};

use crate::{
    Decision, DefinitionOrigin, DefinitionRow, DefinitionVersionRow, Records, RecordsError,
    audit::event::append,
    registry::decision::Author,
    registry::definition::{in_use, version_row, versions},
    registry::enter::check_name,
    registry::module::version_of,
    registry::module_change::expect_revision,
    stored::unreadable,
};

impl Records {
    /// Put a new version of a definition in use, or the first of a new name. Its number is given
    /// here; the caller has checked the rest. Putting what is in use already changes nothing.
    ///
    /// # Errors
    ///
    /// [`RecordsError::InvalidName`], [`RecordsError::Changed`], [`RecordsError::NoReason`].
    pub async fn put_definition(
        &self,
        definition: &Definition,
        decision: &Decision<'_>,
    ) -> Result<DefinitionRow, RecordsError> {
        let author = decision.author()?;
        check_name(&definition.name)?;
        let mut change = self.write().await?;
        let known = in_use(&mut *change, &definition.name).await?;
        let found = known.as_ref().map_or(0, |row| row.revision);
        expect_revision(
            "definition",
            &definition.name,
            decision.expected_revision,
            found,
        )?;
        if let Some(row) = known.filter(|row| same_content(&row.current, definition)) {
            return Ok(row);
        }
        self.modules_seen_by_another(&mut change, definition, decision)
            .await?;
        let version = newest(&mut change, &definition.name).await? + 1;
        let definition = Definition {
            version,
            ..definition.clone()
        };
        let origin = DefinitionOrigin::Put;
        self.use_new(&mut change, &definition, origin, author)
            .await?;
        self.finish_definition(change, &definition.name).await
    }

    /// Use an earlier version of a definition again.
    ///
    /// # Errors
    ///
    /// [`RecordsError::UnknownDefinition`] if there is no such definition or version;
    /// [`RecordsError::Changed`], [`RecordsError::NoReason`].
    pub async fn use_definition(
        &self,
        name: &str,
        version: u32,
        decision: &Decision<'_>,
    ) -> Result<DefinitionRow, RecordsError> {
        let author = decision.author()?;
        let mut change = self.write().await?;
        let unknown = || RecordsError::UnknownDefinition {
            name: name.chars().take(80).collect(),
            version: Some(version),
        };
        let row = in_use(&mut *change, name).await?.ok_or_else(unknown)?;
        expect_revision("definition", name, decision.expected_revision, row.revision)?;
        let wanted = version_row(&mut *change, name, version).await?;
        let wanted = wanted.ok_or_else(unknown)?;
        if row.current.version == version {
            return Ok(row);
        }
        self.modules_seen_by_another(&mut change, &wanted.definition, decision)
            .await?;
        point_to(&mut change, name, version).await?;
        let mut event = author.event("definition.used", format!("definition {name}"));
        event.before = Some(digest_of(&row.current)?);
        event.after = Some(wanted.digest);
        append(&mut change, self.now(), event).await?;
        self.finish_definition(change, name).await
    }

    /// Use the version of a definition that was in use before the present one, if that is an earlier one: a roll back
    /// never undoes one.
    ///
    /// # Errors
    ///
    /// [`RecordsError::NoDefinitionBefore`] if there is none; [`RecordsError::DefinitionRolledBackAlready`]; otherwise as
    /// [`use_definition`](Self::use_definition).
    pub async fn roll_back_definition(
        &self,
        name: &str,
        decision: &Decision<'_>,
    ) -> Result<DefinitionRow, RecordsError> {
        let row = self
            .definition(name)
            .await?
            .ok_or_else(|| RecordsError::UnknownDefinition {
                name: name.chars().take(80).collect(),
                version: None,
            })?;
        let version = row
            .previous
            .ok_or_else(|| RecordsError::NoDefinitionBefore(name.to_owned()))?;
        if version > row.current.version {
            let name = name.to_owned();
            return Err(RecordsError::DefinitionRolledBackAlready { name, version });
        }
        let decision = Decision {
            // What is before is decided on this revision.
            expected_revision: Some(decision.expected_revision.unwrap_or(row.revision)),
            ..*decision
        };
        self.use_definition(name, version, &decision).await
    }

    /// Enter a definition that is part of this binary. It is put in use if the name is new, or if
    /// this version is new and the one in use was built in too: an administrator's stays.
    ///
    /// # Errors
    ///
    /// If the records cannot be changed.
    pub async fn enter_built_in(&self, definition: &Definition) -> Result<(), RecordsError> {
        let mut change = self.write().await?;
        let versions = versions(&mut *change, &definition.name).await?;
        let built_in = |row: &DefinitionVersionRow| row.origin == DefinitionOrigin::BuiltIn;
        let known = |row: &DefinitionVersionRow| same_content(&row.definition, definition);
        if versions.iter().any(|row| built_in(row) && known(row)) {
            return Ok(());
        }
        let free = versions.first().map_or(0, |row| row.version) + 1;
        let entered = Definition {
            // The same number as in the binary wherever that is free, so that a report that is made
            // without records has the same bytes.
            version: definition.version.max(free),
            ..definition.clone()
        };
        let current = in_use(&mut *change, &definition.name).await?;
        let ours = current.as_ref().is_none_or(|row| {
            let used = |version: &&DefinitionVersionRow| version.version == row.current.version;
            versions.iter().find(used).is_some_and(built_in)
        });
        let author = Author::quire("part of this version of Quire");
        let origin = DefinitionOrigin::BuiltIn;
        if ours {
            self.use_new(&mut change, &entered, origin, author).await?;
        } else {
            insert(&mut change, &entered, origin, author, self.now()).await?;
            let object = format!("definition {}", entered.name);
            let mut event = author.event("definition.added", object);
            event.after = Some(digest_of(&entered)?);
            append(&mut change, self.now(), event).await?;
        }
        self.commit_change(change).await?;
        Ok(())
    }

    /// With four eyes: whether someone else than who added it decides on each version that the definition
    /// names by its digest. Naming one makes reports with it as activating it does.
    async fn modules_seen_by_another(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        definition: &Definition,
        decision: &Decision<'_>,
    ) -> Result<(), RecordsError> {
        for section in &definition.sections {
            if let Some(digest) = section.digest
                && let Some(version) = version_of(change, &section.module, digest).await?
            {
                self.seen_by_another(&version, decision)?;
            }
        }
        Ok(())
    }

    /// Enter a version and put it in use.
    async fn use_new(
        &self,
        change: &mut Transaction<'static, Sqlite>,
        definition: &Definition,
        origin: DefinitionOrigin,
        author: Author<'_>,
    ) -> Result<(), RecordsError> {
        let before = in_use(&mut **change, &definition.name).await?;
        point_to(change, &definition.name, definition.version).await?;
        insert(change, definition, origin, author, self.now()).await?;
        let object = format!("definition {}", definition.name);
        let mut event = author.event("definition.put", object);
        event.before = before.map(|row| digest_of(&row.current)).transpose()?;
        event.after = Some(digest_of(definition)?);
        append(change, self.now(), event).await
    }

    async fn finish_definition(
        &self,
        mut change: Transaction<'static, Sqlite>,
        name: &str,
    ) -> Result<DefinitionRow, RecordsError> {
        let row = in_use(&mut *change, name)
            .await?
            .ok_or_else(|| unreadable("definition", name))?;
        self.commit_change(change).await?;
        Ok(row)
    }
}

/// The highest version there is; 0 if there is none. Versions that cannot be read do not stand in the way
/// of a new one.
async fn newest(
    change: &mut Transaction<'static, Sqlite>,
    name: &str,
) -> Result<u32, RecordsError> {
    let version = "SELECT coalesce(max(version), 0) FROM definition_version WHERE name = $1";
    let version = sqlx::query_scalar(version).bind(name);
    Ok(version.fetch_one(&mut **change).await?)
}

async fn point_to(
    change: &mut Transaction<'static, Sqlite>,
    name: &str,
    version: u32,
) -> Result<(), RecordsError> {
    sqlx::query(
        "INSERT INTO definition (name, revision, current) VALUES ($1, 1, $2)
         ON CONFLICT (name) DO UPDATE SET revision = revision + 1, previous = current, current = $2",
    )
    .bind(name)
    .bind(version)
    .execute(&mut **change)
    .await?;
    Ok(())
}

async fn insert(
    change: &mut Transaction<'static, Sqlite>,
    definition: &Definition,
    origin: DefinitionOrigin,
    author: Author<'_>,
    now: i64,
) -> Result<(), RecordsError> {
    sqlx::query(
        "INSERT INTO definition_version (name, version, origin, digest, json, created, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&definition.name)
    .bind(definition.version)
    .bind(<&str>::from(origin))
    .bind(digest_of(definition)?.to_string())
    .bind(serde_json::to_string(definition)?)
    .bind(now)
    .bind(author.actor)
    .execute(&mut **change)
    .await?;
    Ok(())
}

/// Whether two definitions are the same but for their number.
fn same_content(one: &Definition, other: &Definition) -> bool {
    let other = Definition {
        version: one.version,
        ..other.clone()
    };
    *one == other
}

fn digest_of(definition: &Definition) -> Result<Digest, RecordsError> {
    Ok(Digest::of(serde_json::to_string(definition)?.as_bytes()))
}

#[cfg(test)]
mod tests {
    use quire_model::{CaseSelection, Paper};

    use super::*;
    use crate::{Actor, fixture::Fixture};

    fn definition(name: &str, title: &str) -> Definition {
        Definition {
            name: name.to_owned(),
            version: 1,
            title: title.to_owned(),
            paper: Paper::A4,
            front_matter: true,
            selection: CaseSelection::default(),
            sections: Vec::new(),
        }
    }

    fn why(actor: &Actor) -> Decision<'_> {
        Decision {
            actor,
            reason: "for the product team",
            request_id: "request-1",
            expected_revision: None,
        }
    }

    #[tokio::test]
    async fn versions_are_numbered_kept_and_can_be_used_again() {
        let records = Fixture::new().await;
        let actor = Actor::operator();

        let one = records
            .put_definition(&definition("brief", "One"), &why(&actor))
            .await
            .unwrap();
        let same = records
            .put_definition(&definition("brief", "One"), &why(&actor))
            .await
            .unwrap();
        let two = records
            .put_definition(&definition("brief", "Two"), &why(&actor))
            .await
            .unwrap();

        assert_eq!((one.current.version, two.current.version), (1, 2));
        assert_eq!(same, one);
        assert_eq!(two.previous, Some(1));
        let old = records.definition_version("brief", 1).await.unwrap();
        assert_eq!(old.unwrap().title, "One");
        let back = records
            .roll_back_definition("brief", &why(&actor))
            .await
            .unwrap();
        assert_eq!(back.current.title, "One");
        assert_eq!(records.definitions().await.unwrap(), [back]);
        assert_eq!(records.definition_versions("brief").await.unwrap().len(), 2);
        let last = records.audit(0, 10).await.unwrap().pop().unwrap();
        assert_eq!(last.action, "definition.used");
        assert!(last.before.is_some() && last.after.is_some());
        let gone = records.use_definition("brief", 9, &why(&actor)).await;
        assert!(matches!(gone, Err(RecordsError::UnknownDefinition { .. })));
        let stale = Decision {
            expected_revision: Some(1),
            ..why(&actor)
        };
        let raced = records
            .put_definition(&definition("brief", "Three"), &stale)
            .await;
        assert!(matches!(raced, Err(RecordsError::Changed { .. })));
    }

    #[tokio::test]
    async fn a_roll_back_needs_a_version_before_and_undoes_none() {
        let records = Fixture::new().await;
        let actor = Actor::operator();
        let back = async || {
            records
                .roll_back_definition("brief", &why(&actor))
                .await
                .unwrap_err()
        };
        let put = async |title| {
            let definition = definition("brief", title);
            records
                .put_definition(&definition, &why(&actor))
                .await
                .unwrap();
        };

        put("One").await;
        let first = back().await;
        put("Two").await;
        let done = records.roll_back_definition("brief", &why(&actor)).await;
        let second = back().await;

        assert!(matches!(first, RecordsError::NoDefinitionBefore(_)));
        assert_eq!(done.unwrap().current.title, "One");
        assert!(matches!(
            second,
            RecordsError::DefinitionRolledBackAlready { version: 2, .. }
        ));
        // What comes next is said of modules only.
        for refused in [first, second] {
            assert_eq!(refused.next_step(), None, "{refused}");
        }
        let current = records.definition("brief").await.unwrap().unwrap().current;
        assert_eq!(current.title, "One");
    }

    #[tokio::test]
    async fn a_built_in_definition_enters_once_and_leaves_an_administrators_in_use() {
        let records = Fixture::new().await;
        let actor = Actor::operator();
        let current = async || records.definition("cer").await.unwrap().unwrap().current;

        records
            .enter_built_in(&definition("cer", "One"))
            .await
            .unwrap();
        let before = records.change_counter().await.unwrap();
        records
            .enter_built_in(&definition("cer", "One"))
            .await
            .unwrap();
        assert_eq!(records.change_counter().await.unwrap(), before);
        let newer = Definition {
            version: 7,
            ..definition("cer", "Two")
        };
        records.enter_built_in(&newer).await.unwrap();
        assert_eq!(current().await, newer, "the number of the binary is kept");
        records
            .put_definition(&definition("cer", "Ours"), &why(&actor))
            .await
            .unwrap();

        records
            .enter_built_in(&definition("cer", "Three"))
            .await
            .unwrap();

        assert_eq!(current().await.title, "Ours");
        assert_eq!(current().await.version, 8);
        assert_eq!(records.definition_versions("cer").await.unwrap().len(), 4);
    }
}
