//! What restored words lead to: accounts that were used, on every network of
//! the profile and on the usual paths of other wallets.

use alloy_primitives::Address as EvmAddress;
use jiaozi_ledger::Ledger;
use jiaozi_types::account_number::{ACCOUNTS_OF_SCHEME, account_number};
use jiaozi_types::agent::{AgentError, Request, Response};
use jiaozi_types::{Address, Amount, CoinType, PathScheme, ShopKey};

use super::Wallet;
use crate::api::{AccountSearch, AmountView, ErrorCode, FoundAccount, NetworkSearch, WalletEvent};
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;
use crate::records::AccountRecord;
use crate::till::{Trail, own_key};
use crate::views;

/// Unused accounts in a row after which a search ends (BIP-44).
const GAP: u32 = 20;
/// The newest blocks in which transfers to emptied accounts are looked for.
const RECENT_BLOCKS: u64 = 10_000;

/// Tills, from number 0, whose first charges are looked at.
const TILLS: u16 = 4;
/// As many when every account is looked at.
const TILLS_DEEPER: u16 = 16;

/// An account that may have been used.
#[derive(Clone)]
struct Candidate {
    number: u32,
    scheme: PathScheme,
    evm: EvmAddress,
    core: Option<EvmAddress>,
}

impl Candidate {
    fn on(&self, network: &Network) -> Option<EvmAddress> {
        if network.chain.is_core() {
            self.core
        } else {
            Some(self.evm)
        }
    }
}

/// What a look at one account told.
struct Look {
    used: bool,
    balances: Vec<AmountView>,
}

impl Wallet {
    /// Looks for accounts that were used and takes them into use. Used means: it
    /// sent something, holds coin or a token, or a token moved to or from it
    /// lately. `deeper` looks at every account that this wallet can have, not
    /// only at 20 beyond the last one that was used. The vault may ask to be
    /// unlocked, once. A network that cannot be reached is told as such.
    pub async fn search_accounts(&self, deeper: bool) -> Result<AccountSearch, WalletError> {
        let book = self.book()?;
        let gap = if deeper { ACCOUNTS_OF_SCHEME } else { GAP };
        let mut candidates = Vec::new();
        for scheme in PathScheme::of(CoinType::Ether) {
            candidates.push((*scheme, self.candidates(*scheme).await?));
        }
        let mut networks = Vec::new();
        for network in book.networks()? {
            networks.push(
                self.search_network(&book, &network, &candidates, gap)
                    .await?,
            );
            self.tell(WalletEvent::Search {
                network: network.chain.to_string(),
            });
        }
        book.search().forget();
        self.tell(WalletEvent::Settings);
        self.tell(WalletEvent::Overview);
        Ok(AccountSearch { gap, networks })
    }

    /// Every account of a scheme, by the public keys that the vault tells.
    async fn candidates(&self, scheme: PathScheme) -> Result<Vec<Candidate>, WalletError> {
        let first = scheme.start();
        let count = ACCOUNTS_OF_SCHEME.saturating_sub(first);
        let request = match scheme {
            PathScheme::Own => Request::Accounts { first, count },
            _ => Request::PathAccounts {
                scheme,
                first,
                count,
            },
        };
        let Response::Accounts { accounts } = self.vault().call(request).await? else {
            return Err(AgentError::Internal.into());
        };
        let candidate = |told: jiaozi_types::agent::AccountInfo| {
            Some(Candidate {
                number: account_number(scheme, told.index)?,
                scheme,
                evm: told.address,
                core: told.core,
            })
        };
        Ok(accounts.into_iter().filter_map(candidate).collect())
    }

    async fn search_network(
        &self,
        book: &Book,
        network: &Network,
        candidates: &[(PathScheme, Vec<Candidate>)],
        gap: u32,
    ) -> Result<NetworkSearch, WalletError> {
        let mut report = NetworkSearch {
            network_id: network.chain.to_string(),
            name: network.name.clone(),
            error: None,
            looked_at: 0,
            found: Vec::new(),
            tills: Vec::new(),
        };
        let ledger = match self.ledger(network).await {
            Ok(ledger) => ledger,
            Err(error) => {
                report.error = Some(error.view());
                return Ok(report);
            }
        };
        let coin = coin_of(network);
        for (scheme, accounts) in candidates {
            if !PathScheme::of(coin).contains(scheme) {
                continue;
            }
            let mut unused = 0_u32;
            for account in accounts {
                if unused >= gap {
                    break;
                }
                let Some(address) = account.on(network) else {
                    // The vault tells them at the next unlock.
                    report.error = Some(WalletError::from(AgentError::Locked).view());
                    break;
                };
                match look(ledger.as_ref(), network, address).await {
                    Ok(Look {
                        used: true,
                        balances,
                    }) => {
                        unused = 0;
                        let added = take_into_use(book, account)?;
                        report.found.push(FoundAccount {
                            account: account.number,
                            scheme: account.scheme,
                            path: scheme.path(coin, account.number % ACCOUNTS_OF_SCHEME),
                            address: Address::on(network.chain, address).plain(),
                            balances,
                            added,
                        });
                    }
                    Ok(Look { used: false, .. }) => unused = unused.saturating_add(1),
                    Err(error) => {
                        self.note_failure(network, &error).await;
                        report.error = Some(error.view());
                        return Ok(report);
                    }
                }
                report.looked_at = report.looked_at.saturating_add(1);
            }
        }
        match self.search_tills(ledger.as_ref(), network, gap).await {
            Ok(tills) => report.tills = tills,
            Err(error) => {
                self.note_failure(network, &error).await;
                report.error = Some(error.view());
            }
        }
        Ok(report)
    }

    /// The shop's tills that took payments on a network and that this profile
    /// does not keep.
    async fn search_tills(
        &self,
        ledger: &dyn Ledger,
        network: &Network,
        gap: u32,
    ) -> Result<Vec<u16>, WalletError> {
        let kept = self.book()?.till()?;
        let tills = if gap < ACCOUNTS_OF_SCHEME {
            TILLS
        } else {
            TILLS_DEEPER
        };
        let key = own_key(self, network.chain).await?;
        let key =
            ShopKey::parse(&key, coin_of(network)).map_err(|_| ErrorCode::TillKeyMalformed)?;
        let mut found = Vec::new();
        for token in network
            .tokens
            .iter()
            .filter(|token| network.authorization_domain(token.asset.id()).is_some())
        {
            let Some(contract) = token.asset.id().contract() else {
                continue;
            };
            for till in 0..tills {
                let here = kept
                    .as_ref()
                    .is_some_and(|kept| kept.till == till && kept.chain() == network.chain);
                if here || found.contains(&till) {
                    continue;
                }
                let trail = Trail::new(ledger, &key, till, network.chain, contract)?;
                if trail.is_used().await? {
                    found.push(till);
                }
            }
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// Whose keys a network's addresses come from.
fn coin_of(network: &Network) -> CoinType {
    if network.chain.is_core() {
        CoinType::Conflux
    } else {
        CoinType::Ether
    }
}

/// One account on one network.
async fn look(
    ledger: &dyn Ledger,
    network: &Network,
    address: EvmAddress,
) -> Result<Look, WalletError> {
    let mut balances = Vec::new();
    let mut hold = |asset: &jiaozi_types::Asset, atoms: alloy_primitives::U256| {
        if !atoms.is_zero() {
            balances.push(views::amount(&Amount::from_atoms(atoms, asset.clone())));
        }
    };
    hold(&network.coin, ledger.coin_balance(address).await?);
    for token in &network.tokens {
        if let Some(contract) = token.asset.id().contract() {
            hold(&token.asset, ledger.token_balance(contract, address).await?);
        }
    }
    let used = !balances.is_empty()
        || ledger.nonces(address).await?.latest > 0
        || was_paid_lately(ledger, network, address).await?;
    Ok(Look { used, balances })
}

/// Whether a token moved from or to an account that holds nothing any more.
async fn was_paid_lately(
    ledger: &dyn Ledger,
    network: &Network,
    address: EvmAddress,
) -> Result<bool, WalletError> {
    let tokens: Vec<_> = network.token_contracts().collect();
    if tokens.is_empty() {
        return Ok(false);
    }
    let head = ledger.head().await?;
    let from = head.saturating_sub(RECENT_BLOCKS).max(network.first_block);
    let moved = ledger
        .transfers(&tokens, address, from.min(head), head)
        .await?;
    Ok(!moved.is_empty())
}

/// Whether the account was not in use before.
fn take_into_use(book: &Book, account: &Candidate) -> Result<bool, WalletError> {
    let known = book.accounts()?;
    if known.iter().any(|(number, _)| *number == account.number) {
        return Ok(false);
    }
    // The first account is in use without a record; once there is another, it
    // needs one of its own.
    for (number, record) in known {
        book.store().put(&number.to_be_bytes(), &record)?;
    }
    let record = AccountRecord {
        label: String::new(),
        address: Some(account.evm),
        core: account.core,
        cold: None,
    };
    book.store().put(&account.number.to_be_bytes(), &record)?;
    Ok(true)
}
