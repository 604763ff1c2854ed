from odoo import api, models
from odoo.tools import html2plaintext


class CustomerApplication(models.AbstractModel):
    """The public entry page asks for a consent: it is noted like any other, with the words that were shown."""

    _inherit = "customer.application"
    _name = "customer.application"

    @api.model
    def _create_archive(self, company, values, consent):
        archive = super()._create_archive(company, values, consent)
        person = archive.child_ids[:1] if archive.is_company else archive
        # sudo: a visitor has no rights; purpose and words are the company's own
        self.env["customer.consent"].sudo().create(self._prepare_consent_values(person, consent))
        return archive

    @api.model
    def _prepare_consent_values(self, person, consent):
        """Hook: values of the consent that a visitor gave by sending the form.

        :param person: the contact who sent it
        :param consent: consent text of the page as HTML
        """
        purpose = self.env.ref("customer_archive.customer_consent_purpose_service")
        return {
            "partner_id": person.id,
            "purpose_id": purpose.id,
            "source": "web",
            "wording": html2plaintext(consent),
            "wording_version": self.env._("Public entry page"),
        }
