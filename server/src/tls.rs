//! TLS in the program itself: the certificate, and what is spoken before HTTP.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::{net::TcpStream, time::MissedTickBehavior};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, InconsistentKeys, ServerConfig,
        crypto::{CryptoProvider, ring},
        pki_types::{
            CertificateDer, PrivateKeyDer,
            pem::{self, PemObject},
        },
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
    server::TlsStream,
};
use tracing::{info, warn};

/// The files of a certificate.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The chain in PEM, the server's own certificate first.
    pub certificate: PathBuf,
    /// The private key in PEM.
    pub key: PathBuf,
    /// How often it is looked whether they have changed.
    pub look_every: Duration,
}

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Why a certificate cannot be used. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}. Name a file that this user may read with {flag}")]
    Read {
        /// Which.
        path: PathBuf,
        /// By which setting.
        flag: &'static str,
        /// Why.
        source: io::Error,
    },
    /// There is no certificate in its file.
    #[error(
        "no certificate can be read in {path} ({source}): --tls-certificate names the chain in PEM, the server's own \
         certificate first, as the file fullchain.pem of certbot"
    )]
    NoCertificate {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: pem::Error,
    },
    /// There is no key in its file.
    #[error(
        "no private key can be read in {path} ({source}): --tls-key names the certificate's key in PEM, without a \
         passphrase, as the file privkey.pem of certbot"
    )]
    NoKey {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: pem::Error,
    },
    /// They do not belong together.
    #[error(
        "the key in {key} is not that of the certificate in {certificate}: name two files that belong together"
    )]
    Mismatch {
        /// Where the certificate is.
        certificate: PathBuf,
        /// Where the key is.
        key: PathBuf,
    },
    /// They are of a kind that cannot be used.
    #[error(
        "the certificate in {certificate} cannot be used with the key in {key}: {source}. Ask for a new one, with an \
         ECDSA (P-256, P-384), RSA (2048 bits or more) or Ed25519 key"
    )]
    Unusable {
        /// Where the certificate is.
        certificate: PathBuf,
        /// Where the key is.
        key: PathBuf,
        /// What is wrong.
        source: rustls::Error,
    },
}

/// Speaks TLS, with a certificate that may change meanwhile.
#[derive(Clone)]
pub struct Tls {
    certificate: Arc<Certificate>,
    acceptor: TlsAcceptor,
}

/// What a client began to speak.
pub enum Spoken {
    /// TLS.
    Tls(Box<TlsStream<TcpStream>>),
    /// Plain HTTP, of which nothing has been read.
    Plain(TcpStream),
}

impl Tls {
    /// With the certificate in these files.
    ///
    /// # Errors
    /// When it cannot be used; the error says what to do.
    pub fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let unusable = unusable(&files);
        let certificate = Arc::new(Certificate::read(files, Arc::clone(&provider))?);
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&certificate) as _);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { certificate, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// Waits for the first words of a client, and for TLS to be agreed on if they are of TLS.
    ///
    /// # Errors
    /// When the line is lost, or there is nothing to agree on.
    pub async fn accept(&self, stream: TcpStream) -> io::Result<Spoken> {
        let mut first = [0];
        stream.peek(&mut first).await?;
        // Methods of HTTP begin with a letter, and records of TLS with the number of their kind.
        if first[0].is_ascii_alphabetic() {
            return Ok(Spoken::Plain(stream));
        }
        Ok(Spoken::Tls(Box::new(self.acceptor.accept(stream).await?)))
    }

    /// Takes what is in the files now, for the connections to come: whether it is something new. Where it cannot be
    /// used, what was used so far stays in use.
    ///
    /// # Errors
    /// When it cannot be used; the error says what to do.
    pub fn reload(&self) -> Result<bool, TlsError> {
        self.certificate.reload()
    }

    /// Reloads for ever, now and then, and says what comes of it. What is wrong is said once.
    ///
    /// The files are read rather than watched: they are small, and may be links to links on any kind of file system.
    pub async fn keep_fresh(self) {
        let mut look = tokio::time::interval(self.certificate.files.look_every);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut complaint = String::new();
        loop {
            look.tick().await;
            let tls = self.clone();
            let Ok(reloaded) = tokio::task::spawn_blocking(move || tls.reload()).await else { continue };
            let said = reloaded.as_ref().err().map(ToString::to_string).unwrap_or_default();
            match reloaded {
                Ok(true) => info!("the TLS certificate has changed: new connections get the new one"),
                Err(cause) if said != complaint => {
                    warn!(%cause, "the TLS certificate has changed and cannot be used: the one before stays in use");
                }
                _ => {}
            }
            complaint = said;
        }
    }
}

/// The certificate that is in use.
#[derive(Debug)]
struct Certificate {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    used: Mutex<Used>,
}

#[derive(Clone, Debug)]
struct Used {
    key: Arc<CertifiedKey>,
    /// Of what was in the files.
    hash: [u8; 32],
}

impl Certificate {
    fn read(files: TlsFiles, provider: Arc<CryptoProvider>) -> Result<Self, TlsError> {
        let texts = files.texts()?;
        let used = Used { key: Arc::new(files.parse(&texts, &provider)?), hash: texts.hash() };
        Ok(Self { files, provider, used: Mutex::new(used) })
    }

    fn reload(&self) -> Result<bool, TlsError> {
        let texts = self.files.texts()?;
        let hash = texts.hash();
        if self.used().hash == hash {
            return Ok(false);
        }
        let key = Arc::new(self.files.parse(&texts, &self.provider)?);
        *self.used() = Used { key, hash };
        Ok(true)
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.used().key))
    }
}

/// What is in the files.
struct Texts {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Texts {
    fn hash(&self) -> [u8; 32] {
        let of = |text: &[u8]| Sha256::digest(text);
        Sha256::new().chain_update(of(&self.certificate)).chain_update(of(&self.key)).finalize().into()
    }
}

impl TlsFiles {
    /// These, looked at every five seconds.
    pub fn new(certificate: PathBuf, key: PathBuf) -> Self {
        Self { certificate, key, look_every: LOOK_EVERY }
    }

    fn texts(&self) -> Result<Texts, TlsError> {
        let read = |path: &PathBuf, flag| {
            fs::read(path).map_err(|source| TlsError::Read { path: path.clone(), flag, source })
        };
        Ok(Texts {
            certificate: read(&self.certificate, "--tls-certificate")?,
            key: read(&self.key, "--tls-key")?,
        })
    }

    fn parse(&self, texts: &Texts, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let no_certificate = |source| TlsError::NoCertificate { path: self.certificate.clone(), source };
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&texts.certificate)
            .collect::<Result<_, _>>()
            .map_err(no_certificate)?;
        if chain.is_empty() {
            return Err(no_certificate(pem::Error::NoItemsFound));
        }
        let key = PrivateKeyDer::from_pem_slice(&texts.key)
            .map_err(|source| TlsError::NoKey { path: self.key.clone(), source })?;
        CertifiedKey::from_der(chain, key, provider).map_err(unusable(self))
    }
}

fn unusable(files: &TlsFiles) -> impl FnOnce(rustls::Error) -> TlsError + use<> {
    let TlsFiles { certificate, key, .. } = files.clone();
    move |source| match source {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            TlsError::Mismatch { certificate, key }
        }
        source => TlsError::Unusable { certificate, key, source },
    }
}
