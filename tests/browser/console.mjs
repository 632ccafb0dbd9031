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

// Signed in by the link, at the start.
async function entered(page) {
  await page.goto(with_.link);
  await page.waitForURL(`${base}/console`);
}

// Go to the page before a change, say why, and make it.
async function decide(page, words, reason, name) {
  await page.getByRole("link", { name: words, exact: true }).first().click();
  await page.locator("#reason").fill(reason);
  if (name) await look(page, name);
  await page.locator(".acts button.main").click();
}

const HOSTILE = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;

Object.assign(journeys, {
  // A section is replaced safely, and the old one comes back.
  async swap() {
    await browser(true, async (page) => {
      await entered(page);
      await page.getByRole("link", { name: "Modules" }).click();
      await look(page, "modules");
      await page.getByRole("link", { name: "Push a component" }).click();
      await page.locator("#name").fill("trend");
      await page.locator("#reason").fill("a broken one");
      await page.locator("#component").setInputFiles(with_.broken);
      await page.getByRole("button", { name: "Check and store it" }).click();
      found.said.refused = await text(page, ".problem");
      await look(page, "push");
      await page.locator("#component").setInputFiles(with_.component);
      await page.locator("#reason").fill(HOSTILE);
      await page.getByRole("button", { name: "Check and store it" }).click();
      await page.waitForURL(/modules\/trend$/);
      await decide(page, "Stage", "looked at", "confirm");
      await decide(page, "Run as shadow", "to see what it does");
      await page.goto(`${base}/console`);
      await page.locator("#ndc:focus").press("Enter");
      await page.locator(".state.succeeded").first().waitFor();
      // The shadow runs behind the report.
      await page.goto(`${base}/console/modules/trend`);
      for (let tries = 0; tries < 200 && await page.locator("#runs").count() === 0; tries++) await page.reload();
      await look(page, "module");
      await page.locator("section:has(#runs) tbody th a").first().click();
      found.said.run = await text(page, ".head .state");
      await look(page, "run");
      await page.getByRole("link", { name: "Back to the module" }).click();
      await page.getByRole("link", { name: "Backtest" }).first().click();
      await page.getByRole("button", { name: "Try it" }).click();
      await page.locator("main .standing").waitFor();
      found.said.backtest = await text(page, "main .standing");
      await page.locator("summary", { hasText: "otherwise" }).first().click();
      await look(page, "backtest");
      await page.getByRole("link", { name: "Back to the module" }).click();
      await page.getByRole("link", { name: "Backtest" }).last().click();
      await page.getByRole("button", { name: "Try it" }).click();
      found.said.backtestOfActive = await text(page, "main .standing");
      await page.getByRole("link", { name: "Back to the module" }).click();
      await decide(page, "Accept differences", "it is meant to be shorter");
      await decide(page, "Start as canary", "for some");
      found.said.canary = await text(page, "dl.facts");
      await look(page, "canary");
      await decide(page, "Activate", "it is good");
      found.said.active = await text(page, "article.panel .state.active");
      await decide(page, "Roll back", "it was not");
      found.said.events = await page.locator("section:has(#events) tbody tr").count();
      found.said.title = await page.title();
      found.said.trail = await text(page, "section:has(#events) tbody");
    });
  },

  // A component is judged without being stored: a good one, a hostile one, and what is none.
  async playground() {
    await browser(true, async (page) => {
      await page.goto(`${base}/console`);
      await page.locator("#key").fill(with_.key);
      await page.keyboard.press("Enter");
      // An author has nothing else.
      await page.waitForURL(/playground$/);
      found.said.ways = await page.locator("nav[aria-label=Console] a").allInnerTexts();
      const judge = async (name, file) => {
        await page.locator("#component").setInputFiles(file);
        await page.getByRole("button", { name: "Judge it" }).click();
        await page.locator(".said, .problem").first().waitFor();
        await look(page, name);
        return text(page, ".said, .problem");
      };
      found.said.broken = await judge("playground-refused", with_.broken);
      found.said.good = await judge("playground", with_.component);
      found.said.meters = await page.locator("meter").count();
      found.said.section = await page.frameLocator("iframe.paper").locator("h2").first().innerText();
      found.said.none = await judge("playground-none", { name: "x.wasm", mimeType: "application/wasm", buffer: Buffer.from("no component") });
    });
  },

  // Two administrators decide on one state; the second sees what moved.
  async stale() {
    await browser(true, async (page, context) => {
      await entered(page);
      const other = await context.newPage();
      const address = `${base}/console/modules/trend/confirm/required-clean`;
      await page.goto(address);
      await other.goto(address);
      await other.locator("#runs").fill("3");
      await other.locator("#reason").fill("be careful");
      await other.locator(".acts button.main").click();
      await page.locator("#runs").fill("1");
      await page.locator("#reason").fill("be quick");
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await page.locator(".acts button.main").click();
      found.said.status = (await answer).status();
      found.said.moved = await text(page, ".problem");
      found.said.kept = await page.locator("#reason").inputValue();
      await look(page, "stale");
      await page.locator(".acts button.main").click();
      await page.waitForURL(/modules\/trend$/);
    });
  },

  // A definition is changed, and rolled back.
  async definition() {
    await browser(true, async (page) => {
      await entered(page);
      await page.getByRole("link", { name: "Definitions" }).click();
      await look(page, "definitions");
      await page.getByRole("link", { name: "cer", exact: true }).click();
      await page.getByRole("link", { name: "Edit" }).click();
      const json = JSON.parse(await page.locator("#json").inputValue());
      await page.locator("#json").fill(JSON.stringify({ ...json, sections: [{ ...json.sections[0], module: "no-such" }] }));
      await page.locator("#reason").fill("shorter");
      await page.getByRole("button", { name: "Check and use it" }).click();
      found.said.refused = await text(page, ".said.bad");
      await look(page, "edit");
      const [first, ...rest] = json.sections;
      await page.locator("#json").fill(JSON.stringify({ ...json, title: "Drug safety, shorter", sections: [first, ...rest.slice(0, -1)] }));
      await page.getByRole("button", { name: "Check and use it" }).click();
      await page.waitForURL(/definitions\/cer$/);
      found.said.title = await text(page, "h1");
      await page.getByRole("link", { name: "Compare" }).first().click();
      found.said.gone = await page.locator("pre.lines del").count();
      await look(page, "definition");
      await decide(page, "Roll back", "the last section is needed", "roll-back");
      found.said.back = await text(page, "h1");
    });
  },

  // The browser verifies the trail itself, and finds an export that was tampered with.
  async trail() {
    await browser(true, async (page) => {
      await entered(page);
      await page.getByRole("link", { name: "Audit trail" }).click();
      await look(page, "audit");
      await page.locator("tbody th a").first().click();
      await look(page, "event");
      await page.goto(`${base}/console/audit`);
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "Export" }).click();
      const trail = readFileSync(await (await download).path(), "utf8");
      await page.getByRole("link", { name: "Verify the trail" }).click();
      const verified = page.locator("#verifier .said");
      await verified.filter({ hasText: /Whole|✕/ }).waitFor();
      found.said.own = await verified.innerText();
      found.said.server = await text(page, "section:has(#server) .said");
      await look(page, "verify");
      const upload = async (words) => {
        await page.locator("#file").setInputFiles({ name: "trail.jsonl", mimeType: "application/x-ndjson", buffer: Buffer.from(words) });
        await verified.filter({ hasText: /Whole|✕/ }).waitFor();
        return verified.innerText();
      };
      found.said.altered = await upload(trail.replace('"action":"key.created"', '"action":"key.creatad"'));
      const lines = trail.split("\n");
      const third = lines.findIndex((line) => line.includes('"sequence":3,') && line.includes('"event"'));
      found.said.removed = await upload(lines.filter((_, at) => at !== third).join("\n"));
      // The first line says whose key it is; only a signature proves it.
      found.said.claimed = await upload(trail.replace(/"public_key":"[0-9a-f]{64}"/, `"public_key":"${"0".repeat(64)}"`));
      found.said.kept = await upload(trail);
    });
  },

  // A key is made, shown once, and revoked while its holder is signed in.
  async keys() {
    await browser(true, async (page, context) => {
      await entered(page);
      await page.getByRole("link", { name: "Keys" }).click();
      await page.locator("#label").fill(HOSTILE);
      await page.locator("#role").selectOption("auditor");
      await page.getByRole("button", { name: "Make a key" }).click();
      const secret = await text(page, "#secret");
      await look(page, "key");
      await page.getByRole("link", { name: "back to the keys" }).click();
      await look(page, "keys");
      found.said.shown = (await page.content()).includes(secret);
      found.said.title = await page.title();
      await browser(true, async (auditor) => {
        await auditor.goto(`${base}/console`);
        await auditor.locator("#key").fill(secret);
        await auditor.keyboard.press("Enter");
        await auditor.waitForURL(`${base}/console`);
        await look(auditor, "home-auditor");
        found.said.asks = await auditor.locator("#ndc").count();
        await auditor.goto(`${base}/console/modules/trend/confirm/rollback`);
        found.said.auditor = await text(auditor, ".problem");
        await page.getByRole("link", { name: "Revoke" }).first().click();
        await page.locator("#reason").fill("left");
        await look(page, "revoke");
        await page.getByRole("button", { name: "Revoke the key" }).click();
        await auditor.goto(`${base}/console/reports`);
        found.said.after = new URL(auditor.url()).pathname;
      });
      await page.goto(`${base}/console/system`);
      await look(page, "system");
    });
  },
});

await journeys[journey]();
console.log(JSON.stringify(found));
