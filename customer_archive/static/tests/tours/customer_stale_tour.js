import { registry } from "@web/core/registry";

const CUSTOMER = "Tour Precision Machinery";

registry.category("web_tour.tours").add("customer_stale_close", {
    url: "/odoo/stale-archives",
    steps: () => [
        { trigger: `.o_data_row:contains(${CUSTOMER}) .o_list_record_selector input`, run: "click" },
        { trigger: ".o_control_panel button[name=action_archive]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { content: "The way back", trigger: ".o_form_view button[name=action_undo]", run: "click" },
        { trigger: ".modal-footer .btn-primary", run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_undo])) .o_field_widget[name=restored_count]:contains(1)" },
    ],
});

registry.category("web_tour.tours").add("customer_stale_keep", {
    url: "/odoo/stale-archives",
    steps: () => [
        { trigger: `.o_data_row:contains(${CUSTOMER}) .o_list_record_selector input`, run: "click" },
        { trigger: ".o_control_panel button[name=action_keep]", run: "click" },
        { content: "It is out of the queue", trigger: `.o_list_view:not(:contains(${CUSTOMER}))` },
    ],
});
