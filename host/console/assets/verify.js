// Verifies an exported audit trail with the browser's own cryptography, so that the server need not be
// believed: every event is hashed anew and held to the one before, every checkpoint to its event and its
// signature. The same rules as `quire audit verify --file`; see host/records/src/audit/trail.rs.
"use strict";

const text = new TextEncoder();
const hex = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const sha256 = (data) => crypto.subtle.digest("SHA-256", data);

// Each part is preceded by its length, eight bytes, the smallest first.
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + 8 + part.length, 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const part of parts) {
    view.setBigUint64(at, BigInt(part.length), true);
    whole.set(part, at + 8);
    at += 8 + part.length;
  }
  return whole;
}

// A column that is null has no bytes, one that is set begins with a 1.
const optional = (value) => value == null ? new Uint8Array() : Uint8Array.from([1, ...text.encode(value)]);

function hashed(event) {
  const sequence = new Uint8Array(8);
  new DataView(sequence.buffer).setBigInt64(0, BigInt(event.sequence), true);
  // Events that came over a connection name its address, as the last part.
  const address = event.address == null ? [] : [text.encode(event.address)];
  return joined([
    text.encode(`quire audit event ${address.length + 1}`), sequence, ...[event.time, event.actor, event.role, event.action, event.object].map((part) => text.encode(part)),
    optional(event.before), optional(event.after), optional(event.reason), optional(event.request_id),
    text.encode(event.previous), ...address,
  ]);
}

async function signed(checkpoint) {
  const key = await crypto.subtle.importKey("raw", bytes(checkpoint.public_key), { name: "Ed25519" }, false, ["verify"]);
  const message = `quire audit checkpoint 1\n${checkpoint.sequence}\n${checkpoint.hash}\n${checkpoint.time}\n`;
  return crypto.subtle.verify({ name: "Ed25519" }, key, bytes(checkpoint.signature), text.encode(message));
}

async function verify(trail) {
  const read = (line) => {
    try { return JSON.parse(line); } catch { throw new Error("this is no export of a trail, or it is cut off"); }
  };
  const lines = trail.split("\n").filter((line) => line.trim() !== "").map(read);
  const head = lines[0];
  if (head?.line !== "trail") throw new Error("this is no export of a trail");
  const waiting = new Map(lines.filter((line) => line.line === "checkpoint").map((line) => [line.sequence, line]));
  const keys = new Set();
  const broken = (sequence, why) => new Error(`event ${sequence}: ${why}`);
  let [sequence, previous, covered, reached, signer] = [0, "0".repeat(64), 0, null, null];
  for (const event of lines.filter((line) => line.line === "event")) {
    sequence += 1;
    if (event.sequence !== sequence) throw broken(sequence, "it is missing");
    if (event.previous !== previous) throw broken(sequence, "it does not follow the event before it");
    if (hex(await sha256(hashed(event))) !== event.hash) throw broken(sequence, "its content is not what was written");
    const tells = event.action === "audit.checkpoint";
    const told = reached && event.object === `checkpoint ${reached.sequence}`
      && event.after === hex(await sha256(text.encode(reached.signature)));
    if (reached ? !(tells && told) : tells) throw broken(sequence, "it and the checkpoint of the event before it do not belong together");
    if (event.action === "audit.key" && event.object.startsWith("key ")) keys.add(event.object.slice(4));
    previous = event.hash;
    reached = waiting.get(sequence) ?? null;
    if (!reached) continue;
    waiting.delete(sequence);
    if (reached.hash !== previous) throw broken(sequence, "it is not the event that its checkpoint was made of");
    if (!keys.has(reached.public_key)) throw broken(sequence, "its checkpoint is signed with a key that the trail does not know");
    if (!await signed(reached)) throw broken(sequence, "the signature of its checkpoint is wrong");
    covered = sequence;
    signer = reached.public_key;
  }
  if (waiting.size > 0) throw broken(sequence + 1, "it is missing, though there is a checkpoint of it or of a later event");
  // The last event may be the one that tells of the last checkpoint.
  if (covered + 1 < sequence || covered === 0) throw new Error(`no checkpoint covers the end: events after ${covered} prove nothing`);
  // Whose key the first line says it is proves nothing; who signed the last checkpoint does.
  return { events: sequence, key: signer };
}

function say(place, kind, words) {
  const said = document.createElement("p");
  said.className = `said ${kind}`;
  said.textContent = words;
  place.replaceChildren(said);
}

// What is verified is named before the verdict.
async function show(place, name, trail) {
  say(place, "", "Verifying …");
  try {
    const began = performance.now();
    const { events, key } = await verify(await trail());
    const took = Math.round(performance.now() - began);
    say(place, "good", `✓ ${name} is whole: ${events} events hashed and held to their signatures by this browser in ${took} ms. Signed with the key ${key}`);
  } catch (error) {
    say(place, "bad", `✕ ${name}: ${error.message}`);
  }
}

const place = document.getElementById("verifier");
if (place && globalThis.crypto?.subtle) {
  show(place, "The trail", async () => {
    const answer = await fetch(place.dataset.export);
    if (!answer.ok) throw new Error(`the export was refused (${answer.status})`);
    return answer.text();
  });
  document.getElementById("file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (file) show(document.getElementById("kept"), file.name, () => file.text());
  });
}
