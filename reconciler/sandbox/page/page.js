"use strict";
// Everything that the shop holds is foreign text: it only ever becomes the text of a node.

const state = new URLSearchParams(location.search);
const opened = new Map();
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;
let shown = "";
let asked = 0;

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) made.setAttribute(key, value);
  made.append(...children.flat().filter((child) => child !== null));
  return made;
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const visible = (text) =>
  text.replace(UNSEEN, (sign) => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
const short = (text, most) => {
  const signs = [...visible(text)];
  return signs.length > most ? `${signs.slice(0, most - 1).join("")}…` : signs.join("");
};
const foreign = (text) => element("bdi", null, visible(text));
const code = (text) => element("code", null, foreign(text));
const quiet = (text) => element("small", null, text);
const tag = (text, kind = "") => element("span", { class: `tag ${kind}` }, foreign(text));
const time = (at) => element("span", { class: "time", title: at }, `${at.slice(0, 10)} ${at.slice(11, 19)}`);
const person = (who) => foreign([who.name, who.email].filter(Boolean).join(" · ") || `contact ${who.id}`);
const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

function empty(...parts) {
  return element("p", { class: "empty" }, ...parts);
}

function table(heads, rows) {
  const head = element("tr", null, heads.map((each) => element("th", { scope: "col" }, foreign(each))));
  const body = rows.map((row) => element("tr", null, row.map((cell) => element("td", null, cell))));
  return element("div", { class: "scroll" }, element("table", null, element("thead", null, head), element("tbody", null, body)));
}

function button(id, text, label, go) {
  const made = element("button", { id, type: "button", "aria-label": label }, text);
  if (go) made.addEventListener("click", go);
  else made.disabled = true;
  return made;
}

function pager(name, place) {
  if (place.pages < 2) return null;
  const turn = (page) => (page < 1 || page > place.pages ? null : () => ask({ [name]: page }));
  return element("div", { class: "pager" },
    button(`${name}-back`, "‹", "Page before", turn(place.page - 1)),
    `${place.page} / ${place.pages}`,
    button(`${name}-on`, "›", "Next page", turn(place.page + 1)),
    many(place.total, "row"));
}

function choice(id, label, options, chosen, pick) {
  const made = element("select", { id, "aria-label": label }, options.map(([value, text]) => {
    const option = element("option", { value }, short(text, 60));
    option.selected = String(value) === String(chosen);
    return option;
  }));
  made.addEventListener("change", () => pick(made.value));
  return made;
}

function box(each) {
  const made = drawn("g", { class: each.status });
  const right = each.x + each.width;
  made.append(
    drawn("title", {}, visible(`${each.title} (${each.status})`)),
    drawn("rect", { x: each.x, y: each.y, width: each.width, height: each.height, rx: 8 }),
    drawn("text", { class: "title", x: each.x + 12, y: each.y + 15 }, short(each.title, 23)),
    drawn("line", { class: "rule", x1: each.x, x2: right, y1: each.y + 28, y2: each.y + 28 }));
  if (each.status !== "active" && each.status !== "system") {
    made.append(drawn("text", { class: "type", x: right - 10, y: each.y + 15 }, each.status));
  }
  for (const field of each.fields) {
    made.append(
      drawn("text", { class: field.key ? "key" : "field", x: each.x + 12, y: field.y }, short(field.name, 19)),
      drawn("text", { class: "type", x: right - 10, y: field.y }, short(field.type, 11)));
  }
  if (each.more) {
    made.append(drawn("text", { class: "type", x: right - 10, y: each.y + each.height - 15 }, `${each.more} more`));
  }
  return made;
}

function definitions({ picture }) {
  const words = picture.links.map((link) => visible(link.words)).join("; ");
  const image = drawn("svg", { width: picture.width, height: picture.height, role: "img", "aria-label": `Relations: ${words}` });
  image.append(...picture.boxes.map(box));
  for (const link of picture.links) {
    const kind = link.override ? "override" : "";
    image.append(
      drawn("path", { class: `link ${kind}`, d: link.path }, drawn("title", {}, visible(link.words))),
      drawn("circle", { class: `end ${kind}`, cx: link.end[0], cy: link.end[1], r: 3.5 }));
  }
  const dashed = picture.links.some((link) => link.override) ? " · dashed: replaces the product's price" : "";
  const legend = element("p", { class: "legend" }, quiet(`blue: unique key · line: relation, to the end with the dot${dashed}`));
  const none = picture.boxes.length > 1 ? null
    : empty("No definition yet. ", element("code", null, "reconciler apply"), " creates those of your manifests.");
  return [element("div", { class: "scroll" }, image), none ?? legend];
}

function message(each, isNewest) {
  const made = element("details", { class: "item" },
    element("summary", null, element("strong", null, foreign(each.subject || each.scenario)), " to ", person(each.to)),
    element("p", null, time(each.at), " ", quiet(["scenario ", foreign(each.scenario), ", started by ", foreign(each.cause)])),
    each.holes.length ? element("p", null, "Without a value: ", each.holes.map((hole) => tag(`{var=${hole}}`, "warn"))) : null,
    element("pre", null, foreign(each.body)));
  made.open = opened.get(each.id) ?? isNewest;
  made.addEventListener("toggle", () => opened.set(each.id, made.open));
  return made;
}

function outbox({ outbox: sent }) {
  if (!sent.total) return [empty("Nothing was sent yet. ", element("code", null, "reconciler sandbox load"), " brings the scenarios of your manifests.")];
  return [...sent.rows.map((each, index) => message(each, index < 2 && sent.page === 1)), pager("outbox", sent)];
}

function segment(each) {
  const more = each.total - each.contacts.length;
  return element("div", { class: "item" },
    element("strong", null, foreign(each.name)), " ", quiet(many(each.total, "contact")),
    element("p", null, each.where.map((line) => tag(line))),
    each.problems.map((problem) => element("p", null, tag(problem, "warn"))),
    each.contacts.map((who) => element("p", null, person(who))),
    more > 0 ? element("p", null, quiet(`and ${more} more`)) : null);
}

function scenario(each) {
  return element("div", { class: "item" },
    element("strong", null, foreign(each.name)), " ", tag(each.active ? "active" : "inactive", each.active ? "good" : "warn"),
    element("p", null, quiet(["on ", foreign(each.trigger), each.template ? [" sends ", foreign(each.template)] : " sends nothing"].flat())),
    each.filters.length ? element("p", null, each.filters.map((line) => tag(line))) : null);
}

function segments({ segments: known, scenarios }) {
  if (!known.length && !scenarios.length) return [empty("None yet: they come from manifests, with ", element("code", null, "reconciler sandbox load"), ".")];
  const heading = scenarios.length ? element("h3", null, "Scenarios") : null;
  return [...known.map(segment), heading, element("div", null, scenarios.map(scenario))];
}

function histories({ events, histories: fired }) {
  if (!events.length) return [empty("No event type yet.")];
  const types = events.map((each) => [
    code(each.code_name),
    each.properties.map((one) => tag(`${one.slot}.${one.name}${one.required ? "" : "?"} ${one.type}`)),
  ]);
  const rows = fired.rows.map((each) => [
    time(each.at), code(each.code_name),
    each.status === "processed" ? [person(each.target)] : [tag("target not resolved", "warn"), foreign(each.asked)],
    code(each.payload), many(each.messages, "message"),
  ]);
  return [
    table(["event type", "payload"], types),
    element("h3", null, "Fired"),
    rows.length ? table(["time (UTC)", "event type", "target", "payload", "started"], rows) : empty("Nothing was fired yet."),
    pager("histories", fired),
  ];
}

function records({ records: known }) {
  if (!known.choices.length) return [empty("No definition yet.")];
  const options = known.choices.map((each) => [each.id, `${each.name} (${each.total})`]);
  if (!known.chosen) options.unshift([0, "Choose a definition"]);
  return [
    element("p", { class: "bar" }, choice("definition", "Definition", options, known.chosen, (id) => ask({ definition: id, records: 1 }))),
    known.rows.length ? table(known.columns, known.rows.map((row) => row.map(foreign))) : empty("No rows."),
    pager("records", known),
  ];
}

function contacts({ contacts: known }) {
  if (!known.total) return [empty("No contact yet: they come from customers (POST /customers).")];
  const rows = known.rows.map((each) => [each.id, person(each), foreign(each.customer), foreign(each.lang)]);
  return [table(["id", "contact", "customer", "lang"], rows), pager("contacts", known)];
}

function price(row, field) {
  if (!row[`${field}_source`]) return [foreign(row[field])];
  return [element("strong", null, foreign(row[field])), " ", element("s", null, foreign(row[`${field}_native`]))];
}

function prices({ prices: known }) {
  if (!known.total) return [empty("No product yet (POST /products).")];
  const options = known.choices.map((who) => [who.id, [who.name, who.email].filter(Boolean).join(" · ")]);
  const rows = known.rows.map((row) => [
    [foreign(row.name || row.product), element("div", null, quiet(foreign(row.product)))], price(row, "price"), price(row, "price_discount"),
    foreign(row.price_source || row.price_discount_source || "the product's own"),
  ]);
  return [
    element("p", { class: "bar" }, "as seen by ", choice("contact", "Contact", options, known.chosen, (id) => ask({ contact: id }))),
    table(["product", "price", "discounted", "from"], rows), pager("prices", known),
  ];
}

const SECTIONS = { definitions, outbox, segments, histories, records, contacts, prices };

function render(content) {
  const focused = document.activeElement?.id;
  const label = document.getElementById("shop");
  label.hidden = content.shops.length < 2;
  label.replaceChildren("Shop ", choice("shop-choice", "Shop", content.shops.map((name) => [name, name]), content.shop,
    (name) => { for (const key of [...state.keys()]) state.delete(key); ask({ shop: name }); }));
  for (const [id, show] of Object.entries(content.shop ? SECTIONS : {})) {
    document.querySelector(`#${id} > div`).replaceChildren(...show(content).filter((part) => part !== null));
  }
  if (focused) document.getElementById(focused)?.focus();
}

function ask(changes) {
  for (const [name, value] of Object.entries(changes)) state.set(name, value);
  history.replaceState(null, "", `?${state}${location.hash}`);
  return refresh();
}

async function refresh() {
  const mine = ++asked;
  const answer = await fetch(`/_page/content?${state}`);
  const text = await answer.text();
  // An earlier question may be answered later.
  if (!answer.ok || mine !== asked || text === shown) return;
  shown = text;
  render(JSON.parse(text));
}

function follow() {
  const live = document.getElementById("live");
  const say = (words, isOn) => { live.textContent = words; live.classList.toggle("on", isOn); };
  const stream = new EventSource("/_page/live");
  stream.addEventListener("open", () => say("live", true));
  stream.addEventListener("error", () => say("not connected", false));
  stream.addEventListener("change", () => refresh().catch(() => say("not connected", false)));
}

render(JSON.parse(document.getElementById("content").textContent));
follow();
