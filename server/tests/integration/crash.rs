//! The plug is pulled while many write, again and again: what anybody saw is there afterwards.

use std::collections::{BTreeMap, BTreeSet};

use maru_shared::{Command, DraftId, RoomId, Seq};
use tokio::sync::mpsc;

use crate::support::{
    Client, Dial, Guest, Process, View,
    client::{Came, come, say},
    until,
    view::draft_of,
};

const LOBBY: RoomId = RoomId::LOBBY;
const MEMBERS: usize = 6;
const ROUNDS: usize = 8;
/// How many answers are seen before the plug is pulled: another number each round, so that it comes in the middle
/// of a batch now and at the end of one then.
const ANSWERS: usize = 600;
/// How many posts of a member wait for their answer at once.
const AHEAD: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_anybody_saw_before_a_kill_is_there_after_it_once_and_in_the_same_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path()).await;
    let mut writers = Vec::new();
    for number in 0..MEMBERS {
        let guest = process.site.guest(&format!("member {number}")).await;
        writers.push(Writer { guest, view: View::default(), drafts: Vec::new() });
    }
    for round in 0..ROUNDS {
        let (seen, mut answers) = mpsc::unbounded_channel();
        let writing: Vec<_> =
            writers.drain(..).map(|writer| tokio::spawn(writer.write(round, seen.clone()))).collect();
        drop(seen);
        for _ in 0..ANSWERS + 137 * round {
            until("an answer", answers.recv()).await.expect("writers that write until the end");
        }
        process.kill().await;
        for writer in writing {
            writers.push(until("a writer's end", writer).await.unwrap());
        }
        process = Process::start(folder.path()).await;
        for writer in &mut writers {
            writer.guest = writer.guest.at(process.site);
        }
    }

    let history = writers[0].guest.history(LOBBY).await;
    let head = history.last().unwrap().seq;
    // Everything that was seen is there as it was seen. Not yet told again: this is what the disk had.
    for writer in &writers {
        let seen = writer.view.events(LOBBY);
        assert!(!seen.is_empty() && seen.last().unwrap().seq <= head);
        let first = seen[0].seq.0 as usize - 1;
        assert_eq!(seen, &history[first..first + seen.len()]);
    }
    let mut clients = Vec::new();
    let mut drafts: BTreeSet<DraftId> = BTreeSet::new();
    for writer in writers {
        drafts.extend(&writer.drafts);
        let mut client = writer.guest.resume(writer.view).await;
        client.all_answered().await;
        clients.push((writer.guest, client));
    }
    let history = clients[0].0.history(LOBBY).await;
    let mut times: BTreeMap<DraftId, usize> = BTreeMap::new();
    for draft in history.iter().filter_map(draft_of) {
        *times.entry(draft).or_default() += 1;
    }
    assert_eq!(times.keys().copied().collect::<BTreeSet<_>>(), drafts, "each draft became a message");
    assert!(times.values().all(|times| *times == 1), "each draft became one message");
    for (_, client) in &mut clients {
        client.reach(LOBBY, Seq(history.len() as u64)).await;
        assert!(history.ends_with(client.view.events(LOBBY)));
    }
    drop(clients);
    process.stop().await;
}

struct Writer {
    guest: Guest,
    view: View,
    drafts: Vec<DraftId>,
}

impl Writer {
    /// Comes back, and writes on and on until the line is lost. Tells of each answer.
    async fn write(mut self, round: usize, seen: mpsc::UnboundedSender<()>) -> Self {
        let socket = Dial::typed(&self.guest).open().await;
        let mut client = Client::begin(socket, std::mem::take(&mut self.view)).await;
        loop {
            while client.view.pending_count() < AHEAD {
                let text = format!("round {round}, message {}", self.drafts.len());
                self.drafts.push(client.post(LOBBY, &text).await);
            }
            let before = client.view.pending_count();
            let Came::Text(text) = until("an answer or the end", come(&mut client.socket)).await else {
                break;
            };
            client.view.take(&maru_shared::codec::decode(&text).expect("a notice"));
            for _ in client.view.pending_count()..before {
                // After the last round that is asked for nobody listens any more.
                let _ = seen.send(());
            }
        }
        self.view = client.cut();
        self
    }
}

#[tokio::test]
async fn a_kill_between_a_post_and_its_answer_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path()).await;
    let mut guest = process.site.guest("민수").await;
    let mut view = View::default();
    let mut written = Vec::new();
    for round in 0..4 {
        let mut client = Client::begin(Dial::typed(&guest).open().await, view).await;
        let text = format!("round {round}");
        client.post(LOBBY, &text).await;
        written.push(text);
        say(&mut client.socket, &Command::Ping).await;
        process.kill().await;
        client.end().await;
        view = client.cut();
        process = Process::start(folder.path()).await;
        guest = guest.at(process.site);
    }
    let mut client = guest.resume(view).await;
    client.all_answered().await;
    assert_eq!(client.view.texts(LOBBY), written);
    drop(client);
    process.stop().await;
}
