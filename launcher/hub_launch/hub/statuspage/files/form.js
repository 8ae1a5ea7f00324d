// A form made of a tool's schema. Every control has `read()`, which gives its value, or ABSENT; it throws Invalid.
// `empty()`, where there is one, gives what is sent of a control that is needed and was left alone.

import { el, newId, say } from "./dom.js";
import { fieldOf, isObject } from "./schema.js";
import { json } from "./words.js";

/** What was left empty. */
export const ABSENT = Symbol("absent");

/** What cannot be sent, with the element to mend it in. */
class Invalid extends Error {
  constructor(message, element) {
    super(message);
    this.element = element;
  }
}

const CONTROLS = {
  text: (field) => typed(field, "text", (text) => text),
  long: (field) => typed(field, "textarea", (text) => text),
  number: (field) => typed(field, "number", number),
  integer: (field) => typed(field, "integer", integer),
  boolean: (field) => choice(field, [true, false]),
  choice: (field) => choice(field, field.values),
  json: (field) => typed(field, "json", parsed),
  list: listOf,
  object: objectOf,
};

/** The arguments of a tool: {element, read}. `read()` gives an object, or null after it has shown what is wrong. */
export function argumentsForm(schema) {
  const field = fieldOf(isObject(schema) ? schema : {});
  const asObject = field.kind === "object" ? field : { kind: "object", schema: {}, fields: [] };
  const fields = fieldset(asObject);
  const raw = rawObject(schema);
  let whole = field.kind !== "object";
  const swap = el("button", { type: "button", class: "quiet" });
  const element = el("div", { class: "arguments" });

  function show() {
    say(swap, whole ? "Fill in a form" : "Write JSON");
    const none = !whole && !asObject.fields.length ? el("p", { class: "muted" }, "This tool takes no arguments.") : null;
    element.replaceChildren(...[none, whole ? raw.element : fields.element, field.kind === "object" ? swap : null].filter(Boolean));
  }

  swap.addEventListener("click", () => {
    // What was filled in is taken along, as far as it is right.
    if (!whole) raw.set(attempt(() => fields.read(), {}));
    whole = !whole;
    show();
    element.querySelector("input, textarea, select")?.focus();
  });
  show();
  return { element, read: () => shown(element, () => (whole ? raw.read() : fields.read())) };
}

function attempt(make, otherwise) {
  try {
    return make();
  } catch {
    return otherwise;
  }
}

function shown(element, make) {
  for (const old of element.querySelectorAll(".wrong")) old.remove();
  for (const old of element.querySelectorAll("[aria-invalid]")) {
    old.removeAttribute("aria-invalid");
    old.removeAttribute("aria-errormessage");
  }
  try {
    return make();
  } catch (problem) {
    if (!(problem instanceof Invalid)) throw problem;
    const id = newId("wrong");
    problem.element.setAttribute("aria-invalid", "true");
    problem.element.setAttribute("aria-errormessage", id);
    problem.element.after(el("p", { class: "wrong", id, role: "alert" }, problem.message));
    problem.element.focus();
    return null;
  }
}

function rawObject() {
  const control = typed({ schema: {}, kind: "json" }, "json", parsed);
  const id = newId("json");
  control.control.id = id;
  control.control.rows = 8;
  return {
    element: el("div", { class: "field" }, el("label", { for: id }, "Arguments as JSON"), control.element),
    set: (value) => { control.control.value = json(value); },
    read() {
      const value = control.read();
      if (value === ABSENT) return {};
      if (!isObject(value)) throw new Invalid("The arguments have to be an object: { … }", control.control);
      return value;
    },
  };
}

function fieldset(field) {
  const parts = field.fields.map((one) => ({ ...one, control: labelled(one) }));
  return {
    element: el("div", { class: "fields" }, parts.map((one) => one.control.element)),
    read() {
      const value = {};
      for (const { name, required, control } of parts) {
        const read = required ? given(control) : control.read();
        if (read !== ABSENT) value[name] = read;
        else if (required) throw new Invalid(`${name} is needed.`, control.control);
      }
      return value;
    },
  };
}

function labelled({ name, required, field }) {
  const made = CONTROLS[field.kind](field);
  const about = field.schema.description;
  const help = about ? el("p", { class: "help", id: newId("help") }, about) : null;
  const mark = required ? el("span", { class: "needed" }, "needed") : el("span", { class: "muted" }, kindWords(field));
  if (made.group) {
    const legend = el("legend", {}, name, " ", mark);
    return { ...made, element: el("fieldset", { "aria-describedby": help?.id }, legend, help, made.element) };
  }
  made.control.id = newId("field");
  if (required) made.control.setAttribute("aria-required", "true");
  if (help) made.control.setAttribute("aria-describedby", help.id);
  const label = el("label", { for: made.control.id }, name);
  return { ...made, element: el("div", { class: "field" }, el("div", { class: "label" }, label, " ", mark), help, made.element) };
}

function kindWords(field) {
  return { integer: "whole number", number: "number", json: "JSON", boolean: "yes or no" }[field.kind] ?? "";
}

function typed(field, type, meaning) {
  const { schema } = field;
  const large = type === "textarea" || type === "json";
  const control = el(large ? "textarea" : "input", {
    type: large ? null : "text",
    rows: large ? 3 : null,
    inputmode: { number: "decimal", integer: "numeric" }[type],
    spellcheck: "false",
    autocomplete: "off",
    class: type === "json" ? "code" : null,
    placeholder: example(schema),
  });
  if (schema.default !== undefined && schema.default !== null) {
    control.value = typeof schema.default === "string" ? schema.default : json(schema.default);
  }
  return {
    control,
    element: control,
    read() {
      if (control.value === "") return ABSENT;
      return meaning(control.value, control, schema);
    },
  };
}

function example(schema) {
  const first = Array.isArray(schema.examples) ? schema.examples[0] : undefined;
  return typeof first === "string" || typeof first === "number" ? first : null;
}

function number(text, control, schema) {
  const value = Number(text.trim());
  if (text.trim() === "" || !Number.isFinite(value)) throw new Invalid("This has to be a number.", control);
  return within(value, control, schema);
}

function integer(text, control, schema) {
  const value = Number(text.trim());
  if (!Number.isSafeInteger(value) || text.trim() === "") throw new Invalid("This has to be a whole number.", control);
  return within(value, control, schema);
}

function within(value, control, { minimum, maximum }) {
  if (typeof minimum === "number" && value < minimum) throw new Invalid(`At least ${minimum}.`, control);
  if (typeof maximum === "number" && value > maximum) throw new Invalid(`At most ${maximum}.`, control);
  return value;
}

function parsed(text, control) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Invalid(`This is not JSON: ${error.message}`, control);
  }
}

function choice(field, values) {
  const options = values.map((value, place) =>
    el("option", { value: place, selected: JSON.stringify(value) === JSON.stringify(field.schema.default) }, worded(value)));
  const control = el("select", {}, el("option", { value: "" }, "—"), options);
  return { control, element: control, read: () => (control.value === "" ? ABSENT : values[Number(control.value)]) };
}

function worded(value) {
  if (value === true) return "yes";
  if (value === false) return "no";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function objectOf(field) {
  const inner = fieldset(field);
  return {
    group: true,
    control: inner.element,
    element: inner.element,
    read() {
      // An optional object that nobody filled in is left out, also if something in it would be needed.
      if (![...inner.element.querySelectorAll("input, textarea, select")].some((one) => one.value !== "")) return ABSENT;
      return inner.read();
    },
    // One that is needed is sent; what is needed in it is asked for.
    empty: () => inner.read(),
  };
}

/** What a control gives where it is needed. */
function given(control) {
  const value = control.read();
  return value === ABSENT && control.empty ? control.empty() : value;
}

function listOf(field) {
  const rows = el("ol", { class: "rows" });
  const add = el("button", { type: "button", class: "quiet" }, "Add one");
  const items = new Map();

  function append() {
    const made = CONTROLS[field.item.kind](field.item);
    const place = rows.children.length + 1;
    if (!made.group) made.control.setAttribute("aria-label", `Item ${place}`);
    const remove = el("button", { type: "button", class: "quiet", "aria-label": `Remove item ${place}` }, "Remove");
    const row = el("li", {}, made.element, remove);
    remove.addEventListener("click", () => {
      items.delete(row);
      row.remove();
      add.focus();
    });
    items.set(row, made);
    rows.append(row);
    return made;
  }

  add.addEventListener("click", () => {
    const made = append();
    (made.control.matches("input, textarea, select") ? made.control : made.element.querySelector("input, textarea, select"))?.focus();
  });
  return {
    group: true,
    control: add,
    element: el("div", { class: "list" }, rows, add),
    read() {
      const values = [...items.values()].map(given).filter((value) => value !== ABSENT);
      return values.length ? values : ABSENT;
    },
    empty: () => [],
  };
}
