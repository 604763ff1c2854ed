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

// A step waits for a minute at most; on a busy machine 3,000 customers and their contacts take longer.
const waitFor = (selector) =>
    Array.from({ length: 5 }, () => ({
        content: `Wait for ${selector}`,
        trigger: ".o_form_view",
        timeout: 60000,
        run: async () => {
            const end = Date.now() + 50000;
            while (!document.querySelector(selector) && Date.now() < end) {
                await new Promise((resolve) => setTimeout(resolve, 200));
            }
        },
    }));

registry.category("web_tour.tours").add("customer_archive_import_tour", {
    steps: () => [
        { content: "Begin an import", trigger: ".o_list_button_add", run: "click" },
        { content: "Choose the workbook", trigger: ".o_field_widget[name=file]", run: chooseWorkbook },
        { content: "The workbook is chosen", trigger: ".o_field_widget[name=file] .o_clear_file_button" },
        { content: "Where it comes from", trigger: ".o_field_widget[name=source_id] input", run: "edit Former ERP" },
        { content: "A known source", trigger: ".o-autocomplete--dropdown-item:contains(Former ERP)", run: "click" },
        { content: "Read it", trigger: "button[name=action_read]", run: "click" },
        ...waitFor("button[name=action_trial]"),
        { content: "Its columns are suggested", trigger: ".o_field_widget[name=customer_column_ids] .o_data_row:contains(客户名称)" },
        { content: "Try it out", trigger: "button[name=action_trial]", run: "click" },
        ...waitFor(".o_customer_import_overview [data-role=customer]"),
        { content: "What would arrive", trigger: ".o_customer_import_overview [data-role=customer] [data-key='planned:created']:contains(2983)" },
        { content: "What cannot", trigger: "[data-role=customer] [data-key='state:bad']:contains(17)" },
        { content: "Which faults", trigger: "[data-role=customer] [data-key='phone_invalid:phone']:contains(95)" },
        { content: "Import", trigger: "button[name=action_import]", run: "click" },
        ...waitFor("button[name=action_view_archives]"),
        { content: "What arrived", trigger: "[data-role=customer] [data-key='state:created']:contains(2983)" },
        { content: "Open the archives", trigger: "button[name=action_view_archives]:enabled", run: "click" },
        { content: "The archives are there", trigger: ".o_list_view .o_data_row:contains(有限公司)" },
    ],
});
