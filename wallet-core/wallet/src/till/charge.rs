//! Making a charge, and ending one by hand.

use alloy_primitives::U256;
use jiaozi_types::{Address, Amount, ShopKey, Timestamp};

use super::access::OnceKey;
use super::records::{LineRecord, TillChargeRecord, TillRecord};
use super::standing::{self, Came, Standing};
use super::{Till, proof, shop_key};
use crate::api::till::{Assurance, ChargeInput, ChargeState, ChargeView, PaymentRole};
use crate::api::{ErrorCode, WalletEvent};
use crate::book::Book;
use crate::error::{WalletError, rule};
use crate::request::{self, PaymentRequest, RequestedAsset};
use crate::{text, views};

/// The most lines of a charge.
const LINES: usize = 100;
/// Child indexes of public keys end here.
const NUMBERS: u32 = 0x8000_0000;
/// Letters of codes: none that are taken for digits.
const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Codes of one letter.
const OF_A_LETTER: u32 = 1_000;

/// What is asked for, checked.
pub(crate) struct Wanted {
    pub(crate) atoms: U256,
    pub(crate) lines: Vec<LineRecord>,
    pub(crate) note: Option<String>,
    pub(crate) staff: Option<String>,
    pub(crate) order: Option<String>,
    pub(crate) seconds: u32,
}

impl Till {
    /// Makes a charge, with an address of its own. Does not wait for the
    /// network. The same order number gives the same charge again.
    pub async fn charge(&self, input: ChargeInput) -> Result<ChargeView, WalletError> {
        self.charge_under(None, input).await
    }

    /// [`Self::charge`] under an idempotency key, which is kept in the charge's own
    /// batch: however often it is asked for, and whenever the till is killed, there
    /// is one charge. The caller has seen that the key is new.
    pub async fn charge_once(
        &self,
        once: OnceKey,
        input: ChargeInput,
    ) -> Result<ChargeView, WalletError> {
        self.charge_under(Some(once), input).await
    }

    async fn charge_under(
        &self,
        once: Option<OnceKey>,
        input: ChargeInput,
    ) -> Result<ChargeView, WalletError> {
        let settings = self.settings()?;
        let wanted = read(input, &settings)?;
        let key = shop_key(&settings)?;
        let (till, book, now) = (self.clone(), self.book()?, self.now());
        // The disk is waited for; others are not held up.
        let made = tokio::task::spawn_blocking(move || {
            let _turn = till.shared().turn.take();
            make_under(&book, &settings, &key, wanted, now, once.as_ref())
        })
        .await;
        let (charge, is_new) = made.map_err(|_| ErrorCode::Internal)??;
        let view = self.charge_view(&charge)?;
        if is_new {
            self.shared().rows.put(std::slice::from_ref(&charge));
            let charge = Box::new(view.clone());
            self.wallet.tell(WalletEvent::Charge { charge });
        }
        Ok(view)
    }

    /// A charge as it stands, by its id.
    pub fn get(&self, id: &str) -> Result<ChargeView, WalletError> {
        let charge = self.find(id)?;
        self.charge_view(&charge)
    }

    /// A charge by the shop's number of its order.
    pub fn get_order(&self, order: &str) -> Result<ChargeView, WalletError> {
        let book = self.book()?;
        let number = book.till_order(order)?.ok_or(ErrorCode::ChargeUnknown)?;
        let charge = book.till_charge(number)?.ok_or(ErrorCode::ChargeUnknown)?;
        self.charge_view(&charge)
    }

    pub(crate) fn find(&self, id: &str) -> Result<TillChargeRecord, WalletError> {
        let settings = self.settings()?;
        let id = id.trim();
        let number = match id.split_once('-') {
            Some((till, number)) if till == settings.till.to_string() => number,
            Some(_) => return Err(ErrorCode::ChargeUnknown.into()),
            None => id,
        };
        let number = number.parse().map_err(|_| ErrorCode::ChargeUnknown)?;
        self.book()?
            .till_charge(number)?
            .ok_or_else(|| ErrorCode::ChargeUnknown.into())
    }

    /// Ends the time of an open charge now; it is over with the next look at the
    /// ledger, which is had at once. While no node answers it stays open.
    pub async fn close(&self, id: &str) -> Result<ChargeView, WalletError> {
        let number = self.find(id)?.number;
        {
            let (book, now) = (self.book()?, self.now());
            let _turn = self.shared().turn.take();
            let before = book.till_charge(number)?.ok_or(ErrorCode::ChargeUnknown)?;
            if before.standing.state != ChargeState::Open {
                return Err(ErrorCode::ChargeOver.into());
            }
            let after = TillChargeRecord {
                expires_at: before.expires_at.min(now),
                ..before.clone()
            };
            let mut batch = book.till_batch()?;
            batch.change(&before, after, now)?;
            let changed = batch.commit()?;
            self.tell_charges(&changed)?;
        }
        if let Err(error) = self.catch_up().await {
            tracing::info!(%error, "the charge ends when the ledger is seen again");
        }
        self.get(id)
    }

    /// Keeps rows for searches current, and tells everyone.
    pub(crate) fn tell_charges(&self, changed: &[TillChargeRecord]) -> Result<(), WalletError> {
        self.shared().rows.put(changed);
        for charge in changed {
            let charge = Box::new(self.charge_view(charge)?);
            self.wallet.tell(WalletEvent::Charge { charge });
        }
        Ok(())
    }
}

/// Keeps a charge with the next number. The caller holds the till's turn. Whether it is new.
#[cfg(test)]
pub(crate) fn make(
    book: &Book,
    settings: &TillRecord,
    key: &ShopKey,
    wanted: Wanted,
    now: u64,
) -> Result<(TillChargeRecord, bool), WalletError> {
    make_under(book, settings, key, wanted, now, None)
}

/// Keeps a charge with the next number, and the idempotency key that it was asked
/// for under. The caller holds the till's turn. Whether it is new.
pub(crate) fn make_under(
    book: &Book,
    settings: &TillRecord,
    key: &ShopKey,
    wanted: Wanted,
    now: u64,
    once: Option<&OnceKey>,
) -> Result<(TillChargeRecord, bool), WalletError> {
    if let Some(order) = &wanted.order
        && let Some(number) = book.till_order(order)?
    {
        let known = book.till_charge(number)?.ok_or(ErrorCode::StoreDamaged)?;
        let same = known.atoms == wanted.atoms
            && known.asset == settings.asset.id()
            && known.lines == wanted.lines
            && known.note == wanted.note;
        if let Some(once) = once.filter(|_| same) {
            let mut batch = book.store().batch();
            once.keep_charge(&mut batch, number, now)?;
            batch.commit()?;
        }
        return match same {
            true => Ok((known, false)),
            false => Err(rule(
                ErrorCode::ChargeDiffers,
                [("order", order.clone()), ("charge", known.id())],
            )),
        };
    }
    let cursor = book.till_cursor()?.ok_or(ErrorCode::TillNotSetUp)?;
    let mut batch = book.till_batch()?;
    let number = batch.counter.number;
    if number >= NUMBERS {
        return Err(ErrorCode::TillFull.into());
    }
    let day = day_of(now, settings.utc_offset);
    let of_day = match batch.counter.day == day {
        true => batch.counter.of_day.saturating_add(1),
        false => 1,
    };
    batch.counter.number = number.saturating_add(1);
    (batch.counter.day, batch.counter.of_day) = (day, of_day);
    let raw = key
        .address(settings.till, number)
        .map_err(|_| ErrorCode::TillFull)?;
    let mut charge = TillChargeRecord {
        till: settings.till,
        number,
        code: code(of_day),
        order: wanted.order,
        address: raw,
        asset: settings.asset.id(),
        atoms: wanted.atoms,
        wanted: match wanted.atoms <= settings.instant_up_to {
            true => Assurance::Included,
            false => Assurance::Final,
        },
        lines: wanted.lines,
        note: wanted.note,
        staff: wanted.staff,
        created_at: now,
        seconds: wanted.seconds,
        expires_at: now.saturating_add(wanted.seconds.into()),
        unclear_seconds: settings.unclear_seconds,
        day,
        link: String::new(),
        standing: Standing::new(),
        payments: Vec::new(),
        refunds: Vec::new(),
        gathered: U256::ZERO,
        sweeps: 0,
        first_block: cursor.next,
        version: 1,
    };
    charge.link = link(settings, &charge, &Sought::at_first(&charge))?;
    batch.create(&charge)?;
    if let Some(once) = once {
        once.keep_charge(batch.records(), number, now)?;
    }
    batch.commit()?;
    Ok((charge, true))
}

/// Days since 1970 in the till's time zone.
pub(crate) fn day_of(at: u64, utc_offset: i32) -> u32 {
    let local = at.saturating_add_signed(i64::from(utc_offset).saturating_mul(60));
    u32::try_from(local / 86_400).unwrap_or(u32::MAX)
}

/// The code of the day's `n`-th charge (from 1), as in `A001`; two letters after 24,000.
fn code(n: u32) -> String {
    let letter = |index: u32| {
        let index = usize::try_from(index).unwrap_or(0);
        LETTERS.get(index % LETTERS.len()).copied().map(char::from)
    };
    let (mut rest, digits) = (n / OF_A_LETTER, n % OF_A_LETTER);
    let mut letters = Vec::from_iter(letter(rest % 24));
    rest /= 24;
    while rest > 0 {
        let more = rest.saturating_sub(1);
        letters.extend(letter(more % 24));
        rest = more / 24;
    }
    letters.reverse();
    format!("{}{digits:03}", String::from_iter(letters))
}

/// The payee of a charge.
pub(crate) fn payee(charge: &TillChargeRecord) -> Address {
    Address::on(charge.chain(), charge.address)
}

/// What a charge's asset is in a link.
pub(crate) fn requested(charge: &TillChargeRecord) -> RequestedAsset {
    match charge.asset.contract() {
        Some(contract) => RequestedAsset::Token(contract),
        None => RequestedAsset::Coin,
    }
}

/// What a charge asks for at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sought {
    /// How much is still to come, in atoms.
    pub(crate) atoms: U256,
    /// What the authorization that pays it is bound to.
    pub(crate) reference: String,
}

impl Sought {
    /// The whole.
    pub(crate) fn at_first(charge: &TillChargeRecord) -> Self {
        Self {
            atoms: charge.atoms,
            reference: charge.id(),
        }
    }

    /// What is missing where a part has come, else none. It is a purchase of its
    /// own: the wallet that paid the part would take the first one for paid.
    pub(crate) fn rest(charge: &TillChargeRecord, came: &[Came]) -> Option<Self> {
        let counted = standing::sum(came, Assurance::Seen);
        let parts = came
            .iter()
            .filter(|money| money.role == PaymentRole::Counts);
        let next = parts.count().saturating_add(1);
        (!counted.is_zero() && counted < charge.atoms).then(|| Self {
            atoms: charge.atoms.saturating_sub(counted),
            reference: format!("{}.{next}", charge.id()),
        })
    }
}

/// The `jiaozi:` link that asks for it.
pub(crate) fn link(
    settings: &TillRecord,
    charge: &TillChargeRecord,
    sought: &Sought,
) -> Result<String, WalletError> {
    let payee = payee(charge);
    let request = PaymentRequest {
        shop: proof::of_charge(settings, charge, sought)?,
        payee: payee.forget_chain_check(),
        chain: Some(charge.chain()),
        asset: requested(charge),
        atoms: Some(sought.atoms),
        note: charge.note.clone(),
        // The authorization that pays is bound to it: one wallet pays a charge once.
        reference: Some(sought.reference.clone()),
        claimed_name: Some(settings.shop.clone()),
        expires_at: Some(Timestamp::from_unix(charge.expires_at)),
    };
    Ok(request::write_link(payee, &request))
}

fn read(input: ChargeInput, settings: &TillRecord) -> Result<Wanted, WalletError> {
    let asset = &settings.asset;
    if input.lines.len() > LINES {
        return Err(ErrorCode::BadInput.into());
    }
    let mut lines = Vec::with_capacity(input.lines.len());
    let mut sum = Amount::zero(asset.clone());
    for line in &input.lines {
        let name = text::clean(&line.name, 64);
        if name.is_empty() || !(1..=10_000).contains(&line.quantity) {
            return Err(ErrorCode::BadInput.into());
        }
        let price = Amount::parse(&line.price, asset)?;
        let total = price
            .atoms()
            .checked_mul(U256::from(line.quantity))
            .ok_or(ErrorCode::AmountTooLarge)?;
        sum = sum.checked_add(&Amount::from_atoms(total, asset.clone()))?;
        lines.push(LineRecord {
            name,
            quantity: line.quantity,
            price: price.atoms(),
        });
    }
    let amount = match &input.amount {
        Some(text) => {
            let amount = Amount::parse(text, asset)?;
            if !lines.is_empty() && amount != sum {
                let values = [("sum", views::amount(&sum).text)];
                return Err(rule(ErrorCode::ChargeLinesDiffer, values));
            }
            amount
        }
        None if lines.is_empty() => return Err(ErrorCode::AmountMissing.into()),
        None => sum,
    };
    if amount.is_zero() {
        return Err(ErrorCode::AmountZero.into());
    }
    let order = input
        .order
        .map(|order| checked_number(&order))
        .transpose()?;
    let seconds = input.seconds.unwrap_or(settings.charge_seconds);
    if !(60..=86_400).contains(&seconds) {
        return Err(ErrorCode::BadInput.into());
    }
    let staff = input.staff.map(|staff| text::clean(&staff, 32));
    Ok(Wanted {
        atoms: amount.atoms(),
        lines,
        note: input.note.as_deref().and_then(request::clean_note),
        staff: staff.filter(|staff| !staff.is_empty()),
        order,
        seconds,
    })
}

/// A number of the shop's own: 1 to 64 printable characters.
pub(crate) fn checked_number(number: &str) -> Result<String, WalletError> {
    let number = number.trim();
    let fits = (1..=64).contains(&number.chars().count()) && !number.chars().any(text::is_hidden);
    match fits {
        true => Ok(number.to_owned()),
        false => Err(ErrorCode::BadInput.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_a_day_differ() {
        assert_eq!(code(1), "A001");
        assert_eq!(code(1_000), "B000");
        assert_eq!(code(23_999), "Z999");
        assert_eq!(code(24_000), "AA000");
        let all: std::collections::HashSet<_> = (1..=700_000).map(code).collect();
        assert_eq!(all.len(), 700_000);
    }

    #[test]
    fn a_day_begins_at_the_shops_midnight() {
        let midnight_utc = 1_800_057_600; // 2027-01-16T00:00:00Z
        assert_eq!(day_of(midnight_utc, 480), day_of(midnight_utc, 0));
        assert_eq!(day_of(midnight_utc - 1, 480), day_of(midnight_utc, 0));
        assert_eq!(day_of(midnight_utc, -60), day_of(midnight_utc, 0) - 1);
    }
}
