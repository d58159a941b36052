//! Passkeys (WebAuthn Level 3): what an authenticator is asked, and whether what it says is right.
//!
//! What was asked is kept here, in memory, until it is answered or five minutes have passed: a restart between the two
//! makes the page ask again.

use std::sync::{Mutex, PoisonError};

use indexmap::IndexMap;
use maru_shared::{MemberId, Name, Refusal, Timestamp, api::Challenge};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tracing::{debug, error};
use uuid::Uuid;
use webauthn_rs::{
    Webauthn, WebauthnBuilder,
    prelude::{
        DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
        RegisterPublicKeyCredential, Url, WebauthnError,
    },
};

use crate::secret::{PasskeyText, SecretHash, Token};

/// For so long, in milliseconds, an attempt may be answered: five minutes.
const ANSWERED_WITHIN: i64 = 300_000;

/// The most attempts that wait for an answer, some kilobytes each: with one more, the oldest is forgotten.
const MOST: usize = 2_000;

/// What was asked and not answered yet.
#[derive(Default)]
pub struct Passkeys {
    asked: Mutex<IndexMap<SecretHash, Asked>>,
}

struct Asked {
    origin: Url,
    until: Timestamp,
    what: What,
}

enum What {
    Making(MemberId, Box<PasskeyRegistration>),
    ComingIn(Box<DiscoverableAuthentication>),
}

/// A passkey that was made.
pub struct Made {
    /// How the authenticator calls it.
    pub credential: Vec<u8>,
    /// What it is compared with.
    pub text: PasskeyText,
}

/// Somebody who comes in, before it is known whether they may.
pub struct Coming {
    webauthn: Webauthn,
    said: PublicKeyCredential,
    asked: Box<DiscoverableAuthentication>,
}

impl Passkeys {
    /// Asks an authenticator to make a passkey for a member, on the page of this origin.
    ///
    /// # Errors
    /// When passkeys cannot be had there: at an address instead of a name.
    pub fn begin_making(
        &self,
        origin: &str,
        member: MemberId,
        name: &Name,
        kept: &[PasskeyText],
        token: &Token,
        now: Timestamp,
    ) -> Result<Challenge, Refusal> {
        let (origin, webauthn) = of_page(origin)?;
        let known = kept.iter().filter_map(passkey).map(|passkey| passkey.cred_id().clone()).collect();
        let user = Uuid::from_bytes(*member.as_bytes());
        let (options, asked) = webauthn
            .start_passkey_registration(user, name.as_str(), name.as_str(), Some(known))
            .map_err(|cause| refused(&cause))?;
        let mut options = options_of(&options)?;
        // One that is found without a name being typed: the page asks for none.
        options["authenticatorSelection"]["residentKey"] = "required".into();
        options["authenticatorSelection"]["requireResidentKey"] = true.into();
        let what = What::Making(member, Box::new(asked));
        self.keep(Asked { origin, until: until(now), what }, token);
        Ok(Challenge { attempt: token.spell(), options: options.to_string() })
    }

    /// The passkey that was made in answer.
    ///
    /// # Errors
    /// When it answers nothing that was asked of this member, or is not right.
    pub fn finish_making(
        &self,
        attempt: &str,
        said: &str,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Made, Refusal> {
        let Asked { origin, what, .. } = self.take(attempt, now)?;
        let What::Making(whose, asked) = what else { return Err(Refusal::BadPasskey) };
        if whose != member {
            return Err(Refusal::BadPasskey);
        }
        let (_, webauthn) = of_page(origin.as_str())?;
        let said: RegisterPublicKeyCredential = read(said)?;
        let made = webauthn.finish_passkey_registration(&said, &asked).map_err(|cause| refused(&cause))?;
        Ok(Made { credential: made.cred_id().to_vec(), text: text_of(&made)? })
    }

    /// Asks for whatever passkey somebody has here, on the page of this origin.
    ///
    /// # Errors
    /// As [`Self::begin_making`].
    pub fn begin_coming_in(&self, origin: &str, token: &Token, now: Timestamp) -> Result<Challenge, Refusal> {
        let (origin, webauthn) = of_page(origin)?;
        let (options, asked) =
            webauthn.start_discoverable_authentication().map_err(|cause| refused(&cause))?;
        let options = options_of(&options)?;
        let what = What::ComingIn(Box::new(asked));
        self.keep(Asked { origin, until: until(now), what }, token);
        Ok(Challenge { attempt: token.spell(), options: options.to_string() })
    }

    /// Who says that they come in.
    ///
    /// # Errors
    /// When it answers nothing that was asked.
    pub fn coming_in(&self, attempt: &str, said: &str, now: Timestamp) -> Result<Coming, Refusal> {
        let Asked { origin, what, .. } = self.take(attempt, now)?;
        let What::ComingIn(asked) = what else { return Err(Refusal::BadPasskey) };
        let (_, webauthn) = of_page(origin.as_str())?;
        Ok(Coming { webauthn, said: read(said)?, asked })
    }

    /// Forgets what was not answered in time.
    pub fn forget_late(&self, now: Timestamp) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.retain(|_, asked| asked.until > now);
        asked.shrink_to_fit();
    }

    fn keep(&self, what: Asked, token: &Token) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let What::Making(member, _) = &what.what {
            // Who begins again has given the last attempt up.
            asked.retain(|_, other| !matches!(&other.what, What::Making(whose, _) if whose == member));
        }
        if asked.len() >= MOST {
            asked.shift_remove_index(0);
        }
        asked.insert(token.hash(), what);
    }

    /// Each attempt is answered once.
    fn take(&self, attempt: &str, now: Timestamp) -> Result<Asked, Refusal> {
        let token = Token::parse(attempt).ok_or(Refusal::BadPasskey)?;
        let taken = self.asked.lock().unwrap_or_else(PoisonError::into_inner).shift_remove(&token.hash());
        taken.filter(|asked| asked.until > now).ok_or(Refusal::BadPasskey)
    }
}

impl Coming {
    /// How the authenticator calls the passkey.
    pub fn credential(&self) -> &[u8] {
        self.said.get_credential_id()
    }

    /// How the passkey is to be kept from now on, if this is it.
    ///
    /// # Errors
    /// When it is not, or was used more often than is known: then it was copied.
    pub fn verify(self, member: MemberId, kept: &PasskeyText) -> Result<PasskeyText, Refusal> {
        let Self { webauthn, said, asked } = self;
        let mut passkey = passkey(kept).ok_or(Refusal::BadPasskey)?;
        let (user, _) =
            webauthn.identify_discoverable_authentication(&said).map_err(|cause| refused(&cause))?;
        if user.as_bytes() != member.as_bytes() {
            return Err(Refusal::BadPasskey);
        }
        let verified = webauthn
            .finish_discoverable_authentication_v2(&said, *asked, DiscoverableKey::from(&passkey))
            .map_err(|cause| refused(&cause))?;
        passkey.update_credential(&verified);
        text_of(&passkey)
    }
}

fn until(now: Timestamp) -> Timestamp {
    Timestamp(now.0.saturating_add(ANSWERED_WITHIN))
}

/// What speaks for the page of this origin. Passkeys belong to its host, which must be a name.
fn of_page(origin: &str) -> Result<(Url, Webauthn), Refusal> {
    let origin = Url::parse(origin).map_err(|_| Refusal::Malformed)?;
    let host = origin.domain().ok_or(Refusal::NotAllowed)?;
    let webauthn = WebauthnBuilder::new(host, &origin)
        .and_then(|builder| builder.rp_name("Maru").build())
        .map_err(|_| Refusal::NotAllowed)?;
    Ok((origin, webauthn))
}

/// What the page hands to the browser.
fn options_of(options: &impl Serialize) -> Result<Value, Refusal> {
    let mut options = serde_json::to_value(options).map_err(|_| Refusal::Malformed)?;
    Ok(options["publicKey"].take())
}

fn read<T: DeserializeOwned>(said: &str) -> Result<T, Refusal> {
    serde_json::from_str(said).map_err(|_| Refusal::Malformed)
}

fn passkey(kept: &PasskeyText) -> Option<Passkey> {
    serde_json::from_str(kept.as_str()).inspect_err(|cause| error!(%cause, "a passkey cannot be read")).ok()
}

fn text_of(passkey: &Passkey) -> Result<PasskeyText, Refusal> {
    serde_json::to_string(passkey).map(PasskeyText::from_json).map_err(|_| Refusal::BadPasskey)
}

fn refused(cause: &WebauthnError) -> Refusal {
    debug!(%cause, "a passkey is refused");
    Refusal::BadPasskey
}
