//! The built frontend as the server gives it.

use std::{fs, path::Path};

use hyper::Method;
use tempfile::TempDir;

use crate::support::{Answer, TestServer};

/// As Trunk writes it: an inline script that starts the wasm, and files named by their hash.
const PAGE: &str = "<!DOCTYPE html><html><head><title>Maru</title>\
<link rel=\"stylesheet\" href=\"/styles-0f1e2d3c4b5a6978.css\">\
<script type=\"module\">import init from '/maru-3f2a1b9c0d4e5f67.js';init();</script></head><body></body></html>";
/// The SHA-256 of what stands between the script's tags: `printf ... | openssl dgst -sha256 -binary | base64`.
const SCRIPT_HASH: &str = "sha256-5YckwP3kauTIOxAEDu5VYYrG6acDf9a05MfJZyKVoFo=";
const SCRIPT: &str = "/maru-3f2a1b9c0d4e5f67.js";
const WASM: &str = "/maru-3f2a1b9c0d4e5f67_bg.wasm";

/// A server with a built frontend, and something beside it that nobody must get.
async fn a_site() -> (TestServer, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    let dist = folder.path().join("dist");
    fs::create_dir(&dist).unwrap();
    let write =
        |path: &str, content: &str| fs::write(dist.join(path.trim_start_matches('/')), content).unwrap();
    write("index.html", PAGE);
    write(SCRIPT, "plain script");
    write(&format!("{SCRIPT}.br"), "brotli script");
    write(&format!("{SCRIPT}.gz"), "gzip script");
    write(WASM, "plain wasm");
    write(&format!("{WASM}.br"), "brotli wasm");
    write("styles-0f1e2d3c4b5a6978.css", "plain style");
    write("manifest.webmanifest", "{}");
    let server = TestServer::with(move |config| config.dist = Some(dist.clone())).await;
    (server, folder)
}

fn is_the_page(answer: &Answer) {
    answer.is(200);
    assert_eq!(answer.text(), PAGE);
    assert!(answer.header("content-type").starts_with("text/html"), "{}", answer.header("content-type"));
    assert!(
        matches!(answer.header("cache-control"), "no-cache" | "no-store"),
        "{}",
        answer.header("cache-control")
    );
}

#[tokio::test]
async fn the_page_is_at_the_root_and_at_every_room_and_never_kept() {
    let (server, _folder) = a_site().await;
    for path in ["/", "/index.html", "/r/00000000-0000-0000-0000-000000000001", "/r/anything", "/?theme=dark"]
    {
        is_the_page(&server.site.get(path).send().await);
    }
}

#[tokio::test]
async fn the_page_may_run_its_own_script_and_nothing_else() {
    let (server, _folder) = a_site().await;
    for path in ["/", "/r/anything"] {
        let answer = server.site.get(path).send().await;
        let policy = answer.header("content-security-policy").to_owned();
        let directive = |name: &str| {
            let mut all = policy.split(';').map(str::trim);
            all.find_map(|one| one.strip_prefix(name)?.strip_prefix(' ')).unwrap_or_default().to_owned()
        };
        let scripts = directive("script-src");
        assert!(scripts.contains("'self'") && scripts.contains(SCRIPT_HASH), "{policy}");
        assert!(scripts.contains("'wasm-unsafe-eval'"), "{policy}");
        assert!(!scripts.contains("'unsafe-inline'") && !scripts.contains("'unsafe-eval'"), "{policy}");
        assert!(["'none'", "'self'"].contains(&directive("default-src").as_str()), "{policy}");
        assert_eq!(directive("object-src").replace("'none'", ""), "", "{policy}");
        assert_eq!((directive("base-uri"), directive("frame-ancestors")), ("'none'".into(), "'none'".into()));
        assert!(!policy.contains('*') && !directive("style-src").contains("'unsafe-eval'"), "{policy}");
    }
}

#[tokio::test]
async fn a_file_comes_in_the_smallest_form_that_the_browser_takes() {
    let (server, _folder) = a_site().await;
    for (accept, encoding, body) in [
        ("gzip, deflate, br, zstd", "br", "brotli script"),
        ("br", "br", "brotli script"),
        ("gzip", "gzip", "gzip script"),
        ("gzip;q=1, br;q=0", "gzip", "gzip script"),
        ("identity", "", "plain script"),
        ("", "", "plain script"),
    ] {
        let answer = server.site.get(SCRIPT).header("accept-encoding", accept).send().await;
        answer.is(200);
        assert_eq!((answer.header("content-encoding"), answer.text().as_str()), (encoding, body), "{accept}");
        assert!(
            answer.header("content-type").starts_with("text/javascript"),
            "of what it is, not of how it came"
        );
        assert!(answer.header("vary").to_ascii_lowercase().contains("accept-encoding"), "{accept}");
    }
    // Where a form is missing, another one comes.
    let answer = server.site.get(WASM).header("accept-encoding", "gzip").send().await;
    assert_eq!((answer.header("content-encoding"), answer.text().as_str()), ("", "plain wasm"));
    let answer = server.site.get(WASM).header("accept-encoding", "gzip, br").send().await;
    assert_eq!((answer.header("content-encoding"), answer.text().as_str()), ("br", "brotli wasm"));
    assert_eq!(answer.header("content-type"), "application/wasm");
}

#[tokio::test]
async fn what_is_named_by_its_hash_is_kept_and_nothing_else() {
    let (server, _folder) = a_site().await;
    for path in [SCRIPT, WASM, "/styles-0f1e2d3c4b5a6978.css"] {
        let answer = server.site.get(path).header("accept-encoding", "br").send().await;
        let kept = answer.header("cache-control");
        assert!(kept.contains("immutable") && kept.contains("max-age=31536000"), "{path}: {kept}");
    }
    let kept = server.site.get("/manifest.webmanifest").send().await;
    assert!(!kept.header("cache-control").contains("immutable"));
    let missing = server.site.get("/maru-0000000000000000.js").send().await;
    missing.is(404);
    assert!(
        !missing.header("cache-control").contains("immutable"),
        "a missing file may come with the next version"
    );
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_be_careful() {
    let (server, _folder) = a_site().await;
    for path in ["/", SCRIPT, "/r/x", "/api/session", "/api/nothing", "/healthz", "/nothing-here.png"] {
        let answer = server.site.get(path).send().await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let referrer = answer.header("referrer-policy");
        assert!(matches!(referrer, "same-origin" | "no-referrer"), "{path}: {referrer}");
    }
    let api = server.site.get("/api/session").send().await;
    assert_eq!(api.header("cache-control"), "no-store");
}

#[tokio::test]
async fn nothing_outside_the_folder_is_given() {
    let (server, folder) = a_site().await;
    let outside = folder.path().join("secret.txt").display().to_string();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%2fsecret.txt",
        "/r/../../secret.txt",
        "/./.././secret.txt",
        "/..%5csecret.txt",
        "//secret.txt",
        "/%00/../secret.txt",
        &outside,
        &format!("/{outside}"),
    ] {
        let answer = server.site.get(path).send().await;
        assert!(!answer.text().contains("secret"), "{path}");
        assert!(
            answer.status.as_u16() == 404 || answer.status.as_u16() == 400 || answer.text() == PAGE,
            "{path}"
        );
    }
    server.site.ask(Method::POST, SCRIPT).send().await.is(405);
}

#[tokio::test]
async fn a_head_request_has_the_heads_and_no_body() {
    let (server, _folder) = a_site().await;
    for path in ["/", SCRIPT] {
        let answer = server.site.ask(Method::HEAD, path).send().await;
        answer.is(200);
        assert!(answer.body.is_empty());
    }
}

#[tokio::test]
async fn without_a_frontend_the_root_says_so_and_the_rest_works() {
    let server = TestServer::start().await;
    let answer = server.site.get("/").send().await;
    assert!(!answer.text().is_empty());
    server.site.get(SCRIPT).send().await.is(404);
    server.guest("민수").await.connect().await.tell(maru_shared::RoomId::LOBBY, "ohne Seite").await;
}

#[tokio::test]
async fn a_frontend_built_anew_is_given_without_a_restart() {
    let (server, folder) = a_site().await;
    is_the_page(&server.site.get("/").send().await);
    let rebuilt = PAGE.replace("Maru", "마루");
    fs::write(Path::new(folder.path()).join("dist/index.html"), &rebuilt).unwrap();
    assert_eq!(server.site.get("/").send().await.text(), rebuilt);
}

#[tokio::test]
async fn health_is_told_to_whoever_asks() {
    let server = TestServer::start().await;
    server.site.get("/healthz").send().await.is(200);
    server.site.get("/readyz").send().await.is(200);
}

#[tokio::test]
async fn a_name_that_no_file_can_have_is_not_found() {
    let (server, _folder) = a_site().await;
    for path in [format!("/{}", "a".repeat(300)), format!("/{}", "a/".repeat(3_000))] {
        server.site.ask(Method::GET, &path).send().await.is(404);
    }
}
