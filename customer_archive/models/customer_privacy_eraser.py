from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import BLANK, CLOSED, DELETE, KEEP, MENTION
from ..tools.privacy import any_of
from .res_partner_control import APPROVED_CHANGE

# What the host notes of a write is told by this context not to be noted: it would keep the old facts.
SILENT = {"tracking_disable": True, "mail_notrack": True, "mail_auto_delete": False, "active_test": False}


class CustomerPrivacyEraser(models.AbstractModel):
    """Erase people in one transaction: rows, texts, traces in the log; then look whether anything is left."""

    _name = "customer.privacy.eraser"
    _description = "Erasure of Personal Data"

    #=== PLAN ===#

    @api.model
    def _plan(self, people, needles=(), confirmed=False):
        """What an erasure of these people would do, without writing anything.

        :param needles: further facts to look for in texts, as ``tools.privacy.Needle``
        :param confirmed: whether it is known who asks, so that encrypted facts are looked for in texts as well
        :return: list of dict with key, label, model, count, action, reason and until
        """
        people = people.sudo().with_context(active_test=False)
        Place, Sweep = self.env["customer.privacy.place"], self.env["customer.privacy.sweep"]
        kept = self.env["customer.privacy.keeper"]._get_kept(people)
        lines = [self._plan_people(people)] if people else []
        for place in Place._get_installed_places(people) if people else []:
            if count := self.env[place.model].sudo().with_context(active_test=False).search_count(list(place.domain)):
                lines.append(self._prepare_line(place.key, place.label, place.model, count, place.action, place.reason))
        mentions = Sweep._count_mentions(self._get_swept_needles(people, needles, kept, confirmed))
        lines += [
            self._prepare_line("mention", self._get_mention_label(name), name, count, MENTION)
            for name, count in mentions.items()
        ]
        lines += [
            self._prepare_line("kept", document["label"], document["model"], document["count"], KEEP,
                               document["reason"], document["until"])
            for document in kept
        ]
        return lines

    @api.model
    def _plan_people(self, people):
        return self._prepare_line("people", self.env._("Contacts"), "res.partner", len(people), BLANK)

    @api.model
    def _prepare_line(self, key, label, model, count, action, reason="", until=False):
        return {
            "key": key, "label": label, "model_name": model, "count": count, "action": action, "reason": reason,
            "until": until,
        }

    @api.model
    def _get_mention_label(self, name):
        return self.env._("Texts: %s", self._get_model_label(name))

    @api.model
    def _get_model_label(self, name):
        return self.env["ir.model"]._get(name).name

    @api.model
    def _get_swept_needles(self, people, needles, kept, confirmed):
        """What is looked for in texts: facts of these people alone, without those that kept documents need."""
        Place, Sweep = self.env["customer.privacy.place"], self.env["customer.privacy.sweep"]
        bound = {partner_id for document in kept for partner_id in document["people"]}
        own = Place._get_needles(people.filtered(lambda p: p.id not in bound), confirmed)
        for person in people.filtered(lambda p: p.id in bound):
            held = {person[name] for name in self.env["customer.privacy.keeper"]._get_kept_fields() if person[name]}
            own += [needle for needle in Place._get_needles(person, confirmed) if needle.value not in held]
        return Sweep._keep_unshared([*own, *needles], people)

    #=== ERASURE ===#

    @api.model
    def _check_people(self, people):
        """Refuse to erase who is no natural person or works here.

        :raise UserError: with the mend
        """
        people = people.sudo().with_context(active_test=False)
        if company := people.filtered("is_company")[:1]:
            raise UserError(
                self.env._("“%s” is a company: its facts are nobody’s personal data. Choose contacts.", company.name)
            )
        if user := people.user_ids.filtered("active")[:1]:
            raise UserError(
                self.env._("“%s” can log in: take the access away first, then erase the person.", user.partner_id.name)
            )
        # sudo: companies that the person may not open count as well
        if self.env["res.company"].sudo().search_count([("partner_id", "in", people.ids)], limit=1):
            raise UserError(self.env._("This is the contact of one of your own companies."))

    @api.model
    def _erase(self, people, needles=()):
        """Erase these people; whoever calls has checked the right to.

        :return: proof: dict of counts per place, of kept documents and of what the log gave up; it names nobody
        :raise UserError: when something is left; then nothing was erased
        """
        self._check_people(people)
        # what this transaction still has to note of earlier changes is noted now, so that it is found
        self.env.cr.flush()
        # sudo: an erasure reaches every place, whoever confirms it
        people = people.sudo().with_context(**SILENT, archive_pass=APPROVED_CHANGE)
        eraser = self.sudo().with_context(**SILENT)
        kept = self.env["customer.privacy.keeper"]._get_kept(people)
        needles = eraser._get_swept_needles(people, needles, kept, confirmed=True)
        proof, touched = eraser._erase_places(people)
        eraser._blank_people(people, kept)
        mentions = self.env["customer.privacy.sweep"]._count_mentions(needles)
        self.env["customer.privacy.sweep"]._replace_mentions(needles, mentions)
        proof.update({f"mention:{name}": count for name, count in mentions.items()})
        proof["log"] = eraser._forget({**touched, "res.partner": people.ids}, needles)
        eraser._check_nothing_left(needles)
        return {**proof, "people": len(people), "kept": sum(document["count"] for document in kept)}

    @api.model
    def _erase_places(self, people):
        """Delete or empty the rows of every place.

        :return: tuple of dict of key → number of rows, and dict of model → ids of the rows
        """
        Place = self.env["customer.privacy.place"].with_context(**SILENT)
        counts, touched = {}, {}
        for place in Place._get_installed_places(people):
            rows = Place._get_rows(place) if place.action in (DELETE, BLANK) else None
            if not rows:
                continue
            counts[place.key] = len(rows)
            touched.setdefault(place.model, []).extend(rows.ids)
            if place.action == DELETE:
                rows.unlink()
            else:
                rows.write(dict(place.values))
        return counts, touched

    @api.model
    def _get_erased_values(self, person):
        """Hook: what the contact of a person looks like afterwards: dict of field name → value.

        Address and facts that a contact shares with its company are the company's own and stay.
        """
        empty = [
            "phone", "email", "website", "function", "comment", "ref", "barcode", "birthday",
            "customer_birthday_month", "customer_birthday_day", "decision_role",
            "customer_wechat", "customer_channel", "customer_requirements", "customer_history", "customer_level_text",
            "customer_scope", "image_1920", "category_id", "vat", "company_registry", "company_name", "street",
            "street2", "zip", "city", "state_id", "country_id", "archive_properties", "properties", "partner_latitude",
            "partner_longitude", "archive_viewer_ids", "archive_editor_ids",
        ]
        place = self.env["customer.privacy.place"]
        empty += place._get_encrypted_fields()
        shared = place._get_company_facts(person)
        values = {name: False for name in empty if name in person._fields and name not in shared}
        values |= {name: [fields.Command.clear()] for name in values if person._fields[name].type == "many2many"}
        values["name"] = self.env._("Erased person %s", person.id)
        return values

    @api.model
    def _blank_people(self, people, kept):
        kept = sorted(kept, key=lambda document: document["until"])
        bound = {partner_id: document["until"] for document in kept for partner_id in document["people"]}
        names = self.env["customer.privacy.keeper"]._get_kept_fields()
        for person in people:
            values = self._get_erased_values(person)
            if until := bound.get(person.id):
                values = {name: value for name, value in values.items() if name not in names}
            # the host asks for active logins of the person, and would find those of the past as well
            person.with_context(active_test=True).write(
                {
                    **values,
                    "active": False,
                    "customer_erased_date": fields.Datetime.now(),
                    "customer_kept_until": until or False,
                    **({"archive_state": CLOSED} if person.archive_state else {}),
                }
            )
        self._blank_logins(people)

    @api.model
    def _blank_logins(self, people):
        """Accounts of the past keep the address they were named after."""
        for user in people.user_ids:
            user.write({"login": f"erased-{user.id}", "active": False, "signature": False})

    @api.model
    def _forget(self, touched, needles):
        """Hook: make whatever else keeps facts give them up; by default the log. Called before the last look.

        :param touched: dict of model → ids of the rows that were emptied or deleted
        :param needles: facts that were looked for, as ``tools.privacy.Needle``
        :return: number of rows of the log that gave up their texts
        """
        log = self.env["customer.audit.log"]
        # what the erasure itself changed is noted with its old values: first write that down, then give it up
        self.env.cr.flush()
        texts = log._find_spellings(any_of(needles))
        others = sum(log._erase(model, ids) for model, ids in touched.items() if model != "res.partner")
        return others + log._erase("res.partner", touched["res.partner"], texts)

    @api.model
    def _check_nothing_left(self, needles):
        """Look once more: what was written while the erasure ran must not stay.

        :raise UserError: naming the place
        """
        if left := self.env["customer.privacy.sweep"]._count_mentions(needles):
            labels = ", ".join(self._get_model_label(name) for name in left)
            raise UserError(
                self.env._("The person is still mentioned in %s, so nothing was erased. Please try again.", labels)
            )
