from odoo import Command

from .common import ArchiveCase


class ClassCase(ArchiveCase):
    """Levels, a taxonomy of each kind, and rules that are drafted and published by their buttons."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what a database holds already must not class the customers of a test
        for published in cls.env["customer.rule.set"].search([("state", "=", "published")]):
            published.action_retire()
        cls.levels = cls.env["customer.level"].create(
            [{"name": name, "sequence": place} for place, name in enumerate(("Gold", "Silver", "Bronze"))]
        )
        cls.gold, cls.silver, cls.bronze = cls.levels
        cls.treatment = cls.env["customer.taxonomy"].create(
            {
                "name": "Care", "is_exclusive": True, "set_by": "both",
                "tag_ids": [Command.create({"name": name}) for name in ("Key", "Usual", "Watch")],
            }
        )
        cls.key, cls.usual, cls.watch = cls.treatment.tag_ids
        cls.wishes = cls.env["customer.taxonomy"].create(
            {
                "name": "Wishes", "set_by": "hand",
                "tag_ids": [Command.create({"name": name}) for name in ("Speed", "Price")],
            }
        )
        cls.speed, cls.price = cls.wishes.tag_ids

    @classmethod
    def draft_levels(cls, login="manager", borders=(80, 50, 0), **values):
        """A draft of level rules that counts the judged potential alone: low 20, medium 60, high 90 points."""
        points = {"low": 20, "medium": 60, "high": 90}
        return cls.env["customer.rule.set"].with_user(cls.users[login]).create(
            {
                "name": "Levels of the test",
                "kind": "level",
                "criterion_ids": [
                    Command.create(
                        {
                            "metric": "potential",
                            "weight": 100,
                            "band_ids": [
                                Command.create({"category": f"potential.{key}", "points": number})
                                for key, number in points.items()
                            ],
                        }
                    )
                ],
                "threshold_ids": [
                    Command.create({"level_id": level.id, "lower": lower})
                    for level, lower in zip(cls.levels, borders, strict=True)
                ],
                **values,
            }
        )

    @classmethod
    def draft_tags(cls, rules, login="manager", **values):
        """A draft of rules for the taxonomy “Care”: list of (tag, domain as text), first come first."""
        return cls.env["customer.rule.set"].with_user(cls.users[login]).create(
            {
                "name": "Care of the test",
                "kind": "tag",
                "taxonomy_id": cls.treatment.id,
                "tag_rule_ids": [
                    Command.create({"sequence": place, "tag_id": tag.id, "domain": domain})
                    for place, (tag, domain) in enumerate(rules)
                ],
                **values,
            }
        )

    @classmethod
    def publish(cls, draft):
        """Try a draft out and publish it, as a manager."""
        draft = draft.with_user(cls.users["manager"])
        draft.action_try_out()
        draft.action_publish()
        return draft

    @classmethod
    def classify_all(cls):
        """One complete run of the job, without its commits."""
        run = cls.env["customer.classification.run"]._begin()
        while run.state == "running":
            run._classify_batch()
        return run
