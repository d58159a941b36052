//! What only Maru needs: members with sessions, and rooms.

use std::{
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, anyhow, ensure};
use maru_shared::{
    DraftId, Room, RoomId,
    api::{NewPassword, NewRoom, PasswordSignIn, SignIn},
    codec,
};
use ureq::Agent;

/// As many members sign in at once: the server commits them together.
const AT_ONCE: usize = 32;
/// More than any row sends, so that no limit is measured.
const UNLIMITED: &str = "1000000";

/// The server with its limits out of the way, and everything else as it comes.
pub(super) fn command(binary: &Path, dist: Option<&Path>, directory: &Path) -> Command {
    let mut command = Command::new(binary);
    command.args(["--listen", "127.0.0.1:0", "--data"]).arg(directory);
    if let Some(dist) = dist {
        command.arg("--dist").arg(dist);
    }
    for limit in [
        "--sockets-per-address",
        "--posts-per-second",
        "--posts-burst",
        "--sign-ins-per-minute",
        "--passwords-per-minute",
    ] {
        command.args([limit, UNLIMITED]);
    }
    command
}

/// The password of every account here; no estimate calls it easily guessed.
const PASSWORD: &str = "느린 달팽이 셋이 걷는다";

/// People with accounts who sign in by their passwords.
pub(crate) struct SignIns {
    address: SocketAddr,
    names: Vec<String>,
}

impl SignIns {
    /// Has so many guests set a password.
    pub(crate) fn prepare(address: SocketAddr, count: usize) -> Result<Self> {
        let names: Vec<String> = (0..count).map(|number| format!("account {number}")).collect();
        at_once(&names, |agent, name| {
            let cookie = come_in(agent, address, name)?;
            let password = PASSWORD.to_owned();
            let body = codec::encode(&NewPassword { current: None, password, forget_passkeys: false });
            let request = agent.put(format!("http://{address}/api/account/password"));
            request.header("content-type", "application/json").header("cookie", cookie).send(body)?;
            Ok(())
        })?;
        Ok(Self { address, names })
    }

    /// While `meanwhile` lasts, all of them sign in, each again and again. Returns how many did in a second, too.
    ///
    /// # Errors
    /// When one is not let in, or `meanwhile` fails.
    pub(crate) fn during<T>(&self, meanwhile: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
        let (over, done) = (&AtomicBool::new(false), &AtomicU64::new(0));
        thread::scope(|scope| {
            let names = self.names.iter();
            let people: Vec<_> =
                names.map(|name| scope.spawn(move || self.sign_in_again(name, over, done))).collect();
            let start = Instant::now();
            let outcome = meanwhile();
            let a_second = done.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
            over.store(true, Ordering::Relaxed);
            for person in people {
                person.join().map_err(|_| anyhow!("a thread panicked"))?.context("signing in by password")?;
            }
            Ok((outcome?, a_second))
        })
    }

    fn sign_in_again(&self, name: &str, over: &AtomicBool, done: &AtomicU64) -> Result<()> {
        let agent = Agent::new_with_defaults();
        let url = format!("http://{}/api/session/password", self.address);
        let body = codec::encode(&PasswordSignIn { name: name.to_owned(), password: PASSWORD.to_owned() });
        while !over.load(Ordering::Relaxed) {
            agent.post(&url).header("content-type", "application/json").send(&body)?;
            done.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Signs in so many new guests and returns their cookies.
pub(crate) fn sign_in(address: SocketAddr, count: usize) -> Result<Vec<String>> {
    let names: Vec<String> = (0..count).map(|number| format!("guest {number}")).collect();
    at_once(&names, |agent, name| come_in(agent, address, name)).context("signing in")
}

/// Signs in a new guest and returns their cookie.
pub(crate) fn come_in(agent: &Agent, address: SocketAddr, name: &str) -> Result<String> {
    let url = format!("http://{address}/api/session");
    let body = codec::encode(&SignIn { draft: fresh_draft(), name: name.to_owned() });
    let answer = agent.post(url).header("content-type", "application/json").send(body)?;
    let cookie = answer.headers().get("set-cookie").context("no cookie")?.to_str()?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// Has each member make a room, and returns the rooms.
pub(crate) fn make_rooms(address: SocketAddr, cookies: &[String]) -> Result<Vec<RoomId>> {
    let named: Vec<(String, &String)> =
        cookies.iter().enumerate().map(|(number, cookie)| (format!("room {number}"), cookie)).collect();
    at_once(&named, |agent, (name, cookie)| {
        let url = format!("http://{address}/api/rooms");
        let body = codec::encode(&NewRoom { draft: fresh_draft(), name: name.clone(), private: false });
        let request = agent.post(url).header("content-type", "application/json").header("cookie", *cookie);
        let room: Room = codec::decode(&request.send(body)?.into_body().read_to_string()?)?;
        Ok(room.id)
    })
    .context("making rooms")
}

fn fresh_draft() -> DraftId {
    DraftId::from_random_bytes(fastrand::u128(..).to_be_bytes())
}

/// Asks for each of these from a few threads, and returns the answers in the same order.
fn at_once<T: Sync, U: Send>(each: &[T], ask: impl Fn(&Agent, &T) -> Result<U> + Sync) -> Result<Vec<U>> {
    let agent = Agent::new_with_defaults();
    let share = each.len().div_ceil(AT_ONCE).max(1);
    let ask_all = |share: &[T]| share.iter().map(|one| ask(&agent, one)).collect::<Result<Vec<U>>>();
    let answers: Result<Vec<Vec<U>>> = thread::scope(|scope| {
        let threads: Vec<_> = each.chunks(share).map(|share| scope.spawn(|| ask_all(share))).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?).collect()
    });
    let answers: Vec<U> = answers?.into_iter().flatten().collect();
    ensure!(answers.len() == each.len(), "{} of {} were answered", answers.len(), each.len());
    Ok(answers)
}
