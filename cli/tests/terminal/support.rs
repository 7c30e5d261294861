//! People with wallets, and what their commands say.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The passphrase of every wallet of these tests.
pub const PASSPHRASE: &str = "seven lanterns over the river";

/// A folder with a sandbox ledger and everything else of one test.
pub struct World {
    folder: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        let vault = Path::new(env!("CARGO_BIN_EXE_jiaozi")).with_file_name("jiaozi-vault");
        assert!(
            vault.is_file(),
            "{} is missing: build it with `cargo build -p jiaozi-vault`",
            vault.display()
        );
        Self {
            folder: tempfile::Builder::new()
                .prefix("jiaozi-cli-")
                .tempdir()
                .unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A profile, without a wallet yet.
    pub fn profile(&self, name: &str) -> Person {
        Person {
            profile: self.path(name),
            world: self.folder.path().to_owned(),
        }
    }

    /// A person whose wallet is made and unlocked in the background.
    pub fn person(&self, name: &str) -> Person {
        let person = self.profile(name);
        person
            .with_passphrase(&["init", "--passphrase-only", "--later"])
            .succeeds();
        person.with_passphrase(&["unlock"]).succeeds();
        person
    }
}

/// One profile and who uses it.
pub struct Person {
    profile: PathBuf,
    world: PathBuf,
}

impl Person {
    pub fn profile_path(&self) -> &Path {
        &self.profile
    }

    /// The command with its arguments, not started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiaozi"));
        command
            .env_clear()
            .env("HOME", &self.world)
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("JIAOZI_PROFILE", &self.profile)
            .env("JIAOZI_SANDBOX", self.world.join("sandbox"))
            .arg("--no-input")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::new(arguments, self.command(arguments).output().unwrap())
    }

    /// The answer to a script.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        self.run(&all).succeeds().json()
    }

    pub fn with_stdin(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        // A program that does not read it all is no fault of the test.
        let _ = child.stdin.take().unwrap().write_all(input);
        Ran::new(arguments, child.wait_with_output().unwrap())
    }

    pub fn with_passphrase(&self, arguments: &[&str]) -> Ran {
        self.with_secret(arguments, PASSPHRASE)
    }

    pub fn with_secret(&self, arguments: &[&str], secret: &str) -> Ran {
        let mut all = arguments.to_vec();
        all.push("--passphrase-stdin");
        let ran = self.with_stdin(&all, format!("{secret}\n").as_bytes());
        assert!(
            !ran.out.contains(secret) && !ran.err.contains(secret),
            "a secret was printed by {arguments:?}"
        );
        ran
    }

    /// Runs a command on a pseudo-terminal (`script`, of every Debian), where
    /// `typed` is typed.
    pub fn on_a_terminal(&self, arguments: &[&str], typed: &str) -> Ran {
        let line = format!("{} {}", env!("CARGO_BIN_EXE_jiaozi"), arguments.join(" "));
        let template = self.command(&[]);
        let mut script = Command::new("script");
        script
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env_clear()
            .envs(
                template
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env("TERM", "dumb")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = script.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(typed.as_bytes())
            .unwrap();
        Ran::new(arguments, child.wait_with_output().unwrap())
    }

    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    pub fn address(&self) -> String {
        let accounts = self.json(&["accounts", "list"]);
        accounts[0]["address"].as_str().unwrap().to_owned()
    }

    /// The balance of the main asset, as in `87.50`.
    pub fn balance(&self) -> String {
        let overview = self.json(&["balance"]);
        let plain = &overview["balances"][0]["total"]["plain"];
        plain.as_str().unwrap().to_owned()
    }
}

impl Drop for Person {
    /// Ends the agent in the background, if there is one.
    fn drop(&mut self) {
        let _ = self.command(&["lock"]).output();
    }
}

/// What a command said and how it ended.
pub struct Ran {
    arguments: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl std::fmt::Debug for Ran {
    /// Pictures in answers are long: the beginning is enough to see what happened.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let beginning = |text: &str| text.chars().take(2000).collect::<String>();
        f.debug_struct("Ran")
            .field("arguments", &self.arguments)
            .field("code", &self.code)
            .field("out", &beginning(&self.out))
            .field("err", &beginning(&self.err))
            .finish()
    }
}

impl Ran {
    pub fn new(arguments: &[&str], output: Output) -> Self {
        Self {
            arguments: arguments.join(" "),
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Fails with an exit code and an error code, said in one line of JSON.
    #[track_caller]
    pub fn fails_with(&self, exit: i32, code: &str) -> Value {
        assert_eq!(self.code, Some(exit), "{self:#?}");
        let line = self.err.lines().last().unwrap_or_default();
        let report: Value = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("no error in JSON, {error}: {self:#?}"));
        let error = &report["error"];
        assert_eq!(error["code"], code, "{self:#?}");
        for part in ["what", "next"] {
            let text = error[part].as_str().unwrap();
            assert!(!text.is_empty() && !text.contains('{'), "{self:#?}");
        }
        error.clone()
    }
}
