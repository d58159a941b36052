//! What only Maru needs: members with sessions, and rooms.

use std::{net::SocketAddr, path::Path, process::Command, thread};

use anyhow::{Context, Result, anyhow, ensure};
use maru_shared::{
    DraftId, Room, RoomId,
    api::{NewRoom, SignIn},
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
    for limit in ["--sockets-per-address", "--posts-per-second", "--posts-burst", "--sign-ins-per-minute"] {
        command.args([limit, UNLIMITED]);
    }
    command
}

/// Signs in so many new guests and returns their cookies.
pub(crate) fn sign_in(address: SocketAddr, count: usize) -> Result<Vec<String>> {
    let names: Vec<String> = (0..count).map(|number| format!("guest {number}")).collect();
    at_once(&names, |agent, name| {
        let url = format!("http://{address}/api/session");
        let body = codec::encode(&SignIn { draft: fresh_draft(), name: name.clone() });
        let answer = agent.post(url).header("content-type", "application/json").send(body)?;
        let cookie = answer.headers().get("set-cookie").context("no cookie")?.to_str()?;
        Ok(cookie.split(';').next().unwrap_or_default().to_owned())
    })
    .context("signing in")
}

/// Has each member make a room, and returns the rooms.
pub(crate) fn make_rooms(address: SocketAddr, cookies: &[String]) -> Result<Vec<RoomId>> {
    let named: Vec<(String, &String)> =
        cookies.iter().enumerate().map(|(number, cookie)| (format!("room {number}"), cookie)).collect();
    at_once(&named, |agent, (name, cookie)| {
        let url = format!("http://{address}/api/rooms");
        let body = codec::encode(&NewRoom { draft: fresh_draft(), name: name.clone() });
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
