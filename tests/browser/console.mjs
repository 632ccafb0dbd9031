// Walks through the console in a real Chromium, as a person would, and says as JSON what it found:
// accessibility violations (axe-core) of every screen in both themes, what was too wide for 320 px, what
// the page tried that its policy forbids, requests to anyone else, and what each journey came to.
// With a directory as last argument it leaves screenshots there.
//
// With `"plain": true` a journey is walked by keyboard alone and without script: everything is reached by
// Tab and pressed by Enter or Space.
//
//   node console.mjs JOURNEY '{"base": "http://127.0.0.1:8080", …}' [DIRECTORY]

import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

// What is installed stands in target/tools, not beside this file.
const require = createRequire(join(process.env.QUIRE_TOOLS ?? process.cwd(), "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [journey, given, directory] = process.argv.slice(2);
const { base, plain = false, ...with_ } = JSON.parse(given);
const found = { axe: [], over: [], foreign: [], messages: [], screens: [], said: {} };

async function browser(walk) {
  const profile = mkdtempSync(join(tmpdir(), "quire-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.QUIRE_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
    viewport: { width: 1280, height: 900 },
    javaScriptEnabled: !plain,
  });
  context.setDefaultTimeout(60_000);
  await context.addInitScript(() => document.addEventListener("securitypolicyviolation",
    (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} in ${location.pathname}`)));
  const watch = (page) => {
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
  };
  context.on("page", watch);
  context.pages().forEach(watch);
  try {
    await walk(await context.newPage(), context);
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

// Look at a screen in both themes, wide and narrow. Without script it looks the same.
async function look(page, name) {
  found.screens.push(name);
  if (plain) return;
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

// Go on with Tab until the focus is there. A page that loads itself anew meanwhile begins at its start.
async function reach(page, locator) {
  await locator.waitFor({ state: "attached" });
  for (let steps = 0; steps < 600; steps++) {
    if (await locator.evaluate((element) => element === document.activeElement).catch(() => false)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no way by keyboard to ${locator} of ${page.url()}`);
}

// Press a link or button, and wait for the page that it leads to; open or close a summary.
async function press(page, locator) {
  if (!plain) return locator.click();
  await reach(page, locator);
  const stays = await locator.evaluate((element) => element.tagName === "SUMMARY" || element.hasAttribute("download"));
  await page.evaluate(() => { document.before = true; });
  await page.keyboard.press("Enter");
  const left = () => page.evaluate(() => document.before === undefined && document.readyState !== "loading").catch(() => false);
  for (let looks = 0; !stays && !await left(); looks++) {
    if (looks > 600) throw new Error(`nothing came of pressing ${locator} on ${page.url()}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

async function fill(page, selector, words) {
  if (!plain) return page.locator(selector).fill(words);
  await reach(page, page.locator(selector));
  await page.keyboard.press("Control+A");
  return page.keyboard.insertText(words);
}

// Choose by the words of an option.
async function choose(page, selector, words) {
  const locator = page.locator(selector);
  if (!plain) return locator.selectOption({ label: words });
  await reach(page, locator);
  return page.keyboard.type(words);
}

async function attach(page, selector, file) {
  const locator = page.locator(selector);
  if (!plain) return locator.setInputFiles(file);
  const asked = page.waitForEvent("filechooser");
  await reach(page, locator);
  await page.keyboard.press("Enter");
  return (await asked).setFiles(file);
}

const link = (page, name, nth = 0) => page.getByRole("link", { name, exact: true }).nth(nth);
const button = (page, name) => page.getByRole("button", { name, exact: true });

// Signed in: by the link, at the start; or with a key.
async function entered(page) {
  if (with_.link) {
    await page.goto(with_.link);
    await page.waitForURL(`${base}/console`);
  } else {
    await page.goto(`${base}/console/sign-in`);
    await page.locator("#key:focus").waitFor();
    await page.keyboard.insertText(with_.key);
    await page.keyboard.press("Enter");
    await page.waitForURL(/console(\/playground)?$/);
  }
}

// Go to the page before a change, say why, and make it.
async function decide(page, words, reason, name) {
  await press(page, link(page, words));
  await fill(page, "#reason", reason);
  if (name) await look(page, name);
  await press(page, page.locator(".reasoned .acts button.main"));
}

// Ask for a report from the start, and wait until it is made.
async function makeReport(page) {
  await page.goto(`${base}/console`);
  await page.locator("#ndc:focus").press("Enter");
  await page.waitForURL(/\/console\/reports\//);
  await page.locator(".standing .state.succeeded").waitFor();
}

const HOSTILE = `<img src=x onerror="document.title='run'"><script>document.title='run'</script>`;

const journeys = {
  // From the printed link to the PDF on the page: Enter once.
  async road() {
    await browser(async (page) => {
      const opened = Date.now();
      await page.goto(with_.link);
      await page.waitForURL(`${base}/console`);
      await page.locator("#ndc:focus").waitFor();
      found.said.opening = Date.now() - opened;
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
      found.said.follows = await page.locator("#following").isVisible();
      await look(page, "report");
      await link(page, "HTML").click();
      const frame = page.frameLocator("iframe.paper");
      found.said.html = await frame.locator("h2").first().innerText();
      await link(page, "Manifest").click();
      found.said.manifest = (await text(page, "pre.paper")).includes("quire/manifest/1");
      await look(page, "manifest");
      await button(page, "Verify this report").click();
      found.said.verified = await text(page, ".said");
      await look(page, "verified");
      await link(page, "Reports").click();
      await look(page, "reports");
      await page.locator("#state").selectOption("failed");
      await button(page, "Filter").click();
      found.said.filtered = [new URL(page.url()).search, await text(page, "main .empty")];
      await page.goto(`${base}/console/nothing-here`);
      await look(page, "nothing");
      found.said.nothing = await text(page, "h1");
    });
  },

  // The same with a key, by keyboard alone and without script; and out again.
  async plain() {
    await browser(async (page) => {
      await page.goto(`${base}/console/reports`);
      await page.locator("#key:focus").waitFor();
      await page.keyboard.type(with_.key);
      await page.keyboard.press("Enter");
      await page.waitForURL(`${base}/console/reports`);
      // Loaded anew by the page itself until it is made.
      await makeReport(page);
      found.said.standing = await text(page, ".standing");
      await press(page, link(page, "Manifest"));
      found.said.manifest = (await text(page, "pre.paper")).includes("quire/manifest/1");
      await press(page, button(page, "Verify this report"));
      found.said.verified = await text(page, ".said");
      await press(page, button(page, "Sign out"));
      await page.waitForURL(/sign-in/);
      found.said.out = await text(page, "h1");
      await page.goto(`${base}/console`);
      found.said.after = new URL(page.url()).pathname;
    });
  },

  // A number of a report leads to what it comes from.
  async numbers() {
    await browser(async (page) => {
      await entered(page);
      await makeReport(page);
      await press(page, link(page, "Numbers"));
      await choose(page, "#section", with_.section);
      await press(page, button(page, "Show"));
      await look(page, "numbers");
      const row = page.locator("#document tbody tr", { hasText: with_.row }).first();
      found.said.number = await row.locator("a").first().innerText();
      await press(page, row.locator("a").first());
      found.said.facts = await text(page, "dl.facts");
      found.said.made = await text(page, "section:has(#made-by)");
      found.said.queries = await page.locator("section:has(#made-of) tbody tr").count();
      found.said.cases = await text(page, "section:has(#cases)");
      await press(page, page.locator("section:has(#cases) summary").first());
      found.said.ids = await page.locator("p.ids").first().locator("code").count();
      await look(page, "number");
    });
  },

  // A section is replaced safely, and the old one comes back.
  async swap() {
    await browser(async (page) => {
      await entered(page);
      await press(page, link(page, "Modules"));
      await look(page, "modules");
      await press(page, link(page, "Add a version"));
      await fill(page, "#name", "trend");
      await fill(page, "#reason", "a broken one");
      await fill(page, "#name", "trnd");
      await attach(page, "#component", with_.component);
      await press(page, button(page, "Check and store it"));
      found.said.slip = await text(page, ".said.bad");
      await look(page, "push-slip");
      await fill(page, "#name", "trend");
      await attach(page, "#component", with_.broken);
      await press(page, button(page, "Check and store it"));
      found.said.refused = await text(page, ".problem");
      await look(page, "push");
      await attach(page, "#component", with_.component);
      await fill(page, "#reason", HOSTILE);
      await press(page, button(page, "Check and store it"));
      await page.waitForURL(/modules\/trend$/);
      await decide(page, "Stage", "looked at", "confirm");
      await press(page, link(page, "Run as shadow"));
      await fill(page, "#runs", "1");
      await fill(page, "#reason", "to see what it does");
      await press(page, page.locator(".reasoned .acts button.main"));
      await makeReport(page);
      // The shadow runs behind the report.
      await page.goto(`${base}/console/modules/trend`);
      for (let tries = 0; tries < 200 && await page.locator("#runs").count() === 0; tries++) await page.reload();
      await look(page, "module");
      found.said.next = await text(page, ".next");
      await press(page, page.locator("section:has(#runs) tbody th a").first());
      found.said.run = await text(page, ".head .state");
      await look(page, "run");
      await press(page, link(page, "Back to the module"));
      await press(page, link(page, "Compare with the active version"));
      found.said.compared = await text(page, "main .standing");
      found.said.pages = await page.locator("article.panel figcaption").allInnerTexts();
      await look(page, "compare-versions");
      await press(page, link(page, "Back to the module"));
      await press(page, link(page, "Backtest"));
      await press(page, button(page, "Try it"));
      await page.locator("main .standing").waitFor();
      found.said.backtest = await text(page, "main .standing");
      await press(page, page.locator("summary", { hasText: "otherwise" }).first());
      await look(page, "backtest");
      await press(page, link(page, "Back to the module"));
      await press(page, link(page, "Backtest", 1));
      await press(page, button(page, "Try it"));
      await page.locator("main .standing").waitFor();
      found.said.backtestOfActive = await text(page, "main .standing");
      await press(page, link(page, "Back to the module"));
      // It differs, so it is not activated: the way out stands beside the form.
      await decide(page, "Activate", "too soon");
      found.said.unproven = await text(page, ".said.bad");
      await look(page, "unproven");
      await page.goto(`${base}/console/modules/trend`);
      await decide(page, "Accept differences", "it is meant to be shorter");
      await press(page, link(page, "Start as canary"));
      await fill(page, "#reason", "for some");
      await fill(page, "#failures", "2");
      await look(page, "canary-form");
      await press(page, page.locator(".reasoned .acts button.main"));
      found.said.canary = await text(page, "dl.facts");
      found.said.budget = await text(page, "article.panel:has(.state.canary)");
      await look(page, "canary");
      await decide(page, "Activate", "it is good");
      found.said.active = await text(page, "article.panel .state.active");
      await decide(page, "Roll back", "it was not");
      found.said.events = await page.locator("section:has(#events) tbody tr").count();
      found.said.title = await page.title();
      found.said.trail = await text(page, "section:has(#events) tbody");
    });
  },

  // Limits of a module: one that cannot be granted, and one that can.
  async limits() {
    await browser(async (page) => {
      await entered(page);
      await page.goto(`${base}/console/modules/trend`);
      await press(page, link(page, "Set the limits"));
      await fill(page, "#reason", "it needs more");
      // As sent by something that knows no bounds.
      if (!plain) {
        await page.evaluate(() => document.querySelector("#handles").removeAttribute("max"));
        await fill(page, "#handles", "100000");
        await press(page, page.locator(".reasoned .acts button.main"));
        found.said.refused = await text(page, ".said.bad");
        found.said.handles = await text(page, "#handles-usual");
        await look(page, "limits-refused");
        await fill(page, "#handles", "");
      }
      await fill(page, "#cpu_ms", "20000");
      await look(page, "limits");
      await press(page, page.locator(".reasoned .acts button.main"));
      found.said.facts = await text(page, "dl.facts");
      found.said.trail = await text(page, "section:has(#events) tbody");
    });
  },

  // Two reports of one drug, what differs between them, and that one does not differ from its like.
  async compare() {
    await browser(async (page) => {
      await entered(page);
      await page.goto(`${base}/console/reports/${with_.report}`);
      await press(page, link(page, "Compare it with another report"));
      await look(page, "compare-choose");
      await press(page, button(page, "Compare"));
      found.said.standing = await text(page, "main .standing");
      found.said.making = await text(page, "section:has(#making)");
      found.said.numbers = await page.locator("article.panel tbody tr").count();
      found.said.delta = await page.locator("article.panel tbody tr").first().innerText();
      found.said.frames = await page.locator("article.panel").first().locator("iframe").evaluateAll((frames) => frames.map((frame) => frame.getAttribute("src")));
      await look(page, "compare-reports");
    });
  },

  // A component is judged without being stored: a good one, with other parameters, a hostile one, and what is none.
  async playground() {
    await browser(async (page) => {
      await page.goto(`${base}/console`);
      await page.locator("#key").fill(with_.key);
      await page.keyboard.press("Enter");
      // An author has nothing else.
      await page.waitForURL(/playground$/);
      found.said.ways = await page.locator("nav[aria-label=Console] a").allInnerTexts();
      const judge = async (name, file) => {
        await attach(page, "#component", file);
        await press(page, button(page, "Check it"));
        await page.locator(".said, .problem").first().waitFor();
        await look(page, name);
        return text(page, ".said, .problem");
      };
      found.said.broken = await judge("playground-refused", with_.broken);
      found.said.good = await judge("playground", with_.component);
      found.said.meters = await page.locator("meter").count();
      const frame = page.frameLocator("iframe.paper");
      found.said.section = await frame.locator("h2").first().innerText();
      found.said.rows = await frame.locator("tbody").first().locator("tr").count();
      await fill(page, "#param-top", "3");
      await press(page, button(page, "Try it with these"));
      await page.locator("iframe.paper").waitFor();
      found.said.tried = await text(page, "section:has(#used) p code");
      found.said.fewer = await page.frameLocator("iframe.paper").locator("tbody").first().locator("tr").count();
      if (!plain) await page.evaluate(() => document.querySelector("#param-top").removeAttribute("max"));
      if (!plain) {
        await fill(page, "#param-top", "99999999");
        await press(page, button(page, "Try it with these"));
        found.said.wrong = await text(page, ".said.bad");
        await look(page, "playground-wrong");
      }
      await page.goto(`${base}/console/playground`);
      found.said.hostile = await judge("playground-hostile", with_.hostile);
      found.said.none = await judge("playground-none", { name: "x.wasm", mimeType: "application/wasm", buffer: Buffer.from("no component") });
    });
  },

  // A report that lacks sections, and one that failed: where it is seen, why, and how it is asked for again.
  async broken() {
    await browser(async (page) => {
      await entered(page);
      found.said.day = await text(page, "section:has(#day)");
      await look(page, "home-broken");
      await press(page, page.locator("section:has(#day) a").first());
      found.said.list = await text(page, "tbody");
      found.said.listed = await page.locator("tbody tr").count();
      await look(page, "reports-incomplete");
      await press(page, page.locator("tbody th a").first());
      found.said.standing = await text(page, ".standing");
      found.said.missing = await text(page, "section:has(#missing)");
      await look(page, "report-incomplete");
      await press(page, link(page, "Reports"));
      await choose(page, "#state", "failed");
      await press(page, button(page, "Filter"));
      await press(page, page.locator("tbody th a").first());
      found.said.why = await text(page, "section:has(#why)");
      await look(page, "report-failed");
      await press(page, button(page, "Ask for it again"));
      await page.locator(".standing .state.failed").waitFor();
      found.said.again = await text(page, "main");
      await page.goto(`${base}/console/modules/trend`);
      found.said.card = await text(page, "article.panel:has(.state.retired)");
      await look(page, "module-taken-back");
      await press(page, page.locator("article.panel:has(.state.retired)").getByRole("link", { name: "Activate" }));
      found.said.warned = await text(page, "div.panel");
    });
  },

  // Two administrators decide on one state; the second sees what moved.
  async stale() {
    await browser(async (page, context) => {
      await entered(page);
      const other = await context.newPage();
      const address = `${base}/console/modules/trend/confirm/required-clean`;
      await page.goto(address);
      await other.goto(address);
      await fill(other, "#runs", "3");
      await fill(other, "#reason", "be careful");
      await press(other, other.locator(".reasoned .acts button.main"));
      await other.waitForURL(/modules\/trend$/);
      await page.bringToFront();
      await fill(page, "#runs", "1");
      await fill(page, "#reason", "be quick");
      const answer = page.waitForResponse((response) => response.request().method() === "POST");
      await press(page, page.locator(".reasoned .acts button.main"));
      found.said.status = (await answer).status();
      found.said.moved = await text(page, ".problem");
      found.said.kept = await page.locator("#reason").inputValue();
      await look(page, "stale");
      await press(page, page.locator(".reasoned .acts button.main"));
      await page.waitForURL(/modules\/trend$/);
    });
  },

  // A definition is changed, and rolled back.
  async definition() {
    await browser(async (page) => {
      await entered(page);
      await press(page, link(page, "Definitions"));
      await look(page, "definitions");
      await press(page, link(page, "cer"));
      await press(page, link(page, "Edit"));
      const json = JSON.parse(await page.locator("#json").inputValue());
      await fill(page, "#json", JSON.stringify({ ...json, sections: [{ ...json.sections[0], module: "no-such" }] }));
      await fill(page, "#reason", "shorter");
      await press(page, button(page, "Check and use it"));
      found.said.refused = await text(page, ".said.bad");
      await look(page, "edit");
      const [first, ...rest] = json.sections;
      await fill(page, "#json", JSON.stringify({ ...json, title: "Drug safety, shorter", sections: [first, ...rest.slice(0, -1)] }));
      await press(page, button(page, "Only show what it changes"));
      found.said.look = await text(page, "div.panel");
      await look(page, "edit-look");
      await press(page, button(page, "Check and use it"));
      await page.waitForURL(/definitions\/cer$/);
      found.said.title = await text(page, "h1");
      await press(page, link(page, "Compare"));
      found.said.gone = await page.locator("pre.lines del").count();
      await look(page, "definition");
      await decide(page, "Roll back", "the last section is needed", "roll-back");
      found.said.back = await text(page, "h1");
      found.said.trail = await text(page, "section:has(#events) tbody");
    });
  },

  // The trail is verified, and an export that was tampered with is found: by the browser itself; without script
  // by the server.
  async trail() {
    await browser(async (page) => {
      await entered(page);
      await press(page, link(page, "Audit trail"));
      await look(page, "audit");
      await fill(page, "#action", "report.accepted");
      await press(page, button(page, "Filter"));
      found.said.filtered = await page.locator("tbody tr").count();
      await press(page, page.locator("tbody th a").first());
      found.said.event = await text(page, "h1");
      await look(page, "event");
      await press(page, link(page, "All events"));
      const download = page.waitForEvent("download");
      await press(page, link(page, "Export"));
      const trail = readFileSync(await (await download).path(), "utf8");
      await press(page, link(page, "Verify the trail"));
      found.said.server = await text(page, "section:has(#server) .said");
      if (!plain) {
        const own = page.locator("#verifier .said").filter({ hasText: /whole|✕/ });
        await own.waitFor();
        found.said.own = await own.innerText();
      }
      const verified = page.locator(plain ? "#own .said" : "#kept .said");
      await look(page, "verify");
      const upload = async (words) => {
        await attach(page, "#file", { name: "trail.jsonl", mimeType: "application/x-ndjson", buffer: Buffer.from(words) });
        if (plain) await press(page, button(page, "Let the server verify it"));
        await verified.filter({ hasText: /[Ww]hole|✕/ }).waitFor();
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
    await browser(async (page) => {
      await entered(page);
      await press(page, link(page, "Keys"));
      await fill(page, "#label", HOSTILE);
      await choose(page, "#role", "auditor – reads everything, changes nothing");
      await press(page, button(page, "Make a key"));
      const secret = await text(page, "#secret");
      await look(page, "key");
      await press(page, page.getByRole("link", { name: "back to the keys" }));
      await look(page, "keys");
      found.said.shown = (await page.content()).includes(secret);
      found.said.title = await page.title();
      found.said.list = await text(page, "tbody");
      await browser(async (auditor) => {
        await auditor.goto(`${base}/console`);
        await auditor.locator("#key").fill(secret);
        await auditor.keyboard.press("Enter");
        await auditor.waitForURL(`${base}/console`);
        await look(auditor, "home-auditor");
        found.said.asks = await auditor.locator("#ndc").count();
        await auditor.goto(`${base}/console/modules/trend/confirm/rollback`);
        found.said.auditor = await text(auditor, ".problem");
        await press(page, page.locator("tbody tr", { hasText: "auditor" }).getByRole("link", { name: "Revoke" }).first());
        await fill(page, "#reason", "left");
        await look(page, "revoke");
        await press(page, button(page, "Revoke the key"));
        await page.waitForURL(/console\/keys$/);
        await auditor.goto(`${base}/console/reports`);
        found.said.after = new URL(auditor.url()).pathname;
      });
      await page.goto(`${base}/console/system`);
      await look(page, "system");
    });
  },

  // Every screen there is, with scripts planted where strangers' words stand: none of them runs.
  async screens() {
    await browser(async (page) => {
      await page.goto(`${base}/console/sign-in`);
      await look(page, "sign-in");
      await entered(page);
      found.said.statuses = {};
      found.said.run = [];
      found.said.planted = [];
      for (const [name, address] of with_.screens) {
        const answer = await page.goto(base + address);
        found.said.statuses[name] = answer.status();
        if ((await page.locator("body").innerText()).includes("onerror=")) found.said.planted.push(name);
        await look(page, name);
        // The viewer of PDFs answers nobody.
        const frames = page.frames().filter((frame) => frame === page.mainFrame() || frame.url().endsWith("/html"));
        for (const frame of frames.slice(1)) {
          if ((await frame.locator("body").innerText()).includes("onerror=")) found.said.planted.push(`${name}, as HTML`);
        }
        const titles = await Promise.all(frames.map((frame) => frame.title()));
        if (titles.includes("run")) found.said.run.push(name);
      }
    });
  },

  // A section while it is written: what is saved is shown; what breaks is said, and the last section stays.
  async watch() {
    await browser(async (page) => {
      await page.goto(base);
      const section = (words) => page.frameLocator("#frame").locator("body", { hasText: words }).waitFor();
      await section("made by edition 1");
      await look(page, "watch");
      const began = Date.now();
      copyFileSync(with_.next, with_.file);
      await section("made by edition 2");
      found.said.milliseconds = Date.now() - began;
      copyFileSync(with_.nonsense, with_.file);
      await page.locator("[role=alert]", { hasText: "is refused" }).waitFor();
      found.said.refused = await text(page, "[role=alert]");
      found.said.kept = await text(page, "#standing .warn");
      await section("made by edition 2");
      await look(page, "watch-refused");
      copyFileSync(with_.crashing, with_.file);
      await page.locator("[role=alert]", { hasText: "always fails" }).waitFor();
      found.said.crashed = await text(page, "[role=alert]");
      found.said.standing = await text(page, "#standing [role=status]");
      await section("made by edition 2");
      await look(page, "watch-crashed");
      found.said.run = (await page.title()) === "run";
    });
  },

  // The form of the parameters' schema: a value that changed is used at once, a wrong one is said.
  async watch_form() {
    await browser(async (page) => {
      await page.goto(base);
      const frame = page.frameLocator("#frame");
      const made = (words) => page.locator("#told code", { hasText: words }).first().waitFor();
      await made("{}");
      await frame.locator("table").first().waitFor();
      found.said.usual = await text(page, "#told code");
      await look(page, "watch-form");
      await page.locator("#param-chart").fill("3");
      await page.locator("#param-chart").press("Enter");
      await made('"chart":3');
      found.said.changed = await text(page, "#told code");
      found.said.focus = await page.evaluate(() => document.activeElement.id);
      await frame.locator("figcaption", { hasText: "The 3 reaction terms" }).waitFor();
      await page.locator("#param-chart").fill("-5");
      await page.locator("#param-chart").press("Tab");
      await page.locator("#asked [role=alert]").waitFor();
      found.said.wrong = await text(page, "#asked [role=alert]");
      await look(page, "watch-form-wrong");
      await page.locator("#param-chart").fill("3");
      await page.locator("#input").selectOption({ label: "no reports" });
      await frame.locator("body", { hasText: "no reports" }).waitFor();
      found.said.empty = await frame.locator("body").innerText();
    });
  },

  // A page that cannot be told of changes says so, and shows no other page in its middle.
  async untold() {
    await browser(async (page, context) => {
      await entered(page);
      await page.goto(`${base}/console/reports/${with_.report}`);
      found.said.follows = await text(page, "#following");
      await context.clearCookies();
      await page.evaluate((address) => {
        const place = document.querySelector("[hx-sse\\:connect]");
        const again = place.cloneNode(true);
        place.replaceWith(again);
        window.htmx.process(again);
      });
      await page.locator("#following", { hasText: "stands still" }).waitFor();
      found.said.still = await text(page, "#following");
      found.said.heading = await page.locator("h1").allInnerTexts();
      await look(page, "untold");
    });
  },
};

await journeys[journey]();
console.log(JSON.stringify(found));
