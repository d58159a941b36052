//! The entry of what reads markup.

fn main() {
    maru_frontend::markup::start();
}
