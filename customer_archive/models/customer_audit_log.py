from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, file_open
from psycopg2 import errors

from ..const import AUDIT_CHANNELS, AUDIT_OPERATIONS

_SCHEMA = "customer_archive/models/customer_audit_schema.sql"


class CustomerAuditLog(models.Model):
    """Who read, exported, changed or was refused what: one row per request, model and operation.

    The rows stand in a schema of PostgreSQL of its own, see ``customer_audit_schema.sql``. This model only reads them:
    it has no table of Odoo's, so neither the ORM nor an uninstallation reaches the log.
    """

    _name = "customer.audit.log"
    _description = "Audit Log"
    _auto = False
    _order = "id desc"
    _rec_name = "login"

    time = fields.Datetime(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    login = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", "Company of the User", readonly=True)
    channel = fields.Selection(AUDIT_CHANNELS, readonly=True)
    address = fields.Char("Network Address", readonly=True)
    operation = fields.Selection(AUDIT_OPERATIONS, readonly=True)
    model = fields.Char("Technical Model", readonly=True)
    record_count = fields.Integer("Records", readonly=True, aggregator="sum")
    field_names = fields.Char("Technical Fields", readonly=True)
    position = fields.Integer("Place in the Chain", readonly=True, aggregator=None)

    @property
    def _table_query(self):
        # the log outlives users who are deleted: their login still says who it was
        return SQL(
            """SELECT e.id, e.time, u.id AS user_id, e.login, e.company_id, e.channel, e.address, e.operation, e.model,
                      e.count AS record_count, array_to_string(e.field_names, ', ') AS field_names, s.position,
                      e.ids AS ids
                 FROM customer_audit.entry e
                 LEFT JOIN customer_audit.seal s ON s.entry_id = e.id
                 LEFT JOIN res_users u ON u.id = e.user_id"""
        )

    def init(self):
        """Make the schema, or leave it alone where it was given to a role of its own."""
        self.env.cr.execute(
            """SELECT pg_get_userbyid(relowner) = current_user
                 FROM pg_class WHERE oid = to_regclass('customer_audit.entry')"""
        )
        if self.env.cr.fetchone() == (False,):
            return
        with file_open(_SCHEMA) as stream:
            schema = stream.read()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(schema, log_exceptions=False)
        except errors.InsufficientPrivilege as error:
            raise UserError(
                self.env._(
                    "The audit log needs a schema of its own in the database: let the database’s administrator run "
                    "GRANT CREATE ON DATABASE for the user of Odoo, then install again."
                )
            ) from error

    #=== NOBODY WRITES ===#

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    def unlink(self):
        self._refuse()
        return super().unlink()

    def _write_multi(self, vals_list):
        self._refuse()
        return super()._write_multi(vals_list)

    def _create(self, data_list):
        self._refuse()
        return super()._create(data_list)

    def _refuse(self):
        raise AccessError(self.env._("Nobody adds to the audit log by hand, changes it or deletes from it."))
