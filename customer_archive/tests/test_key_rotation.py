import threading

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import KEY_RING_PARAMETER
from ..encrypted import reveal
from .common import ParallelCase
from .encrypted_common import CommittedKeys

PEOPLE = 60
BATCH = 7


class Stopped(Exception):
    """A worker that was killed."""


@tagged("post_install", "-at_install")
class TestKeyRotation(CommittedKeys, ParallelCase):
    """Rotation on committed data, with connections of its own: in two workers, interrupted, beside people who save."""

    def setUp(self):
        super().setUp()
        with self.connect() as env:
            values = [{"name": f"R{n}", "customer_private_phone": f"138{n:08}"} for n in range(PEOPLE)]
            self.ids = env["res.partner"].create(values).ids
        self.addCleanup(self.clean)

    def clean(self):
        with self.connect() as env:
            env["res.partner"].browse(self.ids).unlink()

    def connect(self):
        case = self

        class Connection:
            def __enter__(self):
                self.cr = case.registry.cursor()
                return api.Environment(self.cr, SUPERUSER_ID, {"tracking_disable": True})

            def __exit__(self, kind, *details):
                if not kind:
                    self.cr.commit()
                self.cr.close()

        return Connection()

    def add_key(self):
        with self.connect() as env:
            env["customer.key.ring"]._add_key()

    def counts(self):
        with self.connect() as env:
            return env["customer.key.ring"]._count_keys()

    def rotate(self, env, stop_after=None):
        keys, done = env["customer.key.ring"], []
        for model, field in keys._get_encrypted_fields():
            for batch, _skipped in keys._rotate_field(model, field, BATCH):
                env.cr.commit()
                done.append(batch)
                if len(done) == stop_after:
                    raise Stopped
        return sum(done)

    def assert_all_read(self):
        with self.connect() as env:
            people = env["res.partner"].browse(self.ids)
            self.assertEqual(
                [reveal(p, "customer_private_phone") for p in people], [f"138{n:08}" for n in range(PEOPLE)]
            )

    def test_every_value_is_rotated_once(self):
        self.add_key()
        with self.connect() as env:
            self.assertEqual(self.rotate(env), PEOPLE)
            self.assertEqual(self.rotate(env), 0, "the second time there is nothing to do")
        self.assertEqual(self.counts(), {"k2": PEOPLE})
        self.assert_all_read()

    def test_two_workers_share_the_work(self):
        self.add_key()
        done = []
        errors = self.run_parallel([lambda env: done.append(self.rotate(env))] * 2)
        self.assertFalse(errors)
        self.assertEqual(sum(done), PEOPLE, "no value is done twice")
        self.assertEqual(self.counts(), {"k2": PEOPLE})
        self.assert_all_read()

    def test_an_interrupted_rotation_goes_on_where_it_was(self):
        self.add_key()
        with self.assertRaises(Stopped), self.connect() as env:
            self.rotate(env, stop_after=3)
        self.assertEqual(self.counts(), {"k1": PEOPLE - 3 * BATCH, "k2": 3 * BATCH})
        self.assert_all_read()
        with self.connect() as env:
            self.assertEqual(self.rotate(env), PEOPLE - 3 * BATCH)
        self.assertEqual(self.counts(), {"k2": PEOPLE})

    def test_a_batch_that_breaks_off_leaves_no_half(self):
        self.add_key()
        with self.assertRaises(Stopped), self.connect() as env:
            keys = env["customer.key.ring"]
            next(
                iter(
                    keys._rotate_field(env["res.partner"], env["res.partner"]._fields["customer_private_phone"], BATCH)
                )
            )
            raise Stopped
        self.assertEqual(self.counts(), {"k1": PEOPLE})

    def test_values_that_a_person_holds_are_left_to_the_next_run(self):
        self.add_key()
        with self.connect() as person:
            person["res.partner"].browse(self.ids[0]).lock_for_update()
            with self.connect() as env:
                self.assertEqual(self.rotate(env), PEOPLE - 1)
        with self.connect() as env:
            self.assertEqual(self.rotate(env), 1)

    def test_what_people_save_meanwhile_is_not_lost(self):
        self.add_key()
        changed = threading.Event()

        def save(env):
            for record_id in self.ids[::5]:
                env["res.partner"].browse(record_id).customer_private_phone = "13955555555"
                env.cr.commit()
            changed.set()

        errors = self.run_parallel([save, self.rotate])
        self.assertFalse(errors)
        with self.connect() as env:
            self.rotate(env)
            people = env["res.partner"].browse(self.ids[::5])
            self.assertEqual({reveal(person, "customer_private_phone") for person in people}, {"13955555555"})
        self.assertEqual(self.counts(), {"k2": PEOPLE})

    def test_a_damaged_value_does_not_hold_the_job_up(self):
        with self.connect() as env:
            env.cr.execute(
                "UPDATE res_partner SET customer_private_phone = left(customer_private_phone, -3) || 'AAA'"
                " WHERE id = %s",
                [self.ids[3]],
            )
        self.add_key()
        with self.connect() as env:
            self.assertEqual(self.rotate(env), PEOPLE - 1)
            self.assertEqual(self.rotate(env), 0)
        self.assertEqual(self.counts(), {"k1": 1, "k2": PEOPLE - 1})

    def test_the_scheduled_action_ends_although_a_key_is_lost(self):
        with self.connect() as env:
            env.cr.execute(
                "UPDATE res_partner SET customer_private_phone = replace(customer_private_phone, '.k1.', '.k9.')"
                " WHERE id = %s",
                [self.ids[3]],
            )
        self.add_key()
        with self.connect() as env, mute_logger("odoo.addons.base.models.ir_cron"):
            env.ref("customer_archive.ir_cron_customer_key_rotation").method_direct_trigger()
        self.assertEqual(self.counts(), {"k9": 1, "k2": PEOPLE - 1})

    def test_two_workers_make_one_ring(self):
        with self.connect() as env:
            env.cr.execute("UPDATE res_partner SET customer_private_phone = NULL WHERE id = ANY(%s)", [self.ids])
            env["ir.config_parameter"].set_param(KEY_RING_PARAMETER, "{}")
            env["customer.key.ring"]._get_path().unlink()

        def enter(index):
            def job(env):
                env["res.partner"].browse(self.ids[index]).customer_private_phone = "13800138000"

            return job

        self.assertFalse(self.run_parallel([enter(index) for index in range(4)]))
        self.assertEqual(self.counts(), {"k1": 4})
        with self.connect() as env:
            people = env["res.partner"].browse(self.ids[:4])
            self.assertEqual({reveal(person, "customer_private_phone") for person in people}, {"13800138000"})
