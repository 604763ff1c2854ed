import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** Archives that may be the same customer, as one strip; each leads to the two side by side. */
export class ArchiveDuplicatesField extends Component {
    static template = "customer_archive.ArchiveDuplicatesField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get pairs() {
        return this.props.record.data[this.props.name] || [];
    }

    async open(pair) {
        if (!(await this.props.record.save())) {
            return;
        }
        await this.action.doActionButton({
            type: "object",
            name: "action_open",
            resModel: "customer.duplicate",
            resId: pair.id,
        });
    }
}

registry.category("fields").add("archive_duplicates", {
    component: ArchiveDuplicatesField,
    displayName: _t("Possible Duplicates"),
    supportedTypes: ["json"],
});
