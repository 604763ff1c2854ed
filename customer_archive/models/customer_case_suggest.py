from odoo import api, models
from odoo.fields import Domain

from ..tools import case_words
from ..tools.case import SETTLED

# How many of each are offered, and how many are looked at.
OFFERED, LOOKED_AT = 5, 60


class CustomerCase(models.Model):
    """Similar solved cases and solutions, offered while somebody types."""

    _inherit = "customer.case"
    _name = "customer.case"

    _settled_idx = models.Index("(date_resolved) WHERE state IN ('resolved', 'visited', 'closed')")

    @api.model
    def find_similar(self, text, category_id=False, except_id=False):
        """What the person may read and is like a problem, in two searches whatever there is.

        :param text: what was typed
        :param category_id: id of the category chosen so far
        :param except_id: id of the case that is being edited
        :return: list of dict with ``model``, ``id``, ``title`` and ``text``, solutions first
        """
        words = case_words.terms(text if isinstance(text, str) else "")
        if not words:
            return []
        return self._find_solutions(words, category_id) + self._find_solved(words, category_id, except_id)

    @api.model
    def _find_solutions(self, words, category_id):
        Solution = self.env["customer.case.solution"]
        domain = self._get_words_domain(("name", "problem"), words) & Domain("is_published", "=", True)
        found = Solution.search(domain, order="id desc", limit=LOOKED_AT)
        return [
            self._prepare_suggestion(record, record.name, record.problem)
            for record in self._rank_similar(found, words, category_id, ("name", "problem"))
        ]

    @api.model
    def _find_solved(self, words, category_id, except_id):
        domain = self._get_words_domain(("name",), words) & self._get_similar_domain()
        if except_id:
            domain &= Domain("id", "!=", except_id)
        found = self.search(domain, order="date_resolved desc, id desc", limit=LOOKED_AT)
        return [
            self._prepare_suggestion(record, record.display_name, record.resolution)
            for record in self._rank_similar(found, words, category_id, ("name",))
        ]

    @api.model
    def _get_similar_domain(self):
        """Hook: which cases are offered as solved ones."""
        return Domain("state", "in", SETTLED) & Domain("resolution", "!=", False)

    @api.model
    def _get_words_domain(self, names, words):
        return Domain.OR(Domain(name, "ilike", word) for name in names for word in words)

    @api.model
    def _rank_similar(self, records, words, category_id, names):
        candidates = [
            (record.id, " ".join(record[name] or "" for name in names), record.category_id.id == category_id)
            for record in records
        ]
        return records.browse(case_words.rank(words, candidates, OFFERED))

    @api.model
    def _prepare_suggestion(self, record, title, text):
        return {"model": record._name, "id": record.id, "title": title, "text": (text or "")[:200]}
