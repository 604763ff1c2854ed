from odoo import api, fields, models
from odoo.tools import format_date


class CustomerDuplicate(models.Model):
    """The two archives of a pair side by side."""

    _inherit = "customer.duplicate"
    _name = "customer.duplicate"

    comparison = fields.Json(compute="_compute_comparison", exportable=False)
    refusal = fields.Char("Cannot Be Merged", compute="_compute_comparison")

    @api.depends("partner_id", "other_id", "survivor_id", "choices", "state")
    @api.depends_context("uid", "lang")
    def _compute_comparison(self):
        for pair in self:
            survivor = pair._get_survivor() if pair.partner_id and pair.other_id else pair.partner_id
            other = (pair.partner_id | pair.other_id) - survivor
            is_open = pair.state == "open" and len(other) == 1
            pair.refusal = survivor._get_merge_refusal(other) if is_open else ""
            pair.comparison = pair._compare() if other else {}

    def _compare(self):
        """What the page shows of a pair, as data: both archives, signs, facts, and what moves to each of them."""
        self.ensure_one()
        sides = [self.partner_id, self.other_id]
        return {
            "sides": [self._describe_side(side) for side in sides],
            "suggested": self._get_suggested_survivor().id,
            "score": self.score,
            "signs": self._describe_signs(),
            "facts": self._compare_facts(*sides),
            "moves": {str(kept.id): self._describe_moves(kept) for kept in sides} if self.state == "open" else {},
        }

    @api.model
    def _describe_side(self, partner):
        states = dict(partner._fields["archive_state"]._description_selection(self.env))
        return {
            "id": partner.id,
            "name": partner.name,
            "number": partner.archive_number or "",
            "state": states.get(partner.archive_state, ""),
            "owner": partner.user_id.name or "",
            "entered": format_date(self.env, partner.create_date),
            "completeness": partner.archive_completeness,
        }

    def _describe_signs(self):
        words = self._get_sign_words()
        return [{"words": words.get(code, code), "points": points} for code, points in self.signs or []]

    @api.model
    def _compare_facts(self, one, other):
        """Facts that one of the two has: name, label, both values as text, whether they differ, and whose stays."""
        facts = []
        for name in one._get_merge_fact_names():
            texts = [self._get_fact_text(partner, name) for partner in (one, other)]
            if any(texts):
                facts.append(
                    {
                        "name": name,
                        "label": one._get_report_label(name),
                        "texts": texts,
                        "pictures": [self._get_fact_picture(partner, name) for partner in (one, other)],
                        "differs": self._differs(one, other, name, texts),
                        "defaults": {
                            str(kept.id): kept._get_default_owner(gone, name).id
                            for kept, gone in ((one, other), (other, one))
                        },
                    }
                )
        return facts

    @api.model
    def _differs(self, one, other, name, texts):
        """Whether there is something to choose; of what is not shown whole nobody is told that it is the same."""
        if one._fields[name].type == "binary":
            return one._get_picture_mark() != other._get_picture_mark()
        covered = self._is_hidden_fact(one, name) or getattr(one._fields[name], "encrypted", False)
        return covered or texts[0] != texts[1]

    @api.model
    def _is_hidden_fact(self, partner, name):
        return bool(partner._fields[name].groups)

    @api.model
    def _get_fact_picture(self, partner, name):
        """Address of a picture, small; empty for other facts."""
        mark = partner._fields[name].type == "binary" and partner._get_picture_mark()
        return f"/web/image/res.partner/{partner.id}/image_128?unique={mark}" if mark else ""

    @api.model
    def _get_fact_text(self, partner, name):
        """A fact as the reader reads it; of a confidential one only whether it is there."""
        if self._is_hidden_fact(partner, name):
            # sudo: nothing of the value is shown
            return self.env._("entered, confidential") if partner.sudo()[name] else ""
        if partner._fields[name].type == "binary":
            return self.env._("picture") if partner._get_picture_mark() else ""
        value = partner._get_report_value(name)
        return partner._format_report_value(value)

    def _describe_moves(self, kept):
        """What moves where ``kept`` stays, one line for each kind of row."""
        gone = (self.partner_id | self.other_id) - kept
        # sudo: rows are counted, whoever may read them
        counted = self.env["customer.merger"].sudo()._count_rows(gone, kept)
        totals = {}
        for link, moved, stayed in counted:
            old = totals.get(link.table, (0, 0))
            totals[link.table] = (max(old[0], moved), max(old[1], stayed))
        summary = [[table, *counts] for table, counts in sorted(totals.items())]
        contacts = gone.sudo().with_context(active_test=False).search_count([("parent_id", "=", gone.id)])
        summary += [["res_partner", contacts, 0]] if contacts else []
        return self.env["customer.merge"]._describe_moves(summary).splitlines()
