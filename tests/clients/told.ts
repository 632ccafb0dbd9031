// What an integrator does beside the road of one report, with a generated client: batches, webhooks and links.
// `node told.js ADDRESS KEY RECEIVER`: KEY is an administrator's; RECEIVER is an address that takes whatever is posted.
import createClient from "openapi-fetch";
import { address, answered, client, expect, given as receiver, ndc } from "./client.js";
import type { components, paths, webhooks } from "./schema.js";

type Batch = components["schemas"]["Batch"];
type Told = webhooks["report.succeeded"]["post"]["requestBody"]["content"]["application/json"];

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 100));
}

/** Wait until all of a batch have ended. */
async function ended(batch: Batch): Promise<Batch> {
  while (!batch.ended) {
    await pause();
    const path = { batch_id: batch.batch_id };
    batch = answered("batch", await client.GET("/api/batches/{batch_id}", { params: { path } }));
  }
  return batch;
}

// What a receiver reads of an event: of the types that the document has of it.
function wordsOf(told: Told): string {
  const { task_id, status, label, batch_id, links } = told.data;
  return [told.type, told.timestamp, task_id, status, label ?? "", batch_id ?? "", links.pdf ?? ""].join(" ");
}
expect(
  wordsOf({
    type: "report.succeeded",
    timestamp: "2025-06-30T00:00:00Z",
    data: { task_id: "01J", ndc, status: "SUCCESS", links: { status: "/api/tasks/01J" } },
  }).includes("SUCCESS"),
  "an event that is read",
);

// Where to be told, and whether it arrives.
const made = await client.POST("/api/webhooks", {
  body: { url: receiver, description: "clients", events: ["report.succeeded", "report.cancelled"] },
});
const hook = answered("webhook", made);
expect(hook.secret?.startsWith("whsec_") === true, "a secret");
const path = { webhook_id: hook.id };
const ping = answered("ping", await client.POST("/api/webhooks/{webhook_id}/ping", { params: { path } }));
for (;;) {
  const page = await client.GET("/api/webhooks/{webhook_id}/deliveries", { params: { path, query: { limit: 10 } } });
  const delivery = answered("deliveries", page).deliveries.find((one) => one.id === ping.id);
  if (delivery?.state === "delivered") break;
  await pause();
}

// Many reports at once.
const body: components["schemas"]["CreateBatch"] = {
  items: [{ ndc, label: "the first" }, { ndc, paper: "letter" }],
  label: "clients",
  metadata: { order: "A-17" },
};
const wanted = { params: { header: { "Idempotency-Key": "told.ts" } }, body };
const asked = answered("batch", await client.POST("/api/batches", wanted));
const again = answered("batch", await client.POST("/api/batches", wanted));
expect(asked.batch_id === again.batch_id && asked.reports === 2, "the same batch");
const all = await ended(asked);
expect(all.tasks.SUCCESS === 2, "two documents");
const listed = await client.GET("/api/tasks", { params: { query: { batch: asked.batch_id } } });
const tasks = answered("its tasks", listed).tasks;
expect(tasks.length === 2 && tasks.every((task) => task.batch_id === asked.batch_id), "its tasks");

// One that is called off. What had ended by then stays.
const five = { items: Array.from({ length: 5 }, () => ({ ndc })) };
const unwanted = answered("batch", await client.POST("/api/batches", { body: five }));
const called = await client.DELETE("/api/batches/{batch_id}", { params: { path: { batch_id: unwanted.batch_id } } });
const off = await ended(answered("call off", called));
expect(off.tasks.REVOKED + off.tasks.SUCCESS === 5, "what was called off, and what was not");

// Another secret, another way, and none.
const rotated = answered("rotate", await client.POST("/api/webhooks/{webhook_id}/rotate", { params: { path } }));
expect(rotated.secret !== hook.secret, "another secret");
const paused = await client.PATCH("/api/webhooks/{webhook_id}", { params: { path }, body: { paused: true } });
expect(answered("pause", paused).paused, "a webhook that is paused");
const hooks = answered("webhooks", await client.GET("/api/webhooks")).webhooks;
expect(hooks.some((one) => one.id === hook.id && one.reports === "own"), "the webhook among the others");
const gone = await client.DELETE("/api/webhooks/{webhook_id}", { params: { path } });
expect(gone.response.status === 204, "no webhook any more");

// A link, which somebody without a key follows.
const task_id = tasks[0]?.task_id ?? "";
const linked = await client.POST("/api/tasks/{task_id}/links", {
  params: { path: { task_id } },
  body: { form: "pdf", expires_in: 60 },
});
const link = new URL(answered("link", linked).url, address);
const read = await createClient<paths>({ baseUrl: address }).GET("/api/links/{task_id}", {
  params: {
    path: { task_id },
    query: {
      form: "pdf",
      key: link.searchParams.get("key") ?? "",
      expires: Number(link.searchParams.get("expires")),
      signature: link.searchParams.get("signature") ?? "",
    },
  },
  parseAs: "blob",
});
const pdf = answered("by link", read) as Blob;
expect((await pdf.slice(0, 5).text()) === "%PDF-", "the document");
