from odoo import api, fields, models
from odoo.tools import SQL


# No record rule: counts days and persons, no customers; only auditors and managers read it
class CustomerExportUsage(models.Model):
    """How many customer records a person took out on a day: the row that parallel exports share.

    Each export adds to it in its own transaction. Of two at the same time the later one waits, fails to serialize and
    is run again by the host, so both are counted; an export that fails is not.
    """

    _name = "customer.export.usage"
    _description = "Exported Customer Records per Day"
    _order = "day desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", "Person", required=True, readonly=True, index=True, ondelete="cascade")
    day = fields.Date(required=True, readonly=True, help="In the person's own time zone.")
    count = fields.Integer("Records", readonly=True)

    _day_uniq = models.UniqueIndex("(user_id, day)")

    @api.model
    def _get_taken(self, user):
        """How many records a person took out today."""
        day = self._get_day(user)
        # sudo: everybody's own count decides about their export
        return self.sudo().search([("user_id", "=", user.id), ("day", "=", day)]).count

    @api.model
    def _add(self, user, count):
        """Count an export of today and return how many records the day has now, these included."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO customer_export_usage AS usage
                          (user_id, day, count, create_uid, create_date, write_uid, write_date)
                   VALUES (%(user)s, %(day)s, %(count)s, %(user)s, %(now)s, %(user)s, %(now)s)
                   ON CONFLICT (user_id, day) DO UPDATE SET
                       count = usage.count + EXCLUDED.count,
                       write_date = EXCLUDED.write_date
                   RETURNING count""",
                user=user.id,
                day=self._get_day(user),
                count=count,
                now=fields.Datetime.now(),
            ),
            log_exceptions=False,
        )
        [taken] = self.env.cr.fetchone()
        self.invalidate_model(["count"])
        return taken

    @api.model
    def _get_day(self, user):
        """The day that it is for a person."""
        return fields.Date.context_today(self.with_context(tz=user.tz))
