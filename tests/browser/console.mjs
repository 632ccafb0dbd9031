// Walks through the console in a real Chromium, as a person would, and says as JSON what it found:
// accessibility violations (axe-core) of every screen in both themes, what was too wide for 320 px, what
// the page tried that its policy forbids, requests to anyone else, and what each journey came to.
// With a directory as last argument it leaves screenshots there.
//
//   node console.mjs JOURNEY '{"base": "http://127.0.0.1:8080", …}' [DIRECTORY]

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

// What is installed stands in target/tools, not beside this file.
const require = createRequire(join(process.env.QUIRE_TOOLS ?? process.cwd(), "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [journey, given, directory] = process.argv.slice(2);
const { base, ...with_ } = JSON.parse(given);
const found = { axe: [], over: [], foreign: [], messages: [], screens: [], said: {} };

async function browser(script, walk) {
  const profile = mkdtempSync(join(tmpdir(), "quire-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.QUIRE_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
    viewport: { width: 1280, height: 900 },
    javaScriptEnabled: script,
  });
  context.setDefaultTimeout(60_000);
  try {
    const page = await context.newPage();
    page.on("request", (request) => {
      const address = request.url();
      if (!address.startsWith(base) && !/^(data|blob|about|chrome|chrome-extension):/.test(address)) {
        found.foreign.push(address.slice(0, 200));
      }
    });
    page.on("console", (message) => {
      // Statuses are the journeys' own business.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        found.messages.push(message.text());
      }
    });
    page.on("pageerror", (error) => found.messages.push(String(error)));
    page.on("dialog", (dialog) => { found.messages.push("dialog " + dialog.message()); dialog.dismiss(); });
    await walk(page, context);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

// Look at a screen in both themes, wide and narrow.
async function look(page, name) {
  found.screens.push(name);
  for (const theme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: theme });
    // Evaluated by the debugger: the page's policy stays in force.
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], iframes: false }));
    for (const violation of result.violations) {
      found.axe.push({
        at: `${name}, ${theme}`, rule: violation.id, help: violation.help,
        nodes: violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)),
      });
    }
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) found.over.push({ at: `${name}, ${width}`, over });
      if (directory) await page.screenshot({ path: join(directory, `${name}-${theme}-${width}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  }
}

const text = (page, selector) => page.locator(selector).first().innerText();

const journeys = {
  // From the printed link to the PDF on the page: Enter once.
  async road() {
    await browser(true, async (page) => {
      await page.goto(with_.link);
      await page.waitForURL(`${base}/console`);
      await look(page, "home");
      const began = Date.now();
      const pdf = page.waitForResponse((response) => response.url().endsWith("/pdf"));
      await page.locator("#ndc").focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/console\/reports\//);
      const served = await pdf;
      await page.locator("iframe.paper").waitFor();
      found.said.milliseconds = Date.now() - began;
      found.said.pdf = [served.status(), served.headers()["content-type"]];
      found.said.standing = await text(page, ".standing");
      await look(page, "report");
      await page.getByRole("link", { name: "HTML", exact: true }).first().click();
      const frame = page.frameLocator("iframe.paper");
      found.said.html = await frame.locator("h2").first().innerText();
      await page.getByRole("link", { name: "Manifest" }).click();
      found.said.manifest = (await text(page, "pre.paper")).includes("quire/manifest/1");
      await look(page, "manifest");
      await page.getByRole("button", { name: "Verify this report" }).click();
      found.said.verified = await text(page, ".said");
      await look(page, "verified");
      await page.getByRole("link", { name: "Reports" }).click();
      await look(page, "reports");
      await page.locator("#state").selectOption("failed");
      await page.getByRole("button", { name: "Filter" }).click();
      found.said.filtered = [new URL(page.url()).search, await text(page, "main .empty")];
      await page.goto(`${base}/console/nothing-here`);
      await look(page, "nothing");
      found.said.nothing = await text(page, "h1");
    });
  },

  // The same with a key, by keyboard alone and without script.
  async plain() {
    await browser(false, async (page) => {
      await page.goto(`${base}/console/reports`);
      await page.locator("#key:focus").waitFor();
      await page.keyboard.type(with_.key);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${base}/console/reports`);
      await page.goto(`${base}/console`);
      await page.locator("#ndc:focus").waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/console\/reports\//);
      // Loaded anew by the page itself.
      await page.locator(".state.succeeded").waitFor();
      found.said.standing = await text(page, ".standing");
      const out = page.getByRole("button", { name: "Sign out" });
      for (let steps = 0; steps < 30 && !(await out.evaluate((button) => button === document.activeElement)); steps++) {
        await page.keyboard.press("Tab");
      }
      await page.keyboard.press("Enter");
      await page.waitForURL(/sign-in/);
      found.said.out = await text(page, "h1");
      await page.goto(`${base}/console`);
      found.said.after = new URL(page.url()).pathname;
    });
  },
};

await journeys[journey]();
console.log(JSON.stringify(found));
