//! One connection: frames in, frames out. Slow calls run on threads of their
//! own, so that `Status` and `Cancel` are answered meanwhile.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use jiaozi_types::agent::{
    AgentError, Appearance, Call, Hello, PROTOCOL_VERSION, Reply, Request, Response, frame,
};

use super::{Agent, Caller, is_slow, refusal};

/// Slow calls of one connection at a time; more are `Busy`.
const CALLS_MAX: usize = 16;

/// Why a connection is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The peer closed it, or sent what is not a message.
    Closed,
    /// The peer asked the agent to end.
    Quit,
}

type Writer = Mutex<Box<dyn Write + Send>>;

/// One connection to the agent.
pub struct Connection {
    agent: Arc<Agent>,
    id: u64,
    writer: Arc<Writer>,
    /// Set by the first call.
    look: Option<Appearance>,
    running: Arc<AtomicUsize>,
}

impl Connection {
    /// A connection whose replies go to `writer`.
    pub fn new(agent: Arc<Agent>, writer: Box<dyn Write + Send>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self {
            agent,
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            writer: Arc::new(Mutex::new(writer)),
            look: None,
            running: Arc::default(),
        }
    }

    /// Answers until the peer closes the connection or sends what is no message.
    pub fn serve(mut self, mut reader: impl Read) -> Ended {
        let ended = loop {
            match next_call(&mut reader) {
                Ok(Some(call)) => {
                    let quit = matches!(call.request, Request::Quit) && self.look.is_some();
                    self.take(call);
                    if quit {
                        break Ended::Quit;
                    }
                }
                Ok(None) => break Ended::Closed,
                Err(why) => {
                    tracing::warn!(%why, "a connection was closed");
                    break Ended::Closed;
                }
            }
        };
        self.agent.desk.cancel_connection(self.id);
        ended
    }

    fn take(&mut self, call: Call) {
        let Call { id, request } = call;
        let Some(look) = self.look else {
            let reply = match request {
                Request::Hello(hello) => self.greet(id, &hello),
                _ => refusal(
                    id,
                    AgentError::BadRequest {
                        what: "the first call is Hello".to_owned(),
                    },
                ),
            };
            return send(&self.writer, &reply);
        };
        let caller = Caller {
            connection: self.id,
            call: id,
            look,
        };
        let done = |id| Reply {
            id,
            result: Ok(Response::Done),
        };
        match request {
            Request::Hello(hello) => {
                let reply = self.greet(id, &hello);
                send(&self.writer, &reply);
            }
            Request::SetAppearance(look) => {
                self.look = Some(look);
                send(&self.writer, &done(id));
            }
            Request::Cancel { id: other } => {
                self.agent.desk.cancel(self.id, other);
                send(&self.writer, &done(id));
            }
            request if is_slow(&request) => self.run(caller, request),
            request => {
                let result = self.agent.answer(caller, request);
                send(&self.writer, &Reply { id, result });
                self.agent.finish_if_locked();
            }
        }
    }

    fn greet(&mut self, id: u32, hello: &Hello) -> Reply {
        if hello.protocol != PROTOCOL_VERSION {
            return refusal(
                id,
                AgentError::Protocol {
                    vault: PROTOCOL_VERSION,
                    shell: hello.protocol,
                },
            );
        }
        self.look = Some(hello.appearance);
        Reply {
            id,
            result: self.agent.vault.status().map(|status| Response::Hello {
                protocol: PROTOCOL_VERSION,
                status,
            }),
        }
    }

    /// Answers on a thread of its own.
    fn run(&self, caller: Caller, request: Request) {
        if self.running.fetch_add(1, Ordering::AcqRel) >= CALLS_MAX {
            self.running.fetch_sub(1, Ordering::AcqRel);
            return send(&self.writer, &refusal(caller.call, AgentError::Busy));
        }
        let (agent, writer) = (Arc::clone(&self.agent), Arc::clone(&self.writer));
        let running = Running(Arc::clone(&self.running));
        let started = thread::Builder::new()
            .name("call".to_owned())
            .spawn(move || {
                // A fault of ours must not leave the shell without an answer.
                let answer = AssertUnwindSafe(|| agent.answer(caller, request));
                let result = catch_unwind(answer).unwrap_or(Err(AgentError::Internal));
                drop(running);
                let reply = Reply {
                    id: caller.call,
                    result,
                };
                send(&writer, &reply);
            });
        if started.is_err() {
            send(&self.writer, &refusal(caller.call, AgentError::Internal));
        }
    }
}

/// Counts a call down when its thread ends, in whatever way.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Why there is no next call.
#[derive(Debug, thiserror::Error)]
enum NoCall {
    #[error(transparent)]
    Frame(#[from] frame::FrameError),
    #[error("the connection broke: {0}")]
    Io(#[from] io::Error),
}

/// The next call; none when the peer closed the connection between two frames.
fn next_call(reader: &mut impl Read) -> Result<Option<Call>, NoCall> {
    let mut header = [0u8; frame::HEADER_LEN];
    let (first, rest) = header.split_at_mut(1);
    loop {
        match reader.read(first) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    reader.read_exact(rest)?;
    let mut payload = vec![0u8; frame::payload_len(header)?];
    reader.read_exact(&mut payload)?;
    Ok(Some(frame::decode(&payload)?))
}

/// Writes one reply. A peer that is gone is noticed by the reader.
fn send(writer: &Writer, reply: &Reply) {
    let frame = frame::encode(reply).or_else(|error| {
        tracing::error!(%error, "a reply did not fit into a frame");
        frame::encode(&refusal(reply.id, AgentError::Internal))
    });
    if let Ok(frame) = frame {
        let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = writer.write_all(&frame).and_then(|()| writer.flush()) {
            tracing::debug!(%error, "a reply was not taken");
        }
    }
}
