import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { waitFor } from "../fact_jump/fact_jump";

import { Component } from "@odoo/owl";

/** What one does first on a phone: call, write, note down. */
export class ArchiveQuickActions extends Component {
    static template = "customer_archive.ArchiveQuickActions";
    static props = { ...standardWidgetProps };

    get phone() {
        return (this.props.record.data.phone || "").replace(/[^\d+,;*#]/g, "");
    }

    get email() {
        return this.props.record.data.email || "";
    }

    /** Opens the note of the chatter, which is disabled until the thread is loaded. */
    async note() {
        document.querySelector(".o-mail-Chatter-logNote")?.scrollIntoView({ block: "center" });
        const button = await waitFor(() => document.querySelector(".o-mail-Chatter-logNote:enabled:not(.active)"));
        button?.click();
    }
}

registry.category("view_widgets").add("archive_quick_actions", {
    component: ArchiveQuickActions,
    fieldDependencies: [
        { name: "phone", type: "char" },
        { name: "email", type: "char" },
    ],
});
