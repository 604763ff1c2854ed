"""Tables of movement: how many went from which class to which."""

from collections.abc import Callable, Hashable, Mapping, Sequence

#: The key that stands for no class. It is no step of a ladder: who comes from or goes to it moves neither up nor down.
NONE = 0

Pairs = Mapping[tuple[Hashable, Hashable], int]


def matrix(pairs: Pairs, classes: Sequence[Mapping], ordered: bool = True) -> dict:
    """A table of movement for the screen.

    Each pair counts once, as one of: ``same`` (stays, be it without a class), ``new`` (had no class), ``out`` (has none
    any more) and ``change`` (from one class to another); ``up`` and ``down`` are the two parts of ``change``.

    :param pairs: number of customers by (key before, key after); keys are any hashable, ``NONE`` stands for none
    :param classes: dicts with ``key`` and ``name`` and whatever the screen shows beside, the best class first
    :param ordered: whether the classes are a ladder; where they are none, ``up`` and ``down`` are None
    :return: dict with ``rows`` and ``columns`` (classes that occur, in their order), ``cells`` as lists of numbers,
        totals of both, ``total``, ``ordered`` and the numbers named above

    >>> table = matrix({(1, 1): 5, (2, 1): 2, (0, 2): 3}, [{"key": key, "name": "?"} for key in (1, 2, 0)])
    >>> table["cells"]
    [[5, 0, 0], [2, 0, 0], [0, 3, 0]]
    >>> [table[name] for name in ("same", "new", "out", "change", "up", "down", "total")]
    [5, 3, 0, 2, 2, 0, 10]
    """
    places = {entry["key"]: place for place, entry in enumerate(classes)}
    occurring = {key for pair in pairs for key in pair}
    if strange := occurring - places.keys():
        raise ValueError(f"unknown classes: {sorted(map(repr, strange))}")
    shown = [entry for entry in classes if entry["key"] in occurring]
    cells = [[pairs.get((row["key"], column["key"]), 0) for column in shown] for row in shown]
    return {
        "rows": shown,
        "columns": shown,
        "cells": cells,
        "row_totals": [sum(row) for row in cells],
        "column_totals": [sum(column) for column in zip(*cells, strict=True)],
        "total": sum(pairs.values()),
        "ordered": ordered,
        "same": _count(pairs, lambda old, new: new == old),
        "new": _count(pairs, lambda old, new: old == NONE != new),
        "out": _count(pairs, lambda old, new: new == NONE != old),
        "change": _count(pairs, lambda old, new: NONE != old != new != NONE),
        **_count_steps(pairs, places if ordered else None),
    }


def _count_steps(pairs: Pairs, places: Mapping[Hashable, int] | None) -> dict:
    if places is None:
        return {"up": None, "down": None}
    changes = {pair: number for pair, number in pairs.items() if NONE not in pair}
    return {
        "up": _count(changes, lambda old, new: places[new] < places[old]),
        "down": _count(changes, lambda old, new: places[new] > places[old]),
    }


def _count(pairs: Pairs, wanted: Callable[[Hashable, Hashable], bool]) -> int:
    return sum(number for (old, new), number in pairs.items() if wanted(old, new))
