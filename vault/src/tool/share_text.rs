//! What stands on a share besides its words: on the screen, in a file, on a sheet.

use std::path::{Path, PathBuf};

use jiaozi_custody::shares::{Plan, Share};
use jiaozi_types::agent::WordLanguage;
use jiff::Zoned;
use zeroize::Zeroizing;

use super::backup::BackupError;
use super::output::write_set;
use crate::prompt::messages::Messages;
use crate::sheet::{self, ShareSheet, SheetError};

/// What stands on a share besides its words.
pub struct Sheets<'a> {
    /// The language of what is said.
    pub say: Messages,
    /// How the wallet was split.
    pub plan: &'a Plan,
    /// The wallet's fingerprint.
    pub fingerprint: String,
    /// The list of its words.
    pub language: WordLanguage,
    /// Whether the shares need a passphrase. It is never on a sheet.
    pub passphrase: bool,
}

impl Sheets<'_> {
    /// Which share it is.
    pub fn title(&self, share: &Share) -> String {
        let group = usize::from(share.group().saturating_sub(1));
        let count = self.plan.groups().get(group).map_or(0, |group| group.count);
        self.say
            .shares_sheet_title(count, share.group(), share.member(), share.group_count())
    }

    /// What to know of it.
    pub fn notes(&self, share: &Share) -> Vec<String> {
        let say = self.say;
        let mut notes = vec![
            say.shares_sheet_belongs(&self.fingerprint, share.identifier()),
            say.shares_sheet_need(
                share.groups_needed(),
                share.members_needed(),
                share.group_count(),
            ),
            match self.language {
                WordLanguage::English => say.shares_sheet_words_english(),
                WordLanguage::SimplifiedChinese => say.shares_sheet_words_chinese(),
            }
            .to_owned(),
        ];
        if self.passphrase {
            notes.push(say.shares_sheet_passphrase().to_owned());
        }
        notes.push(say.shares_sheet_restore().to_owned());
        notes.push(say.shares_sheet_elsewhere().to_owned());
        notes
    }

    /// The text of a share's file: remarks and one line of words.
    pub fn text(&self, share: &Share) -> Zeroizing<String> {
        let line = share.words().line();
        let remarks = std::iter::once(self.title(share)).chain(self.notes(share));
        let remarks: String = remarks.map(|remark| format!("# {remark}\n")).collect();
        let room = remarks.len().saturating_add(line.len()).saturating_add(1);
        let mut text = Zeroizing::new(String::with_capacity(room));
        text.push_str(&remarks);
        text.push_str(&line);
        text.push('\n');
        text
    }

    /// The sheet of a share as a PDF document.
    ///
    /// # Errors
    /// [`SheetError`].
    pub fn pdf(&self, share: &Share) -> Result<Zeroizing<Vec<u8>>, SheetError> {
        let sheet = ShareSheet {
            title: self.title(share),
            notes: self.notes(share),
            words: share.words(),
            date: Zoned::now().date().to_string(),
        };
        sheet::share_pdf(&sheet, self.say)
    }
}

/// The name of a share's file.
pub fn file_name(share: &Share, ending: &str) -> String {
    format!(
        "share-{:05}-{}-{}.{ending}",
        share.identifier(),
        share.group(),
        share.member()
    )
}

/// Writes a sheet for each share into a folder; says where they are.
///
/// # Errors
/// [`BackupError`]: the file, and why. Then there is none of them.
pub fn write_sheets(
    folder: &Path,
    all: &[&Share],
    sheets: &Sheets<'_>,
) -> Result<Vec<PathBuf>, BackupError> {
    let sheet = |share: &&Share| {
        let pdf = sheets.pdf(share)?;
        Ok((folder.join(file_name(share, "pdf")), pdf))
    };
    let files: Vec<_> = all.iter().map(sheet).collect::<Result<_, SheetError>>()?;
    write_set(&files)?;
    Ok(files.into_iter().map(|(file, _)| file).collect())
}
