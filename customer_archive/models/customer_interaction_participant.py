from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerInteractionParticipant(models.Model):
    """A person of the customer who took part, with the role in it."""

    _name = "customer.interaction.participant"
    _description = "Participant of an Interaction"
    _inherit = ["customer.link.mixin"]
    _order = "interaction_id, id"
    _rec_name = "partner_id"

    interaction_id = fields.Many2one("customer.interaction", required=True, index=True, ondelete="cascade")
    customer_id = fields.Many2one(related="interaction_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="interaction_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", "Contact", required=True, index=True, ondelete="cascade")
    function = fields.Char(related="partner_id.function")
    role = fields.Selection(
        [
            ("partner", "Talked"),
            ("decider", "Decided"),
            ("expert", "Advised"),
            ("guest", "Attended"),
            ("absent", "Did not come"),
        ],
        default="partner",
        required=True,
    )

    _person_uniq = models.UniqueIndex("(interaction_id, partner_id)", "This contact is on the interaction already.")

    @api.model
    def _get_customer_fields(self):
        return ["customer_id", "partner_id"]

    @api.constrains("partner_id", "interaction_id")
    def _check_customer(self):
        for participant in self:
            if participant.partner_id.commercial_partner_id != participant.interaction_id.partner_id:
                raise ValidationError(
                    self.env._("The people on the other side are contacts of the customer: choose one of these.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        participants = super().create(vals_list)
        if not self.env.su:
            participants.interaction_id._check_editable()
        return participants

    def write(self, vals):
        if not self.env.su:
            self.interaction_id._check_editable()
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self.interaction_id._check_editable()
        return super().unlink()
