import json

from odoo import api, models
from odoo.tools import SQL

from ..merging import MergeRule


class CustomerMerger(models.AbstractModel):
    """Rows of both customers that are one thing, such as a bank account: one serves from now on, the other one stays.

    Nothing is deleted: the row of the closed archive stays with it, so that undoing the merge parts the two again.
    """

    _inherit = "customer.merger"
    _name = "customer.merger"

    @api.model
    def _join(self, table, rule, collisions):
        """Carry over to the rows of the customer that stays what the rule of the table says.

        :param collisions: dict of key of a row that stays with the closed archive → key of the other customer's row
        :return: dict of what ``_part`` takes back: ``sums`` (list of [key of the row that got it, key of the row that
            gave it, column, amount]), ``values`` (list of [key, column, old, new]) and ``joined`` (columns that refer
            to such rows, as in ``_move``, with the keys of both rows)
        """
        found = {"sums": [], "values": [], "joined": []}
        for key, kept in collisions.items():
            found["sums"] += [self._add_up(table, kept, key, name) for name in rule.summed]
            if rule.joined:
                found["values"] += self._fill_row(table, kept, key)
                found["joined"] += self._hand_over(table, kept, key)
        return found

    @api.model
    def _add_up(self, table, kept, key, column):
        amount, present = (self._read_value(table, row, column) or 0 for row in (key, kept))
        self._restore(table, kept, {column: present + amount})
        self._restore(table, key, {column: 0})
        return [kept, key, column, amount]

    @api.model
    def _fill_row(self, table, kept, key):
        """Give a row what it lacks and the other one has; return the changes."""
        rows = dict(
            self.env.execute_query(
                SQL("SELECT t.id, to_jsonb(t) FROM %s t WHERE t.id IN %s", SQL.identifier(table), (kept, key))
            )
        )
        gaps = {
            name: value
            for name, value in rows[key].items()
            if name not in models.MAGIC_COLUMNS and value not in (None, "") and rows[kept][name] in (None, "")
        }
        if gaps:
            self._restore(table, kept, gaps)
        return [[kept, name, rows[kept][name], value] for name, value in gaps.items()]

    @api.model
    def _hand_over(self, table, kept, key):
        """Let what refers to one row refer to another one, but for rows that would collide there."""
        parts = []
        for link in self._get_keys_to(table):
            query = SQL(
                "SELECT t.%s FROM %s t WHERE t.%s = %s",
                *map(SQL.identifier, (link.key, link.table, link.column)), key,
            )
            pointing = [pointing for (pointing,) in self.env.execute_query(query)]
            staying = self._get_collisions(link, MergeRule(), key, kept) if pointing else {}
            if moving := self._point(link, [pointing for pointing in pointing if pointing not in staying], key, kept):
                parts.append(
                    {"table": link.table, "column": link.column, "key": link.key, "is_text": False, "keys": moving,
                     "kept": kept, "gone": key}
                )
        return parts

    @api.model
    def _part(self, table, move):
        """Undo ``_join``: what was changed since stays, and no amount comes back that was used up meanwhile."""
        for key, column, old, new in reversed(move["values"]):
            if self._read_value(table, key, column) == new:
                self._restore(table, key, {column: old})
        for kept, key, column, amount in reversed(move["sums"]):
            present = self._read_value(table, kept, column) or 0
            back = max(min(amount, present), 0) if amount > 0 else amount
            self._restore(table, kept, {column: present - back})
            self._restore(table, key, {column: (self._read_value(table, key, column) or 0) + back})
        for part in move["joined"]:
            link = self._get_moved_link(part)
            if self._exists(link):
                self._point(link, part["keys"], part["kept"], part["gone"])

    @api.model
    def _read_value(self, table, key, column):
        query = SQL("SELECT to_jsonb(t.%s) FROM %s t WHERE t.id = %s", *map(SQL.identifier, (column, table)), key)
        [(value,)] = self.env.execute_query(query) or [(None,)]
        return value

    @api.model
    def _restore(self, table, key, values):
        """Set columns of a row to values as JSON holds them."""
        columns = SQL(", ").join(
            SQL("%s = r.%s", SQL.identifier(name), SQL.identifier(name)) for name in values
        )
        name = SQL.identifier(table)
        self.env.cr.execute(
            SQL(
                "UPDATE %s t SET %s FROM jsonb_populate_record(NULL::%s, %s::jsonb) r WHERE t.id = %s",
                name, columns, name, json.dumps(values), key,
            )
        )
