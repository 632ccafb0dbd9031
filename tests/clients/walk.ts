// The road of an integrator with a client that is generated from /openapi.json: `node walk.js ADDRESS KEY COMPONENT`.
// KEY is an administrator's; COMPONENT is a section as WebAssembly, which takes the place of `trend` for a while.
import { readFileSync } from "node:fs";
import { answered, client, expect, given as component, ndc } from "./client.js";
import type { components } from "./schema.js";

type Task = components["schemas"]["Task"];

/** Follow a task by its events until it has ended. */
async function followed(task_id: string): Promise<Task> {
  const answer = await client.GET("/api/tasks/{task_id}/events", {
    params: { path: { task_id } },
    parseAs: "stream",
  });
  const events = answered("follow", answer);
  expect(events !== null, "events");
  const text = new TextDecoder();
  let read = "";
  let last: Task | undefined;
  for await (const part of events as ReadableStream<Uint8Array>) {
    read += text.decode(part, { stream: true });
    const whole = read.split("\n\n");
    read = whole.pop() ?? "";
    for (const event of whole) {
      const data = event.split("\n").find((line) => line.startsWith("data:"));
      if (data !== undefined) last = JSON.parse(data.slice("data:".length)) as Task;
    }
  }
  if (last === undefined) throw new Error("no event came");
  return last;
}

// A report without a body, which is waited for.
const waited = await client.POST("/api/cer/{ndc}/enhanced-pdf", {
  params: { path: { ndc }, header: { Prefer: "wait=50" } },
});
const first = answered("request without a body", waited);
expect("result" in first && first.status === "SUCCESS", "a task that has ended");

// One with a body and a name of its own, asked for twice, followed by its events.
const wanted = {
  params: { path: { ndc }, header: { "Idempotency-Key": "walk.ts" } },
  body: { as_of: "2025-06-30", paper: "a4", role: "suspect" },
} as const;
const asked = answered("request", await client.POST("/api/cer/{ndc}/enhanced-pdf", wanted));
const again = answered("request again", await client.POST("/api/cer/{ndc}/enhanced-pdf", wanted));
expect(asked.task_id === again.task_id, "the same task");
const task_id = asked.task_id;
const ended = await followed(task_id);
expect(ended.status === "SUCCESS", "a report");

// Its forms.
const path = { params: { path: { task_id } } };
const pdf = answered("pdf", await client.GET("/api/tasks/{task_id}/pdf", { ...path, parseAs: "blob" }));
expect((await pdf.slice(0, 5).text()) === "%PDF-", "a PDF");
expect(pdf.size === ended.result?.size_bytes, "the whole of it");
const zip = answered("csv", await client.GET("/api/tasks/{task_id}/csv", { ...path, parseAs: "blob" }));
expect((await (zip as Blob).slice(0, 2).text()) === "PK", "an archive");
const html = answered("html", await client.GET("/api/tasks/{task_id}/html", { ...path, parseAs: "text" }));
expect(html.toLowerCase().startsWith("<!doctype html>"), "a page");
const json = answered("json", await client.GET("/api/tasks/{task_id}/json", path));
expect(json["schema"] === "quire:document/1", "the document");
const manifest = answered("manifest", await client.GET("/api/tasks/{task_id}/manifest", path));
expect(manifest["report"] === task_id, "its manifest");

// What there is, and one that is called off.
const listed = answered("list", await client.GET("/api/tasks", { params: { query: { limit: 2, status: "SUCCESS" } } }));
expect(listed.tasks.length === 2, "both tasks");
const unwanted = answered("request", await client.POST("/api/cer/{ndc}/enhanced-pdf", { params: { path: { ndc } } }));
const off = await client.DELETE("/api/tasks/{task_id}", { params: { path: { task_id: unwanted.task_id } } });
expect(off.response.status === 202 || off.response.status === 409, "called off, or ended before it could be");

// A section is replaced, and taken back. Each step names the state that it was decided on.
const uploaded = answered(
  "upload",
  await client.POST("/api/admin/modules", {
    params: { query: { name: "trend", reason: "the walk of a client" } },
    headers: { "Content-Type": "application/wasm" },
    body: new Blob([readFileSync(component)]),
    bodySerializer: (body) => body,
  }),
);
const digest = uploaded.version.digest;
const name = { name: "trend" };
const shown = await client.GET("/api/admin/modules/{name}", { params: { path: name } });
answered("module", shown);
let tag = shown.response.headers.get("etag") ?? "";
for (const step of ["stage", "activate"] as const) {
  const changed = await client.POST(`/api/admin/modules/{name}/${step}`, {
    params: { path: name, header: { "If-Match": tag } },
    body: { digest, reason: "the walk of a client" },
  });
  answered(step, changed);
  tag = changed.response.headers.get("etag") ?? "";
}
const before = await client.POST("/api/admin/modules/{name}/rollback", {
  params: { path: name, header: { "If-Match": tag } },
  body: { reason: "the walk has ended" },
});
expect(answered("roll back", before).active !== digest, "the version before");
