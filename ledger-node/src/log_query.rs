//! Finds logs without reading the blocks between them.
//!
//! The index has a row for each value that a log can be asked for: `dimension ‖ value ‖ where`, with
//! no contents. The contract and the first topic (the event) are the same for most logs, so they are
//! kept once a block; the second to fourth topics (payer, payee, authorization) lead to the
//! transaction. A query intersects the rows of everything that it fixes and reads only what is left.

use std::{
    collections::{BTreeSet, HashSet},
    ops::Bound,
};

use alloy_primitives::{Address, B256, Log};
use jiaozi_store::{Batch, KeyRange};

use crate::{
    chain::Chain,
    error::Error,
    limits::LOG_RESULTS,
    record::{self, Block, Mined, Position},
};

/// The dimension of contract addresses; topics have 0 to 3.
const CONTRACT: u8 = 4;
/// Index rows that are read at a time.
const PAGE: usize = 10_000;

/// Writes the index rows of one block.
#[derive(Default)]
pub struct LogIndex {
    /// What has a row for this block already.
    of_block: HashSet<(u8, B256)>,
}

impl LogIndex {
    /// Adds the rows of the logs of one transaction.
    pub fn add(&mut self, batch: &mut Batch, at: Position, logs: &[Log]) {
        for log in logs {
            let contract = log.address.into_word();
            for (dimension, value) in [
                (CONTRACT, Some(contract)),
                (0, log.topics().first().copied()),
            ] {
                if let Some(value) = value
                    && self.of_block.insert((dimension, value))
                {
                    batch.put(
                        record::LOG_INDEX,
                        key(dimension, value, &at.block.to_be_bytes()),
                        [],
                    );
                }
            }
            for (dimension, value) in (1..).zip(log.topics().iter().skip(1)) {
                batch.put(
                    record::LOG_INDEX,
                    key(dimension, *value, &at.to_bytes()),
                    [],
                );
            }
        }
    }
}

fn key(dimension: u8, value: B256, place: &[u8]) -> Vec<u8> {
    [&[dimension], value.as_slice(), place].concat()
}

/// What logs are asked for. An empty list leaves its field open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Any of these contracts.
    pub contracts: Vec<Address>,
    /// For each topic, any of these.
    pub topics: [Vec<B256>; 4],
    /// How many topics a log has at least: a list may leave its last topics open and still ask for
    /// them to be there.
    pub least_topics: usize,
}

impl LogFilter {
    /// Whether a log is asked for.
    pub fn matches(&self, log: &Log) -> bool {
        let topics = log.topics();
        topics.len() >= self.least_topics
            && (self.contracts.is_empty() || self.contracts.contains(&log.address))
            && self.topics.iter().enumerate().all(|(n, wanted)| {
                wanted.is_empty() || topics.get(n).is_some_and(|topic| wanted.contains(topic))
            })
    }
}

/// A log and where it is.
#[derive(Clone, Debug)]
pub struct FoundLog {
    /// The block.
    pub block: std::sync::Arc<Block>,
    /// Index of the transaction in the block.
    pub transaction_index: u32,
    /// Hash of the transaction.
    pub transaction: B256,
    /// Index of the log in the block.
    pub log_index: u64,
    /// The log.
    pub log: Log,
}

/// Why a query was not answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// More than [`LOG_RESULTS`]: ask for fewer blocks.
    #[error("query returned more than {LOG_RESULTS} results")]
    TooMany,
    /// The ledger could not be read.
    #[error(transparent)]
    Ledger(#[from] Error),
}

/// The logs of the blocks `first` to `last`, both included, that a filter asks for, in order.
pub fn find(
    chain: &Chain,
    filter: &LogFilter,
    first: u64,
    last: u64,
) -> Result<Vec<FoundLog>, QueryError> {
    let mut found = Vec::new();
    for candidate in candidates(chain, filter, first, last)? {
        let Some(block) = chain.block(candidate.block())? else {
            continue;
        };
        match candidate {
            Candidate::Transaction(position) => {
                if let Some(mined) = chain.mined(position)? {
                    collect(&mut found, filter, &block, position.index, &mined)?;
                }
            }
            Candidate::Block(_) => {
                for (mined, index) in chain.mined_in(&block)?.iter().zip(0..) {
                    collect(&mut found, filter, &block, index, mined)?;
                }
            }
        }
    }
    Ok(found)
}

/// The logs of one block that is at hand.
pub fn find_in(
    filter: &LogFilter,
    block: &std::sync::Arc<Block>,
    mined: &[Mined],
) -> Vec<FoundLog> {
    let mut found = Vec::new();
    for (mined, index) in mined.iter().zip(0..) {
        found.extend(matching(filter, block, index, mined));
    }
    found
}

fn collect(
    found: &mut Vec<FoundLog>,
    filter: &LogFilter,
    block: &std::sync::Arc<Block>,
    index: u32,
    mined: &Mined,
) -> Result<(), QueryError> {
    found.extend(matching(filter, block, index, mined));
    if found.len() > LOG_RESULTS {
        Err(QueryError::TooMany)
    } else {
        Ok(())
    }
}

fn matching<'a>(
    filter: &'a LogFilter,
    block: &'a std::sync::Arc<Block>,
    index: u32,
    mined: &'a Mined,
) -> impl Iterator<Item = FoundLog> + 'a {
    let logs = mined
        .logs
        .iter()
        .zip(mined.first_log..)
        .filter(|(log, _)| filter.matches(log));
    logs.map(move |(log, log_index)| FoundLog {
        block: std::sync::Arc::clone(block),
        transaction_index: index,
        transaction: mined.hash,
        log_index,
        log: log.clone(),
    })
}

/// Where a matching log may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Candidate {
    Block(u64),
    Transaction(Position),
}

impl Candidate {
    fn block(self) -> u64 {
        match self {
            Self::Block(block) => block,
            Self::Transaction(position) => position.block,
        }
    }
}

fn candidates(
    chain: &Chain,
    filter: &LogFilter,
    first: u64,
    last: u64,
) -> Result<Vec<Candidate>, Error> {
    let mut transactions: Option<BTreeSet<Position>> = None;
    for (dimension, wanted) in (0_u8..).zip(&filter.topics).skip(1) {
        if wanted.is_empty() {
            continue;
        }
        let mut here = BTreeSet::new();
        for value in wanted {
            for place in places(chain, dimension, *value, first, last)? {
                here.insert(Position::from_bytes(&place)?);
            }
        }
        transactions = Some(match transactions {
            None => here,
            Some(before) => before.intersection(&here).copied().collect(),
        });
    }
    if let Some(transactions) = transactions {
        return Ok(transactions
            .into_iter()
            .map(Candidate::Transaction)
            .collect());
    }
    let contracts: Vec<B256> = filter.contracts.iter().map(Address::into_word).collect();
    let [events, ..] = &filter.topics;
    let mut blocks: Option<BTreeSet<u64>> = None;
    for (dimension, wanted) in [(CONTRACT, &contracts), (0, events)] {
        if wanted.is_empty() {
            continue;
        }
        let mut here = BTreeSet::new();
        for value in wanted {
            for place in places(chain, dimension, *value, first, last)? {
                here.insert(record::number(&place)?);
            }
        }
        blocks = Some(match blocks {
            None => here,
            Some(before) => before.intersection(&here).copied().collect(),
        });
    }
    let blocks = blocks.unwrap_or_else(|| (first..=last).collect());
    Ok(blocks.into_iter().map(Candidate::Block).collect())
}

/// Where a value occurs, in the blocks `first` to `last`.
fn places(
    chain: &Chain,
    dimension: u8,
    value: B256,
    first: u64,
    last: u64,
) -> Result<Vec<Vec<u8>>, Error> {
    let stem = key(dimension, value, &[]);
    let end = match last.checked_add(1) {
        Some(next) => Bound::Excluded(key(dimension, value, &next.to_be_bytes())),
        None => KeyRange::prefix(&stem).end,
    };
    let start = Bound::Included(key(dimension, value, &first.to_be_bytes()));
    let mut range = KeyRange { start, end };
    let mut found = Vec::new();
    loop {
        let rows = chain.scan(record::LOG_INDEX, &range, PAGE)?;
        let Some((last_key, _)) = rows.last() else {
            return Ok(found);
        };
        range = range.after(last_key);
        let full = rows.len() == PAGE;
        found.extend(
            rows.iter()
                .map(|(key, _)| key.get(stem.len()..).unwrap_or_default().to_vec()),
        );
        if !full {
            return Ok(found);
        }
    }
}
