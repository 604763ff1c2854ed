import re

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .case_common import CaseCase
from .test_case_portal import CasePortalCase


class CaseRatingCase(CaseCase):
    def get_requests(self, case):
        return case.sudo().message_ids.filtered(lambda message: "/rate/" in (message.body or ""))

    @classmethod
    def create_service(cls, **values):
        simple = cls.env["customer.case.category"].create({"name": "Question"})
        return cls.create_case(category_id=simple.id, contact_id=cls.gu.id, **values)


@tagged("post_install", "-at_install")
class TestCaseRating(CaseRatingCase):
    """When a customer is asked, and what a rating is worth."""

    def test_a_complaint_is_asked_about_after_the_return_visit(self):
        case = self.create_complaint(contact_id=self.gu.id)
        case._resolve("Replaced")
        self.assertFalse(self.get_requests(case))
        self.as_user(case, "quality")._visit("Fine")
        request = self.get_requests(case)
        self.assertEqual(request.partner_ids, self.gu)
        self.assertTrue(case.rating_asked)
        self.assertTrue(request.is_internal or request.subtype_id.internal, "it is no answer")

    def test_a_customer_is_asked_once_also_after_opening_again(self):
        case = self.create_service()
        case._resolve("Answered")
        self.assertEqual(len(self.get_requests(case)), 1)
        case._reopen("Not quite")
        case._resolve("Answered better")
        self.as_user(case, "manager")._visit("Fine")
        self.assertEqual(len(self.get_requests(case)), 1)

    def test_who_has_no_address_is_not_asked(self):
        self.gu.email = False
        case = self.create_service()
        case._resolve("Answered")
        self.assertFalse(case.rating_asked)
        self.assertFalse(self.get_requests(case))

    def test_a_rating_lands_on_the_case_and_the_next_one_takes_its_place(self):
        case = self.create_service()
        self.assertIn("not solved", case._rate("5", "", self.gu))
        case._resolve("Answered")
        self.assertIn("three faces", case._rate("4", "", self.gu))
        self.assertFalse(case._rate("5", "Quick <b>help</b>", self.gu))
        self.assertEqual(case.rating_last_value, 5)
        self.assertFalse(case._rate("1", "Broke again", self.gu))
        self.assertEqual(case.rating_last_value, 1)
        rating = case.sudo().rating_ids
        self.assertEqual((len(rating), rating.feedback, rating.partner_id), (1, "Broke again", self.gu))
        self.assertEqual(rating.rated_partner_id, self.users["sales"].partner_id)
        [message] = case.sudo().message_ids.filtered("rating_ids")
        self.assertIn("Broke again", message.body)
        self.assertEqual(message.author_id, self.gu)

    def test_who_did_not_rate_does_not_count_in_the_average(self):
        for grade in ("5", "3", None):
            case = self.create_service()
            case._resolve("Answered")
            if grade:
                case._rate(grade, "", self.gu)
        Case = self.env["customer.case"].with_user(self.users["sales"])
        found = Case._read_group([("partner_id", "=", self.archive.id)], ["kind"], ["rating_last_value:avg", "__count"])
        self.assertEqual(found, [("service", 4.0, 3)])
        [group] = Case.formatted_read_group(
            [("partner_id", "=", self.archive.id)], ["resolver_id"], ["rating_last_value:avg"]
        )
        self.assertEqual(group["rating_last_value:avg"], 4.0)
        found = Case.with_user(self.users["colleague"])._read_group([], [], ["rating_last_value:avg", "__count"])
        self.assertEqual(found[0][1], 0, "figures follow the rights on customers")

    def test_people_of_the_company_do_not_rate(self):
        case = self.create_service()
        case._resolve("Answered")
        values = {"res_model_id": self.env["ir.model"]._get_id("customer.case"), "res_id": case.id, "rating": 5}
        Rating = self.env["rating.rating"].with_user(self.users["manager"])
        with self.assertRaises(AccessError):
            Rating.create(values)
        case._rate("1", "Bad", self.gu)
        rating = case.sudo().rating_ids.with_user(self.users["manager"])
        for forge in (
            lambda: rating.write({"rating": 5}),
            lambda: Rating.create({**values, "res_model_id": self.env["ir.model"]._get_id("res.users")}).write(values),
            lambda: self.as_user(case, "manager").write({"rating_last_value": 5}),
            lambda: self.as_user(case, "manager").write({"rating_ids": [(5,)]}),
        ):
            with self.assertRaises(AccessError):
                forge()
        self.as_user(case, "manager").message_post(body="Great", rating_value=5)
        self.assertEqual(case.rating_last_value, 1)


@tagged("post_install", "-at_install")
class TestCaseRatingPortal(CaseRatingCase, CasePortalCase):
    """The customer rates over the network."""

    def setUp(self):
        super().setUp()
        self.case = self.create_service()

    def rate(self, **data):
        return self.send(f"/my/cases/{self.case.id}/rate", **data)

    def test_the_page_asks_once_it_is_solved(self):
        self.log_in()
        url = f"/my/cases/{self.case.id}"
        self.assertNotIn("Are you satisfied?", self.url_open(url).text)
        self.assertIn("not solved yet", self.rate(grade="5").text)
        self.case._resolve("Answered")
        self.assertIn("Are you satisfied?", self.url_open(url).text)
        page = self.rate(feedback="So <b>so</b>")
        self.assertIn("three faces", page.text)
        self.assertIn("So &lt;b&gt;so&lt;/b&gt;", page.text, "what was typed stays")
        self.assertIn("Thank you for your rating", self.rate(grade="3", feedback="So so").text)
        self.case.invalidate_recordset()
        self.assertEqual(self.case.rating_last_value, 3)
        self.assertEqual(self.case.sudo().rating_ids.partner_id, self.person.partner_id)

    def test_the_link_of_the_mail_rates(self):
        self.case._resolve("Answered")
        body = self.get_requests(self.case).body
        link = re.search(r"/rate/\w+/5", body).group()
        self.authenticate(None, None)
        self.assertEqual(self.url_open(link).status_code, 200)
        self.case.invalidate_recordset()
        self.assertEqual(self.case.rating_last_value, 0, "a scanner of mails that follows a link does not rate")
        page = self.send(link.rpartition("/")[0] + "/submit_feedback", rate=5, feedback="Fine")
        self.assertEqual(page.status_code, 200)
        self.case.invalidate_recordset()
        self.assertEqual((self.case.rating_last_value, self.case.sudo().rating_ids.partner_id), (5, self.gu))

    def test_a_stranger_does_not_rate(self):
        self.case._resolve("Answered")
        self.log_in("portal_xu")
        self.assertEqual(self.rate(grade="1").status_code, 404)
