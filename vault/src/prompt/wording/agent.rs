//! Why the vault did not do what a command of the tool asked for.
#![cfg(unix)]

use jiaozi_types::agent::AgentError;

use crate::prompt::messages::Messages;

/// As a sentence for people. It never holds what was typed.
pub fn agent_error(error: &AgentError, say: Messages) -> String {
    match error {
        AgentError::Declined => say.terminal_declined().to_owned(),
        AgentError::NoPrompt => say.tool_no_terminal().to_owned(),
        AgentError::WrongPin { .. } | AgentError::Throttled { .. } => {
            say.tool_wrong_secret().to_owned()
        }
        AgentError::NoVault => say.tool_no_wallet().to_owned(),
        other => say.tool_failed(other),
    }
}
