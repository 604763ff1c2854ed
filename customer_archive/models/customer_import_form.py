from datetime import date

from odoo import api, models

from ..const import CONTACT, CUSTOMER, IMPORT_ROLES
from ..tools.entry_form import (
    DATE,
    EXAMPLE_KEY,
    EXAMPLE_NAMES,
    NUMBER,
    TEXT,
    FormColumn,
    FormSheet,
    is_example,
    write_entry_form,
)

_KINDS = {"int": NUMBER, "decimal": NUMBER, "date": DATE}


class CustomerImportRun(models.Model):
    """The entry form: a workbook with the facts of an import, which the import knows again without any mapping."""

    _inherit = "customer.import.run"
    _name = "customer.import.run"

    @api.model
    def _get_template_workbook(self):
        """The empty entry form with titles, choices, an example and a note, in the user's language."""
        targets = self.env["customer.import.source"]._get_import_targets()
        labels = dict(self.env["customer.import.row"]._fields["role"]._description_selection(self.env))
        examples = self._get_form_examples()
        sheets = [
            FormSheet(labels[role], [self._prepare_form_column(t, examples) for t in targets if t["role"] == role])
            for role, __ in IMPORT_ROLES
        ]
        return write_entry_form(sheets, self.env._("How to Fill In"), self._get_form_note())

    @api.model
    def _prepare_form_column(self, target, examples):
        choices = self._get_form_choices(target)
        example = examples.get(f"{target['role']}.{target['name']}")
        if example is None and choices:
            example = choices[0]
        return FormColumn(target["label"], _KINDS.get(target["kind"], TEXT), choices, example)

    @api.model
    def _get_form_choices(self, target):
        """What a cell of the form can be: words that the import knows again, for facts of which there are few."""
        if target["kind"] == "flag":
            return [self.env._("Yes"), self.env._("No")]
        matcher = self.env["customer.import.map"]._get_matchers().get(target.get("model"))
        if not matcher:
            return []
        records = self._get_form_records(target["model"])
        names = {record: self._get_form_names(record) for record in records}
        # known again: a name that two records share is none, the code or the full name is
        found = matcher(self.env.company, list(dict.fromkeys(name for words in names.values() for name in words)))
        plain = (next((n for n in words if found.get(n) == record.id), "") for record, words in names.items())
        return [name for name in plain if name]

    @api.model
    def _get_form_names(self, record):
        """How a record can be called in a cell, the best name first."""
        code = record.code if "code" in record._fields and record._name != "res.country.state" else ""
        return [name for name in (record.name, record.display_name, code) if name]

    @api.model
    def _get_form_records(self, model):
        """Hook: the records of a model that the entry form offers."""
        company = self.env.company
        domains = {
            "res.users": [("share", "=", False), ("company_ids", "in", company.ids)],
            "res.country.state": [("country_id", "=", (company.country_id or self.env.ref("base.cn")).id)],
            "customer.level": [("company_id", "in", [False, company.id])],
            "customer.tag": [("company_id", "in", [False, company.id])],
        }
        # sudo: names of colleagues; the right to import was checked
        records = self.env[model].sudo() if model == "res.users" else self.env[model]
        return records.search(domains.get(model, []))

    @api.model
    def _get_form_examples(self):
        """Hook: values of the example row, by the key of a target; facts with choices show the first of them."""
        return {
            "customer.key": EXAMPLE_KEY,
            "customer.name": EXAMPLE_NAMES[0],
            "customer.code": "91370102M60267738B",
            "customer.city": "上海市",
            "customer.phone": "021-50592061",
            "customer.email": "info@example.com",
            "customer.website": "https://www.example.com",
            "customer.staff": 120,
            "customer.since": date(2020, 1, 31),
            "contact.parent": EXAMPLE_KEY,
            "contact.name": EXAMPLE_NAMES[1],
            "contact.email": "person@example.com",
            "contact.birthday": date(1985, 5, 1),
        }

    @api.model
    def _get_form_note(self):
        """Hook: the lines of the note in the entry form."""
        return [
            self.env._("One row is one customer; people at a customer have rows of their own on the second sheet."),
            self.env._("The grey rows are examples and are not imported."),
            self.env._("The name has to be filled in, all else where it is known."),
            self.env._(
                "The key links customers and contacts: any number or word that no other customer has, the same in both "
                "sheets. With the same key, the next import changes this customer instead of adding one."
            ),
            self.env._("Cells with a list offer what the archive knows. Other words are asked about at the import."),
            self.env._("Dates look like 2026-01-31."),
            self.env._(
                "Leave the titles as they are: then the import knows every column. It is found under Data Quality, "
                "Imports."
            ),
        ]

    @api.model
    def _is_form_example(self, role, texts):
        """Whether a row is the example that the entry form came with."""
        return is_example(texts.get({CUSTOMER: "key", CONTACT: "parent"}[role], ""), texts.get("name", ""))
