// Elements from data. Everything that somebody wrote goes into text nodes; nothing here reads markup.

import { fileAddress } from "./api.js";
import { size, t } from "./words.js";

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  const paths = {
    eye: "M2 12s4-6.500 10-6.500S22 12 22 12s-4 6.500-10 6.500S2 12 2 12ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z",
    reply: "M10 7 4 12.500l6 5.500M4.500 12.500H14a6 6 0 0 1 6 6",
    more: "M5 12h.01M12 12h.01M19 12h.01",
    send: "M4 12 20 5l-5 15-3.500-6.500L4 12Z",
    close: "M6 6l12 12M18 6 6 18",
    file: "M7 3h7l4 4v14H7zM14 3v4h4",
    gear: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
    plus: "M12 5v14M5 12h14",
  };
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", paths[name]);
  svg.append(path);
  return svg;
}

export function avatar(id, name) {
  const person = id.split(".")[1] ?? id;
  if (id === "bot") return h("img", { class: "avatar", src: "icon.svg", alt: "" });
  let sum = 0;
  for (const sign of person) sum = (sum * 31 + sign.codePointAt(0)) % 6;
  return h("span", { class: `avatar c${sum}`, "aria-hidden": "true" }, [...name][0]?.toLocaleUpperCase() ?? "?");
}

// `how.typed(command)` is called for a command that can be picked up from a text; `how.account` is who looks.
export function block(data, how) {
  switch (data.kind) {
    case "heading": return h("h4", {}, inlines(data.inline, how));
    case "paragraph": return h("p", {}, inlines(data.inline, how));
    case "bullets": return h("ul", {}, data.items.map(item => h("li", {}, inlines(item, how))));
    case "quote": return h("blockquote", {}, data.items.map(item => h("p", {}, inlines(item, how))));
    case "facts": return h("dl", {}, data.rows.map(row =>
      h("div", {}, h("dt", {}, inlines(row.name, how)), h("dd", {}, inlines(row.what, how)))));
    case "picture": return picture(data, how);
    case "file": return h("a", { class: "file", href: fileAddress(data.file, how.account), download: data.name },
      icon("file"), h("span", {}, data.name), h("small", {}, size(data.size)));
    case "choices": return h("div", { class: "choices" },
      h("ol", {}, data.items.map(item => h("li", { value: String(item.number) },
        h("div", {}, h("span", {}, item.label), " ", h("code", {}, item.line))))),
      h("p", { class: "quiet" }, data.hint));
    default: return h("p", {}, data.text ?? "");
  }
}

function picture(data, how) {
  const address = fileAddress(data.file, how.account);
  return h("figure", {}, h("a", { href: address, target: "_blank", rel: "noreferrer", title: t("open") },
    h("img", { src: address, alt: data.alt, loading: "lazy" })));
}

const inlines = (parts, how) => parts.map(part => inline(part, how));

function inline(data, how) {
  switch (data.kind) {
    case "strong": return h("strong", {}, inlines(data.inline, how));
    case "code": return h("code", {}, data.text);
    case "typed": return how.typed
      ? h("button", { type: "button", class: "typed", on: { click: () => how.typed(data.command) } }, data.text)
      : h("code", {}, data.text);
    case "link": return data.follow
      ? h("a", { href: data.url, target: "_blank", rel: "noopener noreferrer" }, inlines(data.inline, how))
      : h("span", {}, inlines(data.inline, how), ` (${data.url})`);
    case "mention": return h("span", { class: "mention" }, data.text);
    case "time": return h("time", { datetime: data.at }, data.text);
    case "spoiler": return spoiler(inlines(data.inline, { ...how, typed: null }));
    case "words": return h("bdi", {}, data.text);
    default: return document.createTextNode(data.text);
  }
}

// Covered until it is pressed; no reader is told the words before.
function spoiler(words) {
  const covered = h("span", { hidden: true }, words);
  const button = h("button", { type: "button", class: "cover", "aria-expanded": "false", on: { click: () => {
    covered.hidden = !covered.hidden;
    button.setAttribute("aria-expanded", String(!covered.hidden));
    button.textContent = t(covered.hidden ? "uncover" : "cover");
  } } }, t("uncover"));
  return h("span", { class: "spoiler" }, button, covered);
}
