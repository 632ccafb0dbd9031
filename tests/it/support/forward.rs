//! A name that leads to one server and then to another, as after a failover.

use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, TcpStream};

/// A port that new connections are led on from. Those that exist stay where they are.
pub(crate) struct Forward {
    port: u16,
    target: Arc<Mutex<u16>>,
}

impl Forward {
    /// Lead to a port of this machine.
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let forward = Self {
            port: listener.local_addr().unwrap().port(),
            target: Arc::new(Mutex::new(port)),
        };
        let target = Arc::clone(&forward.target);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let port = *target.lock().unwrap();
                tokio::spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(("127.0.0.1", port)).await {
                        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                    }
                });
            }
        });
        forward
    }

    /// Its own port.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Lead new connections there.
    pub(crate) fn lead_to(&self, port: u16) {
        *self.target.lock().unwrap() = port;
    }
}
