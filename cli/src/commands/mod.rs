//! The commands. One file a subject.

mod accounts;
mod backup;
mod cold;
mod contacts;
mod demo;
mod history;
mod limits;
mod lock;
mod manual;
mod network;
mod network_input;
mod network_test;
mod pay;
mod receipt;
mod receive;
mod removal;
mod replace;
mod search;
mod setup;
mod till;
mod till_books;
mod till_counter;
mod till_money;
mod till_paper;
mod till_software;

use jiaozi_wallet::api::{PaymentState, ReplacementAct};

use crate::failure::Failure;
use crate::options::Command;
use crate::output::Output;
use crate::session::Session;

/// Runs a command that needs no profile; none when it needs one.
pub fn run_alone(out: &Output, command: &Command) -> Option<Result<(), Failure>> {
    match command {
        Command::Completions(options) => Some(manual::completions(out, options)),
        Command::Man(options) => Some(manual::man(out, options)),
        _ => None,
    }
}

/// Runs a command.
pub async fn run(session: &Session, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Init(options) => setup::init(session, options).await,
        Command::Restore(options) => setup::restore(session, options).await,
        Command::Unlock => lock::unlock(session).await,
        Command::Lock => lock::lock(session).await,
        Command::Status => lock::show(session).await,
        Command::Words(command) => setup::words(session, *command).await,
        Command::Backup(command) => backup::run(session, command).await,
        Command::Pin => setup::pin(session).await,
        Command::RemoveWallet(options) => removal::run(session, options).await,
        Command::Limits(command) => limits::run(session, command).await,
        Command::Accounts(command) => accounts::run(session, command).await,
        Command::Balance(options) => accounts::balance(session, options).await,
        Command::Topup(options) => accounts::top_up(session, options).await,
        Command::Receive(options) => receive::run(session, options).await,
        Command::Pay(options) => pay::run(session, options).await,
        Command::Cold(command) => cold::run(session, command).await,
        Command::Payment(options) => history::one(session, options).await,
        Command::Cancel(options) => replace::run(session, options, ReplacementAct::Cancel).await,
        Command::SpeedUp(options) => replace::run(session, options, ReplacementAct::SpeedUp).await,
        Command::History(options) => history::list(session, options).await,
        Command::Contacts(command) => contacts::run(session, command).await,
        Command::Till(command) => till::run(session, command).await,
        Command::Network(command) => network::run(session, command).await,
        Command::Export(options) => history::export(session, options).await,
        Command::Receipt(options) => receipt::run(session, options).await,
        Command::Demo(options) => demo::run(session, options).await,
        Command::Completions(_) | Command::Man(_) => {
            run_alone(&session.out, command).unwrap_or(Ok(()))
        }
    }
}

/// Whether a payment is not over.
fn is_under_way(state: PaymentState) -> bool {
    match state {
        PaymentState::Proposed
        | PaymentState::Approved
        | PaymentState::Signed
        | PaymentState::Submitted
        | PaymentState::Included
        | PaymentState::Unknown => true,
        // It waits for a person, not for the ledger.
        PaymentState::AwaitsSignature
        | PaymentState::Settled
        | PaymentState::Failed
        | PaymentState::Replaced
        | PaymentState::Expired => false,
    }
}
