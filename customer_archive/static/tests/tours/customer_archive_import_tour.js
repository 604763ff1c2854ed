import { registry } from "@web/core/registry";

async function chooseWorkbook() {
    const response = await fetch("/customer_archive_test/legacy.xlsx");
    const file = new File([await response.blob()], "legacy.xlsx");
    const transfer = new DataTransfer();
    transfer.items.add(file);
    const input = document.querySelector(".o_field_widget[name=file] input[type=file]");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
}

// Steps wait ten seconds; an import may take longer.
async function waitForEnd() {
    while (!document.querySelector("button[name=action_view_archives]")) {
        await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

registry.category("web_tour.tours").add("customer_archive_import_tour", {
    steps: () => [
        { content: "Begin an import", trigger: ".o_list_button_add", run: "click" },
        { content: "Choose the workbook", trigger: ".o_field_widget[name=file]", run: chooseWorkbook },
        { content: "The workbook is chosen", trigger: ".o_field_widget[name=file] .o_clear_file_button" },
        { content: "Where it comes from", trigger: ".o_field_widget[name=source_id] input", run: "edit Former ERP" },
        { content: "A known source", trigger: ".o-autocomplete--dropdown-item:contains(Former ERP)", run: "click" },
        { content: "Read it", trigger: "button[name=action_read]", run: "click" },
        { content: "Its columns are suggested", trigger: ".o_field_widget[name=customer_column_ids] .o_data_row:contains(客户名称)" },
        { content: "Try it out", trigger: "button[name=action_trial]", run: "click" },
        { content: "What would arrive", trigger: ".o_customer_import_overview [data-role=customer] [data-key='planned:created']:contains(147)" },
        { content: "What cannot", trigger: "[data-role=customer] [data-key='state:bad']:contains(2)" },
        { content: "Which faults", trigger: "[data-role=customer] [data-key='vat_check_digit:vat']:contains(3)" },
        { content: "Import", trigger: "button[name=action_import]", run: "click" },
        { content: "To the end", trigger: ".o_form_view", run: waitForEnd },
        { content: "What arrived", trigger: "[data-role=customer] [data-key='state:created']:contains(147)" },
        { content: "Open the archives", trigger: "button[name=action_view_archives]:enabled", run: "click" },
        { content: "The archives are there", trigger: ".o_list_view .o_data_row:contains(有限公司)" },
    ],
});
