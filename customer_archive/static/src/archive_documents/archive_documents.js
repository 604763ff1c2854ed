import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Component } from "@odoo/owl";

/** Documents of other apps as buttons: how many, how much, and the way to them. */
export class ArchiveDocumentsField extends Component {
    static template = "customer_archive.ArchiveDocumentsField";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get documents() {
        return (this.props.record.data[this.props.name] || []).filter((kind) => kind.count);
    }

    async open(kind) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        await this.action.doActionButton({
            type: "object",
            name: "action_view_archive_document",
            args: JSON.stringify([kind.key]),
            resModel: record.resModel,
            resId: record.resId,
        });
    }
}

registry.category("fields").add("archive_documents", {
    component: ArchiveDocumentsField,
    displayName: _t("Archive Documents"),
    supportedTypes: ["json"],
});
