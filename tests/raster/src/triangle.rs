//! Which pixels a triangle covers, and how near each is to its corners: in whole numbers, with the
//! rule of graphics cards that a pixel on a shared edge belongs to one of the two triangles.

use egui::Pos2;

/// Steps of the grid in a pixel.
const GRID: i64 = 256;

#[derive(Clone, Copy)]
struct Point {
    x: i64,
    y: i64,
}

impl Point {
    fn on_the_grid(at: Pos2) -> Self {
        let snap = |value: f32| (f64::from(value) * GRID as f64).round() as i64;
        Self {
            x: snap(at.x),
            y: snap(at.y),
        }
    }

    fn middle_of(x: usize, y: usize) -> Self {
        let middle = |pixel: usize| pixel as i64 * GRID + GRID / 2;
        Self {
            x: middle(x),
            y: middle(y),
        }
    }
}

/// Twice the area of the triangle `from`, `to`, `point`; above 0 when it turns clockwise on the screen.
fn area(from: Point, to: Point, point: Point) -> i64 {
    (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x)
}

/// Whether pixels on this edge of a clockwise triangle are its own: those above and on the left are.
fn owns(from: Point, to: Point) -> bool {
    to.y < from.y || (to.y == from.y && to.x > from.x)
}

/// Corners in pixels.
pub struct Triangle {
    corners: [Point; 3],
    /// The place of each corner in what was given.
    order: [usize; 3],
    area: i64,
}

impl Triangle {
    /// None where it covers nothing.
    pub fn new(corners: [Pos2; 3]) -> Option<Self> {
        let mut corners = corners.map(Point::on_the_grid);
        let mut order = [0, 1, 2];
        let mut area = area(corners[0], corners[1], corners[2]);
        if area < 0 {
            corners.swap(1, 2);
            order.swap(1, 2);
            area = -area;
        }
        (area > 0).then_some(Self {
            corners,
            order,
            area,
        })
    }

    /// The columns and rows that it may touch.
    pub fn bounds(&self) -> [[i64; 2]; 2] {
        let span = |value: fn(&Point) -> i64| {
            let values = self.corners.each_ref().map(value);
            let [a, b, c] = values;
            [
                a.min(b).min(c).div_euclid(GRID),
                a.max(b).max(c).div_euclid(GRID) + 1,
            ]
        };
        [span(|point| point.x), span(|point| point.y)]
    }

    /// The weights of the corners, as they were given, in the middle of a pixel; none outside.
    pub fn weights(&self, x: usize, y: usize) -> Option<[f32; 3]> {
        let point = Point::middle_of(x, y);
        let mut weights = [0.0; 3];
        for corner in 0..3 {
            let (from, to) = (
                self.corners[(corner + 1) % 3],
                self.corners[(corner + 2) % 3],
            );
            let part = area(from, to, point);
            if part < 0 || (part == 0 && !owns(from, to)) {
                return None;
            }
            weights[self.order[corner]] = (part as f64 / self.area as f64) as f32;
        }
        Some(weights)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use egui::pos2;

    use super::*;

    #[test]
    fn two_halves_of_a_square_share_no_pixel_and_leave_none_out() {
        let corners = [
            pos2(0.5, 0.5),
            pos2(8.5, 0.5),
            pos2(8.5, 8.5),
            pos2(0.5, 8.5),
        ];
        for [a, b, c, d] in [[0, 1, 2, 3], [1, 2, 3, 0], [3, 2, 1, 0]] {
            let halves = [[a, b, c], [a, c, d]].map(|half| {
                let half = half.map(|corner: usize| corners[corner]);
                Triangle::new(half).unwrap()
            });
            for x in 0..10 {
                for y in 0..10 {
                    let times = halves.iter().filter(|half| half.weights(x, y).is_some());
                    // The middle of pixel 0 is on the edge that is owned, that of 8 is not.
                    let inside = x < 8 && y < 8;
                    assert_eq!(times.count(), usize::from(inside), "{x} {y}");
                }
            }
        }
    }

    #[test]
    fn weights_lean_to_the_nearest_corner_and_add_up() {
        let corners = [pos2(0.0, 0.0), pos2(0.0, 90.0), pos2(90.0, 0.0)];
        let triangle = Triangle::new(corners).unwrap();
        let weights = triangle.weights(80, 2).unwrap();
        assert!(weights[2] > 0.85 && weights[0] < 0.1 && weights[1] < 0.1);
        assert!((weights.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert_eq!(triangle.bounds(), [[0, 91], [0, 91]]);
    }

    #[test]
    fn a_line_covers_nothing() {
        let corners = [pos2(0.0, 0.0), pos2(5.0, 5.0), pos2(9.0, 9.0)];
        assert!(Triangle::new(corners).is_none());
    }
}
