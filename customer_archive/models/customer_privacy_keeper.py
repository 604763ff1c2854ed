from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Domain


class CustomerPrivacyKeeper(models.AbstractModel):
    """What the law wants kept although the person asks for erasure, until when and why."""

    _name = "customer.privacy.keeper"
    _description = "Documents Kept by Law"

    @api.model
    def _get_kept_documents(self):
        """Hook: documents that outlast an erasure.

        :return: list of dict with ``model``, ``label``, ``partner_fields`` (names of fields that lead to the person),
            ``domain`` (list), ``date_field``, ``years`` from that date on and ``reason``. Models that are not
            installed are left out by the caller.
        """
        accounts = self.env._("Accounting records are kept for 30 years (Measures for Accounting Archives).")
        trade = self.env._("Records of a transaction are kept for 3 years (E-Commerce Law, article 31).")
        return [
            {
                "model": "account.move",
                "label": self.env._("Invoices and entries"),
                "partner_fields": ("partner_id", "partner_shipping_id", "commercial_partner_id"),
                "domain": [("state", "=", "posted")],
                "date_field": "date",
                "years": 30,
                "reason": accounts,
            },
            {
                "model": "account.payment",
                "label": self.env._("Payments"),
                "partner_fields": ("partner_id",),
                "domain": [("state", "in", ("in_process", "paid"))],
                "date_field": "date",
                "years": 30,
                "reason": accounts,
            },
            {
                "model": "sale.order",
                "label": self.env._("Orders"),
                "partner_fields": ("partner_id", "partner_invoice_id", "partner_shipping_id"),
                "domain": [("state", "=", "sale")],
                "date_field": "date_order",
                "years": 3,
                "reason": trade,
            },
            {
                "model": "customer.contract",
                "label": self.env._("Contracts"),
                "partner_fields": ("partner_id",),
                "domain": [],
                "date_field": "create_date",
                "years": 3,
                "reason": self.env._("Claims from a contract lapse after 3 years (Civil Code, article 188)."),
            },
        ]

    @api.model
    def _get_kept_fields(self):
        """Hook: facts of a person that a kept document needs: who it was made out to."""
        return {"name", "vat", "street", "street2", "zip", "city", "state_id", "country_id"}

    @api.model
    def _get_kept(self, people):
        """What is kept of these people: a list of dict with label, reason, count, until and ids of the people."""
        found = []
        for document in self._get_kept_documents():
            if document["model"] in self.env:
                found += self._find_kept(document, people)
        return found

    @api.model
    def _find_kept(self, document, people):
        # sudo: a document is kept whoever may see it
        model = self.env[document["model"]].sudo().with_context(active_test=False)
        names = [name for name in document["partner_fields"] if name in model._fields]
        since = fields.Date.today() - relativedelta(years=document["years"])
        domain = Domain(document["domain"]) & Domain(document["date_field"], ">", since)
        domain &= Domain.OR([Domain(name, "in", people.ids) for name in names])
        date_spec = f"{document['date_field']}:max"
        groups = [
            (name, model._read_group(domain & Domain(name, "in", people.ids), [name], ["__count", date_spec]))
            for name in names
        ]
        last = {}
        for _name, rows in groups:
            for person, _count, day in rows:
                last[person.id] = max(fields.Date.to_date(day), last.get(person.id, since))
        if not last:
            return []
        until = max(last.values()) + relativedelta(years=document["years"])
        return [
            {
                "label": document["label"],
                "reason": document["reason"],
                "model": document["model"],
                "count": model.search_count(domain),
                "until": until,
                "people": sorted(last),
            }
        ]
