// What is set on the page. It is a scenario: what it extends, and a table for each policy; the link holds the same.

const SIZES = { firms: 1000, months: 72, seeds: 5 };

export class State {
  constructor() {
    this.base = "baseline";
    this.sizes = { ...SIZES };
    this.levers = []; // as the server describes them on the baseline
    this.on = {}; // lever: true or false, where it is not as in the baseline
    this.values = {}; // lever: { dose: value }, where it is not as there
  }

  isOn(lever) {
    return this.on[lever.name] ?? lever.on;
  }

  value(lever, dose) {
    return this.values[lever.name]?.[dose.name] ?? dose.value;
  }

  setOn(lever, on) {
    if (on === lever.on) delete this.on[lever.name];
    else this.on[lever.name] = on;
  }

  setValue(lever, dose, value) {
    const values = (this.values[lever.name] ??= {});
    if (value === dose.value) delete values[dose.name];
    else values[dose.name] = value;
    if (!Object.keys(values).length) delete this.values[lever.name];
  }

  // The scenario as a file would say it.
  tables() {
    const policy = {};
    for (const lever of this.levers) {
      const values = this.values[lever.name] ?? {};
      if (!this.isOn(lever)) {
        if (lever.on) policy[lever.name] = { off: true };
      } else if (!lever.on) policy[lever.name] = { ...lever.table, ...values };
      else if (Object.keys(values).length) policy[lever.name] = { ...values };
    }
    return { extends: this.base, title: "What if", policy };
  }

  // What follows # in the link.
  link(language) {
    const pairs = new URLSearchParams({ base: this.base, ...this.sizes, lang: language });
    for (const [name, on] of Object.entries(this.on)) pairs.set(name, on ? "on" : "off");
    for (const [name, values] of Object.entries(this.values)) {
      for (const [dose, value] of Object.entries(values)) pairs.set(`${name}.${dose}`, value);
    }
    return `#${pairs}`;
  }

  // Read a link and return the language it asks for. What it says of levers is checked when they are known.
  read(hash) {
    const pairs = new URLSearchParams(hash.replace(/^#/, ""));
    this.base = pairs.get("base") ?? "baseline";
    this.sizes = { ...SIZES };
    this.on = {};
    this.values = {};
    for (const [key, text] of pairs) {
      if (key in SIZES) this.sizes[key] = Number(text);
      else if (text === "on" || text === "off") this.on[key] = text === "on";
      else if (key.includes(".")) {
        const [name, dose] = key.split(".");
        (this.values[name] ??= {})[dose] = Number(text);
      }
    }
    return pairs.get("lang");
  }

  // Take the levers of a baseline; forget what was set of levers or doses that do not exist there.
  take(levers) {
    this.levers = levers;
    const known = new Map(levers.map((lever) => [lever.name, lever]));
    for (const [name, on] of Object.entries(this.on)) {
      if (!known.has(name) || known.get(name).on === on) delete this.on[name];
    }
    for (const [name, values] of Object.entries(this.values)) {
      const doses = known.get(name)?.doses.map((dose) => dose.name) ?? [];
      for (const dose of Object.keys(values)) if (!doses.includes(dose)) delete values[dose];
      if (!Object.keys(values).length) delete this.values[name];
    }
  }
}
