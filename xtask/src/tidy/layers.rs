//! Imports run one way.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Source;

/// A module, with all below it that has no line of its own; the modules of its crate that it may import;
/// the foreign crates that it must not name.
type Layer = (&'static str, &'static [&'static str], &'static [&'static str]);

const SHARED: &[Layer] = &[
    (
        "lib",
        &[
            "id", "role", "text", "room", "message", "command", "event", "api", "codec", "close", "markup",
            "matching", "search",
        ],
        &[],
    ),
    ("matching", &["text"], &[]),
    ("search", &["id", "text"], &[]),
    ("markup", &["id", "text"], &[]),
    ("codec", &[], &[]),
    ("api", &["event", "message", "id", "role", "room", "text"], &[]),
    ("event", &["message", "room", "role", "id", "text"], &[]),
    ("message", &["markup", "room", "id", "text"], &[]),
    ("command", &["room", "id", "text"], &[]),
    ("room", &["role", "id", "text"], &[]),
    ("text", &["id"], &[]),
    ("id", &[], &[]),
    ("role", &[], &[]),
    ("close", &[], &[]),
];

const SERVER: &[Layer] = &[
    ("main", &["commands", "log", "lib", "config", "operator", "stamps"], &[]),
    ("log", &[], &[]),
    ("commands", &["operator"], &["rusqlite"]),
    (
        "lib",
        &[
            "app", "caller", "config", "engine", "entry", "files", "house", "hub", "limiter", "operator",
            "origin", "routes", "secret", "serve", "socket", "stamps", "store", "tls",
        ],
        &[],
    ),
    ("serve", &["caller", "limiter", "tls"], &["rusqlite"]),
    ("routes", &["socket", "http", "app", "config"], &["rusqlite"]),
    (
        "socket",
        &[
            "http", "app", "bell", "caller", "engine", "frame", "hub", "journal", "outbox", "queue", "entry",
            "secret", "store", "limiter", "config",
        ],
        &["rusqlite"],
    ),
    ("operator", &["routes", "http", "app", "serve"], &["rusqlite"]),
    (
        "http",
        &["app", "caller", "engine", "files", "hub", "entry", "store", "limiter", "origin", "secret"],
        &["rusqlite"],
    ),
    (
        "app",
        &[
            "engine", "entry", "files", "house", "hub", "store", "limiter", "origin", "page", "passkeys",
            "password", "stamps", "config",
        ],
        &["rusqlite"],
    ),
    ("page", &[], &["rusqlite"]),
    ("passkeys", &["secret"], &["axum", "rusqlite"]),
    ("password", &["aside", "secret"], &["axum", "rusqlite"]),
    ("files", &["aside", "entry"], &["axum", "rusqlite"]),
    ("aside", &[], &["axum", "rusqlite"]),
    ("engine", &["journal", "store", "hub", "house", "entry"], &["axum", "rusqlite"]),
    ("house", &[], &["axum", "rusqlite"]),
    ("journal", &["entry", "hub"], &["axum", "rusqlite"]),
    ("hub", &["bell", "frame", "outbox", "secret"], &["axum", "mio", "rusqlite"]),
    ("outbox", &["bell", "frame", "queue"], &["axum", "mio", "rusqlite", "tokio"]),
    ("queue", &[], &["axum", "mio", "rusqlite", "tokio"]),
    ("bell", &[], &["axum", "mio", "rusqlite", "tokio"]),
    ("frame", &[], &["axum", "mio", "rusqlite", "tokio"]),
    ("store", &["entry", "secret"], &["axum", "mio", "tokio", "tungstenite"]),
    ("entry", &["secret"], &["axum", "rusqlite"]),
    ("config", &["caller", "origin", "tls"], &[]),
    ("tls", &[], &["axum", "rusqlite"]),
    ("limiter", &[], &[]),
    ("origin", &["caller"], &[]),
    ("caller", &[], &["rusqlite"]),
    ("stamps", &["secret"], &[]),
    ("secret", &[], &[]),
];

const FRONTEND: &[Layer] = &[
    ("main", &["lib"], &[]),
    ("bin", &["annex", "markup"], &[]),
    ("markup", &["dom", "ground", "seam", "texts"], &[]),
    ("lib", &["app", "dom", "ground"], &[]),
    ("app", &["components", "chat", "dom", "ground", "parts", "state", "texts", "wishes"], &[]),
    (
        "annex",
        &[
            "answer",
            "client",
            "components::avatar",
            "components::button",
            "components::form",
            "components::icon",
            "components::refusal",
            "dom",
            "ground",
            "parts",
            "seam",
            "state",
            "texts",
        ],
        &[],
    ),
    (
        "components",
        &[
            "chat",
            "components::avatar",
            "components::button",
            "components::dialog",
            "components::form",
            "components::icon",
            "components::refusal",
            "dom",
            "ground",
            "parts",
            "seam",
            "state",
            "texts",
        ],
        &[],
    ),
    // Those that the annex is made of, too.
    ("components::avatar", &["parts"], &[]),
    ("components::button", &["components::icon", "ground", "parts"], &[]),
    ("components::dialog", &["components::button", "components::icon", "ground", "parts", "texts"], &[]),
    ("components::form", &["answer", "components::refusal", "dom", "ground", "parts", "texts"], &[]),
    ("components::icon", &["parts"], &[]),
    ("components::refusal", &["answer", "ground", "parts", "texts"], &[]),
    ("wishes", &["dom", "ground", "parts", "seam", "texts"], &[]),
    ("chat", &["answer", "state", "client", "dom", "ground", "parts", "seam"], &[]),
    ("client", &["answer", "parts", "state"], &["web_sys"]),
    ("dom", &["ground", "parts", "seam", "state", "texts"], &[]),
    ("seam", &["ground", "parts", "state", "texts"], &[]),
    ("answer", &["parts"], &[]),
    ("texts", &["ground", "parts"], &[]),
    ("parts", &["ground"], &[]),
    ("ground", &[], &[]),
    ("state", &[], &["reactive_graph", "web_sys", "js_sys", "wasm_bindgen"]),
];

/// The table of a crate, and the name by which its own program imports it.
fn table(name: &str) -> (&'static [Layer], &'static str) {
    match name {
        "server" => (SERVER, "maru_server"),
        "frontend" => (FRONTEND, "maru_frontend"),
        _ => (SHARED, "maru_shared"),
    }
}

/// Complaints about imports that run the wrong way, and about modules that no table names.
pub(super) fn check(name: &str, sources: &[Source]) -> Vec<String> {
    let (layers, own) = table(name);
    Crate::new(layers, own, sources).complaints()
}

struct Crate<'a> {
    layers: BTreeMap<&'static str, &'static Layer>,
    own: &'static str,
    sources: &'a [Source],
    modules: BTreeSet<Vec<String>>,
    /// What the root gives on under a shorter name: `pub use id::RoomId`.
    given_on: BTreeMap<String, Vec<String>>,
}

impl<'a> Crate<'a> {
    fn new(layers: &'static [Layer], own: &'static str, sources: &'a [Source]) -> Self {
        let mut house = Self {
            layers: layers.iter().map(|layer| (layer.0, layer)).collect(),
            own,
            sources,
            modules: sources.iter().map(|source| source.module.clone()).collect(),
            given_on: BTreeMap::new(),
        };
        let paths = sources.iter().filter(|source| source.module == [house.root()]);
        let paths = paths.flat_map(|root| root.mentions(&|inside, name| house.is_child(inside, name)));
        let given_on = paths.filter_map(|mention| Some((mention.path.last()?.clone(), mention.path.clone())));
        house.given_on = given_on.collect();
        house
    }

    fn complaints(&self) -> Vec<String> {
        let absent =
            self.layers.keys().filter(|layer| !self.modules.iter().any(|module| covers(layer, module)));
        let absent = absent.map(|layer| {
            format!("xtask/src/tidy/layers.rs names {layer} of {}, which is not there", self.own)
        });
        absent.chain(self.sources.iter().flat_map(|source| self.complaints_about(source))).collect()
    }

    fn complaints_about(&self, source: &Source) -> Vec<String> {
        let Some((module, imports, never)) = self.layer(&source.module) else {
            return vec![format!("{}: add the module to xtask/src/tidy/layers.rs", source.at(1))];
        };
        let mut complaints = Vec::new();
        for mention in source.mentions(&|inside, name| self.is_child(inside, name) || name == self.own) {
            let path = match mention.path.split_first() {
                Some((first, rest)) if *first == self.own => rest,
                _ => &mention.path,
            };
            // A module without a layer has its own complaint.
            let Some(target) = self.target(path) else { continue };
            if target != *module && !imports.contains(&target) {
                let at = source.at(mention.line);
                complaints.push(format!("{at}: {module} must not import {target} ({})", path.join("::")));
            }
        }
        for foreign in *never {
            let known = |_: &[String], name: &str| name == *foreign;
            let named = |path: &[String]| path.iter().any(|word| word == foreign);
            for mention in source.mentions(&known).into_iter().filter(|mention| named(&mention.path)) {
                complaints.push(format!("{}: {module} must not name {foreign}", source.at(mention.line)));
            }
        }
        complaints
    }

    /// The layer that a module belongs to: the longest of the table that covers it.
    fn layer(&self, module: &[String]) -> Option<&'static Layer> {
        (1..=module.len())
            .rev()
            .find_map(|length| self.layers.get(module[..length].join("::").as_str()))
            .copied()
    }

    /// The layer that a path leads to; what belongs to no module belongs to the root.
    fn target(&self, path: &[String]) -> Option<&'static str> {
        let path = match path {
            [name, ..] if !self.is_child(&[], name) => match self.given_on.get(name) {
                Some(path) => path,
                None => return Some(self.root()),
            },
            _ => path,
        };
        self.layer(path).map(|layer| layer.0)
    }

    fn root(&self) -> &'static str {
        if self.modules.contains(["lib".to_owned()].as_slice()) { "lib" } else { "main" }
    }

    fn is_child(&self, inside: &[String], name: &str) -> bool {
        let child: Vec<_> = inside.iter().cloned().chain([name.to_owned()]).collect();
        self.modules.iter().any(|module| module.starts_with(&child))
    }
}

fn covers(layer: &str, module: &[String]) -> bool {
    layer.split("::").eq(module.iter().take(layer.split("::").count()).map(String::as_str))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const TABLE: &[Layer] = &[
        ("lib", &["app", "store"], &[]),
        ("app", &["store", "store::read"], &[]),
        ("store", &["store::read"], &["tokio"]),
        ("store::read", &[], &[]),
    ];

    fn complaints(files: &[(&str, &str)]) -> Vec<String> {
        let source = |(file, text): &(&str, &str)| Source::new(Path::new(file), (*text).into()).unwrap();
        let sources: Vec<_> = files.iter().map(source).collect();
        Crate::new(TABLE, "maru_server", &sources).complaints()
    }

    const GOOD: [(&str, &str); 4] = [
        ("server/src/lib.rs", "mod app; mod store; pub use store::Store;"),
        ("server/src/app.rs", "use crate::{Store, store::read::page};"),
        ("server/src/store/mod.rs", "mod read; use read::page;"),
        ("server/src/store/read.rs", "use std::fs;"),
    ];

    fn with(changed: (&'static str, &'static str)) -> Vec<String> {
        let mut files = GOOD.to_vec();
        files.retain(|(file, _)| *file != changed.0);
        files.push(changed);
        complaints(&files)
    }

    #[test]
    fn imports_that_run_the_right_way_are_silent() {
        assert_eq!(complaints(&GOOD), Vec::<String>::new());
    }

    #[test]
    fn a_wrong_import_is_found_with_its_line() {
        let found = with(("server/src/store/read.rs", "\nuse crate::{\n    app::Routes};"));
        assert_eq!(found, ["server/src/store/read.rs:3: store::read must not import app (app::Routes)"]);
    }

    #[test]
    fn a_wrong_import_through_the_root_or_the_parent_is_found() {
        let found = with(("server/src/store/read.rs", "use crate::Store; use super::open;"));
        assert_eq!(
            found,
            [
                "server/src/store/read.rs:1: store::read must not import store (Store)",
                "server/src/store/read.rs:1: store::read must not import store (store::open)",
            ]
        );
    }

    #[test]
    fn a_foreign_crate_where_it_must_not_be_is_found() {
        let found = with(("server/src/store/mod.rs", "mod read; fn f() { tokio::spawn(g()) }"));
        assert_eq!(found, ["server/src/store/mod.rs:1: store must not name tokio"]);
    }

    #[test]
    fn a_module_that_the_table_does_not_know_is_found() {
        let found = with(("server/src/gossip.rs", ""));
        assert_eq!(found, ["server/src/gossip.rs:1: add the module to xtask/src/tidy/layers.rs"]);
    }

    #[test]
    fn a_line_of_the_table_without_a_module_is_found() {
        let found = complaints(&GOOD[..3]);
        assert_eq!(found, ["xtask/src/tidy/layers.rs names store::read of maru_server, which is not there"]);
    }

    #[test]
    fn no_table_runs_in_a_circle() {
        for layers in [SHARED, SERVER, FRONTEND] {
            let mut left: Vec<_> = layers.iter().collect();
            while !left.is_empty() {
                let names: Vec<_> = left.iter().map(|layer| layer.0).collect();
                let before = left.len();
                left.retain(|(_, imports, _)| imports.iter().any(|import| names.contains(import)));
                assert!(left.len() < before, "a circle among {names:?}");
            }
        }
    }
}
