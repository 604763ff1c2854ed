import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { waitFor } from "../fact_jump/fact_jump";

import { Component, onWillStart } from "@odoo/owl";

/** What one does first on a phone: call, write, note down. */
export class ArchiveQuickActions extends Component {
    static template = "customer_archive.ArchiveQuickActions";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        onWillStart(async () => {
            this.canLog = this.env.isSmall && (await user.checkAccessRight("customer.interaction", "create"));
        });
    }

    get phone() {
        return (this.props.record.data.phone || "").replace(/[^\d+,;*#]/g, "");
    }

    get email() {
        return this.props.record.data.email || "";
    }

    /** Opens what was just talked about, to be noted; the archive shows the last contact afterwards. */
    async log() {
        const { record } = this.props;
        const action = await this.orm.call("res.partner", "action_log_interaction", [[record.resId]]);
        await this.action.doAction(action, { onClose: () => record.load() });
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
