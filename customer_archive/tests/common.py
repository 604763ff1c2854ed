import itertools
import threading
import time
from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import DummyRLock, Registry
from odoo.service.model import retrying
from odoo.tests.common import BaseCase, TransactionCase, get_db_name, new_test_user

# Valid codes of invented companies.
CODES = (
    "91370102M60267738B",
    "91420102A87452685F",
    "914403052846428996",
    "9132010295562799X9",
    "914201026M22461437",
    "91310115641341163E",
    "91370202A5929603XJ",
    "913101156M6407354W",
    "913701026369990670",
    "913205050610340524",
    "915101048795076614",
    "91440106720737887M",
    "91370102310314558H",
    "91310115965984712B",
    "91440305033597472Q",
    "91320102061570832E",
    "91440106MM8888699R",
    "91510104702317758U",
    "91510104A236748441",
    "91310115692142914C",
    "91310115631129724J",
    "91310115535268759W",
)
WRONG_CODE = "91370102M60267738C"

ROLES = {
    "sales": "customer_archive.group_user",
    "colleague": "customer_archive.group_user",
    "leader": "customer_archive.group_leader",
    "seller_all": "customer_archive.group_all",
    "manager": "customer_archive.group_manager",
    "reviewer": "customer_archive.group_reviewer",
    "reviewer_two": "customer_archive.group_reviewer",
    "office": "customer_archive.group_back_office",
    "quality": "customer_archive.group_quality",
    "confidential": "customer_archive.group_confidential",
    "auditor": "customer_archive.group_auditor",
    "employee": "base.group_user",
}

# Roles that have no archives of their own to work on: they see the ones that are open to every employee.
OUTSIDERS = {"confidential", "auditor", "employee"}


class ArchiveCase(TransactionCase):
    """A company in China, one user per role, and helpers that act as these users. No demo data is used."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True, "lang": "en_US"})
        cls.china = cls.env.ref("base.cn")
        cls.shanghai = cls.env.ref("base.state_cn_SH")
        cls.env.company.country_id = cls.china
        cls.users = {
            login: new_test_user(cls.env, login=f"archive_{login}", groups=group, lang="en_US")
            for login, group in ROLES.items()
        }
        cls.team = cls.env["crm.team"].create(
            {
                "name": "East",
                "user_id": cls.users["leader"].id,
                "crm_team_member_ids": [(0, 0, {"user_id": cls.users["sales"].id})],
            }
        )
        cls.codes = cls.class_codes = iter(CODES)

    def setUp(self):
        super().setUp()
        # every test starts with the codes that the set-up of its class left over
        type(self).class_codes, type(self).codes = itertools.tee(type(self).class_codes)

    def count_queries(self, function, *args):
        """Statements that a call takes, with empty caches of records before and everything written after."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    @classmethod
    def as_user(cls, record, login):
        """The record as one of the users of ``ROLES`` sees it."""
        return record.with_user(cls.users[login])

    @classmethod
    def create_archive(cls, login="sales", **values):
        """A draft with every required fact, entered by a user."""
        facts = {
            "name": "Jinan Daheng Logistics",
            "is_company": True,
            "archive_state": "draft",
            "country_id": cls.china.id,
            "state_id": cls.shanghai.id,
            "city": "上海市",
            "phone": "021-50592061",
        }
        if "vat" not in values:
            facts["vat"] = next(cls.codes)
        return cls.env["res.partner"].with_user(cls.users[login]).create({**facts, **values})

    @classmethod
    def make_formal(cls, archive):
        """Take a draft to formal by its buttons: three people."""
        archive.with_user(archive.create_uid).action_archive_submit()
        cls.as_user(archive, "reviewer_two").action_archive_check()
        cls.as_user(archive, "reviewer").action_archive_approve()
        return archive

    @classmethod
    def create_formal(cls, login="sales", **values):
        """A formal archive, entered by a user."""
        return cls.make_formal(cls.create_archive(login, **values))


class ParallelCase(BaseCase):
    """Real threads and connections on committed data, which each test removes again."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        # the host's own runner holds this lock while tests run, and every environment asks for it
        self.enterContext(patch.object(Registry, "_lock", DummyRLock()))

    @contextmanager
    def connect(self):
        """An environment of the superuser on a connection of its own; what it does lasts if it is committed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def run_parallel(self, jobs):
        """Start all jobs at the same time, each on a connection of its own, through the host's retry loop."""
        errors, barrier = [], threading.Barrier(len(jobs))

        def run(job):
            try:
                barrier.wait(30)
                with self.connect() as env:
                    retrying(lambda: job(env), env)
            except Exception as error:  # noqa: BLE001 - reported by the test
                errors.append(error)

        threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 120
        for thread in threads:
            thread.join(max(0, deadline - time.monotonic()))
        self.assertFalse([thread for thread in threads if thread.is_alive()], "a thread hangs")
        return errors
