//! How the page talks to the server: one socket, and the API over HTTP. Knows the protocol, never the view.

pub mod http;
pub mod socket;
