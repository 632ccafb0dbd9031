#!/usr/bin/env python3
"""Fits the prior of EBGM over quarterly files of FAERS, independently of Quire: own reading and counting, scipy's
negative binomial and optimiser, every pair of the grid with its own expectation (nothing squashed).

    cargo run -p quire-background --example quarter -- 6000 7 FOLDER     # writes FOLDER/*.txt
    python3 prior.py FOLDER... > prior.csv                              # needs numpy and scipy

Model: DuMouchel 1999, Am Stat 53:177-90, equation 12: all pairs of a drug and a reaction that occur, those that
nobody reported as count 0. E = n m / N, with n, m and N counted in reports. A shape is at most 1,000.
"""
import sys, csv, pathlib
from collections import Counter, defaultdict
import numpy as np, scipy
from scipy.optimize import brentq, minimize
from scipy.special import digamma, gammaln
from scipy.stats import gamma


def rows(folders, stem):
    for folder in folders:
        for path in sorted(pathlib.Path(folder).glob(stem + "[0-9][0-9]Q[1-4].txt")):
            lines = path.read_bytes().decode("latin-1").split("\n")
            header = lines[0].split("$")
            for line in lines[1:]:
                fields = line.split("$")
                if len(fields) == len(header):  # others are torn
                    yield dict(zip(header, fields))


def count(folders):
    latest = {}
    for row in rows(folders, "DEMO"):
        case, version = row["caseid"], int(row["caseversion"])
        if case not in latest or latest[case][0] < version:
            latest[case] = (version, row["primaryid"])
    for folder in folders:
        for path in pathlib.Path(folder).glob("DELETE*.txt"):
            for case in path.read_text().split():
                latest.pop(case, None)
    kept = {number for _, number in latest.values()}
    drug = {}
    for row in rows(folders, "DRUG"):
        if row["role_cod"] == "PS" and row["primaryid"] in kept:
            drug[row["primaryid"]] = (row["prod_ai"] or row["drugname"]).upper()
    terms = defaultdict(set)
    for row in rows(folders, "REAC"):
        if row["primaryid"] in drug:
            terms[row["primaryid"]].add(row["pt"].upper())
    drug = {number: name for number, name in drug.items() if terms[number]}
    n = Counter(drug.values())
    m = Counter(term for number in drug for term in terms[number])
    both = Counter((drug[number], term) for number in drug for term in terms[number])
    return len(drug), n, m, both


def cells(total, n, m, both):
    """(count, n, m) -> how many pairs; pairs with equal values have equal likelihoods."""
    grid = Counter()
    for a, drugs in Counter(n.values()).items():
        for b, reactions in Counter(m.values()).items():
            grid[0, a, b] += drugs * reactions
    for (name, term), count in both.items():
        grid[0, n[name], m[term]] -= 1
        grid[count, n[name], m[term]] += 1
    keys = [key for key, weight in grid.items() if weight]
    table = np.array(keys, dtype=float)
    return table[:, 0], table[:, 1] * table[:, 2] / total, np.array([grid[key] for key in keys], dtype=float)


def log_marginal(count, expected, alpha, beta):
    return (gammaln(alpha + count) - gammaln(alpha) - gammaln(count + 1)
            + alpha * np.log(beta / (beta + expected)) + count * np.log(expected / (beta + expected)))


def fit(count, expected, weight):
    def loss(x):
        a1, b1, a2, b2 = np.exp(x[:4])
        with np.errstate(all="ignore"):
            one = log_marginal(count, expected, a1, b1) - np.logaddexp(0, -x[4])
            two = log_marginal(count, expected, a2, b2) - np.logaddexp(0, x[4])
            value = -np.sum(weight * np.logaddexp(one, two)) / weight.sum()
        return value if np.isfinite(value) and np.all(x[[0, 2]] <= np.log(1000)) and np.all(np.abs(x[:4]) < np.log(1e6)) else 1e9
    best = None
    for start in ([.2, .1, 2, 4, 1 / 3], [.1, .1, 10, 10, .2], [.3, .5, 6, 6, .5], [3, .5, 2, 2, .1]):
        x = np.append(np.log(start[:4]), np.log(start[4] / (1 - start[4])))
        for _ in range(3):
            x = minimize(loss, x, method="Nelder-Mead", options=dict(maxiter=8000, maxfev=8000, xatol=1e-9, fatol=1e-15)).x
        found = minimize(loss, x, method="BFGS", options=dict(gtol=1e-10))
        x, value = (found.x, found.fun) if found.fun < loss(x) else (x, loss(x))
        if best is None or value < best[1]:
            best = x, value
    x, value = best
    theta = [*np.exp(x[:4]), 1 / (1 + np.exp(-x[4]))]
    if theta[0] / theta[1] < theta[2] / theta[3]:
        theta = [*theta[2:4], *theta[:2], 1 - theta[4]]
    return theta, -value * weight.sum()


def score(theta, count, expected):
    a1, b1, a2, b2, p = theta
    one = np.log(p) + log_marginal(count, expected, a1, b1)
    two = np.log(1 - p) + log_marginal(count, expected, a2, b2)
    q = np.exp(one - np.logaddexp(one, two))
    ebgm = np.exp(q * (digamma(a1 + count) - np.log(b1 + expected)) + (1 - q) * (digamma(a2 + count) - np.log(b2 + expected)))
    below = lambda x: (q * gamma.cdf(x, a1 + count, scale=1 / (b1 + expected))
                       + (1 - q) * gamma.cdf(x, a2 + count, scale=1 / (b2 + expected)))
    bound = lambda share: brentq(lambda x: below(x) - share, 1e-12, 1e6, xtol=1e-13)
    return ebgm, bound(.05), bound(.95)


if __name__ == "__main__":
    total, n, m, both = count(sys.argv[1:])
    theta, height = fit(*cells(total, n, m, both))
    out = csv.writer(sys.stdout, lineterminator="\n")
    print(f"# prior.py, scipy {scipy.__version__}; {total} reports, {len(n)} drugs, {len(m)} reactions, {len(both)} pairs reported")
    out.writerow(["fit", f"{height:.6f}"] + [f"{value:.9g}" for value in theta])
    for observed, expected in [(1, .05), (3, .4), (3, 2.), (8, 1.5), (20, 4.), (60, 55.), (150, 20.)]:
        out.writerow(["score", observed, expected] + [f"{value:.9g}" for value in score(theta, observed, expected)])
