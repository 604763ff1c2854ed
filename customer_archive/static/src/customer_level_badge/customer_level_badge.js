import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** A class such as the level as a badge in its own colour. */
export class CustomerLevelBadgeField extends Component {
    static template = "customer_archive.CustomerLevelBadgeField";
    static props = {
        ...standardFieldProps,
        placeholder: { type: String, optional: true },
    };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get color() {
        return this.value.color || 0;
    }
}

registry.category("fields").add("customer_level_badge", {
    component: CustomerLevelBadgeField,
    displayName: _t("Badge in the Colour of the Class"),
    supportedTypes: ["many2one"],
    relatedFields: [{ name: "color", type: "integer" }],
    extractProps: ({ placeholder }) => ({ placeholder }),
    listViewWidth: 90,
});
