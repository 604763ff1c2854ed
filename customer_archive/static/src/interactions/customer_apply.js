import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

// The provinces follow the country. Without script the page offers a button that does the same.
export class CustomerApply extends Interaction {
    static selector = ".o_customer_apply_form";
    dynamicContent = {
        "select[name='country_id']": { "t-on-change": this.onChangeCountry },
    };

    async onChangeCountry(ev) {
        const states = this.el.querySelector("select[name='state_id']");
        states.length = 1;
        if (!ev.target.value) {
            return;
        }
        const url = `/customer/apply/provinces/${encodeURIComponent(ev.target.value)}`;
        const response = await this.waitFor(fetch(url));
        const provinces = response.ok ? await this.waitFor(response.json()) : [];
        for (const [id, name] of provinces) {
            states.add(new Option(name, id));
        }
    }
}

registry.category("public.interactions").add("customer_archive.customer_apply", CustomerApply);
