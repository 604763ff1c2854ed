import { formatCurrency } from "@web/core/currency";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { deserializeDate, deserializeDateTime, serializeDate } from "@web/core/l10n/dates";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";

const { DateTime } = luxon;
const PAGE = 40;
const SMALL_PAGE = 10;
const MOST = 500;
const WAIT = 400;
const NO_FILTERS = { kinds: [], text: "", date_from: false, date_to: false, user_id: false, contact_id: false };

// What was asked for where somebody left to look at an entry, so that coming back leads to the same place.
let left = null;

/** Everything about one customer, the latest first: filters, search, and more on demand. */
export class CustomerTimeline extends Component {
    static template = "customer_archive.CustomerTimeline";
    static components = { DateTimeInput, RecordSelector };
    static props = {
        partnerId: Number,
        hasContacts: { type: Boolean, optional: true },
        beforeLeaving: { type: Function, optional: true },
    };
    static defaultProps = { hasContacts: true, beforeLeaving: () => true };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.pageSize = this.env.isSmall ? SMALL_PAGE : PAGE;
        this.state = useState({ ...NO_FILTERS, status: "loading", kindList: [], entries: [], cursor: null, open: false });
        this.searchLater = useDebounced(() => this.reload(), WAIT);
        // when the form stands on the screen, which does not wait for this
        onMounted(() => this.reload(this.comeBack()));
        onWillUpdateProps((props) => {
            if (props.partnerId !== this.props.partnerId) {
                Object.assign(this.state, NO_FILTERS, { entries: [], cursor: null });
                this.reload(this.pageSize, props.partnerId);
            }
        });
    }

    /** @returns {number} how many entries to show: as many as there were where somebody left from here */
    comeBack() {
        const known = left?.partnerId === this.props.partnerId ? left : null;
        left = null;
        if (!known) {
            return this.pageSize;
        }
        Object.assign(this.state, known.filters, { open: known.open });
        return Math.min(Math.max(known.count, this.pageSize), MOST);
    }

    //=== WHAT IS ASKED ===//

    get filters() {
        return Object.fromEntries(Object.keys(NO_FILTERS).map((name) => [name, this.state[name]]));
    }

    get isFiltered() {
        return this.state.kinds.length > 0 || this.state.text.trim() !== "" || this.isNarrowed;
    }

    /** Whether one of the filters is set that can be folded away. */
    get isNarrowed() {
        const { date_from, date_to, user_id, contact_id } = this.state;
        return Boolean(date_from || date_to || user_id || contact_id);
    }

    get colleagueDomain() {
        return [["share", "=", false]];
    }

    get contactDomain() {
        const { partnerId } = this.props;
        return [["commercial_partner_id", "=", partnerId], ["id", "!=", partnerId]];
    }

    get hasDates() {
        return { from: this.asDate(this.state.date_from), to: this.asDate(this.state.date_to) };
    }

    asDate(text) {
        return text ? deserializeDate(text) : false;
    }

    toggleKind(key) {
        const { kinds } = this.state;
        this.set("kinds", kinds.includes(key) ? kinds.filter((kind) => kind !== key) : [...kinds, key]);
    }

    setDate(name, date) {
        this.set(name, date ? serializeDate(date) : false);
    }

    set(name, value) {
        this.state[name] = value;
        return this.reload();
    }

    onText(ev) {
        this.state.text = ev.target.value;
        this.searchLater();
    }

    showAll() {
        Object.assign(this.state, NO_FILTERS);
        return this.reload();
    }

    //=== WHAT COMES ===//

    async reload(limit = this.pageSize, partnerId = this.props.partnerId) {
        const page = await this.load(partnerId, null, limit);
        if (page) {
            Object.assign(this.state, { entries: page.entries, cursor: page.cursor, kindList: page.kinds });
        }
    }

    async loadMore() {
        const page = await this.load(this.props.partnerId, this.state.cursor, PAGE);
        if (page) {
            Object.assign(this.state, { entries: [...this.state.entries, ...page.entries], cursor: page.cursor });
        }
    }

    async load(partnerId, cursor, limit) {
        this.state.status = "loading";
        const call = this.orm.silent.call("customer.timeline", "load", [partnerId, this.filters, cursor, limit]);
        try {
            const page = await this.keepLast.add(call);
            this.state.status = "ready";
            return page;
        } catch (error) {
            this.state.status = "failed";
            throw error;
        }
    }

    get days() {
        const days = [];
        for (const entry of this.state.entries) {
            const isDay = entry.date.length === 10;
            const date = isDay ? deserializeDate(entry.date) : deserializeDateTime(entry.date);
            const key = date.toISODate();
            if (days.at(-1)?.key !== key) {
                days.push({ key, label: this.getDayLabel(date), entries: [] });
            }
            days.at(-1).entries.push({ ...entry, line: this.getLine(entry, isDay ? null : date) });
        }
        return days;
    }

    getDayLabel(date) {
        const distance = date.startOf("day").diff(DateTime.local().startOf("day"), "days").days;
        const known = { "-1": _t("Yesterday"), 0: _t("Today"), 1: _t("Tomorrow") }[Math.round(distance)];
        const day = date.toLocaleString({ ...DateTime.DATE_FULL, weekday: "short" });
        return known ? `${known}, ${day}` : day;
    }

    getLine(entry, moment) {
        const time = moment && moment.toFormat(localization.timeFormat.replace(/:ss/, ""));
        return [time, entry.person].filter(Boolean).join(" · ");
    }

    getAmount(entry) {
        return entry.amount === false ? "" : formatCurrency(entry.amount, entry.currency_id);
    }

    //=== WHERE ENTRIES LEAD ===//

    async open(entry) {
        if (!(await this.props.beforeLeaving())) {
            return;
        }
        if (entry.model === "mail.activity") {
            return this.openActivity(entry);
        }
        const { partnerId } = this.props;
        left = { partnerId, filters: this.filters, open: this.state.open, count: this.state.entries.length };
        return this.action.doAction(await this.getAction(entry));
    }

    openActivity(entry) {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("Activity"),
                res_model: entry.model,
                res_id: entry.id,
                views: [[false, "form"]],
                target: "new",
            },
            { onClose: () => this.reload(Math.max(this.state.entries.length, this.pageSize)) }
        );
    }

    getAction({ model, id, document }) {
        const [documentModel, documentId] = document;
        if (model === "mail.message" && documentModel === "res.partner") {
            return { type: "ir.actions.act_url", url: `/mail/message/${id}`, target: "self" };
        }
        return this.orm.call(documentModel || model, "get_formview_action", [[documentId || id]]);
    }
}
