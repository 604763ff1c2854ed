from odoo import api, fields, models

from ..const import DONE, PLANNED


class ResPartner(models.Model):
    """A customer's interactions, and when the last one was."""

    _inherit = "res.partner"
    _name = "res.partner"

    archive_interaction_ids = fields.One2many("customer.interaction", "partner_id", "Interactions")
    archive_interaction_count = fields.Integer("Number of Interactions", compute="_compute_archive_interaction_count")
    # Stored, so that lists sort and filter by it; it changes as rarely as somebody talks to the customer.
    archive_last_contact_date = fields.Datetime(
        "Last Contact", compute="_compute_archive_last_contact_date", compute_sudo=True, store=True, copy=False,
        help="The last interaction that took place, in a channel that counts as contact.",
    )

    _archive_last_contact_idx = models.Index("(archive_last_contact_date) WHERE archive_state IS NOT NULL")

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"archive_last_contact_date"}

    def _compute_archive_interaction_count(self):
        archives = self._origin.commercial_partner_id
        rows = self.env["customer.interaction"]._read_group(
            [("partner_id", "in", archives.ids)], ["partner_id"], ["__count"]
        )
        counts = {partner.id: count for partner, count in rows}
        for partner in self:
            partner.archive_interaction_count = counts.get(partner._origin.commercial_partner_id.id, 0)

    @api.depends(
        "archive_interaction_ids.state",
        "archive_interaction_ids.date_start",
        "archive_interaction_ids.channel_id.is_contact",
    )
    def _compute_archive_last_contact_date(self):
        domain = self._get_last_contact_domain() & fields.Domain("partner_id", "in", self.ids)
        rows = self.env["customer.interaction"]._read_group(domain, ["partner_id"], ["date_start:max"])
        last = {partner.id: date for partner, date in rows}
        for partner in self:
            partner.archive_last_contact_date = last.get(partner._origin.id, False)

    @api.model
    def _get_last_contact_domain(self):
        """Hook: which interactions count for the last contact, as a domain on ``customer.interaction``."""
        return fields.Domain("state", "=", DONE) & fields.Domain("channel_id.is_contact", "=", True)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        # sudo: whether it is a customer; message_notify comes without a record
        if len(self) == 1 and self.sudo().archive_scope:
            ids = [recipient["id"] for recipient in recipients if recipient["notif"] == "email" and recipient["id"]]
            self.env["customer.interaction.feed"]._feed_message(self, message, ids)
        return recipients

    def _get_mail_thread_data_attachments(self):
        # files of interactions are shown with the customer's own, to those who read them
        files = super()._get_mail_thread_data_attachments()
        if not self.archive_scope:
            return files
        ids = self.env["customer.interaction"]._search([("partner_id", "=", self.commercial_partner_id.id)])
        domain = [("res_model", "=", "customer.interaction"), ("res_id", "in", ids), ("res_field", "=", False)]
        return files | self.env["ir.attachment"].search(domain, order="id desc")

    #=== ACTIONS ===#

    def _get_interaction_action(self, xmlid, **context):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(f"customer_archive.{xmlid}")
        people = [] if self.is_company else self.ids
        defaults = {"default_partner_id": self.commercial_partner_id.id, "default_contact_ids": people, **context}
        return dict(action, context=defaults)

    def action_view_interactions(self):
        """Open the interactions with this customer."""
        action = self._get_interaction_action("customer_interaction_action")
        return dict(action, domain=[("partner_id", "=", self.commercial_partner_id.id)])

    def action_log_interaction(self):
        """Note what was just talked about."""
        return self._get_interaction_action("customer_interaction_action_log", default_state=DONE)

    def action_plan_visit(self):
        """Plan a visit to this customer."""
        channel = self.env["customer.interaction"]._get_channel("visit")
        return self._get_interaction_action(
            "customer_interaction_action_plan",
            default_state=PLANNED, default_channel_id=channel.id, default_name=self.env._("Visit"),
        )
