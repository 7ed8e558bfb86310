// What a run has shown: the differences, and who gained, as tables and charts.

import { ask } from "./server.js";
import { currentLanguage, make, sentence, translate, unit, word } from "./words.js";

const HEADS = {
  metric: "word.metric", baseline: "word.baseline", difference: "word.difference", "± 95 %": "word.interval",
  needed: "word.needed", pairs: "word.pairs", "last year": "word.last_year", firms: "word.firms",
  "gain %": "page.gain_percent", got: "page.got", paid: "page.paid", "win %": "page.win_percent",
  "lose %": "page.lose_percent", "median, m": "page.median",
};
let drawn = 0; // how often results were shown: older drawing stops

export function showResults(place, result, asked) {
  const [arm] = Object.values(result.arms);
  const table = arm.differences;
  const parts = [make("h2", { id: "results-title", "data-word": "page.results" })];
  if (table.rows.length) {
    const said = { clear: arm.differs, family: arm.family, ...table, since: table.since.replace(" to ", "–") };
    parts.push(make("p", { class: "headline" }, sentence("page.headline", said)));
    parts.push(differences(table), make("p", { class: "quiet" }, sentence("page.differences_note", said)));
  } else parts.push(make("p", {}, word("page.no_pair")));
  for (const { scenario, seed, error } of result.record.failed) {
    const said = `${scenario}, ${word("word.seed")} ${seed}: ${error.trim().split("\n").pop()}`;
    parts.push(make("p", { class: "problem" }, said));
  }
  if (table.rows.length) parts.push(...charts(result, arm));
  const notes = result.record.notes.map((note) => make("li", {}, note));
  if (notes.length) {
    parts.push(make("details", {}, make("summary", {}, word("page.notes")), make("ul", { class: "quiet" }, ...notes)));
  }
  parts.push(network(asked));
  const data = make("button", { type: "button", id: "data" }, word("page.save_data"));
  data.addEventListener("click", () => download("what_if.json", JSON.stringify(result.record), "application/json"));
  parts.push(data);
  place.replaceChildren(...parts);
  translate(place);
  draw(place, result);
}

function grid(head, rows) {
  const labels = head.map((text) => make("th", { scope: "col" }, text));
  const body = make("tbody", {}, ...rows.map(([first, ...cells]) => make("tr", {}, first,
    ...cells.map((cell) => make("td", { class: cell.includes("*") ? "clear" : null }, cell)))));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...labels)), body);
  return make("div", { class: "table", tabindex: 0, role: "group", "aria-label": word("word.table") }, table);
}

function differences({ head, rows }) {
  const at = head.indexOf("unit"); // it stands below the measure
  const kept = (row) => row.filter((_, place) => place !== at);
  const frame = grid(kept(head).map((name) => word(HEADS[name] ?? name, name)), rows.map((row) => {
    const small = make("small", {}, unit(row[at]));
    const first = make("th", { scope: "row", "data-metric": row[0] }, word(`metric.${row[0]}`, row[0]), small);
    return [first, ...kept(row).slice(1)];
  }));
  frame.id = "differences";
  return frame;
}

function gains(by, { head, rows }) {
  const labels = head.map((name, place) => {
    if (place === 0) return word(`by.${by}`);
    if (!name.startsWith("gain, ")) return word(HEADS[name] ?? name, name);
    return `${word("word.gain")}, ${unit(`${name.replace("gain, ", "")} KRW/month`.replace("KRW KRW", "KRW"))}`;
  });
  return grid(labels, rows.map(([group, ...cells]) =>
    [make("th", { scope: "row" }, word(`${by}.${group}`, group)), ...cells]));
}

function charts(result, arm) {
  const mine = result.charts[currentLanguage()];
  const note = make("p", { class: "quiet" }, word("page.by_year_note"));
  const parts = [make("h3", {}, word("page.by_year")), note, figures(mine, "years")];
  for (const [by, table] of Object.entries(arm.gains)) {
    if (!table.rows.length) continue;
    parts.push(make("h3", {}, `${word("page.who_gained")}: ${word(`by.${by}`)}`), figures(mine, by));
    parts.push(make("details", { open: by === "tier" }, make("summary", {}, word("word.table")), gains(by, table)));
  }
  parts.push(make("p", { class: "quiet" }, word("page.gains_note")));
  return parts;
}

// A supply chain of the baseline; it is drawn when it is asked for.
function network(asked) {
  const said = make("p", { class: "quiet" }, word("page.drawing"));
  const box = make("details", { id: "network" }, make("summary", {}, word("figure.network")), said);
  box.addEventListener("toggle", async () => {
    if (!box.open || !said.isConnected) return;
    const told = await ask("/api/network", asked).catch(() => ({}));
    const mine = told.result?.[currentLanguage()];
    said.replaceWith(mine ? make("img", { src: mine.address, alt: mine.about }) : make("p", {}, word("page.not_drawn")));
  });
  return box;
}

function figures(all, group) {
  const mine = all.filter((chart) => chart.group === group);
  const places = mine.map(({ key, about }) => make("figure", { "data-chart": key, role: "img", "aria-label": about }));
  return make("div", { class: `charts ${group === "years" ? "years" : "who"}` }, ...places);
}

let library = null;

function vega() {
  library ??= new Promise((resolve, reject) => {
    const script = make("script", { type: "module", src: "/vega.js" });
    script.addEventListener("load", () => resolve(window.vegaEmbed));
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return library;
}

async function draw(place, result) {
  const mine = ++drawn;
  const embed = await vega();
  const all = result.charts[currentLanguage()];
  for (const figure of place.querySelectorAll("figure[data-chart]")) {
    if (mine !== drawn) return;
    const { spec } = all.find(({ key }) => key === figure.dataset.chart);
    await embed(figure, spec, { actions: false, renderer: "svg", ast: true, logLevel: 1 });
  }
  place.dataset.drawn = currentLanguage();
}

export function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
