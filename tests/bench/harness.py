"""What a benchmark row is, how it is timed, and how all rows are found, run, printed and written down.

A file `rows_<part>.py` beside this one holds functions without arguments whose name does not begin with an
underscore and whose return annotation is `Row` or `list[Row]`. Both sides of a ratio are measured in the same
call, alternately, so that a busy machine disturbs both.
"""

from __future__ import annotations

import importlib
import inspect
import json
import statistics
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).parent
TOP = HERE.parents[1]
RESULT = TOP / "build" / "bench.json"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        row: The name, which `make bench ROWS=` takes.
        value: What was measured.
        unit: Of `value`: "ms", "MB", "× plain fit", ...
        must: The bound in words, e.g. "≤ 60".
        holds: Whether `value` keeps to it.
        note: How it was measured, and the numbers behind a ratio.
    """

    row: str
    value: float
    unit: str
    must: str
    holds: bool
    note: str = ""


Benchmark = Callable[[], "Row | list[Row]"]


def at_most(row: str, value: float, bound: float, unit: str, note: str = "") -> Row:
    """Return the row that must not exceed `bound`."""
    return Row(row, value, unit, f"≤ {bound:g}", value <= bound, note)


def at_least(row: str, value: float, bound: float, unit: str, note: str = "") -> Row:
    """Return the row that must reach `bound`."""
    return Row(row, value, unit, f"≥ {bound:g}", value >= bound, note)


def seconds(function: Callable[[], object]) -> float:
    """Return how long one call takes, in seconds."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def median_seconds(function: Callable[[], object], repeats: int = 5, warm_up: int = 1) -> float:
    """Return the median time of `repeats` calls, after `warm_up` calls that do not count."""
    for _ in range(warm_up):
        function()
    return statistics.median(seconds(function) for _ in range(repeats))


def side_by_side(*functions: Callable[[], object], repeats: int = 5, warm_up: int = 1) -> tuple[float, ...]:
    """Return each function's median time; their calls alternate, so that all meet the same machine."""
    for function in functions * warm_up:
        function()
    rounds = [[seconds(function) for function in functions] for _ in range(repeats)]
    return tuple(statistics.median(times) for times in zip(*rounds, strict=True))


def benchmarks() -> dict[str, Benchmark]:
    """Return every benchmark function by its name, in the order of files and lines."""
    found: dict[str, Benchmark] = {}
    for file in sorted(HERE.glob("rows_*.py")):
        module = importlib.import_module(f"tests.bench.{file.stem}")
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__
            if own and not name.startswith("_") and "Row" in str(function.__annotations__.get("return", "")):
                found[name] = function
    return found


def run(names: Sequence[str] = ()) -> list[Row]:
    """Run the named benchmarks, or all, one after another; print each row as it comes and write build/bench.json.

    A benchmark that breaks is a row that does not hold, with the reason in its note; the others still run.
    """
    known = benchmarks()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SystemExit(f"No benchmark {', '.join(unknown)}. There are: {', '.join(known)}.")
    rows: list[Row] = []
    print(f"{'row':44} {'value':>10} {'unit':14} {'must':>8}  holds")
    for name in names or known:
        try:
            measured = known[name]()
        except Exception as error:
            traceback.print_exc()
            measured = Row(name, float("nan"), "", "to run", False, f"{type(error).__name__}: {error}")
        for row in measured if isinstance(measured, list) else [measured]:
            rows.append(row)
            print(
                f"{row.row:44} {row.value:10.3g} {row.unit:14} {row.must:>8}  {'yes' if row.holds else 'NO'}",
                flush=True,
            )
            if row.note:
                print(f"    {row.note}", flush=True)
    _write(rows)
    return rows


def _write(rows: Sequence[Row]) -> None:
    """Write the rows as JSON, a value that is not a number as null."""
    RESULT.parent.mkdir(exist_ok=True)
    entries = [{**asdict(row), "value": row.value if row.value == row.value else None} for row in rows]
    RESULT.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
