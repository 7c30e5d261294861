//! Arithmetic in GF(2^8) with the polynomial x^8 + x^4 + x^3 + x + 1, and
//! interpolation over it. Nothing looks up a table or takes a branch by a
//! secret's value, so that neither caches nor timing tell of it; the places on
//! the polynomial (`x`) are no secret.

use zeroize::Zeroizing;

/// The reduction of x^8.
const POLYNOMIAL: u8 = 0x1b;

/// The value of a polynomial, byte by byte, at a place.
#[derive(Clone, Copy)]
pub struct Point<'a> {
    /// The place.
    pub at: u8,
    /// The values, one for each byte of the secret.
    pub value: &'a [u8],
}

/// All ones when the lowest bit is set, else zero.
fn mask(bit: u8) -> u8 {
    0u8.wrapping_sub(bit & 1)
}

/// The product.
pub fn multiply(a: u8, b: u8) -> u8 {
    let mut factor = a;
    let mut product = 0;
    for bit in 0..8 {
        product ^= factor & mask(b >> bit);
        factor = (factor << 1) ^ (POLYNOMIAL & mask(factor >> 7));
    }
    product
}

/// The inverse: the 254th power. That of zero is zero.
pub fn invert(a: u8) -> u8 {
    let mut square = a;
    let mut result = 1;
    // 254 = 2 + 4 + 8 + 16 + 32 + 64 + 128
    for _ in 0..7 {
        square = multiply(square, square);
        result = multiply(result, square);
    }
    result
}

/// The value at `at` of the polynomial of least degree through the points.
/// Their places must differ; all values must be as long as the first.
pub fn interpolate(points: &[Point<'_>], at: u8) -> Zeroizing<Vec<u8>> {
    let length = points.first().map_or(0, |point| point.value.len());
    let mut result = Zeroizing::new(vec![0; length]);
    for point in points {
        let basis = points
            .iter()
            .filter(|other| other.at != point.at)
            .fold(1, |product, other| {
                let step = multiply(at ^ other.at, invert(point.at ^ other.at));
                multiply(product, step)
            });
        for (into, value) in result.iter_mut().zip(point.value) {
            *into ^= multiply(*value, basis);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_field_of_the_standard() {
        // FIPS 197, 4.2: {57} * {83} = {c1} and {57} * {13} = {fe}.
        assert_eq!(multiply(0x57, 0x83), 0xc1);
        assert_eq!(multiply(0x57, 0x13), 0xfe);
        assert_eq!(invert(0), 0);
        for a in 1..=255 {
            assert_eq!(multiply(a, invert(a)), 1);
        }
    }

    #[test]
    fn goes_through_its_points() {
        // 7 + 3x + 9x^2
        let curve = |x: u8| [7 ^ multiply(3, x) ^ multiply(9, multiply(x, x))];
        let values = [curve(1), curve(4), curve(200)];
        let points: Vec<Point<'_>> = [1, 4, 200]
            .into_iter()
            .zip(&values)
            .map(|(at, value)| Point { at, value })
            .collect();
        for x in 0..=255 {
            assert_eq!(interpolate(&points, x).as_slice(), curve(x));
        }
    }
}
