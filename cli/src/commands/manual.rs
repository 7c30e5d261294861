//! Completions and manual pages, in the language of this run.

use crate::failure::{Failure, OwnCode, own};
use crate::help;
use crate::options::{Completions, Man};
use crate::output::Output;

/// `jiaozi completions`
pub fn completions(out: &Output, options: &Completions) -> Result<(), Failure> {
    let mut command = help::command(out.messages());
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, "jiaozi", &mut script);
    out.bytes(&script)
}

/// `jiaozi man`
pub fn man(out: &Output, options: &Man) -> Result<(), Failure> {
    let command = help::command(out.messages());
    let Some(folder) = &options.out else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        return out.bytes(&page);
    };
    let written =
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|_| {
        let folder = folder.display().to_string();
        own(OwnCode::FileNotWritten, [("file", folder)])
    })?;
    out.saved(folder)
}
