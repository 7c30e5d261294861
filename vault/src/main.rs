//! The program `jiaozi-vault`.

use std::io::Write;
use std::process::ExitCode;

/// Whatever is freed is overwritten first: copies of a secret that libraries
/// make on its way (key events, text layouts, messages to the keyring) do not
/// stay behind in memory.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

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
