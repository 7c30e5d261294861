//! Saved payees.

use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::{ContactView, ErrorCode};

use crate::failure::Failure;
use crate::options::Contacts;
use crate::output::{Column, Output};
use crate::session::Session;

/// `jiaozi contacts`
pub async fn run(session: &Session, command: &Contacts) -> Result<(), Failure> {
    let wallet = session.ready().await?;
    match command {
        Contacts::List => {
            let contacts = wallet.contacts().await?;
            session.end(&wallet).await;
            session.out.answer(&contacts, |out| table(out, &contacts))
        }
        Contacts::Add { name, address } => {
            let contact = wallet.save_contact(name.clone(), address.clone()).await?;
            session.end(&wallet).await;
            session.out.answer(&contact, |out| {
                let messages = out.messages();
                out.line(&messages.fill("contact_saved", &[("name", &contact.name)]))?;
                if contact.in_vault {
                    return Ok(());
                }
                out.line(messages.text("contact_not_in_vault"))
            })
        }
        Contacts::Remove { contact } => {
            let contact = find(&wallet, contact).await?;
            wallet.remove_contact(contact.address.clone()).await?;
            session.end(&wallet).await;
            session.out.answer(&contact, |out| {
                let values = [("name", contact.name.as_str())];
                out.line(&out.messages().fill("contact_removed", &values))
            })
        }
    }
}

async fn find(wallet: &Wallet, wanted: &str) -> Result<ContactView, Failure> {
    let wanted = wanted.trim().to_lowercase();
    let contacts = wallet.contacts().await?;
    contacts
        .into_iter()
        .find(|contact| {
            contact.name.to_lowercase() == wanted || contact.address.to_lowercase() == wanted
        })
        .ok_or_else(|| ErrorCode::UnknownContact.into())
}

fn table(out: &Output, contacts: &[ContactView]) -> Result<(), Failure> {
    let messages = out.messages();
    if contacts.is_empty() {
        return out.line(messages.text("contacts_empty"));
    }
    let rows = contacts.iter().map(|contact| {
        let known = if contact.in_vault { "yes" } else { "no" };
        vec![
            contact.name.clone(),
            contact.address.clone(),
            contact.times_paid.to_string(),
            messages.text(known).to_owned(),
        ]
    });
    let columns = [
        Column::Left("name"),
        Column::Left("address"),
        Column::Right("times_paid"),
        Column::Left("in_vault"),
    ];
    out.table(&columns, rows.collect())
}
