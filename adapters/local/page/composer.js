// Where one writes. As on Discord a line that starts with "/" becomes a command with its options; as on Matrix it is text.

import { Proposals } from "./choosing.js";
import { fieldFor, valueOf } from "./fields.js";
import { h, icon } from "./parts.js";
import { t } from "./words.js";

export class Composer {
  // `doings` has say(text, replyTo), edit(message, text), invoke(command, args), suggest(command, param, typed).
  constructor(side, doings) {
    this.side = side;
    this.doings = doings;
    this.offers = [];
    this.mode = null;
    this.text = h("textarea", { rows: "1", maxlength: "20000", enterkeyhint: "send", autocomplete: "off", on: {
      input: () => this.typed(), keydown: event => this.key(event) } });
    this.proposals = new Proposals(this.text, { label: t("commands"), above: true, take: offer => this.pick(offer.offer) });
    this.bar = h("p", { class: "bar", hidden: true });
    this.command = h("div", { class: "command", hidden: true });
    this.button = h("button", { type: "submit", class: "send" }, icon("send"));
    this.form = h("form", { class: "composer", on: { submit: event => { event.preventDefault(); this.send(); }, keydown: event => this.escape(event) } },
      this.bar, this.proposals.list, h("div", { class: "row" }, this.command, this.text, this.button));
  }

  show(view, label) {
    const here = `${view.account} ${view.place}`;
    if (here !== this.here) { this.reset(); this.text.value = ""; this.grow(); }
    this.here = here;
    this.offers = view.offers;
    this.text.placeholder = label;
    this.text.setAttribute("aria-label", label);
    this.proposals.list.setAttribute("aria-label", t("commands"));
    this.button.setAttribute("aria-label", t("send"));
    this.button.title = t("send");
  }

  typed() {
    this.grow();
    const line = this.text.value;
    if (this.side !== "d" || !line.startsWith("/") || this.mode) return this.proposals.close();
    const exact = line.endsWith(" ") && this.offers.find(offer => offer.name === line.trim().toLowerCase());
    if (exact && !this.offers.some(offer => offer.name.startsWith(`${exact.name} `))) return this.pick(exact);
    const wanted = line.toLowerCase();
    const begins = offer => offer.name.startsWith(wanted.trimEnd());
    const holds = offer => !begins(offer) && offer.name.includes(wanted.slice(1).trim());
    this.proposals.show([...this.offers.filter(begins), ...this.offers.filter(holds)]
      .map(offer => ({ label: offer.name, about: offer.about, offer })));
  }

  key(event) {
    if (event.isComposing || this.proposals.open) return;
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.send(); }
  }

  escape(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !this.mode) return;
    event.preventDefault();
    this.reset();
    this.text.focus();
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight, 160)}px`;
  }

  // --- a command with its options ---

  pick(offer) {
    this.reset();
    this.mode = { offer, fields: new Map() };
    this.text.hidden = true;
    this.command.hidden = false;
    this.text.value = "";
    const parts = h("div", { class: "parts" });
    const rest = h("div", { class: "rest" });
    const out = h("button", { type: "button", class: "plain", "aria-label": t("cancel"), title: t("cancel"), on: { click: () => { this.reset(); this.text.focus(); } } }, icon("close"));
    this.command.replaceChildren(h("p", { class: "chosen" }, h("b", {}, offer.name), h("span", {}, offer.about), out), parts, rest);
    this.command.onkeydown = event => {
      if (event.defaultPrevented || event.isComposing) return;
      if (event.key === "Enter" && event.target.matches("input, select")) { event.preventDefault(); this.send(); }
    };
    for (const field of offer.fields) if (field.required && !offer.form) this.option(field, parts);
    for (const field of offer.fields) {
      if (this.mode.fields.has(field.name)) continue;
      const button = h("button", { type: "button", class: "ghost small", title: field.about, on: { click: () => { button.remove(); this.option(field, parts).focus(); } } }, icon("plus"), field.name);
      rest.append(button);
    }
    (parts.querySelector("input, select, textarea") ?? this.button).focus();
  }

  option(field, parts) {
    const made = fieldFor(field, { suggest: typed => this.doings.suggest(this.mode.offer.command, field.name, typed), above: true });
    this.mode.fields.set(field.name, made.control);
    parts.append(made.element);
    return made.control;
  }

  // --- answering and editing ---

  answer(message) {
    this.reset();
    this.mode = { answer: message };
    this.note(t("answering", message.name));
  }

  edit(message) {
    this.reset();
    this.mode = { edit: message };
    this.text.value = message.text;
    this.grow();
    this.note(t("editing"));
  }

  note(text) {
    this.bar.hidden = false;
    this.bar.replaceChildren(h("span", {}, text), h("button", { type: "button", class: "plain", "aria-label": t("cancel"), title: t("cancel"), on: { click: () => { this.reset(); this.text.focus(); } } }, icon("close")));
    this.text.focus();
  }

  reset() {
    if (this.mode?.edit) { this.text.value = ""; this.grow(); }
    this.mode = null;
    this.bar.hidden = true;
    this.command.hidden = true;
    this.command.replaceChildren();
    this.text.hidden = false;
    this.proposals.close();
  }

  // A second Enter while the first is on its way sends nothing.
  async send() {
    if (this.sending) return;
    this.sending = true;
    try { await this.sendOnce(); } finally { this.sending = false; }
  }

  async sendOnce() {
    const mode = this.mode;
    if (mode?.offer) {
      const args = {};
      for (const [name, control] of mode.fields) if (valueOf(control) !== "") args[name] = valueOf(control);
      const missing = [...mode.fields.values()].find(control => control.required && valueOf(control) === "");
      if (missing) { missing.setAttribute("aria-invalid", "true"); missing.focus(); return; }
      if (await this.doings.invoke(mode.offer.command, args)) { this.reset(); this.text.focus(); }
      return;
    }
    const text = this.text.value;
    if (!text.trim()) return;
    const sent = mode?.edit ? await this.doings.edit(mode.edit, text) : await this.doings.say(text, mode?.answer?.id ?? null);
    if (!sent || this.text.value !== text) return;
    this.reset();
    this.text.value = "";
    this.grow();
  }
}
