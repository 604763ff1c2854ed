"""What is known about the rows that move from one customer to another."""

from dataclasses import dataclass

from odoo.tools import SQL


@dataclass(frozen=True)
class MergeRule:
    """How the rows of one table behave when their customer is merged into another one.

    Without a rule every row moves, and a row that would break a unique index beside one of the customer that stays is
    left with the closed archive. So is a row that is the same thing as one of the other customer's by ``same``.

    stays: no row moves
    stays_where: condition on rows that do not move
    same: columns or expressions in which two rows agree that are one thing, beside the unique indexes of the table
    same_where: condition on the rows that ``same`` is about
    summed: columns of a row that collides which are added to the row of the customer that stays, and become zero
    joined: documents that refer to a row that collides refer to the row of the customer that stays afterwards, and what
        that row lacks it gets from the other
    """

    stays: bool = False
    stays_where: SQL | None = None
    same: tuple[str, ...] = ()
    same_where: SQL = SQL("TRUE")
    summed: tuple[str, ...] = ()
    joined: bool = False


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
