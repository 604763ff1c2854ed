import base64

from odoo.tests import new_test_user

from .common import ArchiveCase

PERSON = {
    "name": "Ouyang Qingqing",
    "phone": "13877776666",
    "email": "ouyang.qingqing@example.com",
    "customer_wechat": "qingqing1990",
    "birthday": "1990-04-05",
    "function": "Head of purchasing",
    "comment": "Likes tea",
}
# How other people write the person in texts.
SPELLINGS = ("Ouyang Qingqing", "+86 138-7777-6666", "138 7777 6666", "Ouyang.Qingqing@Example.com", "qingqing1990")


class PrivacyCase(ArchiveCase):
    """A company with a contact who left traces, and an individual with an archive."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.create_archive(name="Wuxi Haitian Machinery")
        cls.person = cls.create_contact()
        cls.person.with_user(cls.users["sales"]).message_post(body="Called 13877776666, asked for a price")
        body = "Ouyang Qingqing (+86 138-7777-6666) will call back"
        cls.company.with_user(cls.users["sales"]).message_post(body=body)

    @classmethod
    def create_contact(cls, **values):
        return cls.env["res.partner"].with_user(cls.users["sales"]).create(
            {**PERSON, "parent_id": cls.company.id, "type": "contact", **values}
        )

    @classmethod
    def create_request(cls, kind="erase", login="manager", **values):
        """A request of the person, as a manager notes it."""
        return cls.env["customer.privacy.request"].with_user(cls.users[login]).create(
            {"kind": kind, "identity_check": "callback", "search_name": PERSON["name"], **values}
        )

    @classmethod
    def create_run(cls):
        """An import of a former system, with its workbook."""
        source = cls.env["customer.import.source"].create({"name": "Former system"})
        book = base64.b64encode("客户名称\nACME\n".encode())
        return cls.env["customer.import.run"].create({"source_id": source.id, "file": book, "filename": "b.csv"})

    @classmethod
    def create_second(cls):
        """Another manager, who confirms."""
        return new_test_user(cls.env, login="archive_manager_two", groups="customer_archive.group_manager")

    def plan(self, **values):
        """A request for erasure that waits for a second person."""
        request = self.create_request(**values)
        request.action_find()
        request.action_plan()
        return request
