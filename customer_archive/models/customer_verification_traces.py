from odoo import api, models

from ..const import BLANK
from ..merging import MergeRule
from ..tools.privacy import Place


class CustomerPrivacyPlace(models.AbstractModel):
    """Confirmations among what is held about a person."""

    _inherit = "customer.privacy.place"
    _name = "customer.privacy.place"

    @api.model
    def _get_places(self, people):
        asked = ["|", "|", ("partner_id", "in", people.ids), ("contact_id", "in", people.ids),
                 ("answered_by_id", "in", people.ids)]
        facts = ["|", ("partner_id", "in", people.ids), ("verifier_id", "in", people.ids)]
        return [
            *super()._get_places(people),
            Place("verification", "customer.verification", asked, self.env._("Confirmations"),
                  show=("sent_date", "email", "state", "answered_date"), action=BLANK,
                  values={"email": False, "token_hash": False}),
            Place("fact", "customer.fact.verification", facts, self.env._("Confirmed facts"),
                  show=("field_label", "source", "date"), action=BLANK, values={"value_digest": False}),
        ]


class CustomerMerger(models.AbstractModel):
    """What was confirmed and asked of a closed archive says nothing about the facts of the one that is kept."""

    _inherit = "customer.merger"
    _name = "customer.merger"

    @api.model
    def _get_merge_rules(self, source, target):
        stays = MergeRule(stays=True)
        return {
            **super()._get_merge_rules(source, target),
            "customer_verification": stays,
            "customer_verification_line": stays,
            "customer_fact_verification": stays,
        }


class CustomerMerge(models.Model):
    """Undoing puts facts back by statements: what was confirmed of them holds again."""

    _inherit = "customer.merge"
    _name = "customer.merge"

    def _undo(self):
        result = super()._undo()
        # sudo: confirmations follow the facts, whoever undoes the merge
        archives = (self.partner_id | self.other_id).sudo()
        archives.invalidate_recordset()
        archives.customer_fact_ids._take_up_again()
        self.env.add_to_compute(archives._fields["archive_verified_date"], archives)
        return result


class CustomerAuditLog(models.Model):
    """Fingerprints of links and of facts are nobody's business."""

    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    @api.model
    def _get_audit_hidden_fields(self):
        return super()._get_audit_hidden_fields() | {"token_hash", "value_digest"}
