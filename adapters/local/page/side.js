// One side of the community: its places, the open one's messages, and where one writes.

import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { h } from "./parts.js";
import { t } from "./words.js";

export class SideView {
  // `open(place)` shows another place; `act(verb, body)` does something and gives null where it was refused;
  // `form(account, form)` opens a dialog.
  constructor(side, { open, act, form }) {
    this.side = side;
    this.open = open;
    this.act = act;
    this.form = form;
    this.composer = new Composer(side, {
      say: (text, replyTo) => this.does("say", { place: this.view.place, text, reply_to: replyTo }),
      edit: (message, text) => this.does("edit", { message: message.id, text }),
      invoke: (command, args) => this.does("invoke", { place: this.view.place, command, args }),
      suggest: async (command, param, typed) => (await this.does("suggest", { command, param, typed }))?.options ?? [],
    });
    this.log = new Log(side, {
      press: (message, index) => this.does("press", { message: message.id, index }),
      sign: (message, sign, on) => this.does("react", { message: message.id, sign, on }),
      remove: message => this.does("delete", { message: message.id }),
      reply: message => this.composer.answer(message),
      edit: message => this.composer.edit(message),
      menu: (message, offer) => this.does("invoke", { place: this.view.place, command: offer.command, args: {}, about: message.id }),
      typed: command => {
        const offer = this.view.offers.find(one => one.command === command);
        if (offer) this.composer.pick(offer);
      },
    });
    this.title = h("h2");
    this.what = h("p");
    this.rail = h("nav", { class: "rail" });
    this.name = h("h3");
    this.about = h("p", { class: "quiet" });
    this.empty = h("p", { class: "empty" });
    this.talk = h("div", { class: "talk" }, h("header", { class: "place" }, this.name, this.about), this.empty, this.log.list, this.composer.form);
    this.away = h("div", { class: "away", hidden: true });
    this.element = h("section", { class: `side side-${side}`, id: `side-${side}` },
      h("header", { class: "side-title" }, this.title, this.what), this.rail, this.talk, this.away);
  }

  async does(verb, body) {
    const account = this.view.account;
    const done = await this.act(verb, { account, ...body });
    if (done?.form) this.form(account, done.form);
    return done;
  }

  show(view, me) {
    this.view = view;
    this.title.textContent = t(this.side === "d" ? "discord" : "matrix");
    this.what.textContent = t(this.side === "d" ? "discordWhat" : "matrixWhat");
    this.element.setAttribute("aria-label", this.title.textContent);
    const place = view.places.find(one => one.id === view.place);
    this.away.hidden = Boolean(place);
    this.talk.hidden = this.rail.hidden = !place;
    if (!place) {
      this.away.replaceChildren(h("p", {}, t("gone")), h("button", { type: "button", class: "press main", on: { click: () => this.does("join", {}) } }, t("comeBack")));
      return;
    }
    this.places(view);
    const name = this.nameOf(place);
    this.name.textContent = name;
    this.about.textContent = place.kind === "room" ? "" : t(place.kind === "mods" ? "mods" : place.kind === "own" ? "ownWhat" : "directWhat");
    this.empty.hidden = view.messages.length > 0;
    this.empty.textContent = this.nothing(place);
    this.log.list.hidden = view.messages.length === 0;
    this.log.show(view, t("messages", name));
    this.composer.show(view, place.kind === "direct" ? t("writeBot") : t("write", name));
    this.element.dataset.person = me.person;
  }

  places(view) {
    const focused = this.rail.contains(document.activeElement) ? document.activeElement.dataset.place : null;
    this.rail.setAttribute("aria-label", t("places"));
    const button = place => h("button", {
      type: "button", class: place.unread && place.id !== view.place ? "door new" : "door", "data-place": place.id, "aria-current": place.id === view.place ? "true" : null,
      on: { click: () => this.open(place.id) },
    }, h("span", {}, this.nameOf(place)), place.unread && place.id !== view.place ? h("b", { class: "count", "aria-label": t("unread", place.unread) }, String(place.unread)) : null);
    const group = (label, places) => places.length ? h("div", { class: "group" }, h("p", { class: "quiet" }, label), places.map(button)) : null;
    const alone = place => place.kind === "direct" || place.kind === "own";
    const direct = view.places.filter(alone);
    const rooms = view.places.filter(place => !alone(place));
    this.rail.replaceChildren(...[group(t(this.side === "d" ? "rooms" : "roomsM"), rooms), group(t("direct"), direct)].filter(Boolean));
    if (focused) this.rail.querySelector(`[data-place="${CSS.escape(focused)}"]`)?.focus();
  }

  nameOf(place) {
    if (place.kind === "direct") return t("bot");
    return place.kind === "own" ? place.name : `#${place.name}`;
  }

  nothing(place) {
    if (place.kind === "mods") return t("emptyMods");
    if (place.kind === "own") return "";
    return t(`empty${place.kind === "direct" ? "Dm" : ""}${this.side === "d" ? "D" : "M"}`);
  }
}
