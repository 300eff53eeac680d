// The messages of one place: kept in step with the data without losing focus, scroll position or an open menu.

import { menu } from "./choosing.js";
import { avatar, block, h, icon } from "./parts.js";
import { clockTime, day, t } from "./words.js";

const HEART = "❤️";
const MANY = 10;
const CLOSE_TOGETHER = 5 * 60_000;

export class Log {
  // `side` is "d" or "m"; `doings` has reply, edit, remove, sign, press, menu, typed.
  constructor(side, doings) {
    this.side = side;
    this.doings = doings;
    this.shown = new Map();
    this.list = h("ol", { class: "log", role: "log", tabindex: "0", "aria-live": "polite", "aria-relevant": "additions" });
  }

  show(view, label) {
    const { account, place, messages } = view;
    const here = `${account} ${place}`;
    const fresh = here !== this.here;
    const low = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 80;
    this.here = here;
    this.list.setAttribute("aria-label", label);
    if (fresh) { this.list.setAttribute("aria-live", "off"); this.list.replaceChildren(); this.shown.clear(); }
    const before = this.list.lastElementChild?.dataset.id;
    this.fill(view, new Map(messages.map(one => [one.id, one])));
    const newest = this.list.lastElementChild;
    const mine = newest?.dataset.id !== before && messages.at(-1)?.mine;
    if (fresh || low || mine) this.reveal(newest);
    if (fresh) requestAnimationFrame(() => this.list.setAttribute("aria-live", "polite"));
  }

  // To the end; but a message longer than the view is read from its beginning.
  reveal(newest) {
    this.list.scrollTop = this.list.scrollHeight;
    if (newest && newest.offsetHeight > this.list.clientHeight - 24) newest.scrollIntoView({ block: "start" });
  }

  fill(view, byId) {
    const wanted = [];
    let last = null;
    for (const message of view.messages) {
      const at = new Date(message.at);
      if (!last || new Date(last.at).toDateString() !== at.toDateString()) {
        const key = `day ${at.toDateString()}`;
        wanted.push([key, document.documentElement.lang, () => h("li", { class: "day", role: "separator" }, h("span", {}, day(at)))]);
        last = null;
      }
      const follows = last && last.author === message.author && last.name === message.name && last.only_you === message.only_you && !message.reply_to
        && !message.via && at - new Date(last.at) < CLOSE_TOGETHER && !last.deleted;
      const answered = message.reply_to ? byId.get(message.reply_to) : null;
      const state = JSON.stringify([message, follows, answered?.text, view.offers.map(one => one.menu), document.documentElement.lang]);
      wanted.push([message.id, state, () => this.message(message, view, follows, answered)]);
      last = message;
    }
    this.reconcile(wanted);
  }

  reconcile(wanted) {
    const keys = new Set(wanted.map(([key]) => key));
    for (const [key, old] of this.shown) if (!keys.has(key)) { old.element.remove(); this.shown.delete(key); }
    let next = this.list.firstElementChild;
    for (const [key, state, make] of wanted) {
      const old = this.shown.get(key);
      let element = old?.element;
      if (!old || old.state !== state) {
        element = make();
        element.dataset.id = key;
        if (old) {
          const focused = old.element.contains(document.activeElement);
          if (next === old.element) next = element;
          old.element.replaceWith(element);
          if (focused) element.focus();
        }
        this.shown.set(key, { state, element });
      }
      if (element !== next) this.list.insertBefore(element, next);
      else next = next.nextElementSibling;
    }
  }

  message(message, view, follows, answered) {
    const at = new Date(message.at);
    const kinds = ["message", message.mine && "mine", message.author === "bot" && "bots", message.only_you && "aside",
      message.notice && "notice", follows && "follows", message.deleted && "deleted"].filter(Boolean).join(" ");
    const how = { account: view.account, typed: this.side === "d" ? command => this.doings.typed(command) : null };
    const body = message.deleted ? [h("p", { class: "quiet" }, t("deleted"))] : message.blocks.map(one => block(one, how));
    return h("li", { class: kinds, tabindex: "-1" },
      h("div", { class: "face" }, follows ? null : avatar(message.speaker ? message.name : message.author, message.name)),
      h("div", { class: "bubble" },
        message.via ? h("p", { class: "via" }, icon("reply"), t("used", ...message.via)) : null,
        message.reply_to ? h("p", { class: "quoted" }, icon("reply"),
          answered && !answered.deleted ? [h("b", {}, answered.name), " ", h("span", {}, answered.text.replace(/\|\|[^]+?\|\|/g, "▒▒▒"))] : t("original")) : null,
        h("p", { class: "from" }, h("b", {}, h("bdi", {}, message.name)), message.author === "bot" && !message.speaker ? h("small", { class: "tag" }, t("botTag")) : null,
          h("time", { datetime: message.at, title: day(at) }, clockTime(at)), message.edited ? h("small", {}, t("edited")) : null),
        h("div", { class: "said" }, body),
        message.signs.length ? h("p", { class: "signs" }, message.signs.map(([sign, mine]) => h("span", { class: mine ? "mine" : null }, sign))) : null,
        this.side === "d" && message.presses.length ? this.presses(message) : null,
        message.only_you ? h("p", { class: "only" }, icon("eye"), t("onlyYou"), " · ",
          h("button", { type: "button", class: "plain", on: { click: () => this.doings.remove(message) } }, t("dismiss"))) : null),
      message.deleted ? null : this.more(message, view));
  }

  presses(message) {
    const { presses } = message;
    if (presses.length > MANY && presses.every(press => press.tone === "plain")) {
      const select = h("select", { "aria-label": t("choices") }, h("option", { value: "" }, t("choose")),
        presses.map(press => h("option", { value: String(press.index) }, press.label)));
      return h("div", { class: "presses" }, select, h("button", { type: "button", class: "press main", on: { click: () => {
        if (select.value !== "") this.doings.press(message, Number(select.value));
        else select.focus();
      } } }, t("take")));
    }
    return h("div", { class: "presses", role: "group", "aria-label": t("choices") }, presses.map(press =>
      h("button", { type: "button", class: `press ${press.tone}`, on: { click: () => this.doings.press(message, press.index) } }, press.label)));
  }

  more(message, view) {
    if (message.only_you) return null;
    const items = [{ label: t("reply"), run: () => this.doings.reply(message) }];
    for (const offer of view.offers) if (offer.menu) items.push({ label: offer.menu, run: () => this.doings.menu(message, offer) });
    if (message.mine) items.push({ label: t("edit"), run: () => this.doings.edit(message) });
    if (message.mine || view.role !== "member") items.push({ label: t("remove"), danger: true, run: () => this.doings.remove(message) });
    const liked = message.signs.some(([sign, mine]) => mine && sign === HEART);
    items.push({ label: t(liked ? "unlike" : "like"), run: () => this.doings.sign(message, HEART, !liked) });
    const button = h("button", { type: "button", class: "dots", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": t("more"), title: t("more") }, icon("more"));
    button.addEventListener("click", () => menu(button, items));
    return h("div", { class: "tools" }, button);
  }
}
