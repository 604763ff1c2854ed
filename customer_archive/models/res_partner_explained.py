from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..const import LEVEL, LIFECYCLE
from ..tools import scoring, standing
from .customer_classifier import Verdict


@dataclass(frozen=True)
class ClassGround:
    """What the explanations of a set of archives are made from, read once for all of them.

    verdicts: what the rules say now, by id of the archive; none for archives that are closed or hidden
    present: open rows of the history, by (id of the archive, dimension)
    assignments: tags and who set them, by archive
    levels: every level, archived ones included, by id
    """

    verdicts: dict[int, Verdict]
    present: dict
    assignments: dict
    levels: dict


class ResPartner(models.Model):
    """Why a customer is classed as it is, in words, for the tab “Classes” and for other systems."""

    _inherit = "res.partner"
    _name = "res.partner"

    customer_classes = fields.Json(
        "Classes and Why", compute="_compute_customer_classes", exportable=False, groups="base.group_user"
    )

    @api.depends(
        "archive_state", "customer_level_id", "customer_level_manual_id", "customer_level_score", "customer_lifecycle",
        "customer_lifecycle_manual", "customer_tag_ids",
    )
    @api.depends_context("uid", "lang", "tz")
    def _compute_customer_classes(self):
        archives = self._origin.filtered("archive_state")
        ground = archives._read_class_ground()
        explained = {archive.id: archive._explain_classes(ground) for archive in archives}
        for partner in self:
            partner.customer_classes = explained.get(partner._origin.id, False)

    def _read_class_ground(self):
        """What the classes of these archives stand on, in a number of queries that does not grow with them."""
        Classifier = self.env["customer.classifier"]
        verdicts = Classifier._judge_all(Domain("id", "in", self.ids), Classifier._get_rules(), Classifier._get_today())
        rows = self.env["customer.classification"].search(
            [("partner_id", "in", self.ids), ("dimension", "in", (LEVEL, LIFECYCLE)), ("date_end", "=", False)]
        )
        assignments = self.env["customer.tag.assignment"].search([("partner_id", "in", self.ids)])
        # sudo: whoever reads an archive is told its level, that of another company included
        levels = self.env["customer.level"].sudo().with_context(active_test=False).search([])
        return ClassGround(
            {verdict.row["id"]: verdict for verdict in verdicts},
            {(row.partner_id.id, row.dimension): row for row in rows},
            assignments.grouped("partner_id"),
            {level.id: level for level in levels},
        )

    def _explain_classes(self, ground):
        """The classes of one archive and why, as data for the screen; ``ground`` as a ``ClassGround``."""
        self.ensure_one()
        verdict = ground.verdicts.get(self.id)
        return {
            "level": self._explain_level(verdict, ground),
            "notice": self._explain_difference(verdict, ground),
            "criteria": self._explain_criteria(verdict),
            "score": verdict.score.total if verdict and verdict.score else None,
            "ladder": self._explain_ladder(verdict, ground),
            "tags": self._explain_tags(ground),
            "lifecycle": self._explain_lifecycle(verdict, ground),
            "sections": self._get_class_sections(),
        }

    def _get_class_sections(self):
        """Hook: more sections for the tab “Classes” of one archive, such as what policies say.

        It is called for each archive of a set: read through records that are prefetched together.

        :return: list of dict with ``title`` and ``rows``: list of dict with ``label``, ``value`` and ``source``
            (where the value comes from; may be empty), all of them texts in the reader's language
        """
        self.ensure_one()
        return []

    #=== LEVEL ===#

    def _explain_level(self, verdict, ground):
        level = ground.levels.get(self.customer_level_id.id)
        row = ground.present.get((self.id, LEVEL))
        return {
            "name": level.name if level else self.env._("No level"),
            "color": level.color if level else 0,
            "is_set": bool(level),
            "since": self.env._("Since %s", format_date(self.env, row.date_from)) if row and level else "",
            "reasons": self._get_level_reasons(verdict, ground),
        }

    def _get_level_reasons(self, verdict, ground):
        """Why the archive has its level, as sentences."""
        if self.customer_level_manual_id:
            return self._get_manual_level_reasons(ground)
        if not verdict:
            return [self.env._("The archive is closed or hidden: it keeps the classes that it had.")]
        if self.customer_level_id:
            return self._get_ruled_level_reasons(verdict, ground)
        return [self._get_no_level_reason(verdict)]

    def _get_ruled_level_reasons(self, verdict, ground):
        row = ground.present.get((self.id, LEVEL))
        # sudo: the name of the rules is told to whoever reads the archive
        rules = self.customer_level_rule_set_id.sudo() or (row and row.rule_set_id.sudo())
        reasons = [self.env._("By the rules “%s”.", rules.display_name)] if rules else []
        if not verdict.rules:
            reasons.append(
                self.env._("These rules are retired: the level stays until other rules or a person decide.")
            )
        return reasons

    def _get_manual_level_reasons(self, ground):
        until = self.customer_level_manual_until
        computed = self.customer_level_computed_id
        return [
            self.env._(
                "Set by hand by %(person)s: %(reason)s",
                # sudo: the person who decided may be hidden from the reader
                person=self.customer_level_manual_by.sudo().name or self.env._("somebody who has left"),
                reason=self.customer_level_manual_reason,
            ),
            self.env._("It holds until %s; then the rules decide again.", format_date(self.env, until))
            if until
            else self.env._("It holds until somebody lets the rules decide again."),
            self.env._("By the rules it would be %s.", ground.levels[computed.id].name)
            if computed
            else self.env._("By the rules there would be no level."),
        ]

    def _get_no_level_reason(self, verdict):
        if not verdict.rules:
            return self.env._("No rules for levels are in force yet.")
        if verdict.score.total is not None:
            return self.env._("The score is below the border of the lowest level.")
        missing = {c.metric for c in verdict.rules.criteria if c.missing == scoring.HOLD}
        labels = self.env["customer.level.criterion"]._get_labels()
        held = [labels[part.metric] for part in verdict.score.parts if part.value is None and part.metric in missing]
        if held:
            return self.env._("There is no level until this is known: %s.", ", ".join(held))
        return self.env._("Nothing that counts for the level is known yet.")

    def _explain_difference(self, verdict, ground):
        """A sentence where what is stored is not what the rules say now; an empty text where it is."""
        if not verdict or not verdict.is_changed:
            return ""
        if verdict.effective == (self.customer_level_id.id or None):
            return self.env._(
                "Counted as of now, the score or the stage differs from what is stored. It is stored when customers "
                "are next classed, at the latest tonight."
            )
        level = ground.levels.get(verdict.effective)
        return self.env._(
            "Counted as of now, the level would be %s. It is stored when customers are next classed, at the latest "
            "tonight.",
            level.name if level else self.env._("none"),
        )

    #=== SCORE ===#

    def _explain_criteria(self, verdict):
        """What each criterion brought: rows of the table."""
        if not verdict or not verdict.score:
            return []
        Criterion = self.env["customer.level.criterion"]
        labels = Criterion._get_labels()
        return [
            {
                "metric": part.metric,
                "label": labels.get(part.metric, part.metric),
                "value": Criterion._format_metric(part.metric, part.value),
                "note": self._get_missing_note(criterion) if part.value is None else "",
                "points": part.points,
                "weight": criterion.weight,
                "share": round(part.share, 2),
                "brings": None if part.points is None else round(part.points * part.share / 100, 2),
            }
            for criterion, part in zip(verdict.rules.criteria, verdict.score.parts, strict=True)
        ]

    @api.model
    def _get_missing_note(self, criterion):
        """What becomes of a criterion whose value is not known, as a sentence; a ``tools.scoring.Criterion``."""
        fate = self.env["customer.level.criterion"]._describe_missing(criterion.missing, criterion.missing_points)
        return self.env._("Not known: %s", fate)

    def _explain_ladder(self, verdict, ground):
        """The borders of the levels, from the lowest up, and where the score stands among them."""
        if not verdict or not verdict.score or verdict.score.total is None:
            return None
        ladder, total = verdict.rules.ladder, verdict.score.total
        place = standing.standing(ladder, total, verdict.computed)
        return {
            "rungs": [self._explain_rung(rung, ground) for rung in standing.rungs(ladder)],
            "sentences": self._get_standing_sentences(place, verdict, ground),
        }

    def _explain_rung(self, rung, ground):
        level = ground.levels.get(rung.key)
        return {
            "key": rung.key or 0,
            "name": level.name if level else self.env._("No level"),
            "color": level.color if level else 0,
            "lower": rung.lower,
            "upper": rung.upper,
            "is_present": rung.key == (self.customer_level_id.id or None),
        }

    def _get_standing_sentences(self, place, verdict, ground):
        number = self.env["customer.level.criterion"]._format_number
        sentences = []
        if place.next_key:
            sentences.append(
                self.env._(
                    "%(points)s points to %(level)s.",
                    points=number(place.missing),
                    level=ground.levels[place.next_key].name,
                )
            )
        if place.held:
            sentences.append(
                self.env._(
                    "The score is below the border of %(level)s; the margin keeps the level down to %(floor)s.",
                    level=ground.levels[verdict.computed].name,
                    floor=number(place.floor),
                )
            )
        return sentences

    #=== TAGS ===#

    def _explain_tags(self, ground):
        """The tags of one archive by taxonomy, each with who set it and when."""
        # sudo: names of rules and people are told to whoever reads the archive; the tags are those the person may read
        assignments = ground.assignments.get(self, self.env["customer.tag.assignment"]).sudo()
        groups = assignments.sorted(lambda a: (a.tag_id.sequence, a.tag_id.id)).grouped("taxonomy_id")
        return [
            {"taxonomy": taxonomy.name, "tags": [assignment._explain() for assignment in groups[taxonomy]]}
            for taxonomy in sorted(groups, key=lambda taxonomy: (taxonomy.sequence, taxonomy.id))
        ]

    #=== LIFE CYCLE ===#

    def _explain_lifecycle(self, verdict, ground):
        stages = dict(self._fields["customer_lifecycle"]._description_selection(self.env))
        row = ground.present.get((self.id, LIFECYCLE))
        return {
            "name": stages.get(self.customer_lifecycle, self.env._("Not determined")),
            "since": self.env._("Since %s", format_date(self.env, row.date_from)) if row else "",
            "reasons": self._get_lifecycle_reasons(verdict, stages),
        }

    def _get_lifecycle_reasons(self, verdict, stages):
        """Why the archive is in its stage, as sentences."""
        facts = verdict and verdict.stage_computed
        if self.customer_lifecycle_manual:
            return [
                self.env._("Set by hand."),
                *([self.env._("By the facts it would be %s.", stages[facts])] if facts else []),
            ]
        if not facts:
            return [self.env._("Nobody has set it, and no purchases are known here.")]
        last = verdict.row["last_date"]
        if last:
            return [self.env._("By the facts: the last purchase was on %s.", format_date(self.env, last))]
        return [self.env._("By the facts: no purchase yet.")]
