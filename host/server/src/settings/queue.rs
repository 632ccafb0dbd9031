//! Which queue and cache.

use clap::Args;

use super::secret_file::{self, SecretFile};

/// Which queue and cache.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct QueueSettings {
    /// Redis for queue and cache, such as `redis://127.0.0.1:6379/0`; `rediss://` is by TLS, and
    /// `unix:///run/redis.sock` a socket [default: none; both are embedded]
    #[arg(long, env = "QUIRE_REDIS_URL", value_name = "URL", hide_env_values = true, value_parser = parse_redis_url)]
    redis_url: Option<String>,

    /// A file that holds that address, which may hold a password
    #[arg(
        long,
        env = "QUIRE_REDIS_URL_FILE",
        value_name = "FILE",
        value_parser = parse_redis_url_file,
        hide_short_help = true
    )]
    redis_url_file: Option<SecretFile>,

    /// Host of that Redis, when no URL is given
    #[arg(long, env = "REDIS_HOST", value_name = "HOST")]
    redis_host: Option<String>,

    /// Its port [default: 6379]. An address such as `tcp://10.0.0.1:6379` is passed over: Kubernetes sets it for
    /// every service named redis
    #[arg(long, env = "REDIS_PORT", value_name = "PORT", value_parser = parse_port)]
    redis_port: Option<MaybePort>,

    /// Its database number [default: 0]
    #[arg(long, env = "REDIS_DB", value_name = "NUMBER")]
    redis_db: Option<u16>,
}

impl QueueSettings {
    /// The Redis to use: the URL if there is one, else composed of its parts; none if nothing is
    /// set.
    pub(crate) fn redis_url(&self) -> Option<String> {
        let set = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let url = secret_file::first(self.redis_url.as_deref(), self.redis_url_file.as_ref());
        if let Some(url) = url {
            return Some(url.to_owned());
        }
        let host = set(&self.redis_host);
        let port = self.redis_port.and_then(|MaybePort(port)| port);
        if host.is_none() && port.is_none() && self.redis_db.is_none() {
            return None;
        }
        let host = host.unwrap_or_else(|| "127.0.0.1".to_owned());
        let port = port.unwrap_or(6379);
        let database = self.redis_db.unwrap_or(0);
        // An address of IPv6 stands in brackets.
        match host.contains(':') && !host.starts_with('[') {
            true => Some(format!("redis://[{host}]:{port}/{database}")),
            false => Some(format!("redis://{host}:{port}/{database}")),
        }
    }
}

/// In the clear, by TLS, and over a socket of this machine.
const SCHEMES: [&str; 4] = ["redis://", "rediss://", "unix://", "redis+unix://"];

/// A port, or what Kubernetes means by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MaybePort(Option<u16>);

fn parse_port(text: &str) -> Result<MaybePort, String> {
    if text.starts_with("tcp://") {
        return Ok(MaybePort(None));
    }
    let port = text.parse().map(|port| MaybePort(Some(port)));
    port.map_err(|_| "expected a port, such as 6379".to_owned())
}

fn parse_redis_url(text: &str) -> Result<String, String> {
    // An empty variable means the same as none; Compose files set it so. The queue reads the rest
    // of the address.
    let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme));
    if text.is_empty() || rest.is_some_and(|rest| !rest.is_empty()) {
        return Ok(text.to_owned());
    }
    Err("expected an address such as redis://127.0.0.1:6379/0, rediss://host:6380 or unix:///run/redis.sock".to_owned())
}

fn parse_redis_url_file(path: &str) -> Result<SecretFile, String> {
    let file: SecretFile = path.parse()?;
    parse_redis_url(file.secret()).map(|_| file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redis_is_composed_of_its_parts() {
        let settings = QueueSettings {
            redis_host: Some("cache".to_owned()),
            redis_db: Some(2),
            ..QueueSettings::default()
        };

        assert_eq!(
            settings.redis_url().as_deref(),
            Some("redis://cache:6379/2")
        );
        assert_eq!(QueueSettings::default().redis_url(), None);
        let ipv6 = QueueSettings {
            redis_host: Some("::1".to_owned()),
            ..QueueSettings::default()
        };
        assert_eq!(ipv6.redis_url().as_deref(), Some("redis://[::1]:6379/0"));
    }

    #[test]
    fn every_way_to_redis_is_understood_and_no_other() {
        for right in [
            "redis://127.0.0.1:6379/0",
            "redis://user:secret@[::1]:6379",
            "rediss://cache.example:6380/1",
            "unix:///run/redis.sock?db=2",
        ] {
            assert_eq!(parse_redis_url(right).as_deref(), Ok(right));
        }
        for wrong in ["http://cache", "redis://", "rediss:", "cache:6379"] {
            assert!(parse_redis_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_empty_url_means_none() {
        let settings = QueueSettings {
            redis_url: Some(String::new()),
            ..QueueSettings::default()
        };

        assert_eq!(settings.redis_url(), None);
    }

    #[test]
    fn an_address_where_a_port_belongs_is_passed_over() {
        let settings = QueueSettings {
            redis_port: Some(parse_port("tcp://10.43.1.2:6379").unwrap()),
            ..QueueSettings::default()
        };

        assert_eq!(settings.redis_url(), None);
        assert_eq!(parse_port("6380"), Ok(MaybePort(Some(6380))));
        assert!(parse_port("6379tcp").is_err());
    }
}
