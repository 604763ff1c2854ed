from odoo import api, models

from ..const import CONTACT, CUSTOMER

# Choices that still fit on the line of a fact, as boxes to tick.
BOXES = 5
# Lines for people on the page, filled or not.
CONTACT_LINES = 5
# Facts that take a line of the page for themselves.
WIDE = ("street", "scope", "requirements", "history", "tag")
LONGEST = 180


class ResPartner(models.Model):
    """The sheet: one page with the facts of an import, to fill in by hand while no computer is at hand."""

    _inherit = "res.partner"
    _name = "res.partner"

    @api.model
    def _get_sheet_facts(self, role):
        """The facts on the page, those of the entry form: dict by name of label, choices, width and field."""
        run, source = self.env["customer.import.run"], self.env["customer.import.source"]
        facts = {}
        for target in source._get_import_targets():
            # whose contact it is needs no entry: the page has but one customer
            if target["role"] != role or target["name"] == "parent":
                continue
            choices = run._get_form_choices(target) if target["kind"] in ("flag", "label") else []
            facts[target["name"]] = {
                "label": target["label"],
                "choices": choices if len(choices) <= BOXES else [],
                "wide": target["name"] in WIDE,
                # the level that counts, not the word of a former system
                "field": "customer_level_id" if target.get("model") == "customer.level" else target["field"],
                "yes": target.get("yes"),
            }
        return facts

    def _get_sheet_values(self, facts):
        """Texts of what is known of one contact, by the name of a fact; what the reader may not see stays empty."""
        self.ensure_one()
        values = {}
        for name, fact in facts.items():
            field = self._fields.get(fact["field"] or "archive_number")
            if not self._has_field_access(field, "read"):
                continue
            text = self._format_report_value(self._get_report_value(field.name))
            if fact["yes"]:
                text = self.env._("Yes") if self[field.name] == fact["yes"] else ""
            values[name] = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
        return values

    @api.model
    def _get_sheet_page(self, archive=None):
        """What stands on one page: facts with their texts, and the lines for people.

        :param archive: the customer, or None for an empty page
        """
        facts, columns = self._get_sheet_facts(CUSTOMER), self._get_sheet_facts(CONTACT)
        known = archive._get_sheet_values(facts) if archive else {}
        contacts = archive.archive_contact_ids if archive else self.browse()
        lines = [contact._get_sheet_values(columns) for contact in contacts[:CONTACT_LINES]]
        return {
            "name": archive.name if archive else "",
            "facts": [{**fact, "value": known.get(name, "")} for name, fact in facts.items()],
            "columns": [fact["label"] for fact in columns.values()],
            "lines": [[line.get(name, "") for name in columns] for line in lines]
            + [[""] * len(columns)] * (CONTACT_LINES - len(lines)),
            "more": len(contacts) - len(lines),
        }
