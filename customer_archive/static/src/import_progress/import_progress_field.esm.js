import { Component, onWillUnmount, useEffect, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

// While another worker is at the import.
const WAIT = 2000;

/**
 * Asks for one batch of an import after the other while the page is open. Closing the page stops after the present
 * batch; the button, or the scheduled job, goes on from there.
 */
export class ImportProgressField extends Component {
    static template = "customer_archive.ImportProgressField";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ active: false, done: 0, progress: 0, failed: false });
        let previous;
        useEffect(
            (state) => {
                if (state === "running" && previous === "trial") {
                    this.start();
                }
                previous = state;
            },
            () => [this.data.state]
        );
        onWillUnmount(() => (this.state.active = false));
    }

    get data() {
        return this.props.record.data;
    }

    get isRunning() {
        return this.data.state === "running";
    }

    get done() {
        return Math.max(this.state.done, this.data.done_count);
    }

    get percent() {
        return Math.floor(Math.max(this.state.progress, this.data.progress));
    }

    get text() {
        return _t("%(done)s of %(total)s rows", { done: this.done, total: this.data.total_count });
    }

    async start() {
        if (this.state.active) {
            return;
        }
        Object.assign(this.state, { active: true, failed: false });
        const id = this.props.record.resId;
        try {
            while (this.state.active) {
                const result = await this.orm.silent.call("customer.import.run", "action_import_batch", [[id]]);
                Object.assign(this.state, { done: result.done, progress: result.progress });
                if (result.state !== "running") {
                    break;
                }
                if (result.busy) {
                    await new Promise((resolve) => setTimeout(resolve, WAIT));
                }
            }
        } catch (error) {
            this.state.failed = true;
            throw error;
        } finally {
            const mounted = this.state.active;
            this.state.active = false;
            if (mounted && this.props.record.resId === id) {
                await this.props.record.load();
            }
        }
    }
}

registry.category("fields").add("customer_import_progress", {
    component: ImportProgressField,
    supportedTypes: ["float"],
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "done_count", type: "integer" },
        { name: "total_count", type: "integer" },
    ],
});
