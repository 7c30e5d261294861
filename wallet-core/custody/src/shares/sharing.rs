//! One level of Shamir's scheme: a secret is the value at 255 of a polynomial
//! with random coefficients, a digest of it the value at 254, and the shares
//! are the values from 0 on. The digest tells shares that do not belong
//! together.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::SharesError;
use super::field::{Point, interpolate};

const SECRET_AT: u8 = 255;
const DIGEST_AT: u8 = 254;
const DIGEST_LENGTH: usize = 4;

/// Why values give no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// The digest is not the secret's.
    Digest,
    /// More values than needed were given, and the one at this place in the
    /// slice does not lie on the curve of the others.
    Extra(usize),
}

/// The values of `count` shares, of which `threshold` give the secret back.
/// The numbers must have been checked by [`super::Plan`].
pub fn split(
    threshold: u8,
    count: u8,
    secret: &[u8],
) -> Result<Vec<Zeroizing<Vec<u8>>>, SharesError> {
    if threshold < 2 {
        return Ok((0..count)
            .map(|_| Zeroizing::new(secret.to_vec()))
            .collect());
    }
    let random_count = threshold.saturating_sub(2);
    let mut values = Vec::with_capacity(usize::from(count));
    for _ in 0..random_count {
        values.push(random(secret.len())?);
    }
    // The digest, and then the random bytes that it is keyed with.
    let mut digest = random(secret.len())?;
    let (tag, key) = digest
        .split_at_mut_checked(DIGEST_LENGTH)
        .ok_or(SharesError::Internal)?;
    let made = keyed(key, secret)?.finalize().into_bytes();
    for (into, from) in tag.iter_mut().zip(made.iter()) {
        *into = *from;
    }
    let drawn = values.clone();
    let mut base: Vec<Point<'_>> = (0..)
        .zip(&drawn)
        .map(|(at, value)| Point { at, value })
        .collect();
    base.push(Point {
        at: DIGEST_AT,
        value: &digest,
    });
    base.push(Point {
        at: SECRET_AT,
        value: secret,
    });
    for at in random_count..count {
        values.push(interpolate(&base, at));
    }
    Ok(values)
}

/// The secret of the values: of the first `threshold`, against which the
/// others are held.
pub fn recover(
    threshold: u8,
    values: &[Point<'_>],
) -> Result<Result<Zeroizing<Vec<u8>>, Unfit>, SharesError> {
    let (needed, extra) = values
        .split_at_checked(usize::from(threshold))
        .ok_or(SharesError::Internal)?;
    let secret = interpolate(needed, SECRET_AT);
    if threshold > 1 {
        let digest = interpolate(needed, DIGEST_AT);
        let (tag, key) = digest
            .split_at_checked(DIGEST_LENGTH)
            .ok_or(SharesError::Internal)?;
        // Compared in constant time.
        if keyed(key, &secret)?.verify_truncated_left(tag).is_err() {
            return Ok(Err(Unfit::Digest));
        }
    }
    for (at, point) in extra.iter().enumerate() {
        let differs = interpolate(needed, point.at)
            .iter()
            .zip(point.value)
            .fold(0, |differs, (a, b)| differs | (a ^ b));
        if differs != 0 {
            return Ok(Err(Unfit::Extra(at.saturating_add(needed.len()))));
        }
    }
    Ok(Ok(secret))
}

fn keyed(key: &[u8], secret: &[u8]) -> Result<Hmac<Sha256>, SharesError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| SharesError::Internal)?;
    mac.update(secret);
    Ok(mac)
}

fn random(length: usize) -> Result<Zeroizing<Vec<u8>>, SharesError> {
    let mut bytes = Zeroizing::new(vec![0; length]);
    getrandom::fill(&mut bytes).map_err(|_| SharesError::Randomness)?;
    Ok(bytes)
}
