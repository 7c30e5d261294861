//! Words in a sealed file (age), and out of it.

use jiaozi_custody::{SecretKind, sealed_words};

use super::bring::{Brought, bring};
use super::cold::places::first_folder;
use super::{Flow, trouble};
use crate::prompt::Session;
use crate::prompt::window::{Ask, Mark, News, Row, Wanted, WindowSession};
use crate::prompt::wording::rule;
use crate::tool::backup::{BackupError, Facts};
use crate::tool::output::write_new;

/// Asks which way.
pub fn sealed(session: &mut WindowSession) -> Flow {
    let say = session.messages();
    let rows = vec![
        Row::new(say.tool_sealed_seal(), say.tool_sealed_seal_text()),
        Row::new(say.tool_sealed_open(), say.tool_sealed_open_text()),
    ];
    if session.menu(say.tool_home_sealed(), say.tool_sealed_lead(), rows)? == 0 {
        let brought = bring(session)?;
        return write(session, &brought);
    }
    let words = session.open_sealed()?;
    session.show_words(&words)
}

/// Seals the words of a wallet that is at hand. Its BIP-39 passphrase is not in
/// the file.
pub fn write(session: &mut WindowSession, brought: &Brought) -> Flow {
    let say = session.messages();
    let title = say.tool_home_sealed();
    let secret = session.passphrase(Ask {
        title,
        lead: say.backup_seal_why().to_owned(),
        label: say.backup_file_passphrase_ask(),
        new: true,
        read: Box::new(move |typed| match typed.check(SecretKind::Passphrase) {
            Ok(()) => Ok(typed.duplicate()),
            Err(why) => Err(rule(why, say)),
        }),
    })?;
    let seal = || {
        let facts = Facts::of(&brought.words, &brought.passphrase, 1)?;
        let sealed = sealed_words::seal(&brought.words, &facts.fingerprint, &secret)?;
        Ok::<_, BackupError>((sealed, facts.fingerprint))
    };
    let (sealed, fingerprint) = match seal() {
        Ok(done) => done,
        Err(error) => return trouble(session, title, error.sentence(say)),
    };
    let wanted = Wanted {
        title,
        lead: say.tool_sealed_where(),
        field: say.tool_file(),
        accept: say.tool_write(),
        start: first_folder().join(format!("jiaozi-{fingerprint}.age")),
        trouble: None,
    };
    let text = session.place_until(wanted, |place| {
        let written = write_new(place, sealed.as_bytes()).map_err(|error| error.unwritten(say));
        written.map(|()| say.backup_sealed(place.display()))
    })?;
    session.told(News::new(title, Mark::Good, text).of_wallet(fingerprint))
}
