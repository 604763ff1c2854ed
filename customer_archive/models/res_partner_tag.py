from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..const import BY_RULE


class ResPartner(models.Model):
    """Tags of an archive: who may set which, and one of a kind where the taxonomy says so."""

    _inherit = "res.partner"
    _name = "res.partner"

    # an archived tag stays on the customers that have it: the field shows it, lists no longer offer it
    customer_tag_ids = fields.Many2many(
        "customer.tag", "customer_tag_assignment", "partner_id", "tag_id", "Customer Tags", copy=False,
        context={"active_test": False}, ondelete="restrict",
    )
    customer_tag_assignment_ids = fields.One2many(
        "customer.tag.assignment", "partner_id", "Tags and Who Set Them", readonly=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if tagged := partners.filtered("customer_tag_ids"):
            tagged._settle_tags({partner.id: self.env["customer.tag"] for partner in tagged}, set())
        return partners

    def write(self, vals):
        if "customer_tag_ids" not in vals:
            return super().write(vals)
        before = {partner.id: partner.customer_tag_ids for partner in self}
        ruled = self._get_ruled_tags()
        result = super().write(vals)
        self._settle_tags(before, ruled)
        return result

    def _get_ruled_tags(self):
        """Tags that rules set on these contacts: set of (partner id, tag id)."""
        # sudo: assignments follow the archive, which the person may edit without reading all of it
        assignments = self.env["customer.tag.assignment"].sudo().search(
            [("partner_id", "in", self.ids), ("rule_id", "!=", False)]
        )
        return {(assignment.partner_id.id, assignment.tag_id.id) for assignment in assignments}

    def _settle_tags(self, before, ruled):
        """Check what a person changed on the tags of these contacts, and note it.

        :param before: tags by id of the contact
        :param ruled: as in ``_get_ruled_tags``, before the change
        """
        changed = self.filtered(lambda partner: partner.customer_tag_ids != before[partner.id])
        gained = {partner: partner.customer_tag_ids - before[partner.id] for partner in changed}
        for partner in changed:
            taken = before[partner.id] - partner.customer_tag_ids
            partner._check_tag_rights(gained[partner] | taken)
            partner._check_ruled_tags(taken.filtered(lambda tag: (partner.id, tag.id) in ruled))  # noqa: B023
            partner._replace_exclusive_tags(gained[partner])
        if changed:
            changed._record_tags(gained, before)

    def _record_tags(self, gained, before):
        # sudo: who set a tag, and the history, are noted by this method only
        self.env["customer.tag.assignment"].sudo()._sign(self)
        self.env["customer.classification"].sudo()._record_tags(
            [(partner.id, tag.id) for partner in self for tag in gained[partner]],
            [(partner.id, tag.id) for partner in self for tag in before[partner.id] - partner.customer_tag_ids],
        )

    def _check_tag_rights(self, tags):
        """Refuse tags that the person may not set or take away, with the mend."""
        if not self.archive_state:
            raise ValidationError(self.env._("Customer tags are for customer archives: “%s” has none.", self.name))
        if self.env.su:
            return
        for tag in tags:
            if not tag.taxonomy_id._can_be_set_by_hand():
                raise AccessError(self._get_tag_refusal(tag))

    @api.model
    def _get_tag_refusal(self, tag):
        taxonomy = tag.taxonomy_id
        if taxonomy.set_by == BY_RULE:
            return self.env._("“%(tag)s” (%(taxonomy)s) is set by rules only.", tag=tag.name, taxonomy=taxonomy.name)
        return self.env._(
            "Tags of “%(taxonomy)s” are set by %(groups)s.",
            taxonomy=taxonomy.name,
            # sudo: groups may be hidden from the person
            groups=", ".join(taxonomy.sudo().setter_group_ids.mapped("full_name")),
        )

    def _check_ruled_tags(self, tags):
        """Refuse to take away what a rule would set again."""
        ruled = {rule.taxonomy for rule in self.env["customer.classifier"]._get_rules().tags}
        # what rules set that were retired since is left to people
        tags = tags.filtered(lambda tag: tag.taxonomy_id.id in ruled)
        if tags and not self.env.su:
            raise AccessError(
                self.env._(
                    "“%s” is set by a rule and stays for as long as the customer fits it. Change the facts, or have "
                    "the rule changed.",
                    tags[0].name,
                )
            )

    def _replace_exclusive_tags(self, gained):  # pylint: disable=missing-return
        """Where a customer has one tag of a kind, the one that a person sets takes the place of the other."""
        for taxonomy, tags in gained.filtered("taxonomy_id.is_exclusive").grouped("taxonomy_id").items():
            if len(tags) > 1:
                raise ValidationError(
                    self.env._(
                        "“%(customer)s” can have one tag of “%(taxonomy)s”, not %(tags)s.",
                        customer=self.name,
                        taxonomy=taxonomy.name,
                        tags=", ".join(tags.mapped("display_name")),
                    )
                )
            replaced = self.customer_tag_ids.filtered(lambda tag: tag.taxonomy_id == taxonomy) - tags  # noqa: B023
            if replaced:
                # below this class: the change was checked and is recorded once
                super().write({"customer_tag_ids": [Command.unlink(tag.id) for tag in replaced]})
