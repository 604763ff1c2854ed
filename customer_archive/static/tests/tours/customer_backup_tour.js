import { registry } from "@web/core/registry";

// No step reads a word of the interface.
registry.category("web_tour.tours").add("customer_backup", {
    url: "/odoo/archive-backups",
    steps: () => [
        { trigger: ".o_customer_backup_notice.alert-danger" },
        { trigger: ".o_data_row .o_data_cell[name=state] .text-bg-danger" },
        { trigger: "button[name=action_back_up]", run: "click" },
        { trigger: ".o_data_row .o_data_cell[name=state] .text-bg-info" },
        { trigger: ".o_data_row:has(.text-bg-danger) .o_data_cell[name=start_date]", run: "click" },
        { trigger: ".o_form_view .alert-danger .o_field_widget[name=problem]" },
    ],
});
