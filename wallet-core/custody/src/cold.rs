//! Cold signing: a request that came as QR code or file from a computer with a
//! network is read by the same code as those of a shell, shown the same, and
//! signed or refused as a whole.

use alloy_primitives::{B256, Signature, keccak256};
use jiaozi_cold::{Answer, DataType, KeyPath, Request, WatchKey};
use jiaozi_types::agent::{AgentError, KeyRef, SignRequest, ToSign};
use jiaozi_types::{ChainId, PurchaseId, Timestamp};

use crate::keys::{CoinType, Keys, PublicKeys, coin_of_request};
use crate::reading::{self, Book, Plan, Reading, Work, typed_data};
use crate::vault::State;

/// Why a request of another computer is not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColdRefusal {
    /// It is for the keys of another wallet.
    #[error("the request is for the wallet {asked}; this one is {this}")]
    OtherWallet {
        /// The fingerprint that it names.
        asked: String,
        /// This wallet's.
        this: String,
    },
    /// It is for a key that this wallet does not use.
    #[error("the request is for the key {path}, which this wallet does not use")]
    OtherPath {
        /// The path that it names.
        path: String,
    },
    /// The address in it is not that of the key in it.
    #[error("the address in the request is not that of its key in this wallet")]
    OtherAddress,
    /// It names one chain, and what is to be signed another.
    #[error("the request names another network than what is to be signed")]
    OtherChain,
    /// It cannot be read, or the wallet never signs such a thing.
    #[error(transparent)]
    Agent(#[from] AgentError),
}

/// The public keys by which another computer can watch a wallet: that of EVM
/// chains, and that of Conflux Core Space where it is known.
pub fn watch_keys(public: &PublicKeys) -> Result<Vec<WatchKey>, AgentError> {
    let fingerprint = fingerprint(public)?;
    let key = |coin, account_key: &String| WatchKey {
        coin,
        fingerprint,
        account_key: account_key.clone(),
    };
    let mut keys = vec![key(CoinType::Ether, &public.account_key)];
    keys.extend(
        public
            .core_account_key
            .as_ref()
            .map(|core| key(CoinType::Conflux, core)),
    );
    Ok(keys)
}

fn fingerprint(public: &PublicKeys) -> Result<u32, AgentError> {
    u32::from_str_radix(&public.fingerprint, 16).map_err(|_| AgentError::Damaged)
}

/// What the request asks of the wallet with these keys.
pub(crate) fn understand(
    request: &Request,
    public: &PublicKeys,
) -> Result<SignRequest, ColdRefusal> {
    let own = fingerprint(public)?;
    // A request without a fingerprint is known by the address in it.
    if let Some(asked) = request.path.fingerprint.filter(|asked| *asked != own) {
        return Err(ColdRefusal::OtherWallet {
            asked: format!("{asked:08x}"),
            this: public.fingerprint.clone(),
        });
    }
    if request.path.fingerprint.is_none() && request.address.is_none() {
        return Err(AgentError::Undecodable {
            what: "wallet that is to sign".to_owned(),
        }
        .into());
    }
    let coin = match request.is_core() {
        true => CoinType::Conflux,
        false => CoinType::Ether,
    };
    let other_path = || ColdRefusal::OtherPath {
        path: KeyPath::text(&request.path),
    };
    let index = request.path.index(coin.number()).ok_or_else(other_path)?;
    let signer = KeyRef::Account(index);
    let address = public.address(coin, signer)?;
    if request.address.is_some_and(|asked| asked != address) {
        return Err(ColdRefusal::OtherAddress);
    }
    let unsigned = || request.data.clone().into();
    let is_legacy = request.data.first().is_some_and(|first| *first >= 0xc0);
    let what = match request.kind {
        DataType::LegacyTransaction if is_legacy => ToSign::Transaction {
            unsigned: unsigned(),
        },
        DataType::TypedTransaction if !is_legacy => ToSign::Transaction {
            unsigned: unsigned(),
        },
        DataType::LegacyTransaction | DataType::TypedTransaction => {
            return Err(AgentError::Undecodable {
                what: "transaction type".to_owned(),
            }
            .into());
        }
        DataType::CoreTransaction => ToSign::CoreTransaction {
            unsigned: unsigned(),
        },
        DataType::TypedData => typed_data::read(&request.data)?,
    };
    Ok(SignRequest {
        // One request, one purchase: asked for again it is the same one.
        purchase: PurchaseId::from_bytes(request.id),
        signer,
        what,
        shop: None,
    })
}

/// Reads the request, which must be of the chain that it names.
pub(crate) fn plan(
    request: &Request,
    asked: &SignRequest,
    public: &PublicKeys,
    book: &dyn Book,
    now: Timestamp,
) -> Result<Plan, ColdRefusal> {
    let from = public.address(coin_of_request(&asked.what), asked.signer)?;
    let plan = reading::read(asked, from, book, now)?;
    let chain = match request.is_core() {
        true => u32::try_from(request.chain).ok().map(ChainId::Conflux),
        false => Some(ChainId::Eip155(request.chain)),
    };
    if chain != Some(plan.reading.chain) {
        return Err(ColdRefusal::OtherChain);
    }
    Ok(plan)
}

/// The one signature of a plan.
pub(crate) fn answer(
    request: &Request,
    work: &Work,
    sign: impl FnOnce(B256) -> Result<Signature, AgentError>,
) -> Result<Answer, AgentError> {
    let digest = match work {
        Work::Transaction(unsigned) => keccak256(unsigned.encode()),
        Work::Authorization { digest } => *digest,
        // These need two signatures, and no request of another computer gives them.
        Work::Carried { .. } | Work::Swept { .. } | Work::Cancelled { .. } => {
            return Err(AgentError::Internal);
        }
    };
    Ok(Answer::new(request, &sign(digest)?))
}

/// A request that was read for the wallet of typed words: nothing of that wallet
/// is on this computer, so that payees have no names and only what the vault
/// knows by itself has decimals.
#[derive(Debug)]
pub struct ColdReading {
    request: Request,
    asked: SignRequest,
    plan: Plan,
}

impl ColdReading {
    /// Reads a request of the wallet with these keys.
    pub fn new(request: Request, keys: &Keys, now: Timestamp) -> Result<Self, ColdRefusal> {
        let public = keys.public();
        let asked = understand(&request, public)?;
        let plan = plan(&request, &asked, public, &State::default(), now)?;
        Ok(Self {
            request,
            asked,
            plan,
        })
    }

    /// What the signature would do, to be shown before [`Self::sign`].
    pub fn reading(&self) -> &Reading {
        &self.plan.reading
    }

    /// Signs what was read.
    pub fn sign(&self, keys: &Keys) -> Result<Answer, AgentError> {
        let coin = coin_of_request(&self.asked.what);
        answer(&self.request, &self.plan.work, |digest| {
            keys.sign(coin, self.asked.signer, digest)
        })
    }
}

#[cfg(test)]
mod tests {
    use alloy_primitives::{Address as EvmAddress, U256, address};
    use jiaozi_types::agent::WordLanguage;

    use super::*;
    use crate::reading::ReadingKind;
    use crate::words::Words;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn keys() -> Keys {
        Keys::of(&Words::from_entropy(&[0; 16], WordLanguage::English).unwrap()).unwrap()
    }

    /// 1 ether to 0x1111… on chain 1, after EIP-1559.
    fn transfer() -> Vec<u8> {
        use alloy_consensus::{SignableTransaction, TxEip1559};
        TxEip1559 {
            chain_id: 1,
            nonce: 7,
            gas_limit: 21_000,
            max_fee_per_gas: 30,
            max_priority_fee_per_gas: 2,
            to: alloy_primitives::TxKind::Call(EvmAddress::repeat_byte(0x11)),
            value: U256::from(1_000_000_000_000_000_000_u64),
            access_list: Default::default(),
            input: Default::default(),
        }
        .encoded_for_signing()
    }

    fn request() -> Request {
        Request {
            id: [9; 16],
            data: transfer(),
            kind: DataType::TypedTransaction,
            chain: 1,
            path: KeyPath::address(60, 0, 0x73c5_da0a),
            address: Some(address!("0x9858EfFD232B4033E47d90003D41EC34EcaEda94")),
        }
    }

    #[test]
    fn what_is_shown_is_what_is_signed_by_the_key_that_was_asked_for() {
        let keys = keys();
        let cold = ColdReading::new(request(), &keys, NOW).unwrap();
        let reading = cold.reading();
        assert_eq!(reading.kind, ReadingKind::CoinTransfer);
        let payee = reading.payee.as_ref().unwrap();
        assert_eq!(payee.address.evm(), EvmAddress::repeat_byte(0x11));
        let answer = cold.sign(&keys).unwrap();
        let (coin, from) = (CoinType::Ether, reading.from);
        let digest = keccak256(transfer());
        assert!(answer.signature([9; 16], coin, from, digest).is_ok());
        for (id, from, digest) in [
            ([8; 16], from, digest),
            ([9; 16], EvmAddress::repeat_byte(1), digest),
            ([9; 16], from, B256::repeat_byte(1)),
        ] {
            assert!(answer.signature(id, coin, from, digest).is_err());
        }
    }

    #[test]
    fn requests_for_others_are_refused() {
        let keys = keys();
        let refusal = |change: fn(&mut Request)| {
            let mut request = request();
            change(&mut request);
            ColdReading::new(request, &keys, NOW).unwrap_err()
        };
        assert!(matches!(
            refusal(|r| r.path.fingerprint = Some(1)),
            ColdRefusal::OtherWallet { asked, .. } if asked == "00000001"
        ));
        assert!(matches!(
            refusal(|r| r.path.steps.push(0)),
            ColdRefusal::OtherPath { path } if path == "m/44'/60'/0'/0/0/0"
        ));
        assert_eq!(
            refusal(|r| r.address = Some(EvmAddress::ZERO)),
            ColdRefusal::OtherAddress
        );
        assert_eq!(refusal(|r| r.chain = 2), ColdRefusal::OtherChain);
        for change in [
            (|r| r.kind = DataType::LegacyTransaction) as fn(&mut Request),
            |r| r.kind = DataType::TypedData,
            |r| r.data.push(0),
            |r| {
                r.path.fingerprint = None;
                r.address = None;
            },
        ] {
            assert!(matches!(
                refusal(change),
                ColdRefusal::Agent(AgentError::Undecodable { .. })
            ));
        }
    }

    #[test]
    fn the_keys_to_watch_with_are_those_of_the_accounts() {
        let keys = keys();
        let watched = watch_keys(keys.public()).unwrap();
        assert_eq!(watched.len(), 2);
        for key in watched {
            let message = key.message().unwrap();
            assert_eq!(WatchKey::read(&message), Ok(vec![key.clone()]));
            let account = jiaozi_types::hd::AccountKey::parse(&key.account_key, key.coin, 0);
            let first = account.unwrap().branch(0).unwrap().address(0).unwrap();
            assert_eq!(
                keys.public().address(key.coin, KeyRef::Account(0)),
                Ok(first)
            );
        }
    }
}
