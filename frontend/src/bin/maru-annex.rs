//! The annex's entry.

fn main() {
    maru_frontend::annex::start();
}
