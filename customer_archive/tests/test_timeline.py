from datetime import timedelta

from markupsafe import Markup
from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .timeline_common import TimelineCase


@tagged("post_install", "-at_install")
class TestTimeline(TimelineCase):
    def test_one_list_from_the_latest_to_the_earliest(self):
        self.call("Last week", 7)
        self.call("Today")
        self.contract(date_start=fields.Date.to_string(self.now.date() - timedelta(days=3)))
        activity = self.as_user(self.archive, "sales").activity_schedule(
            "mail.mail_activity_data_todo", summary="Send samples", date_deadline=self.now.date() + timedelta(days=2)
        )
        self.assertTrue(activity)
        self.assertEqual(self.titles(), ["Send samples", "Today", "Frame contract", "Last week"])

    def test_an_entry_says_what_when_who_how_much_and_where_it_stands(self):
        yuan, leader = self.env.ref("base.CNY"), self.users["leader"]
        contract = self.contract(user_id=leader.id, number="C-77", currency_id=yuan.id)
        [entry] = self.load(kinds=["contract"])["entries"]
        self.assertEqual(
            {name: entry[name] for name in ("title", "text", "date", "person", "amount", "currency_id", "state")},
            {
                "title": "Frame contract", "text": "C-77", "date": "2026-01-01", "person": leader.name,
                "amount": 120000, "currency_id": yuan.id, "state": "Draft",
            },
        )
        self.assertEqual((entry["model"], entry["id"]), ("customer.contract", contract.id))
        self.assertEqual((entry["label"], entry["icon"]), ("Contracts", "fa-handshake-o"))

    def test_an_interaction_has_the_icon_of_its_channel_and_its_result(self):
        call = self.call("Prices", content="<p>They <b>asked</b></p>")
        [entry] = self.load()["entries"]
        self.assertEqual((entry["icon"], entry["text"], entry["style"]), ("fa-phone", "They asked", "success"))
        call.outcome_note = "Wants < 5%"
        self.channel("phone").sudo().icon = 'fa-x" onclick="alert(1)'
        [entry] = self.load()["entries"]
        self.assertEqual((entry["icon"], entry["text"]), ("fa-comments-o", "Wants < 5%"))

    def test_a_case_says_its_number_and_is_found_by_what_the_customer_says(self):
        case = self.env["customer.case"].create(
            {"name": "Cracks", "partner_id": self.archive.id, "description": "<p>The third batch</p>"}
        )
        [entry] = self.load(kinds=["case"], text="third batch")["entries"]
        self.assertEqual((entry["title"], entry["text"], entry["id"]), ("Cracks", case.number, case.id))
        self.assertEqual(self.load(kinds=["case"], text="fourth batch")["entries"], [])

    def test_words_of_people_are_there_and_noise_is_not(self):
        self.archive.sudo().write({"archive_access": "team"})  # leaves a note about what changed
        self.archive.message_post(body="Made by a job")
        self.note(self.archive, "Met the buyer at the fair")
        self.flush_tracking()
        [entry] = self.load(kinds=["mail"])["entries"]
        self.assertEqual((entry["title"], entry["person"]), ("Met the buyer at the fair", self.users["sales"].name))
        self.assertEqual(entry["document"], ["res.partner", self.archive.id])

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.flush()

    def test_html_of_a_mail_is_shown_as_text(self):
        body = "<p onclick='x'>Dear <b>all</b></p><script>alert(1)</script><img src=x onerror=alert(2)>&lt;i&gt;"
        self.note(self.archive, Markup(body), subject="<b>Hello</b>")
        [entry] = self.load(kinds=["mail"])["entries"]
        self.assertEqual((entry["title"], entry["text"]), ("<b>Hello</b>", "Dear all <i>"))

    def test_a_mail_stands_there_once_though_it_is_an_interaction_too(self):
        self.note(self.archive, "The offer", subject="Offer 12", partner_ids=self.gu.ids)
        [entry] = self.load()["entries"]
        self.assertEqual((entry["kind"], entry["title"], entry["text"]), ("mail", "Offer 12", "The offer"))
        self.assertEqual(self.titles(self.gu), ["Offer 12"])
        self.assertEqual(self.titles(self.shen), [])
        self.assertEqual(self.titles(text="the offer"), ["Offer 12"])

    def test_what_somebody_added_to_a_mail_stands_beside_it(self):
        self.note(self.archive, "The offer", subject="Offer 12", partner_ids=self.gu.ids)
        self.as_user(self.get_interactions(), "sales").outcome_note = "They take it"
        entries = {entry["kind"]: entry for entry in self.load()["entries"]}
        self.assertEqual((entries["mail"]["text"], entries["interaction"]["text"]), ("The offer", "They take it"))

    def test_messages_on_documents_belong_to_the_customer(self):
        contract = self.contract()
        self.note(contract, "Which clause do you mean?")
        [entry] = self.load(kinds=["mail"])["entries"]
        self.assertEqual(entry["document"], ["customer.contract", contract.id])

    def test_an_appointment_stands_there_once_though_it_has_an_activity(self):
        event = self.create_event()
        kind = self.env.ref("mail.mail_activity_data_meeting").id
        self.as_user(self.archive, "sales").activity_schedule(
            activity_type_id=kind, summary="Annual talk", calendar_event_id=event.id
        )
        self.assertEqual(self.titles(), ["Annual talk"])

    def test_done_activities_are_interactions_and_open_ones_are_activities(self):
        activity = self.as_user(self.archive, "sales").activity_schedule("mail.mail_activity_data_call", summary="Ring")
        self.assertEqual(self.kinds(), {"activity"})
        activity.action_feedback(feedback="Reached")
        self.assertEqual(self.kinds(), {"interaction"})

    def test_late_activities_are_red(self):
        self.as_user(self.archive, "sales").activity_schedule(
            "mail.mail_activity_data_todo", summary="Late", date_deadline=self.now.date() - timedelta(days=9)
        )
        [entry] = self.load()["entries"]
        self.assertEqual((entry["state"], entry["style"]), ("Overdue", "danger"))

    def test_surveys_of_contacts_are_there(self):
        survey = self.env["survey.survey"].create({"title": "Satisfied?"})
        values = {"survey_id": survey.id, "partner_id": self.gu.id, "state": "done"}
        self.env["survey.user_input"].create([values, {**values, "test_entry": True}])
        self.users["manager"].group_ids += self.env.ref("survey.group_survey_user")
        [entry] = self.load(login="manager", kinds=["survey"])["entries"]
        self.assertEqual((entry["title"], entry["state"]), ("Satisfied?", "Completed"))
        self.assertEqual(self.titles(login="manager", text="satisf"), ["Satisfied?"])

    def test_nothing_is_an_empty_list(self):
        page = self.load()
        self.assertEqual((page["entries"], page["cursor"]), ([], None))

    #=== WHOSE ===#

    def test_a_company_has_what_concerns_its_people_and_a_person_only_their_own(self):
        self.call("With Gu", contact_ids=self.gu.ids)
        self.call("With Shen", 1, contact_ids=self.shen.ids)
        self.note(self.shen, "On the page of Shen")
        self.contract(contact_id=self.gu.id)
        self.assertEqual(set(self.titles()), {"With Gu", "With Shen", "On the page of Shen", "Frame contract"})
        self.assertEqual(set(self.titles(self.gu)), {"With Gu", "Frame contract"})
        self.assertEqual(set(self.titles(self.shen)), {"With Shen", "On the page of Shen"})
        self.assertEqual(self.titles(contact_id=self.gu.id), self.titles(self.gu))

    def test_a_contact_who_left_is_not_forgotten(self):
        self.note(self.gu, "Goes into retirement")
        self.gu.active = False
        self.assertEqual(self.titles(), ["Goes into retirement"])

    def test_other_customers_are_not_there(self):
        self.call("Ours")
        other = self.create_archive(name="Other")
        self.call("Theirs", partner_id=other.id)
        self.assertEqual((self.titles(), self.titles(other)), (["Ours"], ["Theirs"]))

    #=== FILTERS ===#

    def test_kinds_choose(self):
        self.call("Call")
        self.contract()
        self.assertEqual(self.titles(kinds=["contract"]), ["Frame contract"])
        self.assertEqual(self.kinds(kinds=["contract", "interaction"]), {"contract", "interaction"})

    def test_periods_hold_days_of_the_persons_own_zone(self):
        self.users["sales"].tz = "Asia/Shanghai"
        self.call("Evening").date_start = "2026-03-01 15:59:59"
        self.call("Midnight").date_start = "2026-03-01 16:00:00"
        self.contract(date_start="2026-03-02")
        day = {"date_from": "2026-03-02", "date_to": "2026-03-02"}
        self.assertEqual(set(self.titles(**day)), {"Frame contract", "Midnight"})
        self.assertEqual(self.titles(date_to="2026-03-01"), ["Evening"])
        self.assertEqual(set(self.titles(date_from="2026-03-01")), {"Evening", "Midnight", "Frame contract"})

    def test_work_of_one_colleague(self):
        self.call("Mine")
        self.call("Hers", login="leader")
        self.note(self.archive, "Mine too")
        self.note(self.archive, "Hers too", "leader")
        self.assertEqual(set(self.titles(user_id=self.users["leader"].id)), {"Hers", "Hers too"})
        self.assertEqual(self.load(user_id=2**31 - 1)["entries"], [])

    def test_text_is_looked_for_in_what_was_said(self):
        self.call("Prices", content="<p>about castings</p>")
        self.call("Delivery dates")
        self.note(self.archive, "The CASTINGS are late")
        self.contract(name="Castings 2026")
        found = self.titles(text=" castings ")
        self.assertEqual(set(found), {"Prices", "The CASTINGS are late", "Castings 2026"})
        self.assertEqual(self.titles(text="100% 'or 1=1 --"), [])

    #=== PAGES ===#

    def test_pages_with_equal_dates_lose_and_repeat_nothing(self):
        start = self.now - timedelta(days=1)
        calls = self.env["customer.interaction"].browse()
        for number in range(11):
            calls |= self.call(f"Call {number}")
        calls.sudo().date_start = start
        messages = self.env["mail.message"].browse()
        for number in range(9):
            messages |= self.note(self.archive, f"Note {number}")
        messages.sudo().date = start
        for _number in range(3):
            self.contract(date_start="2026-01-01")
        whole = [entry["key"] for entry in self.load(limit=500)["entries"]]
        self.assertEqual(len(set(whole)), 23)
        for limit in (1, 4, 7, 22, 23):
            entries, pages = self.read_pages(limit)
            self.assertEqual([entry["key"] for entry in entries], whole)
            self.assertEqual(pages, -(-23 // limit))

    def test_what_comes_in_between_moves_no_page(self):
        for number in range(6):
            self.call(f"Call {number}", number)
        first = self.load(limit=3)
        self.call("Just now")
        second = self.load(limit=3, cursor=first["cursor"])
        names = [entry["title"] for entry in (*first["entries"], *second["entries"])]
        self.assertEqual(names, [f"Call {number}" for number in range(6)])

    def test_fractions_of_seconds_lose_nothing(self):
        messages = self.env["mail.message"].browse()
        for number in range(4):
            messages |= self.note(self.archive, f"Note {number}")
        for number, message in enumerate(messages):
            self.env.cr.execute(
                "UPDATE mail_message SET date = '2026-03-01 08:00:00.%s' WHERE id = %s", [number, message.id]
            )
        entries, _pages = self.read_pages(1)
        self.assertEqual([entry["title"] for entry in entries], ["Note 3", "Note 2", "Note 1", "Note 0"])

    def test_days_and_moments_stand_in_the_order_of_the_persons_own_days(self):
        for zone, noon in (("Asia/Shanghai", "2026-03-02 04:00:00"), ("America/New_York", "2026-03-02 17:00:00")):
            self.users["sales"].tz = zone
            self.contract(name="That day", date_start="2026-03-02")
            self.call("Day before").date_start = "2026-03-01 12:00:00"
            self.call("At noon").date_start = noon
            found = [entry["title"] for entry in self.read_pages(1)[0]]
            self.assertEqual(found, ["At noon", "That day", "Day before"], zone)
            self.env["customer.interaction"].search([]).sudo().unlink()
            self.env["customer.contract"].search([("partner_id", "=", self.archive.id)]).sudo().unlink()

    def test_a_zone_that_nobody_knows_is_no_error(self):
        self.call("Call")
        with mute_logger("odoo.orm.environments"):
            found = self.env["customer.timeline"].with_context(tz="Nowhere/Land").load(self.archive.id)
        self.assertEqual(len(found["entries"]), 1)
