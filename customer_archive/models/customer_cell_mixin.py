import json

from odoo import models
from odoo.exceptions import UserError

from ..const import CELL_ANY, CELL_OTHER


class CustomerCellMixin(models.AbstractModel):
    """A table of movement whose numbers open their customers.

    The list is told which number it is about, not which customers: the server finds them again whenever the list is
    read, as the person who reads it. So the action is as small for all customers as for one.

    Keys of a number are those of its class before and after, 0 for none, ``CELL_ANY`` for any, and as the class after
    ``CELL_OTHER`` for any but the one before.
    """

    _name = "customer.cell.mixin"
    _description = "Table of Movement"

    def _get_classes(self):
        """Classes as rows and columns of the table: list of dicts with ``key`` and ``name``."""
        raise NotImplementedError

    def _get_cell_domain(self, old, new):
        """The customers behind a number, as a ``Domain``; the keys are checked."""
        raise NotImplementedError

    def _get_cell_names(self, old, new):
        """What the two keys of a number stand for.

        :raise UserError: where one of them is no class of the table
        """
        names = {entry["key"]: entry["name"] for entry in self._get_classes()}
        names[CELL_ANY] = self.env._("Any")
        after = {**names, CELL_OTHER: self.env._("Other")}
        for key, known in ((old, names), (new, after)):
            # not by the dictionary alone: True equals 1 and False equals 0, the key of none
            if type(key) not in (int, str) or key not in known:
                raise UserError(self.env._("There is no class “%s” here.", key))
        return names[old], after[new]

    def _open_cell(self, old, new, name=None):
        """Open the customers behind a number."""
        names = self._get_cell_names(old, new)
        action = self.env["ir.actions.actions"]._for_xml_id("customer_archive.customer_archive_action")
        cell = json.dumps([self._name, self.id, old, new])
        name = name or " → ".join(names)
        # the client reads the one, and titles its list by the other
        return dict(action, name=name, display_name=name, domain=[("customer_cell", "=", cell)])

    @staticmethod
    def _read_keys(*keys):
        """Keys as the screen sends them: there False stands for any."""
        return [CELL_ANY if key is False else key for key in keys]
