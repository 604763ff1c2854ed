import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, useState } from "@odoo/owl";

const WAIT = 8000;

/** Check-in and check-out of a visit; where the company wants the place and the browser tells it, with the place. */
export class CustomerVisitCheck extends Component {
    static template = "customer_archive.CustomerVisitCheck";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ busy: false });
    }

    get data() {
        return this.props.record.data;
    }

    /** The method of the next step, or nothing. */
    get step() {
        if (!this.props.record.resId || this.data.state !== "planned") {
            return "";
        }
        return this.data.check_in_date ? (this.data.check_out_date ? "" : "action_check_out") : "action_check_in";
    }

    get times() {
        const format = (date) => date.toLocaleString({ hour: "2-digit", minute: "2-digit" });
        return [this.data.check_in_date, this.data.check_out_date].filter(Boolean).map(format).join(" – ");
    }

    async check() {
        const { record } = this.props;
        const step = this.step;
        this.state.busy = true;
        try {
            if (await record.save()) {
                await this.orm.call("customer.interaction", step, [[record.resId], ...(await this.locate())]);
                await record.load();
            }
        } finally {
            this.state.busy = false;
        }
    }

    /** Latitude and longitude; nothing where they are not wanted, refused or not to be had. */
    locate() {
        if (!this.data.is_located || !navigator.geolocation) {
            return [];
        }
        return new Promise((resolve) =>
            navigator.geolocation.getCurrentPosition(
                ({ coords }) => resolve([coords.latitude, coords.longitude]),
                () => resolve([]),
                { enableHighAccuracy: true, timeout: WAIT }
            )
        );
    }
}

registry.category("view_widgets").add("customer_visit_check", {
    component: CustomerVisitCheck,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "check_in_date", type: "datetime" },
        { name: "check_out_date", type: "datetime" },
        { name: "is_located", type: "boolean" },
    ],
});
