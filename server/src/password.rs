//! Passwords: hashed and compared where a slow calculation keeps nobody waiting.

use std::{collections::HashSet, thread};

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc};
use maru_shared::{Name, Password, Refusal, text::PasswordError};
use tracing::error;

use crate::{
    aside::{Aside, FAILED},
    secret::PasswordHash,
};

/// Guesses that a password must withstand: below ten to this power it is taken for easily guessed. `zxcvbn` calls that
/// "somewhat guessable": safe against guessing at a sign-in that is slowed.
const ENOUGH: zxcvbn::Score = zxcvbn::Score::Two;

/// The longest password whose guesses are estimated, in characters.
const ESTIMATED_CHARS: usize = 20;

/// So many different characters a longer one needs.
const DISTINCT_CHARS: usize = 5;

/// The hash of a password that is nobody's: compared with when there is no account, so that an answer takes as long as
/// when there is one.
const NOBODYS: &str = concat!(
    "$argon2id$v=19$m=19456,t=2,p=1",
    "$AAAAAAAAAAAAAAAAAAAAAA$CCv1k+OgTOY2o6b9oYXWUQjthgkklr8CN2O7KhjhHyo"
);

/// Hashes and compares passwords by Argon2id with the parameters that OWASP recommends (19 MiB, two passes, one lane),
/// few at a time and never on a thread that serves sockets: on threads of their own, to which the machine gives what the
/// others leave, so that no message waits for a password.
#[derive(Clone)]
pub struct Passwords {
    aside: Aside,
}

impl Default for Passwords {
    /// At most half of the machine's threads hash at once.
    fn default() -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self { aside: Aside::new("maru-password", threads / 2) }
    }
}

impl Passwords {
    /// The hash of a new password of this member.
    ///
    /// # Errors
    /// When it is easily guessed.
    pub async fn hash(&self, password: Password, of: Name, salt: [u8; 16]) -> Result<PasswordHash, Refusal> {
        self.aside
            .calculate(move || {
                if is_weak(password.as_str(), &of) {
                    return Err(Refusal::BadPassword(PasswordError::Weak));
                }
                hash(password.as_str(), &salt).map_err(|cause| {
                    error!(%cause, "cannot hash a password");
                    FAILED
                })
            })
            .await
    }

    /// Whether this is the password of the account, where there is one and what was typed may be one. It takes as long
    /// when not.
    ///
    /// # Errors
    /// When nothing can be calculated now.
    pub async fn verify(
        &self,
        typed: Option<Password>,
        account: Option<&PasswordHash>,
    ) -> Result<bool, Refusal> {
        let can_be = typed.is_some() && account.is_some();
        let against = account.map_or(NOBODYS, PasswordHash::as_str).to_owned();
        self.aside
            .calculate(move || {
                let Ok(known) = phc::PasswordHash::new(&against) else { return Ok(false) };
                let password = typed.as_ref().map_or("", Password::as_str);
                Ok(Argon2::default().verify_password(password.as_bytes(), &known).is_ok() && can_be)
            })
            .await
    }
}

/// Whether it is easily guessed. Of a long one only its letters are counted: the estimate takes longer with the square of
/// the length, and more with every letter that may stand for another, so that it could be used to keep the server busy.
fn is_weak(password: &str, of: &Name) -> bool {
    if password.chars().count() > ESTIMATED_CHARS {
        return password.chars().collect::<HashSet<_>>().len() < DISTINCT_CHARS;
    }
    zxcvbn::zxcvbn(password, &[of.as_str(), "maru", "마루"]).score() < ENOUGH
}

fn hash(password: &str, salt: &[u8; 16]) -> Result<PasswordHash, argon2::password_hash::Error> {
    let hash: phc::PasswordHash = Argon2::default().hash_password_with_salt(password.as_bytes(), salt)?;
    Ok(PasswordHash::from_phc(hash.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords() -> Passwords {
        Passwords::default()
    }

    fn typed(password: &str) -> Option<Password> {
        Password::parse(password).ok()
    }

    fn name() -> Name {
        Name::parse("지영").unwrap()
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let password = Password::parse("correct horse battery").unwrap();
        let hash = passwords().hash(password, name(), [7; 16]).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert_eq!(passwords().verify(typed("correct horse battery"), Some(&hash)).await, Ok(true));
        assert_eq!(passwords().verify(typed("correct horse batterz"), Some(&hash)).await, Ok(false));
    }

    #[tokio::test]
    async fn nobodys_password_is_never_right() {
        assert_eq!(passwords().verify(typed("nobody at all"), None).await, Ok(false));
        let hash = super::hash("nobody", &[0; 16]).unwrap();
        assert_eq!(hash.as_str(), NOBODYS, "it costs as much to compare with as any other");
    }

    #[tokio::test]
    async fn what_is_tried_first_is_refused() {
        for weak in ["password", "12345678", "marumaru", "abababababababababababab"] {
            let refused = passwords().hash(Password::parse(weak).unwrap(), name(), [7; 16]).await;
            assert_eq!(refused, Err(Refusal::BadPassword(PasswordError::Weak)), "{weak}");
        }
    }
}
