// Numbers and states for people.

export const STATES = {
  ready: "ready",
  degraded: "degraded",
  starting: "starting",
  pending: "waiting",
  failed: "failed",
  quarantined: "quarantined",
  stopped: "stopped",
};

/** `3 tools`, `1 tool`. */
export function count(number, word) {
  return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
}

/** A time in seconds, as short as it can be read: `8 ms`, `1.3 s`, `2 min`. */
export function duration(seconds) {
  if (seconds < 0.0095) return `${(seconds * 1000).toFixed(1)} ms`;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return count(Math.floor(seconds / 86400), "day");
}

/** How long ago that was. */
export function since(time, now = Date.now()) {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  return seconds < 60 ? count(seconds, "second") : duration(seconds);
}

/** The first line of a text, at most so long. */
export function firstLine(text, limit = 140) {
  const line = (text ?? "").trim().split("\n", 1)[0];
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** A value as readable JSON. */
export function json(value) {
  return JSON.stringify(value, null, 2);
}
