"""`python -m tests.bench [--rows a,b]`: run the benchmarks and print one table; the exit code says whether all hold."""

from __future__ import annotations

import argparse

from tests.bench.harness import RESULT, benchmarks, run


def main() -> int:
    """Read the options, run, and return 0 when every row holds, else 1."""
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("--rows", default="", help="names separated by commas; all when left out")
    options.add_argument("--list", action="store_true", help="print the names and stop")
    chosen = options.parse_args()
    if chosen.list:
        print("\n".join(benchmarks()))
        return 0
    rows = run([name.strip() for name in chosen.rows.split(",") if name.strip()])
    short = [row.row for row in rows if not row.holds]
    print(f"\n{len(rows) - len(short)} of {len(rows)} rows hold; written to {RESULT.relative_to(RESULT.parents[1])}")
    return 1 if short else 0


if __name__ == "__main__":
    raise SystemExit(main())
