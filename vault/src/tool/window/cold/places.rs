//! Where the flows' files come from and go to.

use std::path::{Path, PathBuf};

use jiaozi_cold::Message;

use crate::prompt::PromptError;
use crate::prompt::messages::Messages;
use crate::prompt::window::{Mark, News, Wanted, WindowSession};
use crate::tool::output::FileError;
use crate::tool::sign::{SignError, write_files};

/// The folder that a file is looked for in at first: where sticks appear, else
/// the person's own.
pub fn first_folder() -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let user = home.as_deref().and_then(Path::file_name);
    let sticks = user.into_iter().flat_map(|user| {
        ["/run/media", "/media"]
            .into_iter()
            .map(move |place| Path::new(place).join(user))
    });
    let mut places = sticks.chain(home.clone());
    let found = places.find(|place| place.is_dir());
    // With a stroke at its end its contents are listed.
    found.unwrap_or_else(|| PathBuf::from("/")).join("")
}

/// Asks where to, and writes the messages there, until it is done.
pub fn save(
    session: &mut WindowSession,
    messages: &[&Message],
    name: &str,
    title: &'static str,
) -> Result<(), PromptError> {
    let say = session.messages();
    let wanted = Wanted {
        title,
        lead: say.place_save_lead(),
        field: say.place_field(),
        accept: say.place_save(),
        start: first_folder().join(name),
        trouble: None,
    };
    let file = session.place_until(wanted, |file| {
        write(file, messages, say).map(|()| file.to_owned())
    })?;
    let lines = vec![
        say.shares_saved(file.display()),
        say.place_eject().to_owned(),
    ];
    session.told(News::ended(title, Mark::Good, say.place_saved(), lines))
}

fn write(file: &Path, messages: &[&Message], say: Messages) -> Result<(), String> {
    // A picture among several has another name: what is there is looked for
    // under the name that was typed.
    if file.symlink_metadata().is_ok() {
        return Err(FileError::Exists(file.to_owned()).sentence(say));
    }
    write_files(messages, file).map_err(|error| match &error {
        SignError::File(error) => error.unwritten(say),
        _ => error.sentence(say),
    })
}
