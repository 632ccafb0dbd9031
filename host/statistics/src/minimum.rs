//! The minimum of a smooth function of five variables, by BFGS.

/// A point, a direction or a gradient.
pub(crate) type Vector = [f64; 5];

/// A symmetric matrix.
pub(crate) type Matrix = [Vector; 5];

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

/// Whether the function curves upward in every direction at `point`.
///
/// The second derivatives are central differences of the gradient; a Cholesky factor decides, and
/// directions flatter than `flattest` count as flat.
pub(crate) fn curves_upward(
    function: impl Fn(&Vector) -> Slope,
    point: &Vector,
    flattest: f64,
) -> bool {
    const STEP: f64 = 1e-4;
    let unit = identity();
    let hessian = unit.map(|axis| {
        let ahead = function(&combine(point, STEP, &axis)).gradient;
        let behind = function(&combine(point, -STEP, &axis)).gradient;
        combine(&ahead, -1.0, &behind).map(|difference| difference / (2.0 * STEP))
    });

    // Rows of the Cholesky factor, each a vector with zeros to the right.
    let mut factor: Vec<Vector> = Vec::with_capacity(5);
    for (index, row) in hessian.iter().enumerate() {
        let mut next: Vector = [0.0; 5];
        for (column, above) in factor.iter().enumerate() {
            let rest = row.get(column).unwrap_or(&0.0) - dot(&next, above);
            let pivot = above.get(column).unwrap_or(&1.0);
            if let Some(slot) = next.get_mut(column) {
                *slot = rest / pivot;
            }
        }
        let pivot = row.get(index).unwrap_or(&0.0) - dot(&next, &next);
        if pivot.is_nan() || pivot <= flattest {
            return false;
        }
        if let Some(slot) = next.get_mut(index) {
            *slot = pivot.sqrt();
        }
        factor.push(next);
    }
    true
}

fn outside(point: &Vector, bounds: &[(f64, f64); 5]) -> Option<usize> {
    point
        .iter()
        .zip(bounds)
        .position(|(value, (low, high))| value < low || value > high)
}

fn identity() -> Matrix {
    let mut next = 0;
    [(); 5].map(|()| {
        let mut row = [0.0; 5];
        if let Some(slot) = row.get_mut(next) {
            *slot = 1.0;
        }
        next += 1;
        row
    })
}

fn dot(left: &Vector, right: &Vector) -> f64 {
    left.iter().zip(right).map(|(one, other)| one * other).sum()
}

/// left + factor·right.
fn combine(left: &Vector, factor: f64, right: &Vector) -> Vector {
    let mut sum = *left;
    for (part, other) in sum.iter_mut().zip(right) {
        *part += factor * other;
    }
    sum
}

fn largest(vector: &Vector) -> f64 {
    vector.iter().fold(0.0, |most, part| most.max(part.abs()))
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
        assert!(curves_upward(valley, &point, 1e-6));
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
        assert!(!curves_upward(slope, &[0.0; 5], 1e-9));
    }
}
