//! The program `jiaozi-vault`.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let outcome = jiaozi_vault::harden::harden()
        .map_err(jiaozi_vault::command::Failure::from)
        .and_then(|()| jiaozi_vault::command::run());
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // There is nothing left to do if standard error is gone.
            let _ = writeln!(std::io::stderr(), "jiaozi-vault: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}
