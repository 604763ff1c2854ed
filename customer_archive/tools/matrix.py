"""Tables of movement: how many went from which class to which."""

from collections.abc import Iterable, Mapping, Sequence


def matrix(pairs: Mapping[tuple[int, int], int], classes: Sequence[Mapping]) -> dict:
    """A table of movement for the screen.

    :param pairs: number of customers by (key before, key after); key 0 stands for none
    :param classes: dicts with ``key`` and ``name`` and whatever the screen shows beside, the best class first
    :return: dict with ``rows`` and ``columns`` (classes that occur, in their order), ``cells`` as lists of numbers,
        totals of both, ``up``, ``down`` and ``same``

    >>> table = matrix({(1, 1): 5, (2, 1): 2}, [{"key": 1, "name": "A"}, {"key": 2, "name": "B"}])
    >>> table["cells"], table["up"], table["total"]
    ([[5, 0], [2, 0]], 2, 7)
    """
    known = {entry["key"] for entry in classes}
    occurring = {key for pair in pairs for key in pair}
    shown = [entry for entry in classes if entry["key"] in occurring]
    if strange := occurring - known:
        raise ValueError(f"unknown classes: {sorted(strange)}")
    places = {entry["key"]: place for place, entry in enumerate(classes)}
    cells = [[pairs.get((row["key"], column["key"]), 0) for column in shown] for row in shown]
    return {
        "rows": shown,
        "columns": shown,
        "cells": cells,
        "row_totals": [sum(row) for row in cells],
        "column_totals": [sum(column) for column in zip(*cells, strict=True)],
        "total": sum(pairs.values()),
        "up": _count(pairs, lambda old, new: places[new] < places[old]),
        "down": _count(pairs, lambda old, new: places[new] > places[old]),
        "same": _count(pairs, lambda old, new: new == old),
    }


def _count(pairs: Mapping[tuple[int, int], int], wanted) -> int:
    return sum(number for (old, new), number in pairs.items() if wanted(old, new))


def moves(items: Iterable[tuple[int | None, int | None]]) -> dict[tuple[int, int], int]:
    """Count pairs of (before, after); None becomes key 0."""
    counts: dict[tuple[int, int], int] = {}
    for old, new in items:
        pair = (old or 0, new or 0)
        counts[pair] = counts.get(pair, 0) + 1
    return counts
