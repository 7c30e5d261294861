//! A printer behind a device file.
//!
//! Only devices that take characters (and pipes) are written to: a path of the
//! settings must not become a way to spoil a file or a disk.

use std::time::Duration;

use tokio::sync::oneshot;

use super::PrinterError;

/// Prints. A device file tells nothing of what became of it: never confirmed.
pub(super) async fn send(
    path: &str,
    bytes: Vec<u8>,
    patience: Duration,
) -> Result<bool, PrinterError> {
    if !is_path(path) {
        return Err(PrinterError::Place);
    }
    let (tell, told) = oneshot::channel();
    let path = path.to_owned();
    // Not one of the runtime's threads: a driver that never lets go of one would
    // keep the program from ending.
    let thread = std::thread::Builder::new().name("printer".to_owned());
    let work = move || drop(tell.send(write(&path, &bytes, patience)));
    thread.spawn(work).map_err(PrinterError::Unreachable)?;
    // Twice the patience and some: the thread keeps its own bounds but for a driver.
    let longest = super::LONGEST.saturating_add(patience);
    match tokio::time::timeout(longest, told).await {
        Ok(Ok(done)) => done.map(|()| false),
        Ok(Err(_)) | Err(_) => Err(PrinterError::Stuck),
    }
}

/// Whether a path of the settings can be one of a printer.
#[cfg(unix)]
pub(super) fn is_path(path: &str) -> bool {
    path.starts_with('/') && !path.contains('\0')
}

/// Whether this is a port (LPT1, COM3) or a shared printer (\\computer\printer):
/// no file.
#[cfg(not(unix))]
pub(super) fn is_path(path: &str) -> bool {
    let name = path.to_ascii_uppercase();
    let is_port = ["LPT", "COM", r"\\.\LPT", r"\\.\COM"]
        .iter()
        .filter_map(|start| name.strip_prefix(start))
        .any(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()));
    let shared = name.strip_prefix(r"\\").is_some_and(|rest| {
        let parts: Vec<&str> = rest.split('\\').collect();
        parts.len() == 2
            && parts
                .iter()
                .all(|part| !part.is_empty() && !part.contains('.'))
    });
    is_port || shared
}

#[cfg(unix)]
fn write(path: &str, bytes: &[u8], patience: Duration) -> Result<(), PrinterError> {
    use std::io::{Error, ErrorKind, Write};
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
    use std::time::Instant;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::OFlags;
    use rustix::termios::{OptionalActions, isatty, tcgetattr, tcsetattr};

    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut device = std::fs::OpenOptions::new()
        .write(true)
        .custom_flags(i32::try_from(flags.bits()).unwrap_or_default())
        .open(path)
        .map_err(PrinterError::Unreachable)?;
    let kind = device.metadata().map_err(PrinterError::Unreachable)?;
    if !kind.file_type().is_char_device() && !kind.file_type().is_fifo() {
        return Err(PrinterError::Place);
    }
    // A serial line would otherwise make two bytes of every line feed.
    if isatty(&device) {
        let mut line =
            tcgetattr(&device).map_err(|error| PrinterError::Unreachable(error.into()))?;
        line.make_raw();
        tcsetattr(&device, OptionalActions::Now, &line)
            .map_err(|error| PrinterError::Unreachable(error.into()))?;
    }
    let began = Instant::now();
    let mut rest = bytes;
    while !rest.is_empty() {
        if began.elapsed() > super::LONGEST {
            return Err(PrinterError::Stuck);
        }
        let part = rest.get(..4_096).unwrap_or(rest);
        match device.write(part) {
            Ok(0) => return Err(PrinterError::Broke(Error::from(ErrorKind::WriteZero))),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let mut ready = [PollFd::new(&device, PollFlags::OUT)];
                let wait = Timespec::try_from(patience).ok();
                let found = poll(&mut ready, wait.as_ref());
                match found {
                    Ok(0) => return Err(PrinterError::Stuck),
                    Ok(_) | Err(rustix::io::Errno::INTR) => {}
                    Err(error) => return Err(PrinterError::Broke(error.into())),
                }
            }
            Err(error) => return Err(PrinterError::Broke(error)),
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn write(path: &str, bytes: &[u8], _patience: Duration) -> Result<(), PrinterError> {
    use std::io::Write;

    let device = std::fs::OpenOptions::new().write(true).open(path);
    let mut device = device.map_err(PrinterError::Unreachable)?;
    device.write_all(bytes).map_err(PrinterError::Broke)?;
    device.flush().map_err(PrinterError::Broke)
}
