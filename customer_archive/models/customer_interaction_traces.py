from odoo import api, models

from ..const import BLANK, DELETE
from ..tools.privacy import Place


class CustomerPrivacyPlace(models.AbstractModel):
    """Interactions and promises among what is held about a person."""

    _inherit = "customer.privacy.place"
    _name = "customer.privacy.place"

    @api.model
    def _get_places(self, people):
        ours = [("partner_id", "in", people.ids)]
        interactions = self.env["customer.interaction"].sudo().search(ours)
        erased = self.env._("Erased")
        blank = dict.fromkeys(("content", "outcome_note", "next_step", "check_in_place", "check_out_place"), False)
        files = self._get_attachment_domain("customer.interaction", interactions.ids)
        return [
            *super()._get_places(people),
            Place("participant", "customer.interaction.participant", ours, self.env._("Took part in interactions"),
                  show=("interaction_id", "role"), action=DELETE),
            Place("interaction_file", "ir.attachment", files, self.env._("Files of interactions"),
                  show=("name", "create_date"), action=DELETE),
            Place("interaction", "customer.interaction", ours, self.env._("Interactions"),
                  show=("date_start", "name", "content", "outcome_note"), action=BLANK,
                  values={"name": erased, **blank}),
            Place("promise", "customer.promise", ours, self.env._("Promises"),
                  show=("name", "date_deadline", "state", "note"), action=BLANK,
                  values={"name": erased, "note": False}),
        ]


class CustomerMerger(models.AbstractModel):
    """The last contact of both archives, after interactions moved from one to the other."""

    _inherit = "customer.merger"
    _name = "customer.merger"

    @api.model
    def _move(self, source, target):
        moves = super()._move(source, target)
        self._refresh_last_contact(source | target)
        return moves

    @api.model
    def _move_back(self, moves, source, target):
        result = super()._move_back(moves, source, target)
        self._refresh_last_contact(source | target)
        return result

    @api.model
    def _refresh_last_contact(self, archives):
        # the host computes anew where rows arrive, not where they left
        archives = archives.sudo()
        self.env.add_to_compute(archives._fields["archive_last_contact_date"], archives)
