//! Things to know before paying.

use alloy_primitives::{Address as EvmAddress, U256};
use jiaozi_types::{Address, Amount, Timestamp};

use super::Wish;
use crate::api::{PayeeStanding, Warning};
use crate::book::Book;
use crate::error::WalletError;

/// Payments of the same amount to the same payee within this many seconds are
/// worth a question.
const RECENT: u64 = 600;
/// Digits that people compare at each end of an address; a forger copies them.
const ENDS: usize = 4;

/// Warnings about the payee and about what was paid lately.
pub(super) fn payee_warnings(
    wish: &Wish,
    book: &Book,
    now: Timestamp,
) -> Result<Vec<Warning>, WalletError> {
    let chain = wish.amount.asset().id().chain();
    let mut warnings = Vec::new();
    // A charge of a shop is on a fresh address: what is known is known of the shop.
    let shop = wish.shop.as_ref().map(|shop| shop.identity);
    let standing = match shop {
        Some(shop) => book.shop_standing(shop)?,
        None => book.standing(chain, wish.payee)?.0,
    };
    match standing {
        PayeeStanding::Own => warnings.push(Warning::OwnAccount),
        PayeeStanding::New => {
            warnings.push(Warning::NewPayee);
            let (payee, known) = match shop {
                Some(shop) => (shop, book.known_shops()?),
                None => (wish.payee, book.known_payees(chain)?),
            };
            if let Some(like) = known.into_iter().find(|known| looks_like(*known, payee)) {
                warnings.push(Warning::LooksLike {
                    address: match shop {
                        Some(_) => like.to_string(),
                        None => Address::on(chain, like).plain(),
                    },
                });
            }
        }
        PayeeStanding::PaidBefore | PayeeStanding::Contact => {}
    }
    if let Some(recent) = book.same_payment_since(wish, now.as_unix().saturating_sub(RECENT))? {
        warnings.push(Warning::SameAsRecent {
            id: recent.to_string(),
        });
    }
    Ok(warnings)
}

/// Whether two addresses are different but begin and end alike (address
/// poisoning).
fn looks_like(known: EvmAddress, payee: EvmAddress) -> bool {
    let (known_text, payee_text) = (hex::encode(known), hex::encode(payee));
    let ends = |text: &str| {
        (
            text.get(..ENDS).map(str::to_owned),
            text.get(40 - ENDS..).map(str::to_owned),
        )
    };
    known != payee && ends(&known_text) == ends(&payee_text)
}

/// A fee above 1 % of the amount, where both are of one asset.
pub(super) fn fee_warning(amount: &Amount, fee: &Amount) -> Option<Warning> {
    if amount.asset() != fee.asset() {
        return None; // no rate is known between them: the fee stands beside the amount
    }
    let basis_points = fee
        .atoms()
        .checked_mul(U256::from(10_000))?
        .checked_div(amount.atoms())?;
    let basis_points = u32::try_from(basis_points).unwrap_or(u32::MAX);
    (basis_points > 100).then_some(Warning::HighFee { basis_points })
}

#[cfg(test)]
mod tests {
    use jiaozi_store::StoreKey;
    use jiaozi_types::agent::CarrierFee;
    use jiaozi_types::shop::ShopCharge;
    use jiaozi_types::{PurchaseId, ShopProof, sandbox};

    use super::super::{Gas, Method, PaymentRecord, Phase, Terms};
    use super::*;
    use crate::records::ContactRecord;

    #[test]
    fn poisoned_addresses_are_noticed() {
        let known: EvmAddress = "0x8e23ee67d1332ad560396262c48ffbb01f93d052"
            .parse()
            .unwrap();
        let poison: EvmAddress = "0x8e230000000000000000000000000000000 0d052"
            .replace(' ', "")
            .parse()
            .unwrap();
        assert!(looks_like(known, poison));
        assert!(!looks_like(known, known));
        assert!(!looks_like(known, EvmAddress::repeat_byte(7)));
    }

    /// A charge of a shop on an address of its own.
    fn wish(shop: u8, charge: u8, book: &Book) -> Vec<Warning> {
        let terms = terms(shop, charge);
        let wish = Wish {
            id: terms.id,
            account: 0,
            from: terms.from,
            payee: terms.payee,
            amount: terms.amount,
            expires_at: None,
            reference: None,
            note: None,
            claimed_name: None,
            memo: None,
            shop: terms.shop,
        };
        payee_warnings(&wish, book, Timestamp::from_unix(1_800_001_000)).unwrap()
    }

    fn terms(shop: u8, charge: u8) -> Terms {
        let payee = EvmAddress::repeat_byte(charge);
        let amount = Amount::from_atoms(U256::from(5), sandbox::yuan_asset());
        let identity = EvmAddress::repeat_byte(shop);
        Terms {
            id: PurchaseId::from_bytes([charge; 16]),
            account: 0,
            from: EvmAddress::repeat_byte(1),
            payee,
            method: Method::Token,
            gas: Gas {
                limit: 1,
                fee: CarrierFee::Legacy { gas_price: 0 },
                core: None,
            },
            created_at: 1_800_000_000,
            reference: None,
            note: None,
            claimed_name: None,
            memo: None,
            // It was verified when the link was read; here it only names the shop.
            shop: Some(ShopProof {
                shop: "Wang".to_owned(),
                identity,
                valid_before: 0,
                certificate: Default::default(),
                signature: Default::default(),
                charge: ShopCharge {
                    payee: Address::on(amount.asset().id().chain(), payee),
                    asset: amount.asset().id(),
                    atoms: amount.atoms(),
                    reference: "r".to_owned(),
                    expires: 0,
                },
            }),
            amount,
        }
    }

    #[test]
    fn a_shop_is_known_on_whichever_address_it_is_paid() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(folder.path(), &StoreKey::new([7; 32])).unwrap();
        assert_eq!(wish(0xa1, 0x10, &book), [Warning::NewPayee]);
        let paid = PaymentRecord {
            terms: terms(0xa1, 0x10),
            envelopes: Vec::new(),
            phase: Phase::Approved,
            sight: None,
            ended_at: None,
        };
        book.count_paid(&paid).unwrap();
        // Another charge, another address: the same shop.
        assert_eq!(wish(0xa1, 0x11, &book), []);
        let times = book.times_paid_shop(EvmAddress::repeat_byte(0xa1));
        assert_eq!(times.unwrap(), 1);
        // The address alone says nothing of another shop.
        assert_eq!(wish(0xb2, 0x10, &book), [Warning::NewPayee]);
        // A contact with the shop's own address makes it known on every EVM chain.
        let contact = ContactRecord {
            name: "Wang".to_owned(),
            address: Address::on_evm(1, EvmAddress::repeat_byte(0xb2)),
            in_vault: false,
        };
        let key = contact.address.to_string();
        book.store().put(key.as_bytes(), &contact).unwrap();
        assert_eq!(wish(0xb2, 0x10, &book), []);
    }
}
