//! Other programs: called at the project's root, with Maru's own tools first on their `PATH`.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use duct::Expression;

use crate::{place, tools};

/// A program and what it is told.
pub(crate) struct Program {
    name: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(String, OsString)>,
    folder: PathBuf,
    silent: bool,
}

impl Program {
    pub(crate) fn new(name: impl AsRef<OsStr>) -> Self {
        Self {
            name: name.as_ref().into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: place::root().into(),
            silent: false,
        }
    }

    /// Cargo with `words`, which are split at spaces.
    pub(crate) fn cargo(words: &str) -> Self {
        Self::new("cargo").words(words)
    }

    /// Has what cargo builds for `target` not tell where this machine keeps the sources of its dependencies. Whoever
    /// sets `RUSTFLAGS` decides that alone: cargo then asks nobody else.
    pub(crate) fn without_paths(self, target: &str) -> Self {
        let name = format!("CARGO_TARGET_{}_RUSTFLAGS", target.to_uppercase().replace('-', "_"));
        let own = env::var(&name).unwrap_or_default();
        match place::cargo_home() {
            // A flag ends at a space.
            Some(home) if !home.to_string_lossy().contains(' ') => {
                self.env(name, format!("{own} --remap-path-prefix={}=cargo", home.display()))
            }
            _ => self,
        }
    }

    /// Adds arguments that hold no spaces themselves.
    pub(crate) fn words(self, words: &str) -> Self {
        self.args(words.split_whitespace())
    }

    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().into()));
        self
    }

    pub(crate) fn env(mut self, name: impl Into<String>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.into(), value.as_ref().into()));
        self
    }

    pub(crate) fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = folder.as_ref().into();
        self
    }

    /// Drops what it says on its standard output; what it logs is still seen.
    pub(crate) fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Prints the line, runs it, and fails when the program does.
    pub(crate) fn run(&self) -> Result<()> {
        self.announce();
        let output = self.expression()?.unchecked().run().with_context(|| self.not_started())?;
        if !output.status.success() {
            bail!("`{}` failed ({})", self.line(), output.status);
        }
        Ok(())
    }

    /// Starts it and goes on.
    pub(crate) fn start(&self) -> Result<duct::Handle> {
        self.announce();
        self.expression()?.unchecked().start().with_context(|| self.not_started())
    }

    /// What it prints, trimmed.
    pub(crate) fn read(&self) -> Result<String> {
        let text = self.expression()?.read().with_context(|| format!("`{}` failed", self.line()))?;
        Ok(text.trim().to_owned())
    }

    /// What it prints, or nothing when it is not there or fails.
    pub(crate) fn ask(&self) -> Option<String> {
        let text = self.expression().ok()?.stdin_null().stderr_null().read().ok()?;
        Some(text.trim().to_owned())
    }

    /// Becomes the program: its signals and its exit code are the caller's from here on. Comes back
    /// only when that failed.
    pub(crate) fn become_it(&self) -> Result<()> {
        self.announce();
        let error = Command::new(&self.name)
            .args(&self.arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .exec();
        Err(error).with_context(|| self.not_started())
    }

    fn announce(&self) {
        println!("$ {}", self.line());
    }

    fn line(&self) -> String {
        let name = Path::new(&self.name);
        let name = name.strip_prefix(place::root()).unwrap_or(name);
        let words = std::iter::once(name.as_os_str()).chain(self.arguments.iter().map(OsString::as_os_str));
        words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
    }

    fn not_started(&self) -> String {
        format!("cannot start `{}`", self.line())
    }

    fn expression(&self) -> Result<Expression> {
        let mut expression = duct::cmd(&self.name, &self.arguments).dir(&self.folder).env("PATH", path()?);
        // What cargo tells this program about itself is not meant for the programs that it calls.
        for (name, _) in env::vars_os() {
            if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|own| name.to_string_lossy().starts_with(own)) {
                expression = expression.env_remove(name);
            }
        }
        for (name, value) in &self.environment {
            expression = expression.env(name, value);
        }
        if self.silent {
            expression = expression.stdout_null();
        }
        Ok(expression)
    }
}

/// The caller's `PATH` with the tools that Maru's build installed for itself in front.
fn path() -> Result<OsString> {
    let given = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(tools::folders()?.into_iter().chain(env::split_paths(&given)))?)
}
