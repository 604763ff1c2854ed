import json

from odoo import Command
from odoo.tests import tagged

from .audit_common import AuditCase
from .duplicate_common import DuplicateCase
from .interaction_common import InteractionCase
from .privacy_common import PERSON, PrivacyCase


@tagged("post_install", "-at_install")
class TestInteractionMerge(DuplicateCase):
    """Interactions and promises go with the archive, and come back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept, cls.gone = cls.create_pair()
        cls.contact = cls.env["res.partner"].create({"name": "Zhou Yong", "parent_id": cls.gone.id})
        cls.call = cls.env["customer.interaction"].with_user(cls.users["sales"]).create(
            {
                "name": "Call", "partner_id": cls.contact.id, "state": "done", "date_start": "2026-05-01 08:00:00",
                "promise_ids": [Command.create({"name": "Samples"})],
            }
        )
        cls.date = cls.call.date_start

    def test_a_merge_takes_them_along_and_undoing_it_brings_them_back(self):
        record = self.merge(self.kept, self.gone)
        self.assertEqual((self.call.partner_id, self.call.promise_ids.partner_id), (self.kept, self.kept))
        self.assertEqual(self.call.participant_ids.customer_id, self.kept)
        self.assertEqual(self.kept.archive_last_contact_date, self.date)
        self.assertFalse(self.gone.archive_last_contact_date)
        record.action_undo()
        self.assertEqual((self.call.partner_id, self.call.promise_ids.partner_id), (self.gone, self.gone))
        self.assertEqual(self.call.participant_ids.customer_id, self.gone)
        self.assertFalse(self.kept.archive_last_contact_date)
        self.assertEqual(self.gone.archive_last_contact_date, self.date)

    def test_an_appointment_with_both_stays_one_interaction_of_each(self):
        people = (self.users["sales"].partner_id | self.contact | self.kept).ids
        event = self.env["calendar.event"].create(
            {"name": "Talk", "start": "2026-05-02 08:00:00", "stop": "2026-05-02 09:00:00", "partner_ids": people}
        )
        self.merge(self.kept, self.gone)
        rows = self.env["customer.interaction"].search([("event_id", "=", event.id)])
        self.assertEqual(rows.partner_id, self.kept | self.gone)
        event.name = "Talk again"
        self.assertEqual(self.env["customer.interaction"].search([("event_id", "=", event.id)]), rows)


@tagged("post_install", "-at_install")
class TestInteractionErasure(PrivacyCase):
    """A person who is erased leaves interactions, and the texts of others."""

    def test_free_texts_and_people_of_interactions(self):
        Interaction = self.env["customer.interaction"].with_user(self.users["sales"])
        call = Interaction.create(
            {
                "name": "Call with Ouyang Qingqing", "partner_id": self.company.id, "state": "done",
                "content": "<p>Call back on 138 7777 6666</p>", "outcome_note": "Ouyang Qingqing agrees",
                "contact_ids": [Command.set(self.person.ids)], "next_step": "Ring Ouyang Qingqing",
                "promise_ids": [Command.create({"name": "Samples for Ouyang Qingqing"})],
            }
        )
        request = self.plan(search_name=PERSON["name"])
        self.as_user(request, "auditor").action_confirm()
        self.env.invalidate_all()
        texts = f"{call.name} {call.content} {call.outcome_note} {call.next_step} {call.promise_ids.name}"
        for word in ("Ouyang", "7777"):
            self.assertNotIn(word, texts)
        self.assertFalse(call.participant_ids)

    def test_interactions_of_an_individual_are_emptied(self):
        person = self.create_archive(name="Sima Guang", is_company=False, vat=False)
        Interaction = self.env["customer.interaction"].with_user(self.users["sales"])
        file = self.env["ir.attachment"].with_user(self.users["sales"]).create({"name": "face.png", "raw": b"x"})
        call = Interaction.create(
            {
                "name": "House", "partner_id": person.id, "state": "done", "content": "Two rooms",
                "promise_ids": [Command.create({"name": "Keys", "note": "At the gate"})],
                "attachment_ids": [Command.set(file.ids)],
            }
        )
        request = self.plan(search_name="Sima Guang")
        self.assertIn("interaction", request.finding_ids.mapped("key"))
        self.as_user(request, "auditor").action_confirm()
        self.env.invalidate_all()
        self.assertEqual((call.name, bool(call.content)), ("Erased", False))
        self.assertEqual((call.promise_ids.name, call.promise_ids.note), ("Erased", False))
        self.assertFalse(file.exists())


@tagged("post_install", "-at_install")
class TestInteractionLog(AuditCase, InteractionCase):
    """The audit log sees interactions and promises."""

    def test_reading_and_changing_are_noted(self):
        call = self.create_interaction(content="<p>First offer</p>")
        self.forget()
        found = self.as_user(call, "leader").web_search_read([("id", "=", call.id)], {"content": {}})
        self.assertEqual(found["length"], 1)
        entry = self.only_entry(model="customer.interaction", operation="read")
        self.assertEqual((entry["user_id"], entry["ids"]), (self.users["leader"].id, call.ids))
        self.forget()
        self.as_user(call, "sales").content = "<p>Second offer</p>"
        [changes] = map(json.loads, self.only_entry(model="customer.interaction", operation="write")["contents"])
        self.assertIn("First offer", changes["content"][0])
        self.assertIn("Second offer", changes["content"][1])

    def test_channels_are_settings(self):
        models = self.env["customer.audit.log"]._get_audited_models()
        for name in ("customer.interaction", "customer.interaction.participant", "customer.promise"):
            self.assertTrue(models[name], name)
        self.assertFalse(models["customer.interaction.channel"], "changes only")
