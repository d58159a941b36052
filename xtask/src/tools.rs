//! What building and testing need beyond cargo: what it is for, whether it is there, how to get it.
//!
//! What is installed here goes to a folder of its own and never touches anything of the user's; only
//! the wasm target (rustup's) and what Debian packages is installed where everything else is.

mod crates;
mod debian;

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{place, program::Program};

/// A program of a fixed version that is installed when it is not there.
struct Tool {
    /// As it is called.
    program: &'static str,
    /// The crate or npm package that holds it.
    package: &'static str,
    version: String,
    purpose: &'static str,
    /// How long it may take to install.
    takes: &'static str,
    source: Source,
}

enum Source {
    Crates { locked: bool },
    Npm,
}

/// Everything that `cargo xtask run` needs.
pub(crate) fn for_building() -> Result<()> {
    wasm_target()?;
    trunk().bring()?;
    wasm_bindgen()?.bring()?;
    bring_shrinkers();
    crates::sweep()
}

/// Everything that the browser tests need beyond the build.
pub(crate) fn for_browser_tests() -> Result<()> {
    debian::bring_node()?;
    debian::bring_chromium()?;
    debian::bring_fonts()
}

/// What looks at licences and sources of the dependencies.
pub(crate) fn for_licences() -> Result<()> {
    cargo_deny().bring()?;
    crates::sweep()
}

/// What has libFuzzer try the targets of `fuzz`. Stable Rust will do: no sanitizer is asked for.
pub(crate) fn for_fuzzing() -> Result<()> {
    if first_on_path(&["c++"]).is_none() {
        bail!(
            "libFuzzer is C++, and no `c++` is here: install a C++ compiler (on Debian: apt-get install g++)"
        );
    }
    cargo_fuzz().bring()?;
    crates::sweep()
}

/// Whether the page can be made smaller here.
pub(crate) fn shrinkers_are_there() -> bool {
    shrinkers().iter().all(Tool::is_there)
}

/// The browser that the tests drive: `MARU_CHROMIUM`, or the first that is found.
pub(crate) fn chromium() -> Option<PathBuf> {
    debian::chromium()
}

/// The folders that hold what was installed here, to be put first on the `PATH`.
pub(crate) fn folders() -> Result<Vec<PathBuf>> {
    let tools = [Some(trunk()), wasm_bindgen().ok(), Some(cargo_deny()), Some(cargo_fuzz())];
    let tools = tools.into_iter().flatten().chain(shrinkers());
    tools.map(|tool| Ok(tool.home()?.join("bin"))).collect()
}

fn trunk() -> Tool {
    Tool {
        program: "trunk",
        package: "trunk",
        version: "0.21.14".into(),
        purpose: "builds the page",
        takes: "4 minutes on two cores",
        source: Source::Crates { locked: true },
    }
}

/// Of exactly the version of the library: the two speak a format of their own to each other.
fn wasm_bindgen() -> Result<Tool> {
    Ok(Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: locked_version("wasm-bindgen")?,
        purpose: "writes the JavaScript between the browser and the wasm",
        takes: "2 minutes on two cores",
        // The lock file that it is published with names a crate that is no longer to be had.
        source: Source::Crates { locked: false },
    })
}

/// What makes the wasm smaller, and what makes scripts and stylesheets smaller.
fn shrinkers() -> [Tool; 2] {
    let tool = |program, package, version: &str, purpose| {
        let version = version.into();
        Tool { program, package, version, purpose, takes: "a few seconds", source: Source::Npm }
    };
    [
        tool("wasm-opt", "binaryen", "132", "makes the wasm smaller"),
        tool("esbuild", "esbuild", "0.28.2", "makes the script and the styles smaller"),
    ]
}

fn cargo_deny() -> Tool {
    Tool {
        program: "cargo-deny",
        package: "cargo-deny",
        version: "0.20.2".into(),
        purpose: "looks at licences and sources of all dependencies",
        takes: "2 minutes on two cores",
        source: Source::Crates { locked: true },
    }
}

fn cargo_fuzz() -> Tool {
    Tool {
        program: "cargo-fuzz",
        package: "cargo-fuzz",
        version: "0.13.1".into(),
        purpose: "builds with coverage, and runs libFuzzer",
        takes: "half a minute on two cores",
        source: Source::Crates { locked: true },
    }
}

impl Tool {
    fn home(&self) -> Result<PathBuf> {
        Ok(place::tools()?.join(format!("{}-{}", self.package, self.version)))
    }

    fn is_there(&self) -> bool {
        Program::new(self.program).words("--version").ask().is_some_and(|said| says(&said, &self.version))
    }

    fn bring(&self) -> Result<()> {
        let Self { program, package, version, purpose, takes, .. } = self;
        if self.is_there() {
            println!("{program} {version}: there");
            return Ok(());
        }
        println!("{program} {version}: it {purpose}. Installing it may take {takes}.");
        let home = self.home()?;
        fs::create_dir_all(&home).with_context(|| format!("cannot make {}", home.display()))?;
        match self.source {
            Source::Crates { locked } => crates::install(package, version, locked, &home)?,
            Source::Npm => Program::new("npm")
                .words("install --global --no-audit --no-fund --prefix")
                .args([home.as_os_str()])
                .words(&format!("{package}@{version}"))
                .run()?,
        }
        if !self.is_there() {
            bail!("{program} {version} was installed in {}, but does not run from there", home.display());
        }
        Ok(())
    }
}

fn wasm_target() -> Result<()> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let sysroot = PathBuf::from(Program::new("rustc").words("--print sysroot").read()?);
    if sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        println!("{TARGET}: there");
        return Ok(());
    }
    println!("{TARGET}: the standard library for the browser. Installing it may take half a minute.");
    if Program::new("rustup").words("--version").ask().is_none() {
        bail!(
            "rustup is not here, so the standard library for {TARGET} has to come from wherever rustc came \
             from (on Debian: apt-get install libstd-rust-dev-wasm32), or install rustup: https://rustup.rs"
        );
    }
    Program::new("rustup").words("target add").words(TARGET).run()
}

fn npm_is_there() -> bool {
    ["node", "npm"].iter().all(|program| Program::new(program).words("--version").ask().is_some())
}

/// The page works without them, and is larger: so nothing fails for want of them.
fn bring_shrinkers() {
    if !npm_is_there() {
        println!(
            "wasm-opt, esbuild: Node.js and npm are not here, so the page is larger than it needs to be"
        );
        return;
    }
    for tool in shrinkers() {
        if let Err(error) = tool.bring() {
            println!("{}: {error:#}. So the page is larger than it needs to be", tool.program);
        }
    }
}

/// The version of a crate in `Cargo.lock`.
fn locked_version(name: &str) -> Result<String> {
    let lock: toml::Table = fs::read_to_string(place::root().join("Cargo.lock"))?.parse()?;
    let packages =
        lock.get("package").and_then(toml::Value::as_array).context("Cargo.lock has no packages")?;
    packages
        .iter()
        .find(|package| package.get("name").and_then(toml::Value::as_str) == Some(name))
        .and_then(|package| package.get("version")?.as_str())
        .map(str::to_owned)
        .with_context(|| format!("Cargo.lock has no {name}"))
}

/// Whether what a program says of itself names exactly this version.
fn says(said: &str, version: &str) -> bool {
    said.split_whitespace().any(|word| word.trim_start_matches('v') == version)
}

/// The first of these programs that the `PATH` holds.
fn first_on_path(programs: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<_> = env::split_paths(&path).collect();
    programs
        .iter()
        .flat_map(|program| folders.iter().map(move |folder| folder.join(program)))
        .find(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_whole() {
        assert!(says("trunk 0.21.14", "0.21.14"));
        assert!(says("wasm-opt version 132 (version_132)", "132"));
        assert!(!says("trunk 0.21.141", "0.21.14"));
        assert!(!says("wasm-opt version 108", "132"));
    }

    #[test]
    fn the_lock_file_names_the_version_of_wasm_bindgen() {
        assert!(locked_version("wasm-bindgen").unwrap().starts_with("0.2."));
        assert!(locked_version("no-such-crate").is_err());
    }
}
