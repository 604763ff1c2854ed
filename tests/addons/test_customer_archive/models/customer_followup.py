from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CustomerFollowupRule(models.Model):
    """A consultant's rules: customers are followed up on the anniversary of their archive."""

    _inherit = "customer.followup.rule"
    _name = "customer.followup.rule"

    trigger = fields.Selection(selection_add=[("anniversary", "Anniversary")], ondelete={"anniversary": "cascade"})

    @api.model
    def _select_actions(self):
        return [*super()._select_actions(), ("note", self.env._("Note on the page"))]

    @api.model
    def _get_occasion_sources(self):
        return {**super()._get_occasion_sources(), "anniversary": type(self)._get_anniversary_occasions}

    def _get_anniversary_occasions(self, first, last):
        """Customers since a day of the year, once a year."""
        return SQL(
            """SELECT p.id AS partner_id, NULL::int AS contact_id, d.day::date AS day,
                      extract(year FROM d.day)::text AS key, 'res.company,1'::varchar AS source
                 FROM generate_series(%s::date, %s::date, interval '1 day') AS d(day)
                 JOIN res_partner p ON to_char(p.customer_since, 'MMDD') = to_char(d.day, 'MMDD')
                WHERE p.archive_state IS NOT NULL""",
            first, last,
        )

    @api.model
    def _get_lasting_triggers(self):
        return super()._get_lasting_triggers() | {"anniversary"}

    @api.model
    def _get_promotion_triggers(self):
        return super()._get_promotion_triggers() | {"anniversary"}

    @api.model
    def _get_settled_fields(self):
        return super()._get_settled_fields() | {"note"}

    def _get_lack(self):
        lack = super()._get_lack()
        return lack or (self.env._("Say why.") if self.action == "note" and not self.note else "")

    @api.model
    def _get_horizon_days(self):
        return super()._get_horizon_days() + 7

    @api.model
    def _get_scope(self):
        return super()._get_scope() & Domain("ref", "!=", "NOBODY")


class CustomerFollowup(models.Model):
    """A consultant's follow-ups: a note on the page of the customer, signed by the sales manager."""

    _inherit = "customer.followup"
    _name = "customer.followup"

    reason = fields.Selection(selection_add=[("holiday", "On holiday")])

    @api.model
    def _select_sources(self):
        return [*super()._select_sources(), ("res.company", "Company")]

    def _get_recipient(self):
        return super()._get_recipient() or self.env["res.partner"]

    @api.model
    def _get_address_fields(self):
        return {**super()._get_address_fields(), "note": "name"}

    @api.model
    def _get_mendable_reasons(self):
        return super()._get_mendable_reasons() | {"holiday"}

    @api.model
    def _get_action_methods(self):
        return {**super()._get_action_methods(), "note": type(self)._do_note}

    def _do_note(self):
        for record in self:
            record.message_id = record.recipient_id._message_log(body=record._get_message_values()["customer"])

    def _get_refusals(self):
        closed = {record: "holiday" for record in self if record.partner_id.ref == "HOLIDAY"}
        return {**super()._get_refusals(), **closed}

    def _get_owner(self):
        return super()._get_owner() or self.partner_id.parent_id.user_id

    def _get_summary(self):
        return f"{super()._get_summary()}!"

    def _get_message_values(self):
        return {**super()._get_message_values(), "greeting": "Hello"}
