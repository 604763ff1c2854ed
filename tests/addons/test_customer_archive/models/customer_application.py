"""What a consultant changes on the public entry page: one override per hook, for entries with a wish."""

from odoo import api, fields, models
from odoo.addons.customer_archive.tools import entry

FRIEND = "A friend of the house"


class CustomerApplication(models.AbstractModel):
    _inherit = "customer.application"
    _name = "customer.application"

    @api.model
    def _get_apply_fields(self):
        return {**super()._get_apply_fields(), "wish": 20}

    @api.model
    def _get_apply_trap(self):
        return f"{super()._get_apply_trap()}_line"

    @api.model
    def _get_apply_normalizers(self):
        return {**super()._get_apply_normalizers(), "wish": lambda value: entry.clean_line(value).upper()}

    @api.model
    def _get_apply_checks(self):
        return [*super()._get_apply_checks(), "_check_wish"]

    @api.model
    def _check_wish(self, company, values):
        return {"wish": "This wish is too bold."} if values["wish"] == "MOON" else {}

    @api.model
    def _get_apply_required(self, values):
        required = super()._get_apply_required(values)
        return {**required, "city": "Where is that?"} if values["wish"] else required

    @api.model
    def _get_apply_min_seconds(self):
        return super()._get_apply_min_seconds() + 1

    @api.model
    def _get_apply_choices(self, company, values):
        choices = super()._get_apply_choices(company, values)
        return {**choices, "wish_id": self.env["res.country"]}

    @api.model
    def _get_apply_industry_domain(self):
        return super()._get_apply_industry_domain() & fields.Domain("code", "!=", "T")

    @api.model
    def _get_apply_limits(self):
        return {**super()._get_apply_limits(), "wish": (1, 60)}

    @api.model
    def _get_apply_identities(self, values):
        identities = super()._get_apply_identities(values)
        return [f"wish:{values['wish']}", *identities] if values["wish"] else identities

    @api.model
    def _prepare_archive_values(self, company, values, consent):
        vals = super()._prepare_archive_values(company, values, consent)
        return {**vals, "consultant_note": values["wish"]} if values["wish"] else vals

    @api.model
    def _prepare_contact_values(self, values):
        vals = super()._prepare_contact_values(values)
        return {**vals, "function": FRIEND} if values["wish"] else vals

    @api.model
    def _get_apply_receiver(self, archive):
        receiver = super()._get_apply_receiver(archive)
        return self.env.ref("base.user_admin") if archive.consultant_note == "CAKE" else receiver
