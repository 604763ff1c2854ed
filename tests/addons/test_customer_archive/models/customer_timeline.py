"""Overrides of the hooks of the timeline: leave a kind of entries that the consultant's customer knows."""

from odoo import api, models
from odoo.addons.customer_archive.tools.timeline import Kind, Source


class CustomerTimeline(models.AbstractModel):
    _inherit = "customer.timeline"
    _name = "customer.timeline"

    @api.model
    def _get_timeline_kinds(self):
        return {**super()._get_timeline_kinds(), "promise": Kind("Promises", "fa-flag")}

    @api.model
    def _get_timeline_sources(self, people):
        return [
            *super()._get_timeline_sources(people),
            Source("promise", "customer.promise", "promise", ("date_deadline",), [("partner_id", "in", people.ids)],
                   title="name", state="state"),
        ]

    @api.model
    def _prepare_entry(self, place, source, kinds, record, text, words):
        entry = super()._prepare_entry(place, source, kinds, record, text, words)
        return {**entry, "title": entry["title"].upper()} if source.key == "promise" else entry
