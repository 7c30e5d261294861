//! The terminal device: raw input with our own line editing, so that Ctrl-C
//! declines the question instead of leaving the terminal without echo, and so
//! that a secret is never in the kernel's line buffer or on the screen.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::termios::{LocalModes, OptionalActions, Termios, isatty, tcgetattr, tcsetattr};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use unicode_width::UnicodeWidthStr;
use zeroize::Zeroizing;

use crate::prompt::{CancelToken, PromptError};

/// How the terminal was, to put it back when a signal ends the process.
static BEFORE: Mutex<Option<(File, Termios, Arc<AtomicBool>)>> = Mutex::new(None);
static WATCH: Once = Once::new();

const ALTERNATE_SCREEN: &str = "\x1b[?1049h\x1b[2J\x1b[H";
const MAIN_SCREEN: &str = "\x1b[2J\x1b[H\x1b[?1049l";

/// The most bytes that a line may have; more are not taken.
const LINE: usize = 512;

/// An open terminal in raw input mode. Dropping it puts it back as it was.
pub struct Tty {
    device: File,
    before: Termios,
    cancel: CancelToken,
    /// Whether the alternate screen is shown.
    alternate: Arc<AtomicBool>,
    /// Bytes read and not used yet.
    pending: Zeroizing<Vec<u8>>,
}

/// Whether what is typed is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// As it is typed.
    Visible,
    /// Not at all: not even its length.
    Hidden,
}

/// One thing that was typed.
enum Key {
    Text(char),
    Enter,
    Backspace,
    ClearLine,
    Decline,
    Other,
}

impl Tty {
    /// Opens a terminal and takes over its input.
    pub fn open(path: &Path, cancel: CancelToken) -> io::Result<Self> {
        let device = OpenOptions::new()
            .read(true)
            .write(true)
            // It is our controlling terminal already, or shall not become it.
            .custom_flags(OFlags::NOCTTY.bits().cast_signed())
            .open(path)?;
        if !isatty(&device) {
            return Err(io::Error::from(io::ErrorKind::Unsupported));
        }
        let before = tcgetattr(&device)?;
        watch_signals()?;
        let alternate = Arc::new(AtomicBool::new(false));
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((device.try_clone()?, before.clone(), Arc::clone(&alternate)));
        let mut raw = before.clone();
        raw.local_modes
            .remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN);
        tcsetattr(&device, OptionalActions::Flush, &raw)?;
        Ok(Self {
            device,
            before,
            cancel,
            alternate,
            pending: Zeroizing::new(Vec::with_capacity(LINE)),
        })
    }

    /// Writes text.
    pub fn print(&mut self, text: &str) -> Result<(), PromptError> {
        self.device
            .write_all(text.as_bytes())
            .and_then(|()| self.device.flush())
            .map_err(|_| PromptError::Unavailable)
    }

    /// Writes a line.
    pub fn line(&mut self, text: &str) -> Result<(), PromptError> {
        self.print(&format!("{text}\n"))
    }

    /// Goes to an empty screen that leaves nothing behind.
    pub fn enter_alternate_screen(&mut self) -> Result<(), PromptError> {
        self.alternate.store(true, Ordering::SeqCst);
        self.print(ALTERNATE_SCREEN)
    }

    /// Wipes that screen and goes back.
    pub fn leave_alternate_screen(&mut self) -> Result<(), PromptError> {
        if self.alternate.swap(false, Ordering::SeqCst) {
            self.print(MAIN_SCREEN)?;
        }
        Ok(())
    }

    /// Reads a line after `prompt`. Ctrl-C, Ctrl-D and a cancelled call decline.
    pub fn ask(&mut self, prompt: &str, echo: Echo) -> Result<Zeroizing<String>, PromptError> {
        self.print(prompt)?;
        let mut line = Zeroizing::new(String::with_capacity(LINE));
        loop {
            match self.key()? {
                Key::Enter => {
                    self.print("\n")?;
                    return Ok(line);
                }
                Key::Decline => {
                    self.print("\n")?;
                    return Err(PromptError::Declined);
                }
                Key::Text(c) if line.len().saturating_add(c.len_utf8()) <= LINE => {
                    line.push(c);
                    if echo == Echo::Visible {
                        let mut bytes = [0; 4];
                        self.print(c.encode_utf8(&mut bytes))?;
                    }
                }
                Key::Backspace => {
                    if let Some(c) = line.pop().filter(|_| echo == Echo::Visible) {
                        self.erase(c)?;
                    }
                }
                Key::ClearLine => {
                    while let Some(c) = line.pop() {
                        if echo == Echo::Visible {
                            self.erase(c)?;
                        }
                    }
                }
                Key::Text(_) | Key::Other => {}
            }
        }
    }

    /// Waits a second, or until the call is declined. What is typed meanwhile
    /// is thrown away.
    pub fn wait_a_second(&mut self) -> Result<(), PromptError> {
        let end = Instant::now() + Duration::from_secs(1);
        while Instant::now() < end {
            if self.readable()? && matches!(self.key()?, Key::Decline) {
                self.print("\n")?;
                return Err(PromptError::Declined);
            }
            self.pending.clear();
        }
        Ok(())
    }

    fn erase(&mut self, c: char) -> Result<(), PromptError> {
        let mut bytes = [0; 4];
        let width = UnicodeWidthStr::width(&*c.encode_utf8(&mut bytes));
        self.print(&"\x08 \x08".repeat(width))
    }

    /// The next thing typed.
    fn key(&mut self) -> Result<Key, PromptError> {
        let first = self.byte()?;
        Ok(match first {
            b'\r' | b'\n' => Key::Enter,
            0x03 | 0x04 => Key::Decline,
            0x08 | 0x7f => Key::Backspace,
            0x15 => Key::ClearLine,
            0x1b => self.escape()?,
            0x00..=0x1f => Key::Other,
            _ => self.character(first)?,
        })
    }

    /// A lone Escape declines; an escape sequence (an arrow key) is nothing.
    fn escape(&mut self) -> Result<Key, PromptError> {
        if self.pending.is_empty() && !self.readable()? {
            return Ok(Key::Decline);
        }
        // CSI and SS3 sequences end with a letter or a tilde.
        let introducer = self.byte()?;
        if matches!(introducer, b'[' | b'O') {
            while !matches!(self.byte()?, b'a'..=b'z' | b'A'..=b'Z' | b'~') {}
        }
        Ok(Key::Other)
    }

    fn character(&mut self, first: u8) -> Result<Key, PromptError> {
        let length = match first {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => 1,
        };
        let mut bytes = Zeroizing::new(vec![first]);
        while bytes.len() < length {
            let next = self.byte()?;
            bytes.push(next);
        }
        let c = std::str::from_utf8(&bytes)
            .ok()
            .and_then(|s| s.chars().next());
        Ok(c.map_or(Key::Other, Key::Text))
    }

    fn byte(&mut self) -> Result<u8, PromptError> {
        while self.pending.is_empty() {
            if !self.readable()? {
                continue;
            }
            let mut bytes = Zeroizing::new([0_u8; 64]);
            match self.device.read(bytes.as_mut_slice()) {
                // The terminal hung up.
                Ok(0) => return Err(PromptError::Declined),
                Ok(count) => {
                    let read = bytes.get(..count).unwrap_or_default();
                    self.pending.extend(read.iter().rev());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(PromptError::Declined),
            }
        }
        self.pending.pop().ok_or(PromptError::Declined)
    }

    /// Whether there is input, after waiting for it for a fifth of a second.
    fn readable(&self) -> Result<bool, PromptError> {
        if self.cancel.is_cancelled() {
            return Err(PromptError::Declined);
        }
        let mut wanted = [PollFd::new(&self.device, PollFlags::IN)];
        let moment = Timespec {
            tv_sec: 0,
            tv_nsec: 200_000_000,
        };
        match poll(&mut wanted, Some(&moment)) {
            Ok(ready) => Ok(ready > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(_) => Err(PromptError::Unavailable),
        }
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        // A terminal that is gone needs no putting back.
        let _ = self.leave_alternate_screen();
        let _ = tcsetattr(&self.device, OptionalActions::Flush, &self.before);
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Signals from outside (Ctrl-C does not signal while we read) put the terminal
/// back before they end the process.
fn watch_signals() -> io::Result<()> {
    let mut outcome = Ok(());
    WATCH.call_once(|| {
        outcome = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]).and_then(|mut signals| {
            thread::Builder::new()
                .name("terminal-signals".to_owned())
                .spawn(move || {
                    for signal in signals.forever() {
                        put_back();
                        let _ = signal_hook::low_level::emulate_default_handler(signal);
                    }
                })
                .map(drop)
        });
    });
    outcome
}

fn put_back() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((mut device, termios, alternate)) = before {
        // The process ends whether this works or not.
        if alternate.load(Ordering::SeqCst) {
            let _ = device.write_all(MAIN_SCREEN.as_bytes());
        }
        let _ = tcsetattr(&device, OptionalActions::Flush, &termios);
    }
}
