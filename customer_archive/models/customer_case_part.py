from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import MEASURE_KINDS, MEASURE_STATES
from ..tools.case import CANCELLED, CLOSED


class CustomerCasePartMixin(models.AbstractModel):
    """Rows of a case: as hidden as its customer, changed by who works on the case, until it is closed."""

    _name = "customer.case.part.mixin"
    _description = "Part of a Case"
    _inherit = ["customer.link.mixin"]

    case_id = fields.Many2one("customer.case", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_case_open()
        return records

    def write(self, vals):
        self._check_case_open()
        result = super().write(vals)
        if "case_id" in vals:
            self._check_case_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_case_open()

    def _check_case_open(self):
        if self.env.su:
            return
        self.case_id.check_access("write")
        self.case_id._check_editable()
        if closed := self.case_id.filtered(lambda record: record.state in (CLOSED, CANCELLED))[:1]:
            raise UserError(self.env._("“%s” is closed: open it again to go on with it.", closed.number))


class CustomerCaseWork(models.Model):
    """What somebody did for a case, when and for how long."""

    _name = "customer.case.work"
    _description = "Work on a Case"
    _inherit = ["customer.case.part.mixin"]
    _order = "date desc, id desc"

    name = fields.Text("What Was Done", required=True)
    user_id = fields.Many2one(
        "res.users", "Who", required=True, index=True, ondelete="restrict", default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)
    duration = fields.Float(help="In hours.")

    _duration = models.Constraint("CHECK (duration >= 0 AND duration <= 1000)", "Work takes between 0 and 1,000 hours.")

    def _check_case_open(self):
        result = super()._check_case_open()
        others = self.filtered(lambda row: row.create_uid and row.create_uid != self.env.user)
        if others and not self.env.su and not self.env.user.has_group("customer_archive.group_manager"):
            raise AccessError(self.env._("What a colleague noted stays: add a line of your own."))
        return result


class CustomerCaseMeasure(models.Model):
    """What is done about the cause of a case: to put it right, or so that it does not happen again."""

    _name = "customer.case.measure"
    _description = "Measure of a Case"
    _inherit = ["customer.case.part.mixin", "customer.guard.mixin"]
    _order = "kind, date_deadline, id"

    name = fields.Char("Measure", required=True)
    kind = fields.Selection(MEASURE_KINDS, required=True, default="corrective")
    user_id = fields.Many2one(
        "res.users", "By Whom", required=True, index=True, ondelete="restrict", default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    date_deadline = fields.Date("Until", required=True, default=fields.Date.context_today)
    state = fields.Selection(MEASURE_STATES, "Status", required=True, default="open", readonly=True, copy=False)
    date_done = fields.Date("Done On", readonly=True, copy=False)
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, index="btree_not_null", ondelete="set null", exportable=False
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"state", "date_done", "activity_id"}

    @api.model
    def _get_guarded_create_values(self):
        return {**super()._get_guarded_create_values(), "state": ("open",)}

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._plan()
        return records

    def write(self, vals):
        result = super().write(vals)
        if {"name", "user_id", "date_deadline"} & vals.keys():
            self._plan()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_activity(self):
        # sudo: the activity was made by these rows
        self.sudo().activity_id.unlink()

    def _plan(self):
        """Give the person of an open measure an activity on the case, or move it."""
        # a case that is just being created plans its measures once it is there
        # sudo: who works on the case plans for others
        for record in self.sudo().filtered(lambda record: record.state == "open" and record.case_id.number):
            if not record.case_id._is_open_to(record.user_id):
                if self.env.su:
                    continue
                raise UserError(
                    self.env._("%s may not see this customer: choose somebody else for it.", record.user_id.name)
                )
            values = {"summary": record.name, "date_deadline": record.date_deadline, "user_id": record.user_id.id}
            if record.activity_id:
                record.activity_id.write(values)
            else:
                record.activity_id = record.case_id.activity_schedule(
                    "customer_archive.mail_activity_type_measure", **values
                )

    def action_done(self):
        """Note that measures were carried out, also after the case was closed: prevention takes its time."""
        self.case_id.check_access("write")
        for record in self.filtered(lambda record: record.state == "open"):
            if self.env.user != record.user_id:
                record.case_id._check_editable()
            # sudo: set by the button only
            measure = record.sudo()
            measure.write({"state": "done", "date_done": fields.Date.context_today(self)})
            measure.activity_id.unlink()
