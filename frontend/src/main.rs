//! The page's entry.

fn main() {
    maru_frontend::start();
}
