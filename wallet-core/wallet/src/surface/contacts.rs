//! Saved payees. The vault keeps its own copy of those that the person
//! confirmed there; only such names are shown at approval.

use jiaozi_types::agent::{Payee, Request};
use jiaozi_types::{Address, Unchecked};

use super::Wallet;
use crate::api::{ContactView, ErrorCode, WalletEvent};
use crate::book::Book;
use crate::error::{WalletError, rule};
use crate::records::ContactRecord;
use crate::text;

impl Wallet {
    /// Saved payees of the network in use, by name.
    pub async fn contacts(&self) -> Result<Vec<ContactView>, WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let contacts = book
            .contacts()?
            .into_iter()
            .filter(|contact| contact.address.chain() == chain);
        contacts.map(|contact| view(&book, &contact)).collect()
    }

    /// Saves a payee, and asks the vault to know the name too. If that is
    /// declined the contact stays, with `in_vault` false.
    pub async fn save_contact(
        &self,
        name: String,
        address: String,
    ) -> Result<ContactView, WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let clean = text::clean(&name, 64);
        if clean.is_empty() || name.chars().any(text::is_hidden) || name.trim().chars().count() > 64
        {
            return Err(ErrorCode::NameMalformed.into());
        }
        let address: Address<Unchecked> = address.trim().parse()?;
        let address = address.require_chain(chain)?;
        let taken = book
            .contacts()?
            .into_iter()
            .find(|contact| contact.name == clean && contact.address != address);
        if taken.is_some_and(|contact| contact.address.chain() == chain) {
            return Err(rule(ErrorCode::ContactExists, [("name", clean)]));
        }
        let mut contact = ContactRecord {
            name: clean,
            address,
            in_vault: false,
        };
        book.store().put(address.to_string().as_bytes(), &contact)?;
        let payee = Payee {
            name: contact.name.clone(),
            address,
        };
        contact.in_vault = self
            .inner
            .vault
            .call(Request::SavePayee(payee))
            .await
            .is_ok();
        if contact.in_vault {
            book.store().put(address.to_string().as_bytes(), &contact)?;
        }
        self.tell(WalletEvent::Settings);
        view(&book, &contact)
    }

    /// Forgets a payee, here and in the vault.
    pub async fn remove_contact(&self, address: String) -> Result<(), WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let address: Address<Unchecked> = address.trim().parse()?;
        let address = address.require_chain(chain)?;
        let contact = book.contact(address)?.ok_or(ErrorCode::UnknownContact)?;
        if contact.in_vault {
            self.inner
                .vault
                .call(Request::RemovePayee { address })
                .await?;
        }
        book.store()
            .delete::<ContactRecord>(address.to_string().as_bytes())?;
        self.tell(WalletEvent::Settings);
        Ok(())
    }
}

fn view(book: &Book, contact: &ContactRecord) -> Result<ContactView, WalletError> {
    let chain = contact.address.chain();
    Ok(ContactView {
        name: contact.name.clone(),
        address: contact.address.plain(),
        network_id: chain.to_string(),
        in_vault: contact.in_vault,
        times_paid: book.standing(chain, contact.address.evm())?.1,
    })
}
