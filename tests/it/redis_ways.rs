//! The ways to a Redis: by TLS, with a user and a password, over a socket, by IPv6.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::support::{Folder, Quire, Settings, eventually, one_command, tool};

/// A Redis that is started as a test wants it. Killed when dropped.
struct Started(Child);

impl Started {
    fn with(folder: &Folder, arguments: &[&str]) -> Self {
        let child = Command::new("redis-server")
            .args(["--dir", &folder.path().to_string_lossy(), "--save", ""])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("redis-server is missing; `make test` installs it");
        Self(child)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port(address: &str) -> u16 {
    let listener = std::net::TcpListener::bind((address, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// A report goes through a server and a worker of its own.
async fn works(url: &str, environment: Vec<(String, String)>) {
    let folder = Folder::new();
    let settings = Settings {
        redis: Some(url.to_owned()),
        data_dir: Some(folder.path().to_path_buf()),
        environment,
        ..Settings::default()
    };
    let api = Quire::start_with(settings.clone().without_workers()).await;
    let _worker = Quire::start_with(Settings {
        worker: true,
        ..settings
    })
    .await;
    let ready = async || (api.get("/readyz").await.status == 200).then_some(());
    eventually("Redis to be reached", ready).await;
    let task = api.request("61958-0802").await;
    assert_eq!(
        api.finished(&task).await["status"],
        "SUCCESS",
        "{}",
        api.log()
    );
    assert!(!api.log().contains("hunter2"));
}

/// A certificate authority, and a certificate of it for this machine.
pub(crate) fn certificates(folder: &Path) {
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (ca, ca_key, key) = (at("ca.pem"), at("ca.key"), at("redis.key"));
    let (request, certificate, names) = (at("redis.csr"), at("redis.pem"), at("names"));
    std::fs::write(&names, "subjectAltName=DNS:localhost,IP:127.0.0.1").unwrap();
    let key_of = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let authority = [
        "req",
        "-x509",
        "-days",
        "2",
        "-subj",
        "/CN=Test CA",
        "-keyout",
        &ca_key,
        "-out",
        &ca,
    ];
    tool("openssl", &[&authority[..], &key_of].concat());
    let asked = [
        "req",
        "-subj",
        "/CN=localhost",
        "-keyout",
        &key,
        "-out",
        &request,
    ];
    tool("openssl", &[&asked[..], &key_of].concat());
    let signed = [
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        &request,
        "-CA",
        &ca,
        "-CAkey",
        &ca_key,
        "-CAcreateserial",
        "-extfile",
        &names,
        "-out",
        &certificate,
    ];
    tool("openssl", &signed);
}

#[tokio::test]
async fn by_tls_with_a_user_and_a_password() {
    let folder = Folder::new();
    certificates(folder.path());
    let at = |name: &str| folder.file(name).to_string_lossy().into_owned();
    let port = free_port("127.0.0.1").to_string();
    let _redis = Started::with(
        &folder,
        &[
            "--port",
            "0",
            "--tls-port",
            &port,
            "--tls-auth-clients",
            "no",
            "--tls-cert-file",
            &at("redis.pem"),
            "--tls-key-file",
            &at("redis.key"),
            "--tls-ca-cert-file",
            &at("ca.pem"),
            "--user",
            "default",
            "off",
            "--user",
            "quire",
            "on",
            ">hunter2",
            "~*",
            "&*",
            "+@all",
        ],
    );
    let url = format!("rediss://quire:hunter2@localhost:{port}/1");

    works(&url, vec![("SSL_CERT_FILE".to_owned(), at("ca.pem"))]).await;
    for (url, trusted, words) in [
        (&url, "redis.csr", "the certificate of Redis is not trusted"),
        (
            &url.replace("hunter2", "wrong"),
            "ca.pem",
            "needs another user or password",
        ),
    ] {
        let arguments = [
            "doctor",
            "--sample",
            "--listen",
            "127.0.0.1:1",
            "--redis-url",
            url,
        ];
        let mut doctor = one_command(&folder.file("nowhere"), &arguments);
        let found = doctor.env("SSL_CERT_FILE", at(trusted)).output().unwrap();
        let said = String::from_utf8_lossy(&found.stdout);
        assert!(said.contains(words), "{said}");
    }
}

#[tokio::test]
async fn over_a_socket_with_a_password() {
    let folder = Folder::new();
    let socket = folder.file("redis.sock").to_string_lossy().into_owned();
    let _redis = Started::with(
        &folder,
        &[
            "--port",
            "0",
            "--unixsocket",
            &socket,
            "--requirepass",
            "hunter2",
        ],
    );

    works(&format!("unix://{socket}?db=2&pass=hunter2"), Vec::new()).await;
}

#[tokio::test]
async fn by_ipv6() {
    let folder = Folder::new();
    let port = free_port("::1").to_string();
    let _redis = Started::with(&folder, &["--bind", "::1", "--port", &port]);

    works(&format!("redis://[::1]:{port}/0"), Vec::new()).await;
}
