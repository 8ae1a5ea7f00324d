// What a form needs to know of a JSON Schema. Whatever it does not understand is left to be written as JSON.

// Deeper than people fill in forms; below it a field is JSON.
const DEPTH = 4;

/**
 * A schema as a field: {kind, schema, ...}, where kind is one of text, long, number, integer, boolean, choice, object,
 * list, json. `choice` has `values`; `object` has `fields`, each {name, required, field}; `list` has `item`.
 */
export function fieldOf(schema, root = schema, depth = 0, name = "") {
  const plain = simplified(schema, root);
  if (!plain) return { kind: "json", schema: isObject(schema) ? schema : {} };
  const values = plain.enum ?? ("const" in plain ? [plain.const] : null);
  if (Array.isArray(values) && values.length) return { kind: "choice", schema: plain, values };
  switch (plain.type) {
    case "string":
      return { kind: isLong(plain, name) ? "long" : "text", schema: plain };
    case "number":
    case "integer":
    case "boolean":
      return { kind: plain.type, schema: plain };
    case "array":
      return depth < DEPTH && isObject(plain.items)
        ? { kind: "list", schema: plain, item: fieldOf(plain.items, root, depth + 1) }
        : { kind: "json", schema: plain };
    case "object":
      return depth < DEPTH && isObject(plain.properties) ? objectField(plain, root, depth) : { kind: "json", schema: plain };
    default:
      return { kind: "json", schema: plain };
  }
}

function objectField(schema, root, depth) {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const fields = Object.entries(schema.properties).map(([name, inner]) => ({
    name,
    required: required.has(name),
    field: fieldOf(inner, root, depth + 1, name),
  }));
  // What has to be filled in first; otherwise as its maker has them.
  fields.sort((one, other) => Number(other.required) - Number(one.required));
  return { kind: "object", schema, fields };
}

/** The schema without references, null beside a type, and alternatives of which one is left; null if there are several. */
function simplified(schema, root, seen = 0) {
  if (!isObject(schema) || seen > 8) return null;
  // What stands beside a reference or alternatives is true as well.
  const { $ref: _, $defs: __, anyOf, oneOf, allOf, ...about } = schema;
  if (typeof schema.$ref === "string") {
    const found = simplified(follow(schema.$ref, root), root, seen + 1);
    return found && { ...found, ...about };
  }
  const alternatives = anyOf ?? oneOf ?? (allOf?.length === 1 ? allOf : null);
  if (Array.isArray(alternatives)) {
    const others = alternatives.filter((one) => one?.type !== "null");
    const found = others.length === 1 ? simplified(others[0], root, seen + 1) : null;
    return found && { ...found, ...about };
  }
  if (Array.isArray(schema.type)) {
    const types = schema.type.filter((type) => type !== "null");
    return types.length === 1 ? { ...schema, type: types[0] } : null;
  }
  if (!schema.type && isObject(schema.properties)) return { ...schema, type: "object" };
  return schema;
}

function follow(reference, root) {
  if (!reference.startsWith("#/")) return null;
  const steps = reference.slice(2).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce((found, step) => (isObject(found) && Object.hasOwn(found, step) ? found[step] : null), root);
}

// Parameters of these names have more than a line more often than not.
const LONG = /(^|_)(content|contents|text|body|markdown|code|script|prompt|message|html|thought|new_?text|old_?text)$/i;

function isLong(schema, name) {
  return !schema.format && (LONG.test(name) || (schema.maxLength ?? 0) > 200 || schema.contentMediaType !== undefined);
}

export function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
