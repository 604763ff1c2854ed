"""Rows of values that one statement takes as a whole."""

import json

from odoo.tools import SQL


def as_relation(rows, types):
    """Rows for a FROM clause, as ``SQL`` of the relation ``v``.

    They travel as one JSON text: the server reads it several times as fast as arrays of literals.

    :param rows: list of dict by column; what is left out is NULL
    :param types: dict of column → type
    """
    columns = SQL(", ").join(SQL("%s %s", SQL.identifier(name), SQL(kind)) for name, kind in types.items())
    return SQL("json_to_recordset(%s::json) AS v(%s)", json.dumps(rows, default=str), columns)
