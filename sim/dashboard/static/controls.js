// The form: baseline, sizes, and a card for each lever with a slider for each of its doses.

import { make, number, sentence, told, unit, word } from "./words.js";

const FOLDERS = { "": "page.regimes", cases: "page.cases", shocks: "page.shocks" };

// The name of a scenario without its folder.
export function last(name) {
  return name.split("/").pop();
}

export function showBaselines(select, baselines, chosen) {
  const folder = (name) => (name.includes("/") ? name.split("/")[0] : "");
  const groups = Object.entries(FOLDERS).map(([own, key]) => {
    const mine = baselines.filter(({ name }) => folder(name) === own);
    const options = mine.map(({ name, title }) => make("option", { value: name }, told(`scenario.${last(name)}`, title)));
    return make("optgroup", { label: word(key) }, ...options);
  });
  select.replaceChildren(...groups);
  select.value = chosen;
}

export function showSizes(place, bounds, state, changed) {
  const fields = Object.keys(state.sizes).map((name) => {
    const { least, most } = bounds[name];
    const input = make("input", {
      type: "number", id: `size-${name}`, min: least, max: most, step: 1, inputmode: "numeric",
      value: state.sizes[name], "data-name": word(`page.size_${name}`),
    });
    input.addEventListener("input", () => {
      judge(input, least, most, true);
      state.sizes[name] = input.valueAsNumber;
      changed();
    });
    judge(input, least, most, true);
    return make("label", { for: input.id }, word(`page.size_${name}`), input);
  });
  place.replaceChildren(...fields);
}

export function showLevers(place, state, changed) {
  const first = [...state.levers].sort((one, other) => state.isOn(other) - state.isOn(one)); // what is on is seen
  place.replaceChildren(...first.map((lever) => card(lever, state, changed)));
}

function card(lever, state, changed) {
  const on = make("input", { type: "checkbox", id: `on-${lever.name}`, checked: state.isOn(lever) });
  const title = make("label", { for: on.id, class: "title" }, word(`policy.${lever.name}`, lever.name));
  const body = make("div", { class: "doses", hidden: !state.isOn(lever) });
  const [main, ...others] = lever.doses.map((dose) => slider(lever, dose, state, changed));
  body.append(about(lever, state), main ?? "");
  if (others.length) {
    const moved = lever.doses.slice(1).some(({ name }) => state.values[lever.name]?.[name] !== undefined);
    body.append(make("details", { open: moved }, make("summary", {}, word("page.more_doses")), ...others));
  }
  on.addEventListener("change", () => {
    state.setOn(lever, on.checked);
    body.hidden = !on.checked;
    changed();
  });
  const head = make("div", { class: "switch" }, on, title);
  return make("div", { class: "lever", "data-lever": lever.name }, head, body);
}

function about(lever, state) {
  const paid = `${word("page.paid_by")}: ${told(`paid_by.${lever.name}`, lever.paid_by)}`;
  const received = `${word("page.received_by")}: ${told(`received_by.${lever.name}`, lever.received_by)}`;
  const costs = lever.costs.map(({ metric, value, half, unit: shown, fresh }) => {
    const amount = `${number(value, 3)} ± ${number(half, 2)} ${unit(shown)}`;
    return `${word(`metric.${metric}`)} ${amount}${fresh ? "" : " †"}`;
  });
  const lines = [paid, received];
  lines.push(costs.length ? `${word("page.cost_shipped")}: ${costs.join("; ")}` : word("page.cost_unknown"));
  if (lever.costs.some(({ fresh }) => !fresh)) lines.push(`† ${word("page.cost_older")}`);
  if (lever.control !== "baseline" && state.base === "baseline") {
    lines.push(sentence("page.needs_event", { scenario: word(`scenario.${last(lever.control)}`) }));
  }
  return make("ul", { class: "about quiet" }, ...lines.map((line) => make("li", {}, line)));
}

function slider(lever, dose, state, changed) {
  const id = `${lever.name}.${dose.name}`;
  const name = word(`policy.${id}`, dose.name);
  const value = state.value(lever, dose);
  const said = { "aria-describedby": `${id}-about` };
  const box = make("input", {
    type: "number", id, min: dose.least, max: dose.most, step: "any", inputmode: "decimal", value, "data-name": name, ...said,
  });
  const range = make("input", {
    type: "range", id: `${id}-slider`, min: dose.low, max: dose.high, step: dose.step, value, "aria-label": name, ...said,
  });
  const set = (moved) => {
    judge(box, dose.least, dose.most, dose.whole);
    state.setValue(lever, dose, moved);
    changed();
  };
  range.addEventListener("input", () => {
    box.value = range.value;
    set(range.valueAsNumber);
  });
  box.addEventListener("input", () => {
    if (!Number.isNaN(box.valueAsNumber)) range.value = box.value;
    set(box.valueAsNumber);
  });
  judge(box, dose.least, dose.most, dose.whole);
  const [meaning, source] = ["meaning", "source"].map((kind) => told(`${kind}.${id}`, dose[kind]));
  const limits = `${word("page.range")} ${number(dose.low)} – ${number(dose.high)}. ${word("page.source")}: ${source}`;
  return make("div", { class: "dose" },
    make("label", { for: id }, name),
    make("span", { class: "value" }, box, make("span", { class: "unit" }, unit(dose.unit))),
    range,
    make("p", { id: `${id}-about`, class: "quiet" }, `${meaning[0].toUpperCase()}${meaning.slice(1)}. ${limits}`));
}

// Mark a value that is no number, is out of bounds, or is not whole where it has to be.
function judge(input, least, most, whole) {
  const value = input.valueAsNumber;
  const wrong = Number.isNaN(value) || value < (least ?? -Infinity) || value > (most ?? Infinity)
    || (whole && !Number.isInteger(value));
  const key = most === null || most === undefined ? "page.at_least" : "page.between";
  const said = sentence(key, { least: number(least), most: number(most) });
  input.setCustomValidity(wrong ? `${said}${whole ? `, ${word("page.whole")}` : ""}` : "");
  input.setAttribute("aria-invalid", wrong);
}

// What is wrong in the form, each with the name of the field.
export function mistakes(form) {
  return [...form.querySelectorAll("input[type=number]")]
    .filter((input) => !input.validity.valid && !input.closest(".doses[hidden]"))
    .map((input) => `${input.dataset.name}: ${input.validationMessage}`);
}
