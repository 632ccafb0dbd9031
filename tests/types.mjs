// Writes the contract's types for TypeScript, from `quire wit` on standard input, into the template:
//
//   npm install --prefix target/tools/types --ignore-scripts @bytecodealliance/jco-transpile@0.15.0
//   quire wit | node tests/types.mjs
//
// A test holds that they are those of the contract, by the digest that is written beside them.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const tools = new URL("../target/tools/types/node_modules/@bytecodealliance/jco-transpile/", import.meta.url);
const { $init, generateTypes } = await import(new URL("vendor/js-component-bindgen-component.js", tools));
await $init;

const wit = readFileSync(0, "utf8");
const world = "section-module";
const files = generateTypes(world, { wit: { tag: "source", val: wit }, world, guest: true, tlaCompat: false });
const types = new URL("../host/author/templates/script/types/", import.meta.url);
for (const [path, bytes] of files) {
  if (!path.startsWith("interfaces/")) continue;
  const text = Buffer.from(bytes).toString().replace(/[ \t]+$/gm, "");
  writeFileSync(new URL(path.slice("interfaces/".length), types), text);
}

const shape = wit.split("\n").filter((line) => !line.trimStart().startsWith("///")).join("\n");
const digest = createHash("sha256").update(shape).digest("hex");
writeFileSync(new URL("README.md", types), `The contract's types, made from \`wit/\` by jco; imports such as
\`quire:report/cases@0.1.0\` are described by them. In QuickJS a single \`s64\` or \`u64\` is a number, not a bigint.

Contract without its comments, SHA-256: ${digest}
`);
