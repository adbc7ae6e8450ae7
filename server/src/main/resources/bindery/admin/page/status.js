"use strict";
// Asks the node every five seconds, and writes what it says as text: nothing of it is taken for markup.
const EVERY_MILLIS = 5000;
const byId = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function span(millis) {
  if (millis < 0) return "never";
  const seconds = Math.floor(millis / 1000);
  if (seconds < 120) return seconds + " s";
  if (seconds < 7200) return Math.floor(seconds / 60) + " min";
  return seconds < 172800 ? Math.floor(seconds / 3600) + " h" : Math.floor(seconds / 86400) + " d";
}

function octets(count) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; count >= 1024 && unit < units.length - 1; unit++) count /= 1024;
  return (unit === 0 ? count : count.toFixed(1)) + " " + units[unit];
}

const number = (value) => value.toLocaleString("en");

// A cell is a text, or [text, class].
function table(where, headings, rows, nothing) {
  if (rows.length === 0) {
    where.replaceChildren(element("p", nothing, "sum"));
    return;
  }
  const made = element("table");
  const head = made.createTHead().insertRow();
  for (const heading of headings) {
    const cell = element("th", heading.replace("#", ""), heading.endsWith("#") ? "number" : "");
    cell.scope = "col";
    head.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((cell, at) => {
      const [text, className] = Array.isArray(cell) ? cell : [cell, ""];
      line.append(element("td", text, (headings[at].endsWith("#") ? "number " : "") + className));
    });
  }
  where.replaceChildren(made);
}

const VERDICTS = { ok: ["OK", "good"], warning: ["Warning", "warn"], failed: ["Failed", "bad"] };

function showChecks(status) {
  const failed = status.checks.filter((check) => check.verdict === "failed").length;
  const warned = status.checks.filter((check) => check.verdict === "warning").length;
  const verdict = byId("verdict");
  verdict.textContent = (status.ready ? "Ready" : "Not ready")
    + (failed + warned ? ", " + (failed + warned) + " to be seen to" : "");
  verdict.className = !status.ready ? "bad" : warned ? "warn" : "good";
  byId("node").textContent = status.node + (status.cluster ? " of " + status.cluster : "");
  document.title = (status.ready ? "" : "NOT READY: ") + status.node + " - Bindery";
  const list = element("ul");
  for (const check of status.checks) {
    const [word, className] = VERDICTS[check.verdict];
    const line = element("li");
    line.append(element("strong", word, className), " " + check.name + ": " + check.text);
    list.append(line);
  }
  byId("checks").replaceChildren(list);
}

function showMembers(status) {
  const section = byId("members");
  const lost = status.voters_heard < status.majority;
  const spare = status.voters_heard - status.majority;
  section.querySelector(".sum").textContent = status.voters_heard + " of " + status.voters
    + " voters heard, " + status.majority + " needed: "
    + (lost ? "no quorum" : "quorum, and " + spare + " more may be lost")
    + ". Revision " + number(status.revision) + ", term " + status.term + ".";
  table(section.querySelector(".wide"), ["Node", "Role", "Heard", "Lag#", "Address"],
    status.members.map((member) => [
      member.name + (member.self ? " (this one)" : ""),
      member.role,
      member.self ? ["-", ""] : member.heard ? ["yes", "good"] : ["not for " + span(member.heard_millis), "bad"],
      member.lag < 0 ? "unknown" : number(member.lag),
      member.address]), "no members known");
}

function showSources(status) {
  table(byId("sources").querySelector(".wide"), ["Source", "Last heard", "State"],
    status.sources.map((source) => [
      source.name,
      source.quiet_millis < 0 ? "never" : span(source.quiet_millis) + " ago",
      source.silent ? ["silent", "bad"] : source.warnings.length ? [source.warnings.join(", "), "warn"]
        : source.fed ? ["fed", "good"] : ["first sync", "warn"]]),
    "no source has told anything yet");
}

// What is left is an estimate: the bindings were counted a while ago, and some of them have ended.
function progress(answer) {
  const told = number(answer.bindings);
  if (answer.bindings_about < answer.bindings) return told; // not known, or counted too long ago
  if (answer.bindings === 0) return told + " of about " + number(answer.bindings_about);
  const left = answer.millis * (answer.bindings_about - answer.bindings) / answer.bindings;
  return told + " of about " + number(answer.bindings_about) + ", about " + span(left) + " left";
}

function showAnswers(status) {
  byId("answers").querySelector(".sum").textContent =
    status.answers_count > status.answers.length ? "the " + status.answers.length + " oldest of " + status.answers_count : "";
  table(byId("answers").querySelector(".wide"), ["From", "Query", "For#", "Sent#", "Rate#", "Bindings#"],
    status.answers.map((answer) => [answer.from, answer.what, span(answer.millis), octets(answer.octets),
      octets(Math.round(answer.octets * 1000 / Math.max(1, answer.millis))) + "/s", progress(answer)]), "none");
}

function showBindings(status) {
  byId("bindings").querySelector(".sum").textContent = number(status.bindings)
    + (status.bindings_partial ? " or more" : "") + " bindings, as of revision " + number(status.bindings_revision) + ".";
  for (const key of ["links", "relays"]) {
    const rows = status[key].map((group) => [group.name, number(group.bindings)]);
    const more = status[key + "_count"] - rows.length;
    if (more > 0) rows.push(["and " + number(more) + " more", ""]);
    table(byId(key).querySelector(".wide"), [key === "links" ? "Link" : "Relay-ID", "Bindings#"], rows, "none");
  }
}

function showPlots(status) {
  const svgSpace = "http://www.w3.org/2000/svg";
  const slots = 3600 / status.plot_seconds;
  byId("plots").replaceChildren(...status.plots.map((plot) => {
    const most = Math.max(0, ...plot.values);
    const last = plot.values.length ? plot.values[plot.values.length - 1] : 0;
    const round = (value) => number(Number(value.toPrecision(3)));
    const caption = plot.title + ": " + round(last) + ", most " + round(most);
    const svg = document.createElementNS(svgSpace, "svg");
    svg.setAttribute("viewBox", "0 0 " + slots + " 100");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", caption + ", in the last hour");
    const path = document.createElementNS(svgSpace, "path");
    const from = slots - plot.values.length;
    path.setAttribute("d", plot.values.map((value, at) =>
      (at ? "L" : "M") + (from + at) + " " + (98 - 94 * (most ? value / most : 0)).toFixed(1)).join(""));
    svg.append(path);
    const figure = element("figure");
    figure.append(element("figcaption", caption), svg);
    return figure;
  }));
}

function showEvents(status) {
  byId("events").querySelector("ol").replaceChildren(...status.events.map((event) => {
    const line = element("li");
    const levels = { ERROR: "bad", WARN: "warn" };
    line.append(new Date(event.millis).toISOString().slice(0, 19) + "Z ",
      element("strong", event.level, levels[event.level] || ""), " " + event.text);
    return line;
  }));
}

async function look() {
  try {
    const response = await fetch("status.json");
    if (!response.ok) throw new Error((await response.text()).trim());
    const status = await response.json();
    for (const show of [showChecks, showMembers, showSources, showAnswers, showBindings, showPlots, showEvents]) show(status);
  } catch (failure) {
    const verdict = byId("verdict");
    verdict.textContent = "No answer from the node: " + failure.message + ". What stands below is old.";
    verdict.className = "bad";
  } finally {
    setTimeout(look, EVERY_MILLIS);
  }
}

look();
