from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Documents of other apps on the archive, for those of the apps that are installed."""

    _inherit = "res.partner"
    _name = "res.partner"

    archive_documents = fields.Json("Documents", compute="_compute_archive_documents", exportable=False)

    @api.model
    def _get_archive_document_sources(self):
        """Hook: documents of installed apps that the archive counts and opens.

        :return: dict of key: dict with ``model``, ``label``, ``icon``, ``domain`` (list), ``partner_field`` and
            optionally ``amount`` (monetary field that is summed in the currency of the user's company). Sources of
            models that are not installed are left out by the caller.
        """
        return {
            "quotation": {
                "model": "sale.order",
                "label": self.env._("Quotations"),
                "icon": "fa-file-text-o",
                "amount": "amount_total",
                "partner_field": "partner_id",
                "domain": [("state", "in", ("draft", "sent"))],
            },
            "order": {
                "model": "sale.order",
                "label": self.env._("Orders"),
                "icon": "fa-shopping-cart",
                "amount": "amount_total",
                "partner_field": "partner_id",
                "domain": [("state", "=", "sale")],
            },
            "delivery": {
                "model": "stock.picking",
                "label": self.env._("Deliveries"),
                "icon": "fa-truck",
                "partner_field": "partner_id",
                "domain": [("picking_type_code", "=", "outgoing")],
            },
            "return": {
                "model": "stock.picking",
                "label": self.env._("Returns"),
                "icon": "fa-reply",
                "partner_field": "partner_id",
                "domain": [("picking_type_code", "=", "incoming"), ("location_id.usage", "=", "customer")],
            },
            "invoice": {
                "model": "account.move",
                "label": self.env._("Invoices"),
                "icon": "fa-pencil-square-o",
                "amount": "amount_total_signed",
                "partner_field": "commercial_partner_id",
                "domain": [("move_type", "in", ("out_invoice", "out_refund")), ("state", "=", "posted")],
            },
            "payment": {
                "model": "account.payment",
                "label": self.env._("Payments"),
                "icon": "fa-money",
                "amount": "amount_company_currency_signed",
                "partner_field": "partner_id",
                "domain": [("partner_type", "=", "customer"), ("state", "in", ("in_process", "paid"))],
            },
        }

    @api.model
    def _get_readable_document_sources(self):
        return {
            key: source
            for key, source in self._get_archive_document_sources().items()
            if source["model"] in self.env and self.env[source["model"]].has_access("read")
        }

    @api.depends_context("uid", "lang", "company", "allowed_company_ids")
    def _compute_archive_documents(self):
        archives = self._get_archives()
        (self - archives).archive_documents = []
        sources = self._get_readable_document_sources() if archives else {}
        figures = {key: archives._read_document_figures(source) for key, source in sources.items()}
        for partner in archives:
            partner.archive_documents = [
                {
                    "key": key,
                    "label": source["label"],
                    "icon": source["icon"],
                    **figures[key].get(partner.id, {"count": 0}),
                }
                for key, source in sources.items()
            ]

    def _get_document_domain(self, source):
        """Domain of the documents of one source that concern these archives and their contacts."""
        path = source["partner_field"]
        path += "" if path == "commercial_partner_id" else ".commercial_partner_id"
        return Domain(path, "in", self.ids) & Domain(source["domain"])

    def _read_document_figures(self, source):
        """Counts and sums of one source: dict of archive id → dict with ``count`` and, with an amount, ``amount``.

        Amounts are texts in the currency of the user's company.
        """
        field = source["partner_field"]
        path = field if field == "commercial_partner_id" else field + ".commercial_partner_id"
        amount = [self._get_amount_spec(source)] if source.get("amount") else []
        groups = self.env[source["model"]]._read_group(self._get_document_domain(source), [path], ["__count", *amount])
        currency = self.env.company.currency_id
        return {
            partner.id: {"count": count, **({"amount": currency.format(rest[0] or 0)} if rest else {})}
            for partner, count, *rest in groups
        }

    @api.model
    def _get_amount_spec(self, source):
        """The aggregate that sums an amount once in the company's currency."""
        field = self.env[source["model"]]._fields[source["amount"]]
        in_company_currency = field.get_currency_field(self.env[source["model"]]) == "company_currency_id"
        return f"{source['amount']}:{'sum' if in_company_currency else 'sum_currency'}"

    def action_view_archive_document(self, key):
        """Open the documents of one source (a key of ``_get_archive_document_sources``)."""
        self.ensure_one()
        self.check_access("read")
        source = self._get_readable_document_sources()[key]
        return {
            "type": "ir.actions.act_window",
            "name": source["label"],
            "res_model": source["model"],
            "views": [(False, "list"), (False, "form")],
            "domain": list(self.commercial_partner_id._get_document_domain(source)),
            "context": {"create": False},
        }
