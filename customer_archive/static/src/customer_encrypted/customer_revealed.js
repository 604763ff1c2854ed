import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";

/** Shows one uncovered value and closes after a while, so that it does not stay on a screen that nobody watches. */
export class CustomerRevealed extends Component {
    static template = "customer_archive.CustomerRevealed";
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.params = this.props.action.params;
        this.state = useState({ seconds: this.params.seconds });
        onMounted(() => {
            this.timer = setInterval(() => this.tick(), 1000);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get notice() {
        return _t("Closes in %(seconds)s seconds. That you looked is noted in the log.", {
            seconds: this.state.seconds,
        });
    }

    tick() {
        this.state.seconds -= 1;
        if (this.state.seconds <= 0) {
            clearInterval(this.timer);
            this.action.doAction({ type: "ir.actions.act_window_close" });
        }
    }
}

registry.category("actions").add("customer_archive.revealed", CustomerRevealed);
