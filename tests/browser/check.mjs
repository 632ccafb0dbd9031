// Opens an HTML report in a real Chromium, as a reader would, and says as JSON what it found:
// accessibility violations (axe-core), what the page tried to fetch or run, text that is cut off.
// With a directory as second argument it also leaves screenshots and a printed PDF there.
//
//   node check.mjs FILE.html [DIRECTORY]

import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

// What is installed stands in target/tools, not beside this file.
const require = createRequire(join(process.env.QUIRE_TOOLS ?? process.cwd(), "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [file, directory] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "quire-browser-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.QUIRE_CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
  viewport: { width: 1280, height: 900 },
});

const found = { violations: [], requests: [], messages: [], sizes: [], headings: 0, styled: false };
try {
  const page = await context.newPage();
  page.on("request", (request) => found.requests.push(request.url().slice(0, 200)));
  page.on("console", (message) => found.messages.push(message.text()));
  page.on("pageerror", (error) => found.messages.push(String(error)));
  page.on("dialog", (dialog) => { found.messages.push("dialog " + dialog.message()); dialog.dismiss(); });
  await page.goto(pathToFileURL(resolve(file)).href, { waitUntil: "load" });

  found.headings = await page.locator("h1, h2, h3, h4, h5").count();
  // The stylesheet passed the page's own policy.
  found.styled = await page.evaluate(() => getComputedStyle(document.querySelector("h2") ?? document.body).fontWeight >= "600"
    && getComputedStyle(document.body).maxWidth !== "none");
  for (const [name, width, height] of [["desktop", 1280, 900], ["phone", 390, 844]]) {
    await page.setViewportSize({ width, height });
    // Evaluated by the debugger: the page's policy, which forbids scripts, stays in force.
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
    for (const violation of result.violations) {
      found.violations.push({
        at: name, rule: violation.id, impact: violation.impact, help: violation.help,
        nodes: violation.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)),
      });
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    found.sizes.push({ at: name, over });
    if (directory) {
      await page.screenshot({ path: join(directory, `${name}.png`), fullPage: true });
    }
  }
  if (directory) {
    await page.pdf({ path: join(directory, "printed.pdf"), preferCSSPageSize: true });
  }
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
console.log(JSON.stringify(found));
