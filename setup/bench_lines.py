"""What a benchmark measures, and the line that says it."""

import gc
import resource
import statistics
import time
from dataclasses import dataclass

HEAD = f"{'':<52}{'figure':>13}{'target':>13}{'':>7}  beside it"


@dataclass(frozen=True)
class Measure:
    """What one operation cost: seconds, statements, and the most memory that its process had so far (MB)."""

    seconds: float
    queries: int
    memory: float

    def __str__(self) -> str:
        return f"{self.queries} queries, {self.memory:.0f} MB"


def measure(env, function, *arguments, times: int = 1, undo: bool = False) -> Measure:
    """Do something and say what it cost; with ``times`` the median, with ``undo`` nothing of it stays."""
    found = [_measure(env, function, arguments, undo) for _time in range(times)]
    return Measure(
        statistics.median(item.seconds for item in found),
        int(statistics.median(item.queries for item in found)),
        found[-1].memory,
    )


def _measure(env, function, arguments, undo) -> Measure:
    env.flush_all()
    env.invalidate_all()
    gc.collect()
    queries, begin = env.cr.sql_log_count, time.perf_counter()
    function(*arguments)
    env.cr.flush()  # what waits for the end of the transaction, such as messages about tracked changes, counts
    seconds, queries = time.perf_counter() - begin, env.cr.sql_log_count - queries
    if undo:
        env.cr.rollback()
    return Measure(seconds, queries, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def report(name: str, figure: float, unit: str, target: float | None = None, beside: str = "") -> None:
    """Print one line; ``target`` is the most that ``figure`` may be."""
    verdict = "" if target is None else "ok" if figure <= target else "over"
    shown = f"{figure:,.2f} {unit}" if unit == "s" else f"{figure:,.0f} {unit}"
    limit = "" if target is None else f"{target:,.2f} {unit}" if unit == "s" else f"{target:,.0f} {unit}"
    print(f"{name:<52}{shown:>13}{limit:>13}{verdict:>7}  {beside}", flush=True)
