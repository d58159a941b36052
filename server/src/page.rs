//! The page of the built frontend, and the policy under which it runs.

use std::path::{Path, PathBuf};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};
use tracing::error;

/// The page of the built frontend, if it is there.
#[derive(Clone, Debug)]
pub struct Page(Option<PathBuf>);

impl Page {
    /// The page in this directory.
    pub fn new(dist: Option<&Path>) -> Self {
        Self(dist.map(|dist| dist.join("index.html")))
    }

    /// The page, with a policy that lets nothing run but what the page itself brings. Read anew each time: it is small,
    /// and whoever builds a new frontend need not restart the server.
    pub async fn show(&self) -> Response {
        let Some(path) = &self.0 else {
            return (StatusCode::NOT_FOUND, "no frontend: build it, and name its directory with --dist\n")
                .into_response();
        };
        match tokio::fs::read_to_string(path).await {
            Ok(html) => {
                let policy = content_security_policy(&html);
                let mut response = Html(html).into_response();
                response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
                if let Ok(policy) = HeaderValue::from_str(&policy) {
                    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
                }
                response
            }
            Err(cause) => {
                error!(%cause, path = %path.display(), "cannot read the page");
                (StatusCode::INTERNAL_SERVER_ERROR, "the frontend cannot be read: see the server's log\n")
                    .into_response()
            }
        }
    }
}

/// The page's own scripts may run, the inline ones by their hashes (CSP level 3, section 6.7.3.3), and WebAssembly.
fn content_security_policy(html: &str) -> String {
    let hashes: String = inline_scripts(html)
        .map(|script| format!(" 'sha256-{}'", BASE64.encode(&Sha256::digest(script))))
        .collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; \
         img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_each_inline_script() {
        let html = "<script src=\"a.js\"></script><script type=\"module\">let a = 1;</script>";
        let policy = content_security_policy(html);
        // echo -n 'let a = 1;' | openssl dgst -sha256 -binary | base64
        assert!(policy.contains("'sha256-xY6QKfH9PRsQnLz56nj6MBwiK5oHg+im1Jkpdp1x/Ck='"), "{policy}");
        assert_eq!(inline_scripts(html).collect::<Vec<_>>(), ["let a = 1;"]);
    }
}
