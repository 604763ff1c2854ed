from odoo import api, models

from ..const import BLANK, DELETE
from ..tools.privacy import Place


class CustomerPrivacyPlace(models.AbstractModel):
    """Cases among what is held about a person: the figures stay, the words and pictures go."""

    _inherit = "customer.privacy.place"
    _name = "customer.privacy.place"

    @api.model
    def _get_places(self, people):
        theirs = ["|", ("partner_id", "in", people.ids), ("contact_id", "in", people.ids)]
        cases = self.env["customer.case"].sudo().search(theirs)
        erased = self.env._("Erased")
        names = ("description", "cause", "resolution", "visit_result", "signed_by", "reopen_reason", "cancel_reason")
        on_cases = [("res_model", "=", "customer.case"), ("res_id", "in", cases.ids)]
        files = [*on_cases, ("res_field", "in", [False, "signature"])]
        messages = [("model", "=", "customer.case"), ("res_id", "in", cases.ids)]
        return [
            *super()._get_places(people),
            Place("case_file", "ir.attachment", files, self.env._("Files, photos and signatures of cases"),
                  show=("name", "create_date"), action=DELETE),
            Place("case_message", "mail.message", messages, self.env._("Messages on cases"),
                  show=("date", "subject", "body"), action=DELETE),
            Place("case_work", "customer.case.work", [("case_id", "in", cases.ids)], self.env._("Work on cases"),
                  show=("date", "name"), action=BLANK, values={"name": erased}),
            Place("case", "customer.case", theirs, self.env._("Cases"),
                  show=("number", "date_open", "name", "description", "resolution", "visit_result"), action=BLANK,
                  values={"name": erased, **dict.fromkeys(names, False)}),
        ]
