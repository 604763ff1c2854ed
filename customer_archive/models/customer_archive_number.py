import psycopg2.errors
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# First key of the advisory lock; the second one is the company. An arbitrary constant of this model.
LOCK_CLASS = 0x43415243
MAX_TRIES = 50


class CustomerArchiveNumber(models.Model):
    """Register of every number ever allotted: a number is never used twice, also when its archive is gone."""

    _name = "customer.archive.number"
    _description = "Archive Number"
    _inherit = ["customer.link.mixin"]
    _order = "id desc"

    name = fields.Char("Number", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null")
    sequence_name = fields.Char(readonly=True, help="Counter in the database that the number came from.")
    counter = fields.Integer(readonly=True)

    _name_uniq = models.UniqueIndex("(company_id, name)", "This archive number is taken.")
    _counter_idx = models.Index("(sequence_name, counter)")

    @api.model
    def _allot(self, partner, company):
        """Allot the next number of a company to a customer, without gaps and without repeats.

        Rivals wait for an advisory lock, which the end of the transaction releases. A transaction that waited still
        reads its old snapshot, so nothing here depends on rows it cannot see: the counter is a database sequence
        (never part of a snapshot), and a number that is taken is refused by the unique index. The last value of the
        counter is tried first: it is free when the transaction that drew it was rolled back.

        :param partner: ``res.partner`` that gets the number
        :param company: ``res.company`` whose numbering counts
        :return: the new record of the register
        :raise UserError: when the numbering repeats numbers that are taken
        """
        # sudo: approvers read neither sequences nor the register
        self = self.sudo()
        sequence = company.sudo().archive_sequence_id
        if sequence.implementation != "standard":
            sequence.implementation = "standard"
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s, %s)", LOCK_CLASS, company.id))
        current = sequence._get_current_sequence(fields.Date.context_today(self))
        counter_name = self._get_counter_name(sequence, current)
        for _try in range(MAX_TRIES):
            counter = self._draw_counter(counter_name, reuse_last=not _try)
            name = self._format_number(sequence, current, counter)
            if counter and (number := self._insert_number(partner, company, counter_name, counter, name)):
                return number
        raise UserError(
            self.env._(
                "The numbering “%(sequence)s” repeats numbers that are taken, such as %(number)s. Set its next number "
                "higher in the settings of the customer archive.",
                sequence=sequence.name,
                number=name,
            )
        )

    @api.model
    def _get_counter_name(self, sequence, current):
        """Name of the database sequence behind an ``ir.sequence`` or its date range."""
        return f"ir_sequence_{sequence.id:03d}" + ("" if current == sequence else f"_{current.id:03d}")

    @api.model
    def _draw_counter(self, counter_name, reuse_last):
        """Next value of the counter, or its last one where no committed number holds it.

        :return: int, or 0 when ``reuse_last`` finds nothing to reuse
        """
        counter = SQL.identifier(counter_name)
        if not reuse_last:
            return self.env.execute_query(SQL("SELECT nextval(%s)", counter_name))[0][0]
        [(last, is_called)] = self.env.execute_query(SQL("SELECT last_value, is_called FROM %s", counter))
        if not is_called or self.search_count([("sequence_name", "=", counter_name), ("counter", "=", last)], limit=1):
            return 0
        return last

    @api.model
    def _format_number(self, sequence, current, counter):
        if current != sequence:
            sequence = sequence.with_context(ir_sequence_date_range=current.date_from)
        return sequence.get_next_char(counter)

    @api.model
    def _insert_number(self, partner, company, counter_name, counter, name):
        """Insert the number, or return an empty recordset when another transaction holds it."""
        values = (name, company.id, partner.id, counter_name, counter, self.env.uid, self.env.uid)
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(
                    SQL(
                        """INSERT INTO customer_archive_number
                               (name, company_id, partner_id, sequence_name, counter, create_uid, write_uid,
                                create_date, write_date)
                           VALUES (%s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                           RETURNING id""",
                        SQL(", ").join(values),
                    ),
                    log_exceptions=False,
                )
                return self.browse(self.env.cr.fetchone()[0])
        except psycopg2.errors.UniqueViolation:
            return self.browse()
