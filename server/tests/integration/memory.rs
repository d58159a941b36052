//! What readers that stop reading cost the real binary, as Linux counts it.

use maru_shared::RoomId;

use crate::{
    slow_reader::{a_long_text, a_small_client},
    support::{Client, Process},
};

const LOBBY: RoomId = RoomId::LOBBY;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_megabytes_unread_by_many_cost_little_memory() {
    const MESSAGES: usize = 4_200;
    let folder = tempfile::tempdir().unwrap();
    let process = Process::with(folder.path(), &["--outbox-bytes=262144"]).await;
    let minsu = process.site.guest("민수").await;
    let mut writer = minsu.connect().await;
    let mut warm = minsu.connect().await;
    flood(&mut writer, &mut warm, 300).await;
    let before = process.peak_memory();

    // None of these reads on until all is written.
    let mut sleepers = Vec::new();
    for number in 0..8 {
        sleepers.push(a_small_client(&process.site.guest(&format!("sleeper {number}")).await).await);
    }
    flood(&mut writer, &mut warm, MESSAGES).await;
    let grown = process.peak_memory().saturating_sub(before);
    assert!(grown < 20 << 20, "{MESSAGES} messages of 12,000 bytes each cost {grown} bytes of memory");
    for mut sleeper in sleepers {
        assert!(matches!(sleeper.end().await, None | Some(4429)));
    }
    drop((writer, warm));
    process.stop().await;
}

/// Long messages, read by the writer and by one more.
async fn flood(writer: &mut Client, reader: &mut Client, messages: usize) {
    let mut left = messages;
    while left > 0 {
        let now = left.min(16);
        for _ in 0..now {
            writer.post(LOBBY, &a_long_text(left)).await;
        }
        writer.all_answered().await;
        reader.reach(LOBBY, writer.view.last(LOBBY)).await;
        left -= now;
    }
}
