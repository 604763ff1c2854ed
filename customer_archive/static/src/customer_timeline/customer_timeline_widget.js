import { CustomerTimeline } from "./customer_timeline";

import { registry } from "@web/core/registry";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { Component, xml } from "@odoo/owl";

/** The timeline of the contact on a form; what was entered there is saved before an entry is opened. */
export class CustomerTimelineWidget extends Component {
    static template = xml`
        <CustomerTimeline t-if="props.record.resId" partnerId="props.record.resId"
            hasContacts="props.record.data.is_company" beforeLeaving="() => props.record.save()"/>`;
    static components = { CustomerTimeline };
    static props = { ...standardWidgetProps };
}

registry.category("view_widgets").add("customer_timeline", {
    component: CustomerTimelineWidget,
    fieldDependencies: [{ name: "is_company", type: "boolean" }],
});

/** The timeline on a page of its own, such as that of one contact. */
export class CustomerTimelineAction extends Component {
    static template = xml`
        <Layout display="{ controlPanel: {} }" className="'o_customer_timeline_page overflow-auto'">
            <div class="container-lg py-3">
                <CustomerTimeline partnerId="partnerId" hasContacts="hasContacts"/>
            </div>
        </Layout>`;
    static components = { CustomerTimeline, Layout };
    static props = { ...standardActionServiceProps };

    get partnerId() {
        return this.props.action.context.active_id;
    }

    get hasContacts() {
        return Boolean(this.props.action.context.has_contacts);
    }
}

registry.category("actions").add("customer_timeline", CustomerTimelineAction);
