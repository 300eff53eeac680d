// The page as a whole: who plays, which places are open, and when to look again.

import { act, live, look, Refused } from "./api.js";
import { addPerson, aboutPerson, openForm } from "./dialogs.js";
import { avatar, h, icon } from "./parts.js";
import { SideView } from "./side.js";
import { moment, speak, t } from "./words.js";

const $ = id => document.getElementById(id);
const at = { person: "", d: "", m: "", side: "d" };
const narrow = matchMedia("(max-width: 900px)");
const shown = new Set();
let seen = null;
let ahead = 0;

const sides = {
  d: new SideView("d", { open: place => go({ d: place }), act: doing, form: showForm }),
  m: new SideView("m", { open: place => go({ m: place }), act: doing, form: showForm }),
};
$("sides").append(sides.d.element, sides.m.element);

// --- doing and looking ---

async function doing(verb, body) {
  try {
    return await act(verb, body);
  } catch (refused) {
    toast(t(refused instanceof Refused ? refused.message : "error"));
    return null;
  }
}

let looking = null;
let again = false;
async function refresh() {
  if (looking) { again = true; return looking; }
  looking = (async () => {
    do {
      again = false;
      const wanted = JSON.stringify(at);
      try {
        const view = await look(at.person, { d: at.d, m: at.m }, document.documentElement.lang);
        // Somebody else was chosen meanwhile: what came is no longer what is wanted.
        if (wanted === JSON.stringify(at)) render(view);
        else again = true;
      } catch (error) {
        if (error instanceof Refused || error instanceof TypeError) banner(t("offline"));
        else throw error;
      }
    } while (again);
  })().finally(() => { looking = null; });
  return looking;
}

function go(where) {
  Object.assign(at, where);
  history.replaceState(null, "", `#${at.person}/${at.d}/${at.m}`);
  return refresh();
}

function render(view) {
  seen = view;
  const me = view.people.find(one => one.person === view.person);
  at.person = view.person;
  at.d = view.sides.d.place ?? "";
  at.m = view.sides.m.place ?? "";
  ahead = new Date(view.now) - Date.now();
  speak(me.locale);
  texts();
  banner(view.running ? "" : t("away"));
  $("house").hidden = view.tabs.length === 0;
  $("house").replaceChildren(h("a", { href: "./", "aria-current": "page" }, t("community")), ...view.tabs.map(tab => h("a", { href: `${tab.path}/` }, tab.title)));
  $("steps").hidden = !view.moves;
  people(view);
  for (const [name, side] of Object.entries(sides)) side.show({ ...view.sides[name], role: me.role }, me);
  tick();
  arrange();
  const unread = me.unread.d + me.unread.m;
  document.title = unread ? `(${unread}) Harbour` : "Harbour";
  for (const [name, side] of Object.entries(view.sides)) markRead(name, side);
  // After a reload an open form is there again; one that was shown already was closed on purpose, or is open.
  for (const side of Object.values(view.sides)) if (side.form && !shown.has(side.form.id)) showForm(side.account, side.form);
}

function markRead(name, side) {
  const place = side.places.find(one => one.id === side.place);
  const inSight = document.visibilityState === "visible" && (!narrow.matches || at.side === name);
  if (place?.unread && inSight) doing("read", { account: side.account, place: place.id });
}

// --- people ---

function people(view) {
  const box = $("people");
  const focused = box.contains(document.activeElement);
  box.replaceChildren(box.firstElementChild, ...view.people.map(one => {
    const radio = h("input", { type: "radio", name: "person", value: one.person, checked: one.person === view.person, on: { change: () => go({ person: one.person }) } });
    const unread = one.unread.d + one.unread.m;
    return h("label", { class: "person" }, radio, avatar(`d.${one.person}`, one.name),
      h("span", {}, h("bdi", {}, one.name), h("small", {}, t(one.role))),
      unread ? h("b", { class: "count", "aria-label": t("unread", unread) }, String(unread)) : null);
  }));
  if (focused) box.querySelector("input:checked")?.focus();
  const me = view.people.find(one => one.person === view.person);
  for (const [id, name, label] of [["about", "gear", t("aboutPerson", me.name)], ["add", "plus", t("addPerson")]]) {
    $(id).replaceChildren(icon(name), h("span", {}, label));
  }
}

$("add").addEventListener("click", () => addPerson(seen.languages, document.documentElement.lang, async person => {
  const made = await doing("add", person);
  if (made) await go({ person: made.person, d: "", m: "" });
  return made;
}));

$("about").addEventListener("click", () => {
  const me = seen.people.find(one => one.person === at.person);
  aboutPerson(me, seen.languages, async ({ language, here }) => {
    if (language !== me.locale && !(await doing("speak", { person: me.person, language }))) return false;
    for (const side of ["d", "m"]) {
      if (here[side] !== me.here[side] && !(await doing(here[side] ? "join" : "leave", { account: `${side}.${me.person}` }))) return false;
    }
    return true;
  });
});

function showForm(account, form) {
  shown.add(form.id);
  openForm(form, {
    submit: async values => (await doing("submit", { account, form: form.id, values })) !== null,
    cancel: () => doing("cancel", { account, form: form.id }),
    suggest: async (command, param, typed) => (await doing("suggest", { account, command, param, typed }))?.options ?? [],
  });
}

// --- the clock ---

function tick() {
  const now = new Date(Date.now() + ahead);
  $("now").textContent = moment(now);
  $("now").dateTime = now.toISOString();
}
setInterval(tick, 5000);

$("steps").addEventListener("click", async event => {
  const by = event.target.closest("button")?.dataset.by;
  if (!by || $("steps").getAttribute("aria-busy") === "true") return;
  $("steps").setAttribute("aria-busy", "true");
  const moved = await doing("advance", { by });
  $("steps").setAttribute("aria-busy", "false");
  await refresh();
  if (moved) $("said").textContent = t("itIs", moment(new Date(Date.now() + ahead)));
});

// --- the frame ---

function texts() {
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = t(element.dataset.say);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
}

function arrange() {
  for (const name of ["d", "m"]) {
    const tab = $(`tab-${name}`);
    const unread = seen.people.find(one => one.person === at.person).unread[name];
    const chosen = at.side === name;
    tab.replaceChildren(t(name === "d" ? "discord" : "matrix"), unread && !chosen ? h("b", { class: "count", "aria-label": t("unread", unread) }, String(unread)) : "");
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    sides[name].element.classList.toggle("off", !chosen);
  }
}

$("switch").addEventListener("click", event => {
  const side = event.target.closest("[data-side]")?.dataset.side;
  if (side) { at.side = side; refresh(); }
});
$("switch").addEventListener("keydown", event => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  at.side = at.side === "d" ? "m" : "d";
  arrange();
  $(`tab-${at.side}`).focus();
  refresh();
});

function banner(text) {
  if ($("banner").textContent !== text) $("banner").textContent = text;
  $("banner").hidden = !text;
}

function toast(text) {
  const note = h("p", { class: "toast" }, text);
  $("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
}

document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh(); });
narrow.addEventListener("change", () => seen && refresh());

[at.person = "", at.d = "", at.m = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
live(what => {
  if (what.startsWith("failed:") && what.endsWith(`.${at.person}`)) toast(t("unanswered"));
  refresh();
}, () => banner(t("offline")));
