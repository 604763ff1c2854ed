from odoo.addons.customer_archive.tests.timeline_common import TimelineCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestTimelineHooks(TimelineCase):
    def test_an_addon_adds_a_kind_and_its_source(self):
        call = self.call("Call")
        self.env["customer.promise"].with_user(self.users["sales"]).create(
            {"name": "Send samples", "interaction_id": call.id, "partner_id": self.archive.id,
             "date_deadline": "2026-12-31"}
        )
        [entry] = self.load(kinds=["promise"])["entries"]
        self.assertEqual((entry["title"], entry["date"], entry["label"]), ("SEND SAMPLES", "2026-12-31", "Promises"))
        self.assertEqual(set(self.titles()), {"SEND SAMPLES", "Call"})
        self.assertIn("promise", {kind["key"] for kind in self.load()["kinds"]})
