import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const COLORS = {
    "state:bad": "text-bg-danger",
    "planned:created": "text-bg-success",
    "planned:updated": "text-bg-success",
    "planned:proposed": "text-bg-warning",
    "state:created": "text-bg-success",
    "state:updated": "text-bg-success",
    "state:proposed": "text-bg-warning",
    "state:pending": "text-bg-info",
};

/** The figures of a trial or an import; each one opens its rows. */
export class ImportOverviewField extends Component {
    static template = "customer_archive.ImportOverviewField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get sheets() {
        return this.props.record.data[this.props.name] || [];
    }

    getColor(key) {
        return COLORS[key] || "text-bg-secondary";
    }

    async open(role, key) {
        const args = [[this.props.record.resId], role, key];
        this.action.doAction(await this.orm.call("customer.import.run", "action_view_rows", args));
    }
}

registry.category("fields").add("customer_import_overview", {
    component: ImportOverviewField,
    supportedTypes: ["json"],
});
