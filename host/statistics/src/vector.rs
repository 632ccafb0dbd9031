//! Vectors and matrices in the five parameters of a prior.

/// A point, a direction or a gradient.
pub(crate) type Vector = [f64; 5];

/// A symmetric matrix.
pub(crate) type Matrix = [Vector; 5];

/// Ones on the diagonal; its rows are the axes.
pub(crate) fn identity() -> Matrix {
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

/// The sum of products.
pub(crate) fn dot(left: &Vector, right: &Vector) -> f64 {
    left.iter().zip(right).map(|(one, other)| one * other).sum()
}

/// left + factor·right.
pub(crate) fn combine(left: &Vector, factor: f64, right: &Vector) -> Vector {
    let mut sum = *left;
    for (part, other) in sum.iter_mut().zip(right) {
        *part += factor * other;
    }
    sum
}

/// The largest absolute value.
pub(crate) fn largest(vector: &Vector) -> f64 {
    vector.iter().fold(0.0, |most, part| most.max(part.abs()))
}

/// The lower triangle whose product with its transpose is `matrix`, or `None` where a pivot is not positive.
pub(crate) fn cholesky(matrix: &Matrix) -> Option<Vec<Vector>> {
    let mut factor: Vec<Vector> = Vec::with_capacity(matrix.len());
    for (index, row) in matrix.iter().enumerate() {
        let mut next = forward(&factor, row);
        let pivot = row.get(index)? - dot(&next, &next);
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        *next.get_mut(index)? = pivot.sqrt();
        factor.push(next);
    }
    Some(factor)
}

/// The x with Lx = `right` in as many coordinates as `factor` has rows, and 0 in the others.
pub(crate) fn forward(factor: &[Vector], right: &Vector) -> Vector {
    let mut solved: Vector = [0.0; 5];
    for (index, (row, wanted)) in factor.iter().zip(right).enumerate() {
        let rest = wanted - dot(&solved, row);
        if let (Some(slot), Some(pivot)) = (solved.get_mut(index), row.get(index)) {
            *slot = rest / pivot;
        }
    }
    solved
}
