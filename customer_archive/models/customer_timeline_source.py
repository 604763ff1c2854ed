from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.timeline import Kind, Source

_SETTLED, _OFF = "success", "secondary"


class CustomerTimeline(models.AbstractModel):
    """What the timeline is made of."""

    _inherit = "customer.timeline"
    _name = "customer.timeline"

    @api.model
    def _get_timeline_kinds(self):
        """Hook: the kinds of entries, in the order in which they are offered as filters.

        :return: dict of key: ``tools.timeline.Kind``; kinds without a source that the person may read are not offered
        """
        return {
            "interaction": Kind(self.env._("Interactions"), "fa-comments-o"),
            "mail": Kind(self.env._("E-mails"), "fa-envelope-o"),
            "activity": Kind(self.env._("Activities"), "fa-clock-o"),
            "case": Kind(self.env._("Cases"), "fa-life-ring"),
            "contract": Kind(self.env._("Contracts"), "fa-handshake-o"),
            "survey": Kind(self.env._("Surveys"), "fa-check-square-o"),
            "quotation": Kind(self.env._("Quotations"), "fa-file-text-o"),
            "order": Kind(self.env._("Orders"), "fa-shopping-cart"),
            "delivery": Kind(self.env._("Deliveries"), "fa-truck"),
            "invoice": Kind(self.env._("Invoices"), "fa-pencil-square-o"),
            "payment": Kind(self.env._("Payments"), "fa-money"),
            "return": Kind(self.env._("Returns"), "fa-reply"),
        }

    @api.model
    def _get_timeline_sources(self, people):
        """Hook: where entries come from. Sources of models that are not installed may stand in the list.

        An addon adds a kind and its source::

            def _get_timeline_sources(self, people):
                return [
                    *super()._get_timeline_sources(people),
                    Source("lead", "crm.lead", "lead", ("create_date",), [("partner_id", "in", people.ids)],
                           person="user_id", state="stage_id"),
                ]

        :param people: the contacts whose records count
        :return: list of ``tools.timeline.Source``
        """
        return [
            *self._get_own_sources(people),
            *self._get_host_sources(people),
            *self._get_sale_sources(people),
            *self._get_stock_sources(people),
            *self._get_account_sources(people),
        ]

    #=== OUR OWN ===#

    @api.model
    def _get_archive_domain(self, people, contact_path):
        """Records of archives among the people, or else those that name one of them as a contact."""
        archives = people & people.commercial_partner_id
        return Domain("partner_id", "in", archives.ids) if archives else Domain(contact_path, "in", people.ids)

    @api.model
    def _get_own_sources(self, people):
        # an interaction that a mail made tells no more than the mail, unless somebody wrote more
        told = [Domain("message_id", "=", False)]
        told += [Domain(name, "!=", False) for name in ("content", "outcome", "outcome_note")]
        return [
            Source("interaction", "customer.interaction", "interaction", ("date_start",),
                   self._get_archive_domain(people, "participant_ids.partner_id") & Domain.OR(told),
                   title="name", text=("outcome_note", "content"), person="user_id", state="state",
                   icon="channel_icon", search=("name", "content", "outcome_note"),
                   styles=(("done", _SETTLED), ("cancelled", _OFF))),
            Source("contract", "customer.contract", "contract", ("date_start",),
                   self._get_archive_domain(people, "contact_id"),
                   title="name", text=("number",), person="user_id", amount="amount", state="state",
                   search=("name", "number"),
                   styles=(("active", _SETTLED), ("expiring", "warning"), ("cancelled", _OFF))),
            Source("case", "customer.case", "case", ("date_open",), self._get_archive_domain(people, "contact_id"),
                   title="name", text=("number", "resolution"), person="user_id", state="state",
                   search=("name", "number", "description", "resolution"),
                   styles=(("closed", _SETTLED), ("cancelled", _OFF))),
        ]

    #=== OF THE HOST ===#

    @api.model
    def _get_host_sources(self, people):
        written = Domain("message_type", "in", list(self.env["customer.interaction.feed"]._get_mail_types()))
        mail = {
            "title": "subject", "text": ("body",), "person": "author_id", "search": ("subject", "body"),
            "document": ("model", "res_id"),
        }
        fed = self._get_fed_domain(people, "message_id", "id")
        planned = self._get_fed_domain(people, "event_id", "calendar_event_id")
        return [
            Source("mail", "mail.message", "mail", ("date",), written & ~fed, **mail),
            Source("fed_mail", "mail.message", "mail", ("date",), fed, is_loose=True, **mail),
            Source("activity", "mail.activity", "activity", ("date_deadline",),
                   Domain("active", "=", True) & (Domain("calendar_event_id", "=", False) | ~planned),
                   text=("note",), person="user_id", state="state", icon="icon", search=("summary", "note"),
                   document=("res_model", "res_id"), styles=(("overdue", "danger"), ("today", "warning"))),
            Source("survey", "survey.user_input", "survey", ("end_datetime", "start_datetime", "create_date"),
                   Domain("partner_id", "in", people.ids) & Domain("test_entry", "=", False),
                   title="survey_id", state="state", search=("survey_id.title",), styles=(("done", _SETTLED),)),
        ]

    @api.model
    def _get_fed_domain(self, people, link, name):
        """Records of the host that made interactions with the people.

        :param link: field of the interaction that points to what fed it
        :param name: field of the record with the id of what may have fed one
        """
        Interaction = self.env["customer.interaction"].with_context(active_test=False)
        if not Interaction.has_access("read"):
            return Domain.FALSE
        query = Interaction._search(
            self._get_archive_domain(people, "participant_ids.partner_id") & Domain(link, "!=", False)
        )
        ids = query.subselect(Interaction._field_to_sql(Interaction._table, link, query))

        def to_sql(model, alias, query):
            return SQL("%s IN %s", model._field_to_sql(alias, name, query), ids)

        return Domain.custom(to_sql=to_sql)

    #=== OF APPS ===#

    @api.model
    def _get_sale_sources(self, people):
        order = {
            "title": "name", "text": ("client_order_ref",), "person": "user_id", "amount": "amount_total",
            "state": "state", "search": ("name", "client_order_ref", "origin"),
            "styles": (("sale", _SETTLED), ("cancel", _OFF)),
        }
        ours, is_order = Domain("partner_id", "in", people.ids), Domain("state", "=", "sale")
        return [
            Source("quotation", "sale.order", "quotation", ("date_order",), ours & ~is_order, **order),
            Source("order", "sale.order", "order", ("date_order",), ours & is_order, **order),
        ]

    @api.model
    def _get_stock_sources(self, people):
        picking = {
            "title": "name", "text": ("origin",), "person": "user_id", "state": "state", "search": ("name", "origin"),
            "styles": (("done", _SETTLED), ("cancel", _OFF)),
        }
        ours, dates = Domain("partner_id", "in", people.ids), ("date_done", "scheduled_date")
        sent = Domain("picking_type_id.code", "in", ("outgoing", "dropship"))
        back = Domain("picking_type_id.code", "=", "incoming") & Domain("location_id.usage", "=", "customer")
        return [
            Source("delivery", "stock.picking", "delivery", dates, ours & sent, **picking),
            Source("return", "stock.picking", "return", dates, ours & back, **picking),
        ]

    @api.model
    def _get_account_sources(self, people):
        ours = Domain("partner_id", "in", people.ids)
        return [
            Source("invoice", "account.move", "invoice", ("invoice_date", "date"),
                   ours & Domain("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                   title="name", text=("ref",), person="invoice_user_id", amount="amount_total_in_currency_signed",
                   state="status_in_payment", search=("name", "ref", "payment_reference"),
                   styles=(("paid", _SETTLED), ("cancel", _OFF))),
            Source("payment", "account.payment", "payment", ("date",),
                   ours & Domain("partner_type", "=", "customer"),
                   title="name", text=("memo",), amount="amount", state="state", search=("name", "memo"),
                   styles=(("paid", _SETTLED), ("canceled", _OFF), ("rejected", "danger"))),
        ]
