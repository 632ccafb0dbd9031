"""Mantel-Haenszel odds ratios by statsmodels, for mantel_haenszel.csv.

python3 -m venv v && v/bin/pip install statsmodels && v/bin/python mantel_haenszel.py > mantel_haenszel.csv

Each set is a list of strata (a, b, c, d). `berkeley` is a published worked example: applicants to six
departments (Bickel, Hammel and O'Connell 1975, Science 187:398-404), whose common odds ratio R's manual of
mantelhaen.test prints as 0.9047 (95 % 0.7719 to 1.0603). The others are made up: sparse strata, and a signal
that is nothing but age.
"""
from statsmodels.stats.contingency_tables import StratifiedTable
import numpy
import statsmodels

SETS = {
    "berkeley": [
        (512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391),
        (138, 279, 131, 244), (53, 138, 94, 299), (22, 351, 24, 317),
    ],
    "sparse": [(1, 3, 2, 40), (2, 1, 5, 31), (0, 4, 1, 60), (3, 0, 0, 22), (1, 1, 1, 9)],
    "confounded": [(2, 398, 10, 1990), (90, 210, 60, 140), (1, 29, 7, 203)],
    "signal": [(30, 400, 120, 9000), (12, 90, 200, 15000), (5, 60, 40, 2000), (7, 12, 90, 700)],
}

print("# Made by mantel_haenszel.py with statsmodels", statsmodels.__version__)
print("# set,strata a b c d; ...,odds ratio,95 % from,to")
for name, strata in SETS.items():
    table = StratifiedTable([numpy.array([[a, b], [c, d]], dtype=float) for a, b, c, d in strata])
    lower, upper = table.oddsratio_pooled_confint(alpha=0.05)
    cells = "; ".join(" ".join(map(str, stratum)) for stratum in strata)
    print(f"{name},{cells},{table.oddsratio_pooled!r},{lower!r},{upper!r}".replace("np.float64(", "").replace(")", ""))
