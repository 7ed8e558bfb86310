// Words of the page in the language chosen; the table comes from the server.

let table = {};
let language = "en";

export function setWords(words) {
  table = words;
}

export function setLanguage(chosen) {
  language = chosen === "ko" ? "ko" : "en";
  document.documentElement.lang = language;
}

export function currentLanguage() {
  return language;
}

// The row of a key; parameters that policies share stand once.
function row(key) {
  const [kind, , name] = key.split(".");
  return table[key] ?? table[`${kind}.*.${name}`];
}

// What a key is called; `otherwise` where the table has no such key.
export function word(key, otherwise = key) {
  return row(key)?.[language] ?? otherwise;
}

// What is told of something, such as a title or a source; translated where the table has these very words.
export function told(key, text) {
  const found = row(key);
  return found?.en === text ? found[language] : text;
}

// A sentence with values put in its places, {name}.
export function sentence(key, values) {
  return word(key).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

export function unit(name) {
  return name === "1" || name === "ratio" ? word("unit.1") : word(`unit.${name}`, name);
}

// Translate all elements that name their word.
export function translate(root = document) {
  for (const element of root.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
}

export function number(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return "-";
  const plain = Number(Number(value).toPrecision(digits));
  if (plain !== 0 && (Math.abs(plain) >= 1e6 || Math.abs(plain) < 1e-5)) return plain.toExponential();
  return plain.toLocaleString(language, { maximumSignificantDigits: digits });
}

// Make an element: its name, attributes, and what is in it.
export function make(name, attributes = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...inside.filter((part) => part !== null && part !== undefined));
  return element;
}
