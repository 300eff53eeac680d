// Dialogs: the bot's forms, a new person, a person's settings.

import { fieldFor, valueOf } from "./fields.js";
import { h, icon } from "./parts.js";
import { languageName, t } from "./words.js";

function dialog(title, small, content, buttons, { cancelled = () => {} } = {}) {
  const close = h("button", { type: "button", class: "plain", "aria-label": t("close"), title: t("close"), on: { click: () => leave() } }, icon("close"));
  const form = h("form", { method: "dialog", novalidate: true },
    h("header", {}, h("div", {}, small ? h("small", {}, small) : null, h("h2", {}, title)), close), h("div", { class: "fields" }, content),
    h("footer", {}, buttons));
  const box = h("dialog", {}, form);
  const leave = () => { cancelled(); box.close(); };
  box.addEventListener("cancel", () => cancelled());
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return { box, form, leave };
}

const cancelButton = run => h("button", { type: "button", class: "ghost", on: { click: run } }, t("cancel"));
const mainButton = label => h("button", { type: "submit", class: "press main" }, label);

// `submit(values)` answers whether it was taken; `cancel()` closes the form on the server too.
export function openForm(form, { submit, cancel, suggest }) {
  document.querySelector("dialog.bot-form")?.remove();
  const controls = new Map();
  const content = form.fields.map(field => {
    const made = fieldFor(field, { full: true, suggest: typed => suggest(form.command, field.name, typed) });
    controls.set(field.name, made.control);
    return made.element;
  });
  if (form.lost) content.unshift(h("p", { class: "note" }, t("lost")));
  const made = dialog(form.title, form.name, content, [cancelButton(() => made.leave()), mainButton(t("send"))], { cancelled: cancel });
  made.box.classList.add("bot-form");
  made.box.dataset.form = form.id;
  controls.values().next().value?.focus();
  made.form.addEventListener("submit", async event => {
    event.preventDefault();
    const missing = [...controls.values()].filter(control => control.required && valueOf(control) === "");
    for (const control of missing) control.setAttribute("aria-invalid", "true");
    if (missing.length) return missing[0].focus();
    const values = Object.fromEntries([...controls].map(([name, control]) => [name, valueOf(control)]));
    if (await submit(values)) made.box.close();
  });
}

const languageField = (languages, value) => fieldFor({
  name: "language", about: t("language"), kind: "choice", required: true, value,
  options: languages.map(tag => ({ value: tag, label: languageName(tag) })),
}, { full: true });

// `save({name, language, role})` answers whether it was taken.
export function addPerson(languages, language, save) {
  const name = fieldFor({ name: "name", about: t("name"), kind: "text", required: true, value: "", options: [], most: 32 }, { full: true });
  const tongue = languageField(languages, language);
  const role = h("input", { type: "checkbox" });
  const made = dialog(t("newPerson"), null, [name.element, tongue.element, h("label", { class: "check" }, role, t("moderatorToo"))],
    [cancelButton(() => made.leave()), mainButton(t("add"))]);
  name.control.focus();
  made.form.addEventListener("submit", async event => {
    event.preventDefault();
    if (!valueOf(name.control)) { name.control.setAttribute("aria-invalid", "true"); return name.control.focus(); }
    if (await save({ name: name.control.value, language: tongue.control.value, role: role.checked ? "moderator" : "member" })) made.box.close();
  });
}

// `save({language, here: {d, m}})` answers whether it was taken.
export function aboutPerson(person, languages, save) {
  const tongue = languageField(languages, languages.includes(person.locale) ? person.locale : languages[0]);
  const here = ["d", "m"].map(side => [side, h("input", { type: "checkbox", checked: person.here[side] })]);
  const made = dialog(t("aboutPerson", person.name), t(person.role), [tongue.element, h("fieldset", { class: "checks" }, h("legend", {}, t("hereAs")),
    here.map(([side, box]) => h("label", { class: "check" }, box, t(side === "d" ? "discord" : "matrix"))))],
    [cancelButton(() => made.leave()), mainButton(t("save"))]);
  made.form.addEventListener("submit", async event => {
    event.preventDefault();
    if (await save({ language: tongue.control.value, here: Object.fromEntries(here.map(([side, box]) => [side, box.checked])) })) made.box.close();
  });
}
