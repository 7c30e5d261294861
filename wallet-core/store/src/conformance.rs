//! What every backend of [`KeyValue`] has to do, as a function that tries it.

use std::ops::Bound;

use crate::{Batch, Error, KeyRange, KeyValue, MAX_KEY, MAX_TREE, MAX_VALUE, Order};

/// The rule that a backend broke.
#[derive(Debug, thiserror::Error)]
pub enum Nonconformity {
    /// The store answered otherwise than the trait promises.
    #[error("the store breaks the rule: {0}")]
    Rule(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Tries every promise of [`KeyValue`] on `store`, which must be empty and is left with entries in
/// trees whose names begin with `conformance`. Durability takes a kill: test that apart.
///
/// # Errors
/// The first promise that does not hold.
pub fn conformance(store: &dyn KeyValue) -> Result<(), Nonconformity> {
    single_values(store)?;
    batches(store)?;
    scans(store)?;
    neighbours(store)?;
    bounds(store)
}

fn holds(condition: bool, rule: &'static str) -> Result<(), Nonconformity> {
    if condition {
        Ok(())
    } else {
        Err(Nonconformity::Rule(rule))
    }
}

fn single_values(store: &dyn KeyValue) -> Result<(), Nonconformity> {
    const TREE: &str = "conformance";
    holds(
        store.get(TREE, b"k")?.is_none(),
        "an unknown key has no value",
    )?;
    store.put(TREE, b"k", b"one")?;
    holds(
        store.get(TREE, b"k")?.as_deref() == Some(b"one"),
        "a value is read back",
    )?;
    store.put(TREE, b"k", b"two")?;
    holds(
        store.get(TREE, b"k")?.as_deref() == Some(b"two"),
        "a value is replaced",
    )?;
    store.put(TREE, b"k", b"")?;
    holds(
        store.get(TREE, b"k")?.as_deref() == Some(b""),
        "an empty value is a value",
    )?;
    store.put(TREE, b"", b"root")?;
    holds(
        store.get(TREE, b"")?.as_deref() == Some(b"root"),
        "an empty key is a key",
    )?;
    holds(
        store.get("conformance-2", b"k")?.is_none(),
        "trees are apart",
    )?;
    store.delete(TREE, b"k")?;
    holds(
        store.get(TREE, b"k")?.is_none(),
        "a deleted key has no value",
    )?;
    store.delete(TREE, b"k")?;
    Ok(())
}

fn batches(store: &dyn KeyValue) -> Result<(), Nonconformity> {
    store.put("conformance-a", b"old", b"x")?;
    let mut batch = Batch::new();
    batch.put("conformance-a", b"k", b"1");
    batch.put("conformance-b", b"k", b"2");
    batch.delete("conformance-a", b"old");
    batch.put("conformance-b", b"k", b"3");
    store.commit(batch)?;
    holds(
        store.get("conformance-a", b"k")?.as_deref() == Some(b"1"),
        "a batch reaches each tree",
    )?;
    holds(
        store.get("conformance-b", b"k")?.as_deref() == Some(b"3"),
        "the later write counts",
    )?;
    holds(
        store.get("conformance-a", b"old")?.is_none(),
        "a batch deletes",
    )?;
    store.commit(Batch::new())?;
    let mut bad = Batch::new();
    bad.put("conformance-a", b"k", b"lost");
    bad.put("", b"k", b"lost");
    holds(
        store.commit(bad).is_err(),
        "a batch with a bad part is refused",
    )?;
    holds(
        store.get("conformance-a", b"k")?.as_deref() == Some(b"1"),
        "a refused batch writes nothing",
    )
}

fn scans(store: &dyn KeyValue) -> Result<(), Nonconformity> {
    const TREE: &str = "conformance-scan";
    let mut batch = Batch::new();
    for n in 0_u8..=255 {
        batch.put(TREE, [n / 16, n % 16], [n]);
    }
    store.commit(batch)?;
    let values = |range: &KeyRange, order, limit| -> Result<Vec<u8>, Nonconformity> {
        Ok(store
            .scan(TREE, range, order, limit)?
            .iter()
            .flat_map(|(_, value)| value.clone())
            .collect())
    };
    let all: Vec<u8> = (0..=255).collect();
    holds(
        values(&KeyRange::all(), Order::Ascending, 1000)? == all,
        "all keys, ascending",
    )?;
    let down: Vec<u8> = all.iter().rev().copied().collect();
    holds(
        values(&KeyRange::all(), Order::Descending, 1000)? == down,
        "all keys, descending",
    )?;
    let third: Vec<u8> = (48..64).collect();
    holds(
        values(&KeyRange::prefix(&[3]), Order::Ascending, 99)? == third,
        "a prefix has its keys alone",
    )?;
    holds(
        values(&KeyRange::prefix(&[3]), Order::Descending, 2)? == [63, 62],
        "the limit counts from the end",
    )?;
    let page = KeyRange::prefix(&[3]).after(&[3, 13]);
    holds(
        values(&page, Order::Ascending, 99)? == [62, 63],
        "the next page, ascending",
    )?;
    let page = KeyRange::prefix(&[3]).before(&[3, 2]);
    holds(
        values(&page, Order::Descending, 99)? == [49, 48],
        "the next page, descending",
    )?;
    let between = KeyRange {
        start: Bound::Included(vec![1, 1]),
        end: Bound::Included(vec![1, 3]),
    };
    holds(
        values(&between, Order::Ascending, 99)? == [17, 18, 19],
        "bounds that are included",
    )?;
    let empty = KeyRange {
        start: Bound::Excluded(vec![1, 1]),
        end: Bound::Excluded(vec![1, 1]),
    };
    holds(
        values(&empty, Order::Ascending, 99)?.is_empty(),
        "an empty range is empty",
    )?;
    let inverted = KeyRange {
        start: Bound::Included(vec![2]),
        end: Bound::Excluded(vec![1]),
    };
    holds(
        values(&inverted, Order::Descending, 99)?.is_empty(),
        "an inverted range is empty",
    )?;
    holds(
        values(&KeyRange::all(), Order::Ascending, 0)?.is_empty(),
        "no limit, no entries",
    )
}

/// Trees whose names begin alike, and keys of the highest bytes, stay apart.
fn neighbours(store: &dyn KeyValue) -> Result<(), Nonconformity> {
    let (short, long) = ("conformance-n", "conformance-na");
    store.put(short, &[0xff, 0xff], b"high")?;
    store.put(short, b"a", b"short")?;
    store.put(long, b"", b"long")?;
    let of = |tree| store.scan(tree, &KeyRange::all(), Order::Ascending, 9);
    holds(
        of(short)?.len() == 2 && of(long)?.len() == 1,
        "a scan keeps to its tree",
    )?;
    let high = store.scan(short, &KeyRange::prefix(&[0xff]), Order::Descending, 9)?;
    holds(
        high == [(vec![0xff, 0xff], b"high".to_vec())],
        "a prefix of the highest byte",
    )
}

fn bounds(store: &dyn KeyValue) -> Result<(), Nonconformity> {
    let tree = "t".repeat(MAX_TREE);
    let (key, value) = (vec![7; MAX_KEY], vec![9; MAX_VALUE]);
    store.put(&tree, &key, &value)?;
    holds(
        store.get(&tree, &key)?.as_ref() == Some(&value),
        "the largest tree, key and value fit",
    )?;
    store.delete(&tree, &key)?;
    let refused = |result: Result<(), Error>| matches!(result, Err(Error::OutOfBounds { .. }));
    holds(refused(store.put("", b"k", b"")), "a tree has a name")?;
    holds(
        refused(store.put(&"t".repeat(MAX_TREE + 1), b"k", b"")),
        "a tree name has a bound",
    )?;
    holds(
        refused(store.put("t", &vec![7; MAX_KEY + 1], b"")),
        "a key has a bound",
    )?;
    holds(
        refused(store.put("t", b"k", &vec![9; MAX_VALUE + 1])),
        "a value has a bound",
    )
}
