//! Who sends what up just now: a file comes over one request at a time, and a member has so many on their way.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use maru_shared::{FileId, MemberId, Refusal};
use tokio_util::sync::CancellationToken;

/// So many files of one member come at once.
const OF_MEMBER: usize = 4;

/// So many come at once from all.
const OF_ALL: usize = 64;

/// What is told when so many are on their way.
const LATER: Refusal = Refusal::TooFast { retry_after_ms: 1_000 };

/// The files that come just now.
#[derive(Clone, Default)]
pub struct Turns(Arc<Mutex<HashMap<FileId, Underway>>>);

struct Underway {
    by: MemberId,
    end: CancellationToken,
    ended: CancellationToken,
}

/// One request's turn to send a file up, given back when dropped.
pub struct Turn {
    of: Turns,
    file: FileId,
    end: CancellationToken,
    ended: CancellationToken,
}

impl Turns {
    /// Takes the turn of a file. Whoever has it is told to end, and waited for: their line may be long dead, and nobody has
    /// noticed.
    ///
    /// # Errors
    /// When so many are on their way.
    pub async fn take(&self, file: FileId, by: MemberId) -> Result<Turn, Refusal> {
        loop {
            let ended = match self.take_now(file, by)? {
                Ok(turn) => return Ok(turn),
                Err(ended) => ended,
            };
            ended.cancelled().await;
        }
    }

    /// Tells whoever sends this file to end, and waits until they have.
    pub async fn end(&self, file: FileId) {
        let underway = self.lock().get(&file).map(|underway| (underway.end.clone(), underway.ended.clone()));
        if let Some((end, ended)) = underway {
            end.cancel();
            ended.cancelled().await;
        }
    }

    /// The turn, or what is cancelled when another's is over.
    fn take_now(&self, file: FileId, by: MemberId) -> Result<Result<Turn, CancellationToken>, Refusal> {
        let mut underway = self.lock();
        if let Some(other) = underway.get(&file) {
            if other.by == by {
                other.end.cancel();
                return Ok(Err(other.ended.clone()));
            }
            return Err(Refusal::NoSuchFile);
        }
        if underway.len() >= OF_ALL || underway.values().filter(|other| other.by == by).count() >= OF_MEMBER {
            return Err(LATER);
        }
        let (end, ended) = (CancellationToken::new(), CancellationToken::new());
        underway.insert(file, Underway { by, end: end.clone(), ended: ended.clone() });
        drop(underway);
        Ok(Ok(Turn { of: self.clone(), file, end, ended }))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<FileId, Underway>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// Waits until somebody else wants the turn.
    pub async fn wanted(&self) {
        self.end.cancelled().await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.of.lock().remove(&self.file);
        self.ended.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_member_has_so_many_on_their_way_and_the_newest_of_a_file_has_the_turn() {
        let turns = Turns::default();
        let (minsu, jiyoung) = (MemberId::from_u128(1), MemberId::from_u128(2));
        let file = |number: usize| FileId::from_u128(number as u128);
        let mut taken = Vec::new();
        for number in 0..OF_MEMBER {
            taken.push(turns.take(file(number), minsu).await.unwrap());
        }
        assert_eq!(turns.take(file(9), minsu).await.err(), Some(LATER));
        assert_eq!(turns.take(file(0), jiyoung).await.err(), Some(Refusal::NoSuchFile));
        assert!(turns.take(file(9), jiyoung).await.is_ok());

        let first = taken.remove(0);
        let (_, again) = tokio::join!(
            async {
                first.wanted().await;
                drop(first);
            },
            turns.take(file(0), minsu),
        );
        assert!(again.is_ok());
        drop(taken.pop());
        assert_eq!(turns.take(file(9), minsu).await.err(), None);
    }
}
