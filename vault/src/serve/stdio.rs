//! One shell, on standard input and output. The agent ends with it.

use std::io;
use std::sync::Arc;
use std::thread;

use crate::agent::{Agent, Connection};

/// Serves on a thread of its own; tells the agent to end when the shell is gone.
pub fn serve_stdio(agent: &Arc<Agent>) -> io::Result<()> {
    let agent = Arc::clone(agent);
    thread::Builder::new()
        .name("stdio".to_owned())
        .spawn(move || {
            let connection = Connection::new(Arc::clone(&agent), Box::new(io::stdout()));
            connection.serve(io::stdin().lock());
            agent.finish();
        })
        .map(|_| ())
}
