from odoo import api, models
from odoo.fields import Domain


class CustomerVerification(models.Model):
    """A consultant's confirmations: longer links, customers of VIP rank by phone, names as on the licence."""

    _inherit = "customer.verification"
    _name = "customer.verification"

    @api.model
    def _get_link_days(self):
        return super()._get_link_days() + 3

    @api.model
    def _get_verification_batch(self):
        return super()._get_verification_batch() // 2

    @api.model
    def _get_due_domain(self, company):
        return super()._get_due_domain(company) & Domain("name", "not like", "Never ask")

    def _get_verification_user(self):
        return super()._get_verification_user() or self.env.ref("base.user_admin")

    @api.model
    def _get_answer_limits(self):
        return {**super()._get_answer_limits(), "customer_scope": 300}

    @api.model
    def _get_fault(self, partner, name, value):
        fault = super()._get_fault(partner, name, value)
        return fault or ("No abbreviations, please." if name == "name" and value.endswith("Co.") else "")


class CustomerArchiveChange(models.Model):
    """Facts that come from the register of companies."""

    _inherit = "customer.archive.change"
    _name = "customer.archive.change"

    def _get_fact_source(self):
        return "registry" if self.reason == "Register" else super()._get_fact_source()


class ResPartner(models.Model):
    """What customers are asked: the scope of business as well."""

    _inherit = "res.partner"
    _name = "res.partner"

    @api.model
    def _get_verified_facts(self):
        return [*super()._get_verified_facts(), "customer_scope"]

    def _get_asked_facts(self):
        names = super()._get_asked_facts()
        return [name for name in names if name != "zip"]

    def _get_verification_contact(self):
        wanted = self.archive_contact_ids.filtered(lambda person: person.function == "Master data")[:1]
        return wanted if wanted and wanted._is_mailable() else super()._get_verification_contact()

    def _is_mailable(self):
        return super()._is_mailable() and not self.email_normalized.endswith("@no-mail.example")

    @api.model
    def _get_fact_covers(self):
        return {**super()._get_fact_covers(), "website": (4, 4)}

    def _get_approved_source(self):
        return "registry" if self.archive_source == "api" else super()._get_approved_source()
