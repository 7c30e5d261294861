//! The till's records as shells see them.

use alloy_primitives::{B256, U256};
use jiaozi_store::{KeyRange, Order};
use jiaozi_types::{Address, Amount, Asset, AssetId};

use super::charge::{Sought, link, payee, requested};
use super::records::{
    Account, DueRecord, ItemsRecord, OwedRecord, PaymentRecord, TillChargeRecord, TillRecord,
};
use super::{Till, standing};
use crate::api::till::{
    Assurance, ChargeLine, ChargePayment, ChargeState, ChargeView, ItemView, StaffView, TillHealth,
    TillView,
};
use crate::api::{AmountView, ErrorCode};
use crate::error::WalletError;
use crate::{request, views};

/// Open charges and charges with money to return are counted up to here.
const COUNTED: usize = 100_000;

impl Till {
    /// How the till stands; none before it is set up. Never waits for the network.
    pub fn view(&self) -> Result<Option<TillView>, WalletError> {
        let book = self.book()?;
        let Some(settings) = book.till()? else {
            return Ok(None);
        };
        let counter = book.till_counter()?;
        let amount = |atoms| views::amount(&Amount::from_atoms(atoms, settings.asset.clone()));
        let staff = book.till_staff()?.staff.into_iter();
        let items: ItemsRecord = book.store().get(&[])?.unwrap_or_default();
        let count = |found: usize| u64::try_from(found).unwrap_or(u64::MAX);
        let all = KeyRange::all();
        let open = book
            .store()
            .scan::<DueRecord>(&all, Order::Ascending, COUNTED)?;
        let owed = book
            .store()
            .scan::<OwedRecord>(&all, Order::Ascending, COUNTED)?;
        let certificate = settings.certificate.as_ref();
        Ok(Some(TillView {
            shop: settings.shop.clone(),
            till: settings.till,
            watch_only: settings.account == Account::WatchOnly,
            account: match settings.account {
                Account::Own { account } => Some(account),
                Account::WatchOnly => None,
            },
            public_key: settings.public_key.clone(),
            shop_id: certificate.map(|certificate| certificate.identity.to_checksum(None)),
            signed_until: certificate.map(|certificate| certificate.valid_before),
            asset: views::asset(&settings.asset),
            charge_seconds: settings.charge_seconds,
            unclear_seconds: settings.unclear_seconds,
            instant_up_to: amount(settings.instant_up_to),
            display_languages: settings.display_languages.clone(),
            voice: settings.voice.clone(),
            printer: settings.printer.clone(),
            utc_offset: settings.utc_offset,
            other_tills: settings.other_tills.clone(),
            staff: staff
                .map(|staff| StaffView {
                    name: staff.name,
                    may_refund: staff.may_refund,
                })
                .collect(),
            items: items
                .items
                .into_iter()
                .map(|item| ItemView {
                    id: item.id,
                    name: item.name,
                    price: amount(item.price),
                    barcode: item.barcode,
                })
                .collect(),
            open: count(open.iter().filter(|(_, due)| due.open).count()),
            ungathered: amount(counter.ungathered),
            to_return: count(owed.len()),
            health: self.health(),
        }))
    }

    fn health(&self) -> TillHealth {
        let sight = self.shared().sight().clone();
        TillHealth {
            online: sight.online,
            seen_at: sight.seen_at,
            block: sight.block,
            clock_ahead: self.shared().keeper().ahead(),
            error: sight.error,
        }
    }

    pub(crate) fn charge_view(&self, charge: &TillChargeRecord) -> Result<ChargeView, WalletError> {
        let book = self.book()?;
        let networks = book.networks()?;
        let settings = self.settings()?;
        let find = |id: AssetId| -> Result<Asset, WalletError> {
            let own = Some(&settings.asset).filter(|asset| asset.id() == id);
            let found = own.or_else(|| networks.iter().find_map(|network| network.asset(id)));
            Ok(found.ok_or(ErrorCode::UnknownToken)?.clone())
        };
        let amount = |id, atoms| -> Result<AmountView, WalletError> {
            Ok(views::amount(&Amount::from_atoms(atoms, find(id)?)))
        };
        let asset = charge.asset;
        let (asked, came) = (charge.asked(), charge.came());
        let mut refunds = Vec::with_capacity(charge.refunds.len());
        for part in &charge.refunds {
            if let Some(refund) = book.till_refund(&part.number)? {
                refunds.push(self.refund_view(&refund)?);
            }
        }
        let lines = charge.lines.iter().map(|line| {
            let total = line.price.saturating_mul(U256::from(line.quantity));
            Ok(ChargeLine {
                name: line.name.clone(),
                quantity: line.quantity,
                price: amount(asset, line.price)?,
                total: amount(asset, total)?,
            })
        });
        let payments = charge
            .payments
            .iter()
            .map(|payment| Ok(shown(payment, amount(payment.asset, payment.atoms)?)));
        let others = charge.other_assets().into_iter();
        let others = others.map(|id| amount(id, charge.returnable(id)));
        let received = charge.received(asset);
        let rest = Sought::rest(charge, &came);
        let missing = match (&rest, charge.standing.state) {
            (Some(rest), _) => rest.atoms,
            (None, ChargeState::Paid) => U256::ZERO,
            (None, _) => charge
                .atoms
                .saturating_sub(standing::sum(&came, Assurance::Seen)),
        };
        Ok(ChargeView {
            id: charge.id(),
            network_id: charge.chain().to_string(),
            code: charge.code.clone(),
            order: charge.order.clone(),
            state: charge.standing.state,
            flags: standing::flags(&charge.standing, &asked, &came),
            amount: amount(asset, charge.atoms)?,
            paid: amount(asset, standing::sum(&came, Assurance::Included))?,
            missing: amount(asset, missing)?,
            returnable: amount(asset, charge.returnable(asset))?,
            returnable_other: others.collect::<Result<_, WalletError>>()?,
            refunded: amount(asset, charge.refunded(asset))?,
            assurance: standing::assurance(&asked, &came),
            wanted: charge.wanted,
            lines: lines.collect::<Result<_, WalletError>>()?,
            note: charge.note.clone(),
            staff: charge.staff.clone(),
            address: payee(charge).plain(),
            link: match &rest {
                Some(rest) => link(&settings, charge, rest)?,
                None => charge.link.clone(),
            },
            ethereum_link: request::write_erc681(
                payee(charge),
                requested(charge),
                Some(rest.as_ref().map_or(charge.atoms, |rest| rest.atoms)),
            ),
            reference: charge.id(),
            created_at: charge.created_at,
            expires_at: charge.expires_at,
            ended_at: charge.standing.ended_at,
            payments: payments.collect::<Result<_, WalletError>>()?,
            refunds,
            gathered: !received.is_zero() && charge.gathered >= received,
            version: charge.version,
        })
    }

    /// The asset of an id, of the till's own network or another of the profile.
    pub(crate) fn asset_of(
        &self,
        settings: &TillRecord,
        id: AssetId,
    ) -> Result<Asset, WalletError> {
        if settings.asset.id() == id {
            return Ok(settings.asset.clone());
        }
        let networks = self.book()?.networks()?;
        let found = networks.iter().find_map(|network| network.asset(id));
        Ok(found.ok_or(ErrorCode::UnknownToken)?.clone())
    }
}

/// A payment, with its amount.
fn shown(payment: &PaymentRecord, amount: AmountView) -> ChargePayment {
    let traced = payment.transaction != B256::ZERO;
    let told = |text: String| if traced { text } else { String::new() };
    ChargePayment {
        transaction: told(payment.transaction.to_string()),
        from: told(Address::on(payment.asset.chain(), payment.from).plain()),
        amount,
        block: payment.block,
        time: payment.time,
        assurance: payment.assurance,
        role: payment.role,
        checked: payment.checked,
    }
}
