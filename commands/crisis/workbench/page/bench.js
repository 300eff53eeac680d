// The workbench's page. Everything that was typed goes into text nodes; nothing here reads markup.

const $ = id => document.getElementById(id);
const text = $("text"), message = $("message"), samples = $("samples");
const LEVELS = { none: "nothing", watch: "watch", concern: "concern", urgent: "urgent" };
const ABOUT = { self: "about its author", other: "about somebody else", none: "" };
const WAIT = 350; // milliseconds after the last key

let stamp = "";
let saved = "";
let right = true;

function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

async function ask(verb, body) {
  try {
    const response = await fetch(`api/${verb}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    return { status: response.status, ...(await response.json()) };
  } catch {
    say("No connection to the process of the workbench. What you typed is still here.");
    return null;
  }
}

const say = words => { $("status").textContent = words; };

// Only the latest question of a kind is answered; earlier answers that come late are dropped.
function latest(work) {
  let turn = 0, timer = 0;
  const ask = (wait = WAIT) => {
    clearTimeout(timer);
    timer = setTimeout(async () => { const mine = ++turn; await work(() => mine === turn); }, wait);
  };
  ask.drop = () => { clearTimeout(timer); turn += 1; };
  return ask;
}

// --- the file ---

const check = latest(async current => {
  const found = await ask("check", { text: text.value });
  if (!found || !current()) return;
  showMistakes(found.mistakes ?? []);
  if (right) say(`${found.rules === 1 ? "1 rule" : `${found.rules} rules`}, ${found.examples === 1 ? "1 example" : `${found.examples} examples`} right${text.value === saved ? ", saved" : ", not saved yet"}.`);
});

function showMistakes(mistakes) {
  right = mistakes.length === 0;
  const lines = new Set(mistakes.map(one => one.line));
  const count = text.value.split("\n").length;
  $("gutter").replaceChildren(...Array.from({ length: count }, (_, index) => h("li", { class: lines.has(index + 1) ? "wrong" : null }, String(index + 1))));
  $("gutter").scrollTop = text.scrollTop;
  $("mistakes").replaceChildren(...mistakes.map(one => h("li", {}, h("button", { type: "button", on: { click: () => go(one) } }, h("b", {}, `${one.line}:${one.column}`), h("span", {}, one.message)))));
  if (!right) say(mistakes.length === 1 ? "1 mistake: nothing of this would be loaded." : `${mistakes.length} mistakes: nothing of this would be loaded.`);
  keepable();
}

function go({ line, column }) {
  const before = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  const at = Math.min(before + column - 1, text.value.length);
  text.focus();
  text.setSelectionRange(at, at);
  text.scrollTop = Math.max(0, (line - 5) * parseFloat(getComputedStyle(text).lineHeight));
}

const keepable = () => { $("save").disabled = !right || text.value === saved; };

async function save() {
  check.drop();
  const said = await ask("save", { text: text.value, stamp });
  if (!said) return;
  if (said.status === 200) {
    stamp = said.stamp;
    saved = said.text;
    say("Saved. A running bot takes it up by itself.");
    compare(0);
  } else if (said.status === 409) {
    say("Somebody else saved this file meanwhile. Copy what you need, and open this page again.");
  } else if (said.mistakes) {
    showMistakes(said.mistakes);
  } else {
    say(`The file could not be written: ${said.why ?? said.error}.`);
  }
  keepable();
}

// --- a message ---

const attempt = latest(async current => {
  if (!message.value.trim()) return $("tried").replaceChildren();
  const said = await ask("try", {
    text: text.value, message: message.value, channel: $("channel").value, private: $("private").checked,
    language: $("language").value, country: $("country").value,
  });
  if (!said || !current()) return;
  if (said.mistakes) return $("tried").replaceChildren(h("p", { class: "quiet" }, "The file has a mistake; mend it to try a message."));
  $("tried").replaceChildren(
    h("div", { class: "outcome" }, level(said.level), h("span", { class: "quiet" }, [said.topic === "none" ? "" : said.topic.replace("_", "-"), ABOUT[said.about]].filter(Boolean).join(", "))),
    h("p", { class: "read" }, marked(message.value, said.fired.filter(one => !one.dropped))),
    h("ul", { class: "why" }, said.fired.map(why), heard(said.reader), said.shadow.length ? h("li", {}, h("p", {}, `In shadow, counted only: ${said.shadow.join(", ")}`)) : null),
    h("div", { class: "sent" }, h("p", {}, h("b", {}, said.who)), said.lines.map(line => h("p", {}, line)),
      said.presses.length ? h("div", { class: "presses" }, said.presses.map(label => h("span", {}, label))) : null));
});

const level = name => h("span", { class: `level ${name}` }, LEVELS[name]);

// Offsets count code points, as the rules do.
function marked(words, fired) {
  const signs = [...words];
  const on = new Array(signs.length).fill(false);
  for (const one of fired) on.fill(true, one.start, one.end);
  const parts = [];
  for (let at = 0; at < signs.length;) {
    let end = at;
    while (end < signs.length && on[end] === on[at]) end += 1;
    const part = signs.slice(at, end).join("");
    parts.push(on[at] ? h("mark", {}, part) : part);
    at = end;
  }
  return parts;
}

function why(one) {
  const line = h("div", { class: "outcome" }, h("code", {}, one.rule), `on “${one.said}”`, level(one.level));
  const steps = one.steps.map(step => h("p", {}, `${step.because} → ${LEVELS[step.level]}${step.about === "none" ? "" : `, ${ABOUT[step.about]}`}`));
  return h("li", {}, line, steps.length ? steps : h("p", {}, "Nothing around it changes that."));
}

function heard(reader) {
  if (!reader) return null;
  const pieces = reader.pieces.length ? `It weighed most: ${reader.pieces.map(one => `“${one}”`).join(", ")}.` : "";
  const change = reader.from === reader.to ? "It changes nothing." : `It makes of this: ${LEVELS[reader.from]} → ${LEVELS[reader.to]}.`;
  const loud = `hears ${reader.self} about its author, ${reader.other} about somebody else (of 1)`;
  return h("li", {}, h("div", { class: "outcome" }, h("code", {}, "reader"), loud), h("p", {}, `${change} ${pieces}`));
}

// --- samples ---

const compare = latest(async current => {
  if (!samples.value.trim()) { $("counted").textContent = ""; return $("compared").replaceChildren(); }
  const said = await ask("compare", { text: text.value, samples: samples.value, channel: $("channel").value });
  if (!said || !current()) return;
  if (said.mistakes) { $("counted").textContent = "The file has a mistake; mend it to compare."; return; }
  const more = said.changes.filter(one => one.more).length;
  $("counted").textContent = `${said.of} messages, ${said.seen} seen. Newly or more: ${more}. No longer or less: ${said.changes.length - more}.`;
  $("compared").replaceChildren(...said.changes.map(one => change(one, true)), ...said.found.map(one => change(one, false)));
});

function change(one, moved) {
  const how = moved ? [level(one.was.level), "→", level(one.now.level)] : [level(one.now.level)];
  return h("div", { class: "change" }, h("p", {}, one.sample), h("p", { class: "quiet" }, ...how, ...one.rules.map(rule => h("code", {}, rule))));
}

// --- beginning ---

async function start() {
  const state = await (await fetch("api/state")).json();
  stamp = state.stamp;
  saved = state.new ? "" : state.text;
  text.value = state.text;
  $("file").textContent = state.name;
  $("packs").textContent = `on top of the shipped rules: ${state.packs.join(", ") || "none"}`;
  $("language").replaceChildren(...state.languages.map(one => h("option", { value: one.code }, one.name)));
  $("language").value = "en";
  $("country").replaceChildren(h("option", { value: "" }, "not known"), ...state.countries.map(one => h("option", { value: one.code }, one.name)));
  $("house").hidden = !new URL(".", location.href).pathname.match(/^\/[^/]+\/.+/);
  check(0);
}

text.addEventListener("input", () => { showMistakes([]); check(); attempt(WAIT * 2); });
text.addEventListener("scroll", () => { $("gutter").scrollTop = text.scrollTop; });
text.addEventListener("keydown", event => {
  if (event.key === "Tab" && !event.shiftKey && !event.altKey && !event.ctrlKey && event.target.dataset.tab !== "off") {
    event.preventDefault();
    document.execCommand("insertText", false, "  ");
  } else if (event.key === "Escape") {
    event.target.dataset.tab = "off"; // the keyboard can leave: Escape, then Tab
  }
});
text.addEventListener("focus", () => { delete text.dataset.tab; });
for (const one of [message, $("channel"), $("language"), $("country"), $("private")]) one.addEventListener("input", () => attempt());
$("compare").addEventListener("click", () => compare(0));
$("save").addEventListener("click", save);
addEventListener("keydown", event => { if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); if (!$("save").disabled) save(); } });
addEventListener("beforeunload", event => { if (text.value !== saved && text.value.trim() && saved !== "") event.preventDefault(); });
start();
