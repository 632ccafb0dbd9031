//! The minimum of a smooth function of five variables, by BFGS.

use crate::vector::{Matrix, Vector, cholesky, combine, dot, forward, identity, largest};

/// A value with its gradient.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slope {
    pub(crate) value: f64,
    pub(crate) gradient: Vector,
}

/// Where a search ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcome {
    /// At rest: no component of the gradient is above the tolerance.
    AtRest { point: Vector, value: f64 },
    /// It left the box, in this coordinate.
    Outside {
        coordinate: usize,
        point: Vector,
        value: f64,
    },
    /// It ran out of steps, or none led further down.
    Stuck,
}

/// What a search may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Lowest and highest value of each coordinate.
    pub(crate) bounds: [(f64, f64); 5],
    /// The largest gradient component of a point at rest.
    pub(crate) tolerance: f64,
    /// The most steps.
    pub(crate) steps: u32,
}

/// Follows `function` downhill from `start`.
///
/// Source: Nocedal and Wright 2006, algorithm 6.1, with the weak Wolfe line search of Lewis and
/// Overton 2013.
pub(crate) fn minimise(
    function: impl Fn(&Vector) -> Slope,
    start: Vector,
    limits: Limits,
) -> Outcome {
    let mut point = start;
    let mut here = function(&point);
    let mut inverse = identity();

    for _ in 0..limits.steps {
        if largest(&here.gradient) <= limits.tolerance {
            return Outcome::AtRest {
                point,
                value: here.value,
            };
        }
        if let Some(coordinate) = outside(&point, &limits.bounds) {
            return Outcome::Outside {
                coordinate,
                point,
                value: here.value,
            };
        }

        let direction = downhill(&inverse, &here.gradient);
        let Some((next, there)) = line_search(&function, &point, &here, &direction) else {
            return Outcome::Stuck;
        };
        inverse = updated(
            &inverse,
            &combine(&next, -1.0, &point),
            &combine(&there.gradient, -1.0, &here.gradient),
        );
        (point, here) = (next, there);
    }
    Outcome::Stuck
}

/// The steepest sensible direction, never longer than [`LONGEST_STEP`].
fn downhill(inverse: &Matrix, gradient: &Vector) -> Vector {
    let newton = inverse.map(|row| -dot(&row, gradient));
    let direction = if dot(&newton, gradient) < 0.0 {
        newton
    } else {
        gradient.map(|slope| -slope)
    };
    let length = largest(&direction);
    if length > LONGEST_STEP {
        direction.map(|part| part * LONGEST_STEP / length)
    } else {
        direction
    }
}

/// In logarithms, so that no parameter changes by more than e² at once.
const LONGEST_STEP: f64 = 2.0;

/// A step that lowers the value enough and flattens the slope enough, found by doubling and halving.
fn line_search(
    function: impl Fn(&Vector) -> Slope,
    point: &Vector,
    here: &Slope,
    direction: &Vector,
) -> Option<(Vector, Slope)> {
    const DECREASE: f64 = 1e-4;
    const FLATTENING: f64 = 0.9;
    let slope = dot(&here.gradient, direction);
    let (mut low, mut high, mut step) = (0.0, f64::INFINITY, 1.0);

    for _ in 0..60 {
        let next = combine(point, step, direction);
        let there = function(&next);
        // Near the minimum values differ by less than their rounding; then only the slope speaks.
        let rounding = f64::EPSILON * 8.0 * here.value.abs();
        let enough = there.value <= here.value + DECREASE * step * slope + rounding;
        if !enough {
            high = step;
        } else if dot(&there.gradient, direction) < FLATTENING * slope {
            low = step;
        } else {
            return Some((next, there));
        }
        step = if high.is_finite() {
            f64::midpoint(low, high)
        } else {
            low * 2.0
        };
        if step * largest(direction) > 2.0 * LONGEST_STEP {
            return Some((next, there)); // Downhill all the way: the box will stop it.
        }
    }
    None
}

/// The BFGS update of the inverse Hessian after a step that changed the gradient by `change`.
fn updated(inverse: &Matrix, step: &Vector, change: &Vector) -> Matrix {
    let curvature = dot(step, change);
    if curvature <= 1e-300 {
        return *inverse;
    }
    let image = inverse.map(|row| dot(&row, change));
    let scale = (1.0 + dot(change, &image) / curvature) / curvature;

    let mut next = *inverse;
    for ((row, one), left) in next.iter_mut().zip(step).zip(&image) {
        for ((entry, other), right) in row.iter_mut().zip(step).zip(&image) {
            *entry += scale * one * other - (left * other + one * right) / curvature;
        }
    }
    next
}

/// The diagonal of the inverse of the second derivatives at `point`, or `None` where the function
/// does not curve upward in every direction.
///
/// The second derivatives are central differences of the gradient; a Cholesky factor decides.
pub(crate) fn inverse_curvature(
    function: impl Fn(&Vector) -> Slope,
    point: &Vector,
) -> Option<Vector> {
    const STEP: f64 = 1e-4;
    let unit = identity();
    let hessian = unit.map(|axis| {
        let ahead = function(&combine(point, STEP, &axis)).gradient;
        let behind = function(&combine(point, -STEP, &axis)).gradient;
        combine(&ahead, -1.0, &behind).map(|difference| difference / (2.0 * STEP))
    });

    // H = LLᵀ, so H⁻¹ has the diagonal Σ (L⁻¹)², column by column.
    let factor = cholesky(&hessian)?;
    let mut diagonal = [0.0; 5];
    for (slot, axis) in diagonal.iter_mut().zip(&unit) {
        let column = forward(&factor, axis);
        *slot = dot(&column, &column);
    }
    Some(diagonal)
}

fn outside(point: &Vector, bounds: &[(f64, f64); 5]) -> Option<usize> {
    point
        .iter()
        .zip(bounds)
        .position(|(value, (low, high))| value < low || value > high)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        bounds: [(-100.0, 100.0); 5],
        tolerance: 1e-9,
        steps: 300,
    };

    /// A bent valley (Rosenbrock) in two variables and a bowl in the others.
    fn valley(point: &Vector) -> Slope {
        let [x, y, u, v, w] = *point;
        let bend = y - x * x;
        Slope {
            value: (1.0 - x).powi(2)
                + 100.0 * bend * bend
                + u * u
                + 2.0 * v * v
                + (w - 3.0).powi(2),
            gradient: [
                -2.0 * (1.0 - x) - 400.0 * x * bend,
                200.0 * bend,
                2.0 * u,
                4.0 * v,
                2.0 * (w - 3.0),
            ],
        }
    }

    #[test]
    fn finds_the_bottom_of_a_bent_valley() {
        let outcome = minimise(valley, [-1.2, 1.0, 2.0, -3.0, 0.0], LIMITS);

        let Outcome::AtRest { point, value } = outcome else {
            panic!("{outcome:?}")
        };
        assert!(value < 1e-15, "{value:e}");
        let wanted = [1.0, 1.0, 0.0, 0.0, 3.0];
        assert!(
            point
                .iter()
                .zip(wanted)
                .all(|(one, other)| (one - other).abs() < 1e-6)
        );
        // Second derivatives: [[802, -400], [-400, 200]] with determinant 400, then 2, 4 and 2.
        let inverse = inverse_curvature(valley, &point).unwrap();
        let wanted = [0.5, 2.005, 0.5, 0.25, 0.5];
        assert!(
            inverse
                .iter()
                .zip(wanted)
                .all(|(one, other)| (one - other).abs() < 1e-3)
        );
    }

    #[test]
    fn says_where_an_endless_slope_leaves_the_box() {
        let slope = |point: &Vector| Slope {
            value: point.iter().map(|x| x * x).sum::<f64>() - point[2] * point[2] - point[2],
            gradient: [
                2.0 * point[0],
                2.0 * point[1],
                -1.0,
                2.0 * point[3],
                2.0 * point[4],
            ],
        };

        let outcome = minimise(slope, [1.0; 5], LIMITS);

        assert!(
            matches!(outcome, Outcome::Outside { coordinate: 2, .. }),
            "{outcome:?}"
        );
        assert!(inverse_curvature(slope, &[0.0; 5]).is_none());
    }
}
