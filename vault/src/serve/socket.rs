//! A Unix socket for this user's programs, like ssh-agent's: in a folder of
//! mode 0700, itself of mode 0600, and every peer's user id is checked.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::agent::{Agent, Connection, Ended};

/// Peers at a time; more are hung up on.
const PEERS_MAX: usize = 64;

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Another agent answers there.
    #[error("another agent listens on this socket")]
    InUse,
    /// Other users could reach the folder.
    #[error("the socket's folder must belong to this user and have mode 0700")]
    Folder,
    /// What stands there is not a socket; it is left alone.
    #[error("there is a file where the socket should be")]
    NotASocket,
    /// The system's own reason.
    #[error("the socket cannot be made: {0}")]
    Io(#[from] io::Error),
}

/// A bound socket; its file goes when this is dropped.
#[derive(Debug)]
pub struct Listener {
    listener: Arc<UnixListener>,
    path: PathBuf,
    /// Device and inode of the socket, to know it from a later agent's.
    file: (u64, u64),
}

impl Listener {
    /// Binds `path`. A folder that is missing is made; a dead agent's socket is
    /// replaced, a living one's is not.
    pub fn bind(path: &Path) -> Result<Self, SocketError> {
        let folder = path.parent().ok_or(SocketError::Folder)?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        let found = fs::metadata(folder)?;
        let owner = rustix::process::geteuid().as_raw();
        if found.uid() != owner || found.mode() & 0o077 != 0 {
            return Err(SocketError::Folder);
        }
        remove_dead(path)?;
        let listener = Arc::new(UnixListener::bind(path)?);
        fs::set_permissions(path, Permissions::from_mode(0o600))?;
        let made = fs::metadata(path)?;
        Ok(Self {
            listener,
            path: path.to_owned(),
            file: (made.dev(), made.ino()),
        })
    }

    /// Serves peers on threads of their own. With `once` the agent ends with
    /// its first peer, and no second one is served.
    pub fn serve(&self, agent: &Arc<Agent>, once: bool) -> io::Result<()> {
        let (listener, agent) = (Arc::clone(&self.listener), Arc::clone(agent));
        let peers = Arc::new(AtomicUsize::new(0));
        thread::Builder::new()
            .name("socket".to_owned())
            .spawn(move || {
                for stream in listener.incoming() {
                    let Ok(stream) = stream else { continue };
                    if !is_same_user(&stream) {
                        tracing::warn!("a peer of another user was refused");
                        continue;
                    }
                    if once {
                        serve_peer(&agent, &stream);
                        agent.finish();
                        return;
                    }
                    let seat = Seat::take(&peers);
                    let Some(seat) = seat else { continue };
                    let agent = Arc::clone(&agent);
                    let started = thread::Builder::new()
                        .name("peer".to_owned())
                        .spawn(move || {
                            if serve_peer(&agent, &stream) == Ended::Quit {
                                agent.finish();
                            }
                            drop(seat);
                        });
                    if let Err(error) = started {
                        tracing::warn!(%error, "a peer was refused");
                    }
                }
            })
            .map(|_| ())
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // A file that is gone already is as good; one of a later agent stays.
        if fs::metadata(&self.path).is_ok_and(|found| (found.dev(), found.ino()) == self.file) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn serve_peer(agent: &Arc<Agent>, stream: &UnixStream) -> Ended {
    match stream.try_clone() {
        Ok(writer) => Connection::new(Arc::clone(agent), Box::new(writer)).serve(stream),
        Err(_) => Ended::Closed,
    }
}

/// Whether the peer runs as this user. Where the system does not tell, the
/// folder's mode keeps others out.
fn is_same_user(stream: &UnixStream) -> bool {
    #[cfg(target_os = "linux")]
    {
        rustix::net::sockopt::socket_peercred(stream)
            .is_ok_and(|peer| peer.uid == rustix::process::geteuid())
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = stream;
        true
    }
}

/// Removes a socket that nobody listens on.
fn remove_dead(path: &Path) -> Result<(), SocketError> {
    use std::os::unix::fs::FileTypeExt;
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
        Ok(found) if !found.file_type().is_socket() => return Err(SocketError::NotASocket),
        Ok(_) => {}
    }
    match UnixStream::connect(path) {
        Ok(_) => Err(SocketError::InUse),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            fs::remove_file(path).map_err(SocketError::Io)
        }
        Err(error) => Err(error.into()),
    }
}

/// One of the seats for peers, given back on drop.
struct Seat(Arc<AtomicUsize>);

impl Seat {
    fn take(peers: &Arc<AtomicUsize>) -> Option<Self> {
        let seat = Self(Arc::clone(peers));
        (peers.fetch_add(1, Ordering::AcqRel) < PEERS_MAX).then_some(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
