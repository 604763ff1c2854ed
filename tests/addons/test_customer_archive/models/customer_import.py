"""Overrides of the import's hooks. Those that are about no record act in a context with ``consulted`` only."""

import dataclasses

from odoo import api, models
from odoo.addons.customer_archive.const import STOP

CONSULTED_SOURCE = "Consulted source"


class CustomerImportSource(models.Model):
    _inherit = "customer.import.source"
    _name = "customer.import.source"

    @api.model
    def _get_import_targets(self):
        targets = super()._get_import_targets()
        return [t for t in targets if not (self.env.context.get("consulted") and t["name"] == "zip")]

    @api.model
    def _get_customer_targets(self):
        target = self._prepare_target("customer", "note", "Consultant's note", "shout", "consultant_note", "顾问备注")
        return [*super()._get_customer_targets(), target]

    @api.model
    def _get_contact_targets(self):
        target = self._prepare_target("contact", "nick", "Nickname", "text", "consultant_internal", "昵称")
        return [*super()._get_contact_targets(), target]

    @api.model
    def _get_english_words(self, name):
        return [*super()._get_english_words(name), *(["Remark of the consultant"] if name == "note" else [])]


class CustomerImportMap(models.Model):
    _inherit = "customer.import.map"
    _name = "customer.import.map"

    @api.model
    def _get_matchers(self):
        return {**super()._get_matchers(), "crm.team": lambda company, texts: {}}


class CustomerImportRow(models.Model):
    _inherit = "customer.import.row"
    _name = "customer.import.row"

    @api.model
    def _get_message_kind(self, message):
        kind = super()._get_message_kind(message)
        return "consultant:kind" if message["code"] == "consultant_stop" else kind

    @api.model
    def _get_kind_labels(self):
        return {**super()._get_kind_labels(), "consultant": "Stopped by the consultant"}

    @api.model
    def _get_reasons(self):
        return {**super()._get_reasons(), "consultant_stop": "The consultant says no."}

    def _get_message_lines(self):
        lines = super()._get_message_lines()
        return [[*line, "seen"] for line in lines] if self.env.context.get("consulted") else lines


class CustomerImportRun(models.Model):
    _inherit = "customer.import.run"
    _name = "customer.import.run"

    def _is_consulted(self):
        return self.source_id.name == CONSULTED_SOURCE

    @api.model
    def _get_import_limits(self):
        limits = super()._get_import_limits()
        return dataclasses.replace(limits, max_bytes=10) if self.env.context.get("consulted") else limits

    @api.model
    def _get_workbook_messages(self):
        messages = super()._get_workbook_messages()
        return {**messages, "too_large": "Ten bytes at most."} if self.env.context.get("consulted") else messages

    def _prepare_warnings(self, book, sheets):
        found = super()._prepare_warnings(book, sheets)
        return [*found, {"code": "hidden", "sheet": "consulted"}] if self._is_consulted() else found

    def _prepare_row_links(self, role, texts, seen):
        links = super()._prepare_row_links(role, texts, seen)
        return {**links, "key": f"X{links['key']}"} if links["name"] == "Surely a person Ltd" else links

    @api.model
    def _get_import_parsers(self):
        return {**super()._get_import_parsers(), "shout": lambda target, cell, context: str(cell).upper()}

    def _check_row(self, item, context):
        if item.row.name == "Stop me":
            self._add_message(item, "consultant_stop", STOP, field="name")
        return super()._check_row(item, context)

    def _is_row_person(self, row):
        return row.name == "Surely a person Ltd" or super()._is_row_person(row)

    def _prepare_customer(self, item, context):
        values = super()._prepare_customer(item, context)
        return {**values, "consultant_internal": "imported"} if self._is_consulted() else values

    def _prepare_contact(self, item):
        values = super()._prepare_contact(item)
        return {**values, "consultant_note": "contact"} if self._is_consulted() else values

    def _prepare_update(self, item):
        values = super()._prepare_update(item)
        return {**values, "consultant_internal": "updated"} if self._is_consulted() else values

    def _get_batch_size(self):
        return 1 if self._is_consulted() else super()._get_batch_size()

    @api.model
    def _get_import_context(self):
        return {**super()._get_import_context(), "consulted_import": True}

    @api.model
    def _get_abandoned_domain(self):
        return [*super()._get_abandoned_domain(), ("source_id.name", "!=", CONSULTED_SOURCE)]
