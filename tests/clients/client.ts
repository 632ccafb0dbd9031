// What every walk of a generated client begins with: `node WALK.js ADDRESS KEY GIVEN`. KEY is an administrator's; what is
// given besides is the walk's own.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

export const [address, key, given] = process.argv.slice(2) as [string, string, string];
export const client = createClient<paths>({ baseUrl: address, headers: { Authorization: `Bearer ${key}` } });
export const ndc = "61958-0802";

/** What was answered; a refusal ends the walk with its problem. */
export function answered<T>(step: string, answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.error !== undefined || answer.data === undefined) {
    throw new Error(`${step}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  console.log(`${step}: ${answer.response.status}`);
  return answer.data;
}

export function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`expected ${what}`);
}
