//! A wallet's fingerprint and first addresses.

use super::bring::bring;
use super::{Flow, facts, trouble};
use crate::prompt::window::WindowSession;
use crate::tool::backup::Facts;

/// Addresses that are shown.
const SHOWN: u32 = 3;

/// Shows them.
pub fn show(session: &mut WindowSession) -> Flow {
    let say = session.messages();
    let brought = bring(session)?;
    let known = Facts::of(&brought.words, &brought.passphrase, SHOWN);
    drop(brought);
    match known {
        Ok(known) => session.told(facts(say, say.tool_home_show(), String::new(), known)),
        Err(error) => trouble(session, say.tool_home_show(), error.sentence(say)),
    }
}
