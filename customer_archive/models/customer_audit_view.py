import json

from markupsafe import Markup
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Names that one entry shows; the rest is a number.
_SHOWN = 50


class CustomerAuditLog(models.Model):
    """The log in words: what an auditor sees of an entry."""

    _inherit = "customer.audit.log"
    _name = "customer.audit.log"

    model_label = fields.Char("What", compute="_compute_labels")
    field_labels = fields.Char("Fields", compute="_compute_labels")
    sentence = fields.Char("What Happened", compute="_compute_sentence")
    domain_text = fields.Text("Searched by", compute="_compute_details")
    change_lines = fields.Html("Values", compute="_compute_details", sanitize=False)
    record_names = fields.Text("Which", compute="_compute_record_names")
    partner_id = fields.Many2one("res.partner", "Customer", compute="_compute_partner_id", search="_search_partner_id")

    @api.depends("operation", "record_count", "login", "model")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = entry.sentence

    @api.depends("model", "field_names")
    def _compute_labels(self):
        for entry in self:
            columns = self.env[entry.model]._fields if entry.model in self.env else {}
            names = [name.strip() for name in (entry.field_names or "").split(",") if name.strip()]
            entry.field_labels = ", ".join(
                columns[name]._description_string(self.env) if name in columns else name
                for name in names
                if not name.startswith("__")  # the number of rows of a group
            )
            # sudo: the name of a model is no secret
            entry.model_label = self.env["ir.model"].sudo()._get(entry.model).name or entry.model

    @api.depends("operation", "record_count", "user_id", "login", "channel", "address", "model")
    def _compute_sentence(self):
        channels = dict(self._fields["channel"]._description_selection(self.env))
        operations = dict(self._fields["operation"]._description_selection(self.env))
        for entry in self:
            entry.sentence = self.env._(
                "%(who)s – %(did)s: %(count)s × %(what)s (%(channel)s)",
                # sudo: who acted, even where the auditor may not read the user
                who=entry.user_id.sudo().name or entry.login or self.env._("Somebody"),
                did=operations.get(entry.operation, entry.operation),
                count=entry.record_count,
                what=entry.model_label,
                channel=", ".join(filter(None, (channels.get(entry.channel), entry.address))),
            )

    #=== DETAILS ===#

    @api.depends("model")
    def _compute_details(self):
        found = {entry.id: [] for entry in self}
        rows = self.env.execute_query(
            SQL(
                """SELECT entry_id, res_id, content FROM customer_audit.detail
                    WHERE entry_id = ANY(%s) ORDER BY entry_id, part""",
                list(found),
            )
        )
        for entry_id, res_id, content in rows:
            found[entry_id].append((res_id, json.loads(content)))
        for entry in self:
            domains = [d for __, content in found[entry.id] for d in content.get("domain", ()) if isinstance(d, list)]
            entry.domain_text = "\n".join(entry._describe_domain(domain) for domain in domains)
            entry.change_lines = entry._make_change_lines(
                [(res_id, content) for res_id, content in found[entry.id] if "domain" not in content]
            )

    def _describe_domain(self, domain):
        """A condition in words, line by line."""
        operators = self._get_operator_words()
        columns = self.env[self.model]._fields if self.model in self.env else {}
        words = []
        for item in domain:
            if isinstance(item, list):
                name, operator, value = item
                label = columns[name]._description_string(self.env) if name in columns else name
                words.append(f"{label} {operators.get(operator, operator)} {self._describe_value(value)}")
            elif item in ("|", "!"):
                words.append(self.env._("one of:") if item == "|" else self.env._("not:"))
        return "; ".join(words)

    @api.model
    def _get_operator_words(self):
        return {
            "=": self.env._("is"),
            "!=": self.env._("is not"),
            "in": self.env._("is one of"),
            "not in": self.env._("is none of"),
            "ilike": self.env._("contains"),
            "not ilike": self.env._("does not contain"),
        }

    @api.model
    def _describe_value(self, value):
        if isinstance(value, list):
            return ", ".join(map(str, value))
        # not by a dictionary: 1 equals True there, and a structured value is no key
        if value is None or value is False:
            return self.env._("empty")
        return self.env._("yes") if value is True else str(value)

    def _make_change_lines(self, rows):
        """Old and new values as a table; only texts of the log go in, and each is escaped."""
        columns = self.env[self.model]._fields if self.model in self.env else {}
        lines = Markup().join(
            Markup("<tr><td>%s</td><td class='text-nowrap'>%s</td><td>%s</td><td>%s</td></tr>")
            % (
                res_id or "",
                columns[name]._description_string(self.env) if name in columns else name,
                *("" if value is None else self._describe_value(value) for value in pair),
            )
            for res_id, changes in rows
            for name, pair in changes.items()
        )
        if not lines:
            return False
        head = Markup("<tr class='text-nowrap'><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>") % (
            self.env._("Number"), self.env._("Field"), self.env._("Before the Change"), self.env._("After the Change"),
        )
        return Markup("<table class='table table-sm'><thead>%s</thead><tbody>%s</tbody></table>") % (head, lines)

    #=== CUSTOMERS ===#

    def _get_record_ids(self):
        rows = self.env.execute_query(
            SQL("SELECT id, ids FROM customer_audit.entry WHERE id = ANY(%s)", list(self.ids))
        )
        return dict(rows)

    @api.depends("model")
    def _compute_record_names(self):
        """Names of the records, those of other companies excepted: auditors need them to know whom it concerns."""
        all_ids = self._get_record_ids()
        for entry in self:
            ids = all_ids.get(entry.id, [])
            if entry.model not in self.env or entry.model == self._name:
                entry.record_names = ", ".join(map(str, ids[:_SHOWN]))
                continue
            # sudo: an auditor reads names here without reading the archives
            records = self.env[entry.model].sudo().with_context(active_test=False).browse(ids[:_SHOWN])
            names = {record.id: self._get_record_name(record) for record in records.exists()}
            lines = [names.get(id_) or self.env._("No. %s, deleted", id_) for id_ in ids[:_SHOWN]]
            if len(ids) > _SHOWN:
                lines.append(self.env._("and %s more", len(ids) - _SHOWN))
            entry.record_names = "\n".join(lines)

    @api.model
    def _get_record_name(self, record):
        company = record.company_id if "company_id" in record._fields else None
        if company and company not in self.env.companies:
            return self.env._("No. %s, of another company", record.id)
        return f"{record.display_name} ({record.id})"

    def _compute_partner_id(self):
        """Only to search by: an entry is about many."""
        self.partner_id = False

    def _search_partner_id(self, operator, value):
        """Entries about a customer and its contacts, found by the index on the ids of entries."""
        if operator not in ("in", "ilike", "any"):
            return NotImplemented
        # sudo: the auditor looks for a customer by name without reading the archive; other companies' excepted
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        field = "id" if operator in ("in", "any") else "display_name"
        partners = Partner.search(
            Domain(field, operator, value) & Domain("company_id", "in", [*self.env.companies.ids, False])
        )
        ids = Partner.search([("id", "child_of", partners.ids)]).ids

        def to_sql(_model, alias, _query):
            table = SQL.identifier(alias)
            return SQL("%s.model = 'res.partner' AND %s.ids && %s::bigint[]", table, table, ids)

        return Domain.custom(to_sql=to_sql)
