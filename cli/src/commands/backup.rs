//! Backups of what the words do not hold, and the test that they work.

use jiaozi_wallet::api::{BackupReport, BackupView, ErrorView};

use crate::failure::Failure;
use crate::options::{Backup, BackupSet};
use crate::output::Output;
use crate::progress;
use crate::session::Session;
use crate::wording;

/// `jiaozi backup`
pub async fn run(session: &Session, command: &Backup) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    match command {
        Backup::Status => {
            let view = wallet.backup().await?;
            session.end(&wallet).await;
            session.out.answer(&view, |out| show(out, &view))
        }
        Backup::Set(change) => {
            let view = set(&wallet, change).await?;
            session.end(&wallet).await;
            session.out.answer(&view, |out| show(out, &view))
        }
        Backup::Write { file } => {
            let work = wallet.write_backup(file.clone());
            let report = progress::during(&session.out, "backup_writing", work).await?;
            session.end(&wallet).await;
            session.out.answer(&report, |out| {
                let values = [("file", report.file.as_str())];
                out.line(&out.messages().fill("backup_written", &values))?;
                contents(out, &report)
            })
        }
        Backup::Check { file: Some(file) } => {
            let report = wallet.check_backup(Some(file.clone())).await?;
            session.end(&wallet).await;
            session.out.answer(&report, |out| checked(out, &report))
        }
        Backup::Check { file: None } => {
            super::setup::require_eyes(session)?;
            let report = match wallet.backup().await?.folder {
                Some(_) => Some(wallet.check_backup(None).await?),
                None => None,
            };
            wallet.test_backup().await?;
            session.end(&wallet).await;
            session.out.answer(&report, |out| {
                out.line(out.messages().text("backup_proved"))?;
                match &report {
                    Some(report) => checked(out, report),
                    None => out.line(out.messages().text("backup_no_file")),
                }
            })
        }
        Backup::Restore { file } => {
            let work = wallet.take_back_backup(file.clone());
            let report = progress::during(&session.out, "backup_reading", work).await?;
            session.end(&wallet).await;
            session.out.answer(&report, |out| {
                out.line(out.messages().text("backup_taken_back"))?;
                contents(out, &report)
            })
        }
        Backup::Later => {
            let view = wallet.put_off_backup_check().await?;
            session.end(&wallet).await;
            session.out.answer(&view, |out| show(out, &view))
        }
    }
}

async fn set(wallet: &jiaozi_wallet::Wallet, change: &BackupSet) -> Result<BackupView, Failure> {
    if let Some(days) = change.remind {
        wallet.set_backup_check_days(days).await?;
    }
    Ok(match (&change.folder, change.no_folder) {
        (Some(folder), _) => wallet.set_backup_folder(Some(folder.clone())).await?,
        (None, true) => wallet.set_backup_folder(None).await?,
        (None, false) => wallet.backup().await?,
    })
}

fn show(out: &Output, view: &BackupView) -> Result<(), Failure> {
    let messages = out.messages();
    let never = || messages.text("backup_never").to_owned();
    let rhythm = match view.check_days {
        0 => messages.text("backup_rhythm_once").to_owned(),
        days => messages.fill("backup_rhythm", &[("days", &days.to_string())]),
    };
    let folder = view.folder.clone();
    out.facts(&[
        (
            "backup_folder",
            Some(folder.unwrap_or_else(|| messages.text("backup_by_hand").to_owned())),
        ),
        (
            "backup_last",
            view.written_to.clone().or_else(|| Some(never())),
        ),
        ("backup_of", view.written_at.map(wording::moment)),
        (
            "backup_tested",
            Some(view.checked_at.map_or_else(never, wording::moment)),
        ),
        ("backup_reminder", Some(rhythm)),
    ])?;
    if view.written_at.is_some() && !view.current {
        out.line(messages.text("backup_stale"))?;
    }
    if let Some(error) = &view.error {
        trouble(out, error)?;
    }
    if view.check_due {
        out.line(messages.text("backup_check_due"))?;
    }
    Ok(())
}

fn trouble(out: &Output, error: &ErrorView) -> Result<(), Failure> {
    let sentence = out.messages().sentence(&error.code.as_str(), &error.values);
    out.line(&sentence.what)?;
    out.line(&sentence.next)
}

fn checked(out: &Output, report: &BackupReport) -> Result<(), Failure> {
    let messages = out.messages();
    out.line(messages.text("backup_good"))?;
    contents(out, report)?;
    if report.current {
        Ok(())
    } else {
        out.line(messages.text("backup_stale"))
    }
}

fn contents(out: &Output, report: &BackupReport) -> Result<(), Failure> {
    let charges = report.shop.as_ref().map(|shop| {
        let (all, open) = (report.charges.to_string(), report.open_charges.to_string());
        let values = [("shop", shop.as_str()), ("count", &all), ("open", &open)];
        out.messages().fill("backup_charges", &values)
    });
    out.facts(&[
        ("file", Some(report.file.clone())),
        ("backup_of", Some(wording::moment(report.made_at))),
        ("fingerprint", Some(report.fingerprint.clone())),
        ("backup_accounts", Some(report.accounts.to_string())),
        ("backup_contacts", Some(report.contacts.to_string())),
        ("backup_networks", Some(report.networks.to_string())),
        ("backup_payments", Some(report.payments.to_string())),
        ("backup_till", charges),
    ])
}
