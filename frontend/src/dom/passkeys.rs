//! Passkeys, as the browser and its authenticators have them (WebAuthn Level 3).

use js_sys::{JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

use crate::{ground::window, parts::Task};

/// Why there is no passkey, as the browser calls it (WebAuthn Level 3, sections 5.1.3 and 5.1.4).
pub type Why = String;

/// The reader would not, or let the time pass: nothing to be told of.
pub const CANCELLED: &str = "NotAllowedError";

/// The authenticator has one of this account already.
pub const KNOWN: &str = "InvalidStateError";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON, catch)]
    fn creation_options(options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON, catch)]
    fn request_options(options: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = ["navigator", "credentials"], js_name = create, catch)]
    fn create_credential(options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = ["navigator", "credentials"], js_name = get, catch)]
    fn get_credential(options: &JsValue) -> Result<Promise, JsValue>;
}

/// Whether passkeys can be had on this page: it came over TLS or from this machine, as the browser sees to, its host is
/// a name, and the browser reads what it is asked from JSON.
pub fn can_be_had() -> bool {
    let host = window().location().host().unwrap_or_default();
    // An address has no letters, or stands in brackets; browsers write names in ASCII.
    let is_name = !host.starts_with('[') && host.bytes().any(|byte| byte.is_ascii_alphabetic());
    is_name
        && Reflect::get(&window(), &"PublicKeyCredential".into())
            .and_then(|credentials| Reflect::get(&credentials, &"parseRequestOptionsFromJSON".into()))
            .is_ok_and(|parse| parse.is_function())
}

/// Has an authenticator make a passkey. Takes a `Challenge` as it came, and gives the `Credential` as it goes: the page
/// reads neither.
///
/// # Errors
/// When there is none then.
pub fn create(challenge: &str) -> Task<Result<String, Why>> {
    answered(challenge, creation_options, create_credential)
}

/// Has an authenticator use a passkey; otherwise as [`create`].
///
/// # Errors
/// As [`create`].
pub fn get(challenge: &str) -> Task<Result<String, Why>> {
    answered(challenge, request_options, get_credential)
}

type Said<T> = Result<T, JsValue>;

fn answered(
    challenge: &str,
    read: fn(&JsValue) -> Said<JsValue>,
    ask: fn(&JsValue) -> Said<Promise>,
) -> Task<Result<String, Why>> {
    let answer = Object::new();
    let asked = asked(challenge, &answer, read).and_then(|options| ask(&options));
    Box::pin(async move {
        let credential = match asked {
            Ok(asked) => JsFuture::from(asked).await,
            Err(why) => Err(why),
        };
        let said = credential.and_then(|credential| {
            Reflect::set(&answer, &"credential".into(), &JSON::stringify(&credential)?.into())?;
            JSON::stringify(&answer)
        });
        said.map(String::from).map_err(|why| {
            Reflect::get(&why, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
        })
    })
}

/// The options that are asked; which attempt it is goes into the answer.
fn asked(challenge: &str, answer: &Object, read: fn(&JsValue) -> Said<JsValue>) -> Said<Object> {
    let challenge = JSON::parse(challenge)?;
    let attempt = "attempt".into();
    Reflect::set(answer, &attempt, &Reflect::get(&challenge, &attempt)?)?;
    let options = Reflect::get(&challenge, &"options".into())?.as_string().unwrap_or_default();
    let asked = Object::new();
    Reflect::set(&asked, &"publicKey".into(), &read(&JSON::parse(&options)?)?)?;
    Ok(asked)
}
