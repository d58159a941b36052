//! Passkeys without an authenticator: whatever is refused. What an authenticator says is tried in a browser.

use hyper::Method;
use maru_shared::{
    Refusal,
    api::{Challenge, Credential, OwnPassword, Passkey},
};
use serde_json::{Value, json};

use crate::support::{Answer, Guest, Site, TestServer, guest::PASSWORD, http::Ask};

const MAKE: &str = "/api/account/passkeys";
const COME_IN: &str = "/api/session/passkey";

/// What an authenticator might say, of a passkey that nobody has.
fn said() -> Value {
    let nobodys = "bm9ib2R5cw";
    let response = json!({
        "attestationObject": nobodys,
        "authenticatorData": nobodys,
        "clientDataJSON": nobodys,
        "signature": nobodys,
        "userHandle": nobodys,
    });
    json!({"id": nobodys, "rawId": nobodys, "type": "public-key", "response": response, "extensions": {}})
}

/// As from the server's page, under a name.
fn from_page(ask: Ask, site: Site) -> Ask {
    let host = format!("localhost:{}", site.0.port());
    ask.header("host", &host).header("origin", &format!("http://{host}"))
}

async fn begin(guest: &Guest, path: &str) -> Challenge {
    begin_as(guest, path, PASSWORD).await.read(200)
}

async fn begin_as(guest: &Guest, path: &str, password: &str) -> Answer {
    let ask = from_page(guest.ask(Method::POST, &format!("{path}/begin")), guest.site);
    ask.json(&OwnPassword { password: password.to_owned() }).send().await
}

async fn answer(guest: &Guest, path: &str, attempt: &str, credential: &str) -> Answer {
    let body = Credential { attempt: attempt.to_owned(), credential: credential.to_owned() };
    from_page(guest.ask(Method::POST, path), guest.site).json(&body).send().await
}

#[tokio::test]
async fn an_authenticator_is_asked_for_a_passkey_that_is_found_without_a_name() {
    let server = TestServer::start().await;
    let owner = server.owner("지영").await;
    let made = begin(&owner, MAKE).await;
    let asked: Value = serde_json::from_str(&made.options).unwrap();
    assert_eq!(asked["rp"]["id"], "localhost");
    assert_eq!(asked["user"]["name"], "지영");
    assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(asked["attestation"], "none");

    let again = begin(&owner, COME_IN).await;
    let asked: Value = serde_json::from_str(&again.options).unwrap();
    assert_eq!(asked["rpId"], "localhost");
    assert_eq!(asked["userVerification"], "required");
    assert_eq!(asked["allowCredentials"], json!([]));
    assert_ne!(made.attempt, again.attempt);
}

#[tokio::test]
async fn what_answers_nothing_that_was_asked_is_refused() {
    let server = TestServer::with(|config| config.limits.passwords_per_minute = 100).await;
    let (owner, other) = (server.owner("Owner").await, server.guest("Minsu").await);
    let said = said().to_string();
    for path in [MAKE, COME_IN] {
        for attempt in ["", "nonsense", &"A".repeat(43)] {
            assert_eq!(answer(&owner, path, attempt, &said).await.why(403), Refusal::BadPasskey);
        }
        for broken in ["", "null", "{", "[]", "{\"id\":1}", "\"text\""] {
            let attempt = begin(&owner, path).await.attempt;
            assert_eq!(answer(&owner, path, &attempt, broken).await.why(400), Refusal::Malformed, "{broken}");
            let again = answer(&owner, path, &attempt, &said).await;
            assert_eq!(again.why(403), Refusal::BadPasskey, "an attempt is good once");
        }
        let attempt = begin(&owner, path).await.attempt;
        assert_eq!(answer(&owner, path, &attempt, &said).await.why(403), Refusal::BadPasskey, "{path}");
    }
    let attempt = begin(&owner, COME_IN).await.attempt;
    assert_eq!(answer(&owner, MAKE, &attempt, &said).await.why(403), Refusal::BadPasskey, "was to come in");
    let attempt = begin(&owner, MAKE).await.attempt;
    assert_eq!(
        answer(&owner, COME_IN, &attempt, &said).await.why(403),
        Refusal::BadPasskey,
        "was to make one"
    );
    let attempt = begin(&owner, MAKE).await.attempt;
    assert_eq!(answer(&other, MAKE, &attempt, &said).await.why(403), Refusal::BadPasskey, "was another's");
    assert_eq!(owner.get(MAKE).await.read::<Vec<Passkey>>(200), []);
}

#[tokio::test]
async fn one_is_made_by_whoever_knows_the_password_and_not_by_whoever_finds_a_session_open() {
    let server = TestServer::with(|config| config.limits.passwords_per_minute = 3).await;
    let owner = server.owner("Owner").await;
    for wrong in ["", "something else"] {
        assert_eq!(begin_as(&owner, MAKE, wrong).await.why(403), Refusal::WrongPassword);
    }
    begin(&owner, MAKE).await;
    assert!(matches!(begin_as(&owner, MAKE, PASSWORD).await.why(429), Refusal::TooFast { .. }));
}

#[tokio::test]
async fn guests_have_none() {
    let server = TestServer::start().await;
    let guest = server.guest("Minsu").await;
    assert_eq!(begin_as(&guest, MAKE, PASSWORD).await.why(403), Refusal::NotAllowed);
    assert_eq!(guest.get(MAKE).await.why(403), Refusal::NotAllowed);
    let remove = guest.ask(Method::DELETE, "/api/account/passkeys/00000000-0000-0000-0000-000000000001");
    assert_eq!(remove.send().await.why(403), Refusal::NotAllowed);
}

#[tokio::test]
async fn they_belong_to_a_page_with_a_name() {
    let server = TestServer::start().await;
    let owner = server.owner("Owner").await;
    for path in [MAKE, COME_IN] {
        let password = OwnPassword { password: PASSWORD.to_owned() };
        let ask = || owner.ask(Method::POST, &format!("{path}/begin")).json(&password);
        let on_an_address = ask().header("origin", &server.site.origin());
        assert_eq!(on_an_address.send().await.why(403), Refusal::NotAllowed, "{path}");
        assert_eq!(ask().send().await.why(400), Refusal::Malformed, "{path}, from no page");
        let elsewhere = ask().header("origin", "https://evil.test").send().await;
        assert_eq!(elsewhere.why(403), Refusal::ForeignOrigin, "{path}");
    }
}

#[tokio::test]
async fn to_ask_and_to_answer_counts_as_a_guess() {
    let server = TestServer::with(|config| config.limits.passwords_per_minute = 2).await;
    let ask = || from_page(server.site.post("/api/session/passkey/begin"), server.site).send();
    let mut refused = ask().await;
    for _ in 0..100 {
        if refused.status == 429 {
            break;
        }
        refused = ask().await;
    }
    assert!(matches!(refused.why(429), Refusal::TooFast { .. }));
}
