//! Links that let whoever has them read one form of one report until a time: for a browser, which sends no key.
//!
//! Nothing is kept of a link but the event that it was made. Its terms stand in it, under a MAC by a key of the data
//! directory; it is worth what the key that made it is worth at the moment, and nothing once that is revoked or has ended.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use quire_model::ReportId;
use sha2::Sha256;

use crate::{
    Actor, KeyId, Records, RecordsError,
    audit::event::{NewEvent, append},
    secret_file::{self, from_hex, to_hex},
};

/// The file of the key. It is not in a backup: what a restored directory needs is there, and links of before end.
const KEY_FILE: &str = "links.key";

/// What a link allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkTerms {
    /// Which report.
    pub report: ReportId,
    /// Which form of it, such as `pdf`.
    pub form: String,
    /// Which table of that form; none: all of it.
    pub table: Option<String>,
    /// The API key that made it.
    pub key: KeyId,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Records {
    /// Sign the terms of a link, with its audit event. Whoever has the signature and the terms may read what they say.
    ///
    /// # Errors
    ///
    /// If the key of the data directory cannot be read or made, or the records cannot be changed.
    pub async fn make_link_to(
        &self,
        terms: &LinkTerms,
        actor: &Actor,
        request_id: &str,
    ) -> Result<String, RecordsError> {
        let signature = to_hex(&self.link_mac(terms)?.finalize().into_bytes());
        let words = format!("{}, until {:.0}", terms.in_words(), terms.expires_at);
        let event = NewEvent {
            reason: Some(&words),
            ..NewEvent::by(
                actor,
                "report.link-made",
                format!("report {}", terms.report),
                request_id,
            )
        };
        let mut change = self.write().await?;
        append(&mut change, self.now(), event).await?;
        change.commit().await?;
        Ok(signature)
    }

    /// On whose behalf a link may be used now; none if it is not ours, has ended, or its key is not valid any more.
    ///
    /// # Errors
    ///
    /// If the key of the data directory or the records cannot be read.
    pub async fn link_holder(
        &self,
        terms: &LinkTerms,
        signature: &str,
    ) -> Result<Option<Actor>, RecordsError> {
        let signature = from_hex(signature).unwrap_or_default();
        let is_ours = self.link_mac(terms)?.verify_slice(&signature).is_ok();
        if !is_ours || terms.expires_at.as_millisecond() <= self.now() {
            return Ok(None);
        }
        self.actor_now(&terms.key).await
    }

    fn link_mac(&self, terms: &LinkTerms) -> Result<Hmac<Sha256>, RecordsError> {
        let key = match self.link_key.get() {
            Some(key) => *key,
            None => {
                let key = secret_file::open(&self.settings.data_dir, KEY_FILE)?;
                *self.link_key.get_or_init(|| key)
            }
        };
        let expires = terms.expires_at.as_millisecond().to_string();
        // A key of HMAC has any length.
        let mac = Hmac::<Sha256>::new_from_slice(&key);
        let mut mac = mac.map_err(|_| RecordsError::Random)?;
        // Each with its length, so that no two terms read the same.
        for part in [
            "quire link 1",
            terms.report.as_str(),
            &terms.form,
            terms.table.as_deref().unwrap_or_default(),
            terms.key.as_str(),
            &expires,
        ] {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        Ok(mac)
    }
}

impl LinkTerms {
    /// What of the report, as the trail tells it.
    fn in_words(&self) -> String {
        let table = self.table.as_ref().map(|table| format!(" {table}"));
        format!("{}{}", self.form, table.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        Role,
        fixture::{Fixture, actor},
    };

    async fn linked(records: &Fixture) -> (LinkTerms, String) {
        let key = records
            .create_key(Role::Consumer, "test", &actor(), "r")
            .await;
        let terms = LinkTerms {
            report: records.enter().await,
            form: "csv".to_owned(),
            table: Some("reaction-table/reactions".to_owned()),
            key: key.unwrap().0,
            expires_at: Timestamp::from_second(1_750_000_600).unwrap(),
        };
        let signature = records.make_link_to(&terms, &actor(), "r").await.unwrap();
        (terms, signature)
    }

    #[tokio::test]
    async fn a_link_is_its_keys_until_it_ends_or_the_key_does_in_every_process() {
        let records = Fixture::new().await;
        let another = records.another().await;
        let (terms, signature) = linked(&records).await;
        let holder = async |records: &Records| {
            let holder = records.link_holder(&terms, &signature).await.unwrap();
            holder.map(|actor| actor.key)
        };

        assert_eq!(holder(&records).await, Some(terms.key.clone()));
        assert_eq!(holder(&another).await, Some(terms.key.clone()));
        records.clock.advance(Duration::from_mins(10));
        assert_eq!(holder(&records).await, None);
        records.clock.set_back(Duration::from_mins(1));
        let revoked = records.revoke_key(&terms.key, "lost", &actor(), "r").await;
        assert!(revoked.unwrap());
        assert_eq!(holder(&another).await, None);

        let events = records.audit(0, 100).await.unwrap();
        let made = events
            .iter()
            .find(|event| event.action == "report.link-made");
        assert_eq!(
            made.unwrap().reason.as_deref(),
            Some("csv reaction-table/reactions, until 2025-06-15T15:16:40Z")
        );
        let file = records.dir.path().join(KEY_FILE);
        let mode = std::fs::metadata(file).unwrap().permissions();
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777,
            0o600
        );
    }

    #[tokio::test]
    async fn other_terms_or_another_directory_are_no_link_of_ours() {
        let records = Fixture::new().await;
        let (terms, signature) = linked(&records).await;
        let others = [
            LinkTerms {
                form: "pdf".to_owned(),
                ..terms.clone()
            },
            LinkTerms {
                table: None,
                ..terms.clone()
            },
            LinkTerms {
                report: records.enter().await,
                ..terms.clone()
            },
            LinkTerms {
                key: "key_other".into(),
                ..terms.clone()
            },
            LinkTerms {
                expires_at: Timestamp::from_second(1_760_000_000).unwrap(),
                ..terms.clone()
            },
        ];
        for other in others {
            let holder = records.link_holder(&other, &signature).await.unwrap();
            assert_eq!(holder, None, "{other:?}");
        }
        for wrong in ["", "00", "xx", &signature[2..]] {
            let holder = records.link_holder(&terms, wrong).await.unwrap();
            assert_eq!(holder, None, "{wrong}");
        }
        let elsewhere = Fixture::new().await;
        let holder = elsewhere.link_holder(&terms, &signature).await.unwrap();
        assert_eq!(holder, None);
    }
}
