// A report that is asked for again and again, with a client that is generated from /openapi.json:
// `node schedules.js ADDRESS KEY`.
import { answered, client, expect, ndc } from "./client.js";
import type { components } from "./schema.js";

const plan: components["schemas"]["PutSchedule"] = {
  cron: "0 6 * * MON",
  time_zone: "Europe/Berlin",
  missed: "once",
  only_if_changed: true,
  request: { ndc, label: "weekly" },
};
const made = answered("schedule", await client.POST("/api/schedules", { body: plan }));
const path = { schedule_id: made.schedule_id };
const shown = await client.GET("/api/schedules/{schedule_id}", { params: { path } });
expect(answered("its state", shown).next_run === made.next_run, "the same next run");
const listed = answered("schedules", await client.GET("/api/schedules", { params: { query: { limit: 5 } } }));
expect(listed.schedules.some((schedule) => schedule.schedule_id === made.schedule_id), "it among the others");

const tag = shown.response.headers.get("etag") ?? "";
const rests = answered(
  "pause",
  await client.PUT("/api/schedules/{schedule_id}", {
    params: { path, header: { "If-Match": tag } },
    body: { ...plan, paused: true },
  }),
);
expect(rests.paused && rests.next_run === undefined, "that it rests");
const gone = await client.DELETE("/api/schedules/{schedule_id}", { params: { path } });
expect(gone.response.status === 204, "that it is gone");
const unknown = await client.GET("/api/schedules/{schedule_id}", { params: { path } });
expect(unknown.response.status === 404, "that nobody knows it");
