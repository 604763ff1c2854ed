import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** Numbers by group as a small table; the last column adds them up, unless `totals` is false or there is but one. */
export class CustomerCountTableField extends Component {
    static template = "customer_archive.CustomerCountTableField";
    static props = { ...standardFieldProps };

    get table() {
        return this.props.record.data[this.props.name] || { columns: [], rows: [] };
    }

    get hasTotals() {
        return this.table.totals !== false && this.table.columns.length > 1;
    }

    sum(row) {
        return row.cells.reduce((total, number) => total + number, 0);
    }
}

registry.category("fields").add("customer_count_table", {
    component: CustomerCountTableField,
    displayName: _t("Table of Numbers by Group"),
    supportedTypes: ["json"],
});
