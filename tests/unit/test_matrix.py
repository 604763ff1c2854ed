"""Tables of movement."""

import pytest
from customer_archive_tools.matrix import NONE, matrix
from hypothesis import given
from hypothesis import strategies as st

LEVELS = [{"key": key, "name": name} for key, name in ((11, "A"), (12, "B"), (13, "C"), (NONE, "None"))]
PARTS = ("same", "new", "out", "change")

#: Levels have numbers for keys, stages of the life cycle texts.
KEYS = st.sampled_from([[1, 2, 3, NONE], ["active", "dormant", "lost", NONE], [NONE, "x", 7]])


@st.composite
def movements(draw):
    keys = draw(KEYS)
    pair = st.tuples(st.sampled_from(keys), st.sampled_from(keys))
    return draw(st.dictionaries(pair, st.integers(0, 10**6))), [{"key": key, "name": str(key)} for key in keys]


def test_rows_and_columns_are_the_classes_that_occur_best_first():
    table = matrix({(13, 11): 1, (11, 11): 2}, LEVELS)
    assert [row["name"] for row in table["rows"]] == ["A", "C"]
    assert table["columns"] == table["rows"]
    assert table["cells"] == [[2, 0], [1, 0]]
    assert (table["row_totals"], table["column_totals"]) == ([2, 1], [3, 0])


def test_up_is_towards_the_first_class():
    table = matrix({(12, 11): 1, (13, 11): 2, (11, 12): 4, (12, 12): 8}, LEVELS)
    assert (table["up"], table["down"], table["same"]) == (3, 4, 8)


def test_none_is_no_step_of_the_ladder():
    table = matrix({(NONE, 11): 1, (NONE, 13): 2, (12, NONE): 4, (NONE, NONE): 8}, LEVELS)
    assert (table["up"], table["down"], table["change"]) == (0, 0, 0)
    assert (table["new"], table["out"], table["same"]) == (3, 4, 8)


def test_place_of_none_among_the_classes_does_not_count():
    pairs = {(NONE, 11): 1, (12, NONE): 4, (12, 11): 16}
    first, last = matrix(pairs, [LEVELS[-1], *LEVELS[:-1]]), matrix(pairs, LEVELS)
    assert all(first[name] == last[name] for name in ("up", "down", *PARTS))


def test_classes_without_order_have_no_up_and_down():
    table = matrix({("active", "lost"): 3, ("lost", "active"): 4}, [{"key": "active"}, {"key": "lost"}], ordered=False)
    assert (table["up"], table["down"], table["change"]) == (None, None, 7)


def test_nobody_moved():
    table = matrix({}, LEVELS)
    assert (table["rows"], table["cells"], table["column_totals"], table["total"]) == ([], [], [], 0)
    assert not any(table[name] for name in ("up", "down", *PARTS))


@pytest.mark.parametrize("pair", [(11, 99), ("lost", 11), (NONE, "lost")])
def test_unknown_classes_are_refused(pair):
    with pytest.raises(ValueError, match="unknown classes"):
        matrix({pair: 1}, LEVELS)


@given(movements())
def test_totals_are_sums(movement):
    pairs, classes = movement
    table = matrix(pairs, classes)
    assert table["row_totals"] == [sum(row) for row in table["cells"]]
    assert table["column_totals"] == [sum(row[place] for row in table["cells"]) for place in range(len(table["rows"]))]
    assert table["total"] == sum(table["row_totals"]) == sum(table["column_totals"]) == sum(pairs.values())


@given(movements())
def test_every_customer_counts_once(movement):
    table = matrix(*movement)
    assert sum(table[name] for name in PARTS) == table["total"]
    assert table["up"] + table["down"] == table["change"]
    assert table["up"] + table["down"] + table["same"] == table["total"] - table["new"] - table["out"]


@given(movements())
def test_every_number_stands_in_its_cell(movement):
    pairs, classes = movement
    table = matrix(pairs, classes)
    read = {
        (row["key"], column["key"]): number
        for row, numbers in zip(table["rows"], table["cells"], strict=True)
        for column, number in zip(table["columns"], numbers, strict=True)
        if number
    }
    assert read == {pair: number for pair, number in pairs.items() if number}


@given(movements())
def test_way_back_is_the_way_forth_reversed(movement):
    pairs, classes = movement
    forth, back = matrix(pairs, classes), matrix({(new, old): number for (old, new), number in pairs.items()}, classes)
    assert (back["up"], back["down"], back["new"], back["out"]) == (
        forth["down"], forth["up"], forth["out"], forth["new"]
    )
    assert (back["same"], back["total"], back["rows"]) == (forth["same"], forth["total"], forth["rows"])
    assert back["cells"] == [list(column) for column in zip(*forth["cells"], strict=True)]


@given(movements(), st.randoms())
def test_order_of_the_pairs_does_not_matter(movement, random):
    pairs, classes = movement
    items = list(pairs.items())
    random.shuffle(items)
    assert matrix(dict(items), classes) == matrix(pairs, classes)
