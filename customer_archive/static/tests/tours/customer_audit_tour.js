import { registry } from "@web/core/registry";

// The names are those of tests/test_tour_audit.py. No step reads a word of the interface: each runs in every language.
const PERSON = "archive_sales";
const CUSTOMER = "Tour Precision Machinery";

/** An auditor finds who exported what: the person, how many, by which condition, and whom. */
registry.category("web_tour.tours").add("customer_audit_find", {
    steps: () => [
        // the page that the tour starts on must not arrive after the click on the menu
        { trigger: ".o_action_manager .o_view_controller .o_control_panel" },
        { trigger: "[data-menu-xmlid='customer_archive.customer_archive_menu_protection']", run: "click" },
        { trigger: "[data-menu-xmlid='customer_archive.customer_archive_menu_audit_log']", run: "click" },
        { trigger: ".o_list_view .o_data_row" },
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        { trigger: ".o_filter_menu .o_menu_item:first", run: "click" },
        { trigger: ".o_searchview_dropdown_toggler", run: "click" },
        {
            trigger: `.o_data_row:has([name=user_id]:contains(${PERSON})):has([name=record_count]:contains(2)):contains(Tour) td[name=operation]`,
            run: "click",
        },
        { trigger: `.o_form_view [name=sentence]:contains(${PERSON})` },
        { trigger: ".o_form_view [name=record_count]:contains(2)" },
        { trigger: ".o_form_view [name=domain_text]:contains(Tour)" },
        { trigger: `.o_form_view [name=record_names]:contains(${CUSTOMER})` },
    ],
});
