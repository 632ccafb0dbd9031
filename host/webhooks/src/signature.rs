//! Signs what is sent, so that a receiver knows who sent it and when: HMAC-SHA-256 over id, time and body.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use quire_records::Secret;
use sha2::Sha256;

/// The value of `webhook-signature`: one signature for each secret, with spaces between.
pub(crate) fn signatures(secrets: &[Secret], id: &str, timestamp_s: i64, body: &[u8]) -> String {
    let signed = secrets.iter().filter_map(|secret| {
        let key = secret.expose().strip_prefix("whsec_")?;
        let key = STANDARD.decode(key).ok()?;
        // A key of HMAC has any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{timestamp_s}.").as_bytes());
        mac.update(body);
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        Some(format!("v1,{signature}"))
    });
    signed.collect::<Vec<_>>().join(" ")
}
