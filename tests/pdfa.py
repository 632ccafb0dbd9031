"""Say whether a file is what it claims to be: `pdfa.py 2b FILE`. Every finding is a line.

pikepdf's validator approves a file only if it knows everything in it and every rule of veraPDF's list
that applies is kept, so that it errs on the strict side.
"""

import sys

from pikepdf.pdfa import validate_written

flavour, path = sys.argv[1:]
report = validate_written(path, flavour)
for finding in report.findings:
    print(finding)
sys.exit(0 if report.passed else 1)
