from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PLANNED


class CustomerInteraction(models.Model):
    """A visit on the spot: when one came and left, and where, if the company wants that."""

    _inherit = "customer.interaction"
    _name = "customer.interaction"

    check_in_date = fields.Datetime("Came", readonly=True, copy=False)
    check_out_date = fields.Datetime("Left", readonly=True, copy=False)
    check_in_place = fields.Char("Came At", readonly=True, copy=False, help="Latitude and longitude.")
    check_out_place = fields.Char("Left From", readonly=True, copy=False, help="Latitude and longitude.")
    is_located = fields.Boolean(
        "Location Is Noted", compute="_compute_is_located", compute_sudo=True, exportable=False
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "check_in_date", "check_out_date", "check_in_place", "check_out_place"
        }

    @api.depends("company_id.customer_visit_location")
    @api.depends_context("company")
    def _compute_is_located(self):
        for record in self:
            record.is_located = (record.company_id or self.env.company).customer_visit_location

    def action_check_in(self, latitude=None, longitude=None):
        """Note that the person arrived, with the place where the company wants it and the browser told it."""
        self.ensure_one()
        if self.state != PLANNED or self.check_in_date:
            raise UserError(self.env._("One checks in once, on a visit that is planned."))
        now = fields.Datetime.now()
        place = self._format_place(latitude, longitude)
        self._note_visit({"check_in_date": now, "check_in_place": place, "date_start": now.replace(second=0)})

    def action_check_out(self, latitude=None, longitude=None):
        """Note that the person left."""
        self.ensure_one()
        if not self.check_in_date or self.check_out_date:
            raise UserError(self.env._("Check in first; one checks out once."))
        now = fields.Datetime.now()
        hours = (now - self.check_in_date).total_seconds() / 3600
        place = self._format_place(latitude, longitude)
        self._note_visit({"check_out_date": now, "check_out_place": place, "duration": hours})

    def _note_visit(self, values):
        self.check_access("write")
        self._check_editable()
        # sudo: set by these buttons only, after the check above
        self.sudo().write(values)

    def _format_place(self, latitude, longitude):
        """The place as text, or False where it is not wanted or not told."""
        self.ensure_one()
        if not self.is_located or type(latitude) not in (int, float) or type(longitude) not in (int, float):
            return False
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            return False
        return f"{latitude:.5f}, {longitude:.5f}"

    def action_open_place(self):
        """Show where the visit began on a map."""
        self.ensure_one()
        latitude, longitude = self.check_in_place.split(", ")
        url = f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}
