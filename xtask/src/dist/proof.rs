//! The proof of a release: copied elsewhere, it runs and serves its page.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use super::copy_all;

/// Copies the folder out of the project, starts what is in it there, and asks it for its page and for one
/// compressed file.
pub(super) fn that_it_runs_elsewhere(folder: &Path) -> Result<()> {
    let elsewhere = std::env::temp_dir().join(format!("maru-proof-{}", std::process::id()));
    copy_all(folder, &elsewhere)?;
    let proof = start(&elsewhere).and_then(|mut server| {
        let proof = ask(&mut server, &elsewhere);
        server.kill()?;
        server.wait()?;
        proof
    });
    fs::remove_dir_all(&elsewhere)?;
    proof.with_context(|| format!("{} does not run elsewhere", folder.display()))
}

/// With nothing of the caller's environment, and in its own folder, as an operator would start it.
fn start(elsewhere: &Path) -> Result<Child> {
    let server = Command::new(elsewhere.join("maru"))
        .args(["--listen", "127.0.0.1:0"])
        .current_dir(elsewhere)
        .env_clear()
        .stdout(Stdio::piped())
        .spawn()?;
    Ok(server)
}

fn ask(server: &mut Child, elsewhere: &Path) -> Result<()> {
    // Held until the end: it has more to say, and nobody may hang up on it.
    let mut output = BufReader::new(server.stdout.take().context("the server has no output")?);
    let mut said = String::new();
    output.read_line(&mut said)?;
    let address = said.trim().rsplit("http://").next().context("the server says no address")?.to_owned();
    ensure!(get(&address, "/healthz")?.starts_with("HTTP/1.1 200"), "it does not say that it lives");
    let page = get(&address, "/")?;
    ensure!(page.starts_with("HTTP/1.1 200") && page.contains("<html"), "it does not serve its page: {page}");
    let wasm = fs::read_dir(elsewhere.join("dist"))?.flatten().map(|file| file.file_name().into_string());
    let wasm = wasm.flatten().find(|name| name.ends_with(".wasm")).context("there is no wasm in dist")?;
    let wasm = get(&address, &format!("/{wasm}"))?.to_lowercase();
    ensure!(wasm.contains("content-encoding: br\r\n"), "it does not serve what is compressed: {wasm:.400}");
    ensure!(elsewhere.join("maru-data").is_dir(), "it does not keep its data beside itself");
    Ok(())
}

/// An answer as it comes, head and body; what is no text in it is replaced.
fn get(address: &str, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("nobody listens on {address}"))?;
    let head =
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
