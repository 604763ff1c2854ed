"""What is known about the rows that move from one customer to another."""

from dataclasses import dataclass

from odoo.tools import SQL


@dataclass(frozen=True)
class MergeRule:
    """How the rows of one table behave when their customer is merged into another one.

    Without a rule every row moves, and a row that would break a unique index beside one of the customer that stays is
    left with the closed archive.

    stays: no row moves
    stays_where: condition on rows that do not move
    summed: columns of a row that collides which are added to the row of the customer that stays, and become zero
    """

    stays: bool = False
    stays_where: SQL | None = None
    summed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """A column that points to customers.

    key: the column that tells the rows of a table apart: ``id``, or the other column of a relation
    condition: which rows of the table point to a contact at all, where the column may point to other models
    is_text: the column holds ``model,id``
    """

    table: str
    column: str
    key: str = "id"
    condition: SQL = SQL("TRUE")
    is_text: bool = False

    def value(self, record_id: int):
        """What the column holds for one contact."""
        return f"res.partner,{record_id}" if self.is_text else record_id
