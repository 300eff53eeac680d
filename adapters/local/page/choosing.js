// A field with a list of proposals under or over it: arrows move, Enter or Tab takes, Escape closes.

import { h } from "./parts.js";

let count = 0;

// `take(option)` is called with what was chosen; `options` are {label, about?, ...}.
export class Proposals {
  constructor(field, { label, take, above = false }) {
    this.field = field;
    this.take = take;
    this.options = [];
    this.at = -1;
    this.list = h("ul", { class: `proposals${above ? " above" : ""}`, role: "listbox", id: `proposals-${++count}`, "aria-label": label, hidden: true });
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", this.list.id);
    field.addEventListener("keydown", event => this.key(event));
    field.addEventListener("blur", () => this.close());
  }

  get open() { return !this.list.hidden; }

  show(options) {
    this.options = options;
    this.at = options.length ? 0 : -1;
    this.list.replaceChildren(...options.map((option, index) =>
      h("li", { role: "option", id: `${this.list.id}-${index}`, on: {
        mousedown: event => { event.preventDefault(); this.choose(index); },
        mousemove: () => this.move(index),
      } }, h("strong", {}, option.label), option.about ? h("span", {}, option.about) : null)));
    this.list.hidden = options.length === 0;
    this.field.setAttribute("aria-expanded", String(this.open));
    this.mark();
  }

  close() { if (this.open) this.show([]); }

  move(index) { if (index !== this.at) { this.at = index; this.mark(); } }

  mark() {
    [...this.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
    const now = this.list.children[this.at];
    if (now) { this.field.setAttribute("aria-activedescendant", now.id); now.scrollIntoView({ block: "nearest" }); }
    else this.field.removeAttribute("aria-activedescendant");
  }

  choose(index) {
    const option = this.options[index];
    this.show([]);
    if (option) this.take(option);
  }

  key(event) {
    if (!this.open || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.move((this.at + steps[event.key] + this.options.length) % this.options.length);
    else if (event.key === "Enter" && this.options[this.at]?.label === this.field.value) {
      this.choose(this.at); // it stands there in full already: the same Enter sends it
      return;
    } else if (event.key === "Enter" || event.key === "Tab") this.choose(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

// A button with a menu of its own.
export function menu(button, items) {
  const list = h("div", { class: "menu", role: "menu" }, items.map(item =>
    h("button", { type: "button", role: "menuitem", tabindex: "-1", class: item.danger ? "danger" : "", on: { click: () => { close(); item.run(); } } }, item.label)));
  const close = () => {
    list.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
  };
  const outside = event => { if (!list.contains(event.target) && !button.contains(event.target)) close(); };
  list.addEventListener("keydown", event => {
    const buttons = [...list.children];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape" || event.key === "Tab") { close(); button.focus(); }
    else if (event.key === "ArrowDown") buttons[(at + 1) % buttons.length].focus();
    else if (event.key === "ArrowUp") buttons[(at - 1 + buttons.length) % buttons.length].focus();
    else return;
    event.preventDefault();
  });
  button.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  button.after(list);
  list.firstChild?.focus();
  return close;
}
