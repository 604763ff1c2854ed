import { registry } from "@web/core/registry";

// The names are those of tests/test_tour_duplicate.py. No step reads a word of the interface: each runs in every language.
const KEPT = "Tour Daheng Logistics";
const GONE = "Tour Daheng Logistics Ltd";

registry.category("web_tour.tours").add("customer_duplicate_merge", {
    url: "/odoo/archive-duplicates",
    steps: () => [
        { trigger: `.o_data_row:contains(${GONE}) .o_data_cell[name=signs_text]`, run: "click" },
        // the archive that is kept is suggested; the other one's phone is chosen
        { trigger: ".o_customer_comparison_head .o_customer_comparison_kept" },
        { trigger: "[data-fact=phone] label:eq(1) input", run: "click" },
        { trigger: "[data-fact=phone] .o_customer_comparison_chosen:contains(0531-88886666)" },
        { trigger: ".o_customer_comparison_moves li" },
        { trigger: "button[name=action_merge]", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        // back on the archive that was kept, which has no double any more
        { trigger: ".o_customer_archive_form:not(:has(.o_archive_duplicates))" },
    ],
});

registry.category("web_tour.tours").add("customer_duplicate_undo", {
    url: "/odoo/archive-merges",
    steps: () => [
        { trigger: `.o_data_row:contains(${GONE}) .o_data_cell[name=partner_id]`, run: "click" },
        { trigger: "button[name=action_undo]", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        { trigger: ".o_form_view:not(:has(button[name=action_undo]))" },
    ],
});

registry.category("web_tour.tours").add("customer_duplicate_strip", {
    url: "/odoo/archives",
    steps: () => [
        { trigger: `.o_data_row .o_data_cell[name=name]:contains(${GONE})`, run: "click" },
        { trigger: `.o_archive_duplicates:contains(${KEPT}) button`, run: "click" },
        { trigger: ".o_customer_comparison" },
        { trigger: ".o_control_panel:not(:has(button[name=action_merge]))" },
    ],
});
