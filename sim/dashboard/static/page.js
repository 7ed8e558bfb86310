// The what-if page: set levers, run, see who gains. All it holds is in `state`; the link says the same.

import { last, mistakes, showBaselines, showLevers, showSizes } from "./controls.js";
import { download, showResults } from "./results.js";
import { ask, follow } from "./server.js";
import { State } from "./state.js";
import { currentLanguage, make, number, sentence, setLanguage, setWords, told, translate, word } from "./words.js";

const at = (id) => document.getElementById(id);
const state = new State();
let page = null; // what the server told at first
let checked = null; // its answer on what is set now
let shown = null; // the results on the page, and the file and command they came from
let running = null; // what can end the runs
let waiting = 0; // the next check
let status = () => ""; // what is said, in the language of the moment

function wanted() {
  return { tables: state.tables(), sizes: state.sizes };
}

// Say something; it is said again when the language changes.
function say(words) {
  status = words;
  at("status").textContent = status();
}

function showProblems(lines) {
  at("problems").replaceChildren(...lines.map((line) => make("li", {}, line)));
  at("run").disabled = checked === null || running !== null;
  for (const id of ["save", "command"]) at(id).disabled = checked === null;
}

function lines(problems) {
  return problems.map(({ where, what, fix }) => `${where}: ${what}${fix ? ` (${fix})` : ""}`);
}

function changed() {
  history.replaceState(null, "", state.link(currentLanguage()));
  checked = null;
  const wrong = mistakes(at("form"));
  showProblems(wrong);
  clearTimeout(waiting);
  if (!wrong.length) waiting = setTimeout(check, 150);
}

async function check() {
  const sent = JSON.stringify(wanted());
  const answer = await reached(ask("/api/check", JSON.parse(sent)));
  if (!answer || sent !== JSON.stringify(wanted())) return;
  checked = answer.problems ? null : answer;
  if (checked) showFile();
  showProblems(answer.problems ? lines(answer.problems) : []);
}

function showFile() {
  at("toml").textContent = checked.toml;
  at("command-text").textContent = checked.command;
  at("notes").replaceChildren(...checked.notes.map((note) => make("li", {}, note)));
  const stale = Boolean(shown) && (shown.toml !== checked.toml || shown.command !== checked.command);
  at("results").classList.toggle("stale", stale);
  if (running) return;
  const unknown = checked.seconds === null;
  const { seconds, changes } = checked;
  const time = () => (unknown ? word("page.time_unknown") : sentence("page.time", { time: duration(seconds) }));
  const said = () => [changes ? "" : word("page.nothing_set"), time(), stale ? word("page.stale") : ""].join(" ").trim();
  if (!shown || stale) say(said);
  if (unknown) waiting = setTimeout(check, 1500);
}

function duration(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} ${word("page.seconds")}`;
  return `${number(seconds / 60, 2)} ${word("page.minutes")}`;
}

async function run() {
  if (!checked || running) return;
  const source = checked;
  const asked = JSON.parse(JSON.stringify(wanted()));
  const began = performance.now();
  const bar = at("bar");
  running = new AbortController();
  at("run").disabled = true;
  at("cancel").hidden = bar.hidden = false;
  bar.removeAttribute("value");
  showProblems([]);
  say(() => word("page.starting"));
  let total = 1, passed = 0, result = null;
  const tell = (event) => {
    if (event.waiting) say(() => word("page.waiting"));
    if (event.total) total = event.total;
    if (event.passed) {
      passed += event.passed;
      bar.value = passed / total;
      const part = Math.floor((100 * passed) / total);
      say(() => sentence("page.running", { part }));
    }
    if (event.problems) fail(lines(event.problems));
    if (event.failed) fail([`${word("page.failed")} ${event.failed.trim().split("\n").pop()}`]);
    else if (event.ended && !result) fail([word("page.failed")]);
    if (event.result) result = event.result;
  };
  const faults = [];
  const fail = (said) => faults.push(...said);
  try {
    await follow("/api/run", asked, running.signal, tell);
    say(() => "");
  } catch (error) {
    if (error.name === "AbortError") say(() => word("page.cancelled"));
    else lost();
  }
  running = null;
  at("cancel").hidden = bar.hidden = true;
  showProblems(faults);
  if (!result) return;
  shown = { result, asked, toml: source.toml, command: source.command };
  delete at("results").dataset.drawn;
  showResults(at("results"), result, asked);
  const took = (performance.now() - began) / 1000;
  say(() => sentence("page.done", { time: duration(took) }));
  if (checked) showFile();
  at("results").focus({ preventScroll: true });
  if (at("results").getBoundingClientRect().top > innerHeight * 0.7) at("results").scrollIntoView();
}

function lost() {
  at("lost").textContent = word("page.lost", "The server does not answer: start winwin dashboard again.");
  at("lost").hidden = false;
}

async function reached(answer) {
  try {
    const said = await answer;
    at("lost").hidden = true;
    return said;
  } catch {
    lost();
    return null;
  }
}

function show() {
  translate();
  document.title = `winwin ${word("page.title")}`;
  at("status").textContent = status();
  at("language").value = currentLanguage();
  showBaselines(at("base"), page.baselines, state.base);
  const question = page.baselines.find(({ name }) => name === state.base)?.question ?? "";
  at("question").textContent = told(`question.${last(state.base)}`, question);
  showSizes(at("sizes"), page.sizes, state, changed);
  showLevers(at("levers"), state, changed);
  at("version").textContent = `winwin ${page.version}, ${word("page.model")} ${page.model.slice(0, 8)}`;
  if (shown) showResults(at("results"), shown.result, shown.asked);
}

async function chooseBase() {
  const found = await reached(ask(`/api/levers?base=${encodeURIComponent(state.base)}`));
  if (!found) return;
  if (found.problems) {
    state.base = "baseline";
    await chooseBase();
    showProblems(lines(found.problems));
    return;
  }
  state.take(found.levers);
  show();
  changed();
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    say(() => word("page.copied"));
  } catch {
    say(() => `${word("page.copy_by_hand")} ${text}`);
  }
  button.focus();
}

function openLink() {
  const asked = state.read(location.hash);
  if (asked) setLanguage(asked);
  return chooseBase();
}

at("run").addEventListener("click", run);
at("form").addEventListener("submit", (event) => event.preventDefault());
at("cancel").addEventListener("click", () => running?.abort());
at("save").addEventListener("click", () => download("what_if.toml", checked.toml, "application/toml"));
at("link").addEventListener("click", () => copy(location.href, at("link")));
at("command").addEventListener("click", () => copy(checked.command, at("command")));
at("base").addEventListener("change", () => { state.base = at("base").value; chooseBase(); });
at("language").addEventListener("change", () => { setLanguage(at("language").value); show(); changed(); });
window.addEventListener("hashchange", openLink);

page = await reached(ask("/api/page"));
if (page) {
  setWords(page.words);
  setLanguage(navigator.language.startsWith("ko") ? "ko" : "en");
  await openLink();
  document.body.dataset.ready = "yes";
}
