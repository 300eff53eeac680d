// One field of a form or one option of a command, as a labelled control.

import { Proposals } from "./choosing.js";
import { h } from "./parts.js";
import { t } from "./words.js";

let count = 0;

// `suggest(typed)` gives proposals, as a promise of [{value, label}].
export function fieldFor(field, { suggest = null, above = false, full = false } = {}) {
  const id = `field-${++count}`;
  const shared = { id, required: field.required, maxLength: field.most && !field.options.length ? field.most : null };
  let control;
  let list = null;
  if (field.options.length) {
    control = h("select", { id, required: field.required },
      h("option", { value: "" }, field.required ? t("choose") : t("none")),
      field.options.map(option => h("option", { value: option.value }, option.label)));
  } else if (field.kind === "long" && full) {
    control = h("textarea", { ...shared, rows: "4" });
  } else {
    control = h("input", { ...shared, type: "text", autocomplete: "off", inputmode: field.kind === "number" ? "decimal" : null });
  }
  control.value = field.value;
  control.addEventListener("input", () => control.removeAttribute("aria-invalid"));
  if (field.kind === "suggest" && suggest) list = withProposals(control, suggest, above);
  const label = full
    ? h("label", { for: id }, field.about, field.required ? null : h("small", {}, t("optional")))
    : h("label", { for: id, title: field.about }, h("b", {}, field.name), h("span", {}, field.about));
  return { control, element: h("div", { class: "field" }, label, h("div", { class: "control" }, control, list)) };
}

function withProposals(control, suggest, above) {
  let asked = 0;
  const proposals = new Proposals(control, { label: t("suggestions"), above, take: option => {
    asked += 1; // what is still on its way is no longer wanted
    control.dataset.value = option.value;
    control.value = option.label;
  } });
  const ask = async () => {
    delete control.dataset.value;
    const now = ++asked;
    const options = await suggest(control.value);
    const same = options.length === 1 && options[0].label === control.value;
    if (now === asked && document.activeElement === control) proposals.show(same ? [] : options);
  };
  control.addEventListener("input", ask);
  control.addEventListener("focus", () => { if (!control.value) ask(); });
  return proposals.list;
}

export const valueOf = control => (control.dataset.value ?? control.value).trim();
