//! Certificates, and lines on which TLS is spoken.

use std::{fs, io, path::Path, sync::Arc, time::Duration};

use maru_server::tls::TlsFiles;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{ClientConfig, RootCertStore, client::Resumption, crypto::ring, pki_types::ServerName},
};
use tokio_util::either::Either;

/// A client's end of a connection, plain or over TLS.
pub(crate) type Line = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// A certificate for `localhost` and its key, made for one test; and the trust in this certificate alone.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) certificate: String,
    pub(crate) key: String,
    trust: TlsConnector,
}

impl Identity {
    pub(crate) fn new() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(cert.der().clone()).expect("a certificate to trust");
        let mut trust = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        // Whoever comes again is shown the certificate again.
        trust.resumption = Resumption::disabled();
        trust.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Self { certificate: cert.pem(), key: signing_key.serialize_pem(), trust: Arc::new(trust).into() }
    }

    /// Writes both into this folder, in the place of those that are there. A server looks at them all the time.
    pub(crate) fn write(&self, folder: &Path) -> TlsFiles {
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        fs::write(&certificate, &self.certificate).expect("a folder to write in");
        fs::write(&key, &self.key).expect("a folder to write in");
        TlsFiles { certificate, key, look_every: Duration::from_millis(20) }
    }

    /// Agrees on TLS with whoever has this certificate.
    pub(crate) async fn greet(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from("localhost").expect("a name");
        self.trust.connect(name, stream).await
    }
}
