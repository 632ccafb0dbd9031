//! Guests that reach for the world outside: files, sockets, clocks, randomness, environment.

use std::{
    collections::HashMap,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use crate::quire::report::types::{Failure, Output};

/// Reach out, if `sin` is one of ours. The answer says what was seen.
pub fn commit(sin: &str, size: usize) -> Option<Result<Output, Failure>> {
    let seen = match sin {
        "file" => format!("{:?}", std::fs::read_to_string("/etc/passwd")),
        "net" => format!(
            "{:?}",
            std::net::TcpStream::connect("127.0.0.1:80").map(|_| ())
        ),
        "wall-clock" => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
            .to_string(),
        "monotonic-clock" => {
            let start = Instant::now();
            start.elapsed().as_nanos().to_string()
        }
        "random" => {
            let map: HashMap<u32, u32> = (0..20).map(|key| (key, key)).collect();
            format!("{:?}", map.keys().collect::<Vec<_>>())
        }
        "environment" => format!(
            "{} variables, {} arguments",
            std::env::vars().count(),
            std::env::args().count()
        ),
        "print" => {
            print!("{}", "o".repeat(size));
            eprint!("{}", "e".repeat(size));
            "printed".to_owned()
        }
        "sleep" => {
            std::thread::sleep(std::time::Duration::from_secs(3600));
            "slept".to_owned()
        }
        _ => return None,
    };
    Some(Ok(crate::output::one_line(&seen)))
}
