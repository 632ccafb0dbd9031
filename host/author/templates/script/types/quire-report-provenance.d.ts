/// <reference path="./quire-report-types.d.ts" />
declare module 'quire:report/provenance@0.1.0' {
  /**
   * Where this case series comes from.
   */
  export function describe(): Origin;
  /**
   * The code that makes each section of this document, in printed order. Empty while a component is
   * tried without a document.
   */
  export function components(): Array<Component>;
  /**
   * What else determines this document, by name: `document` (its identifier), `definition` (name and
   * version), `definition-digest`, `data-digest`, `background-digest` where there is a background,
   * `label-digest` where a section asked for the label,
   * `producer`, `fonts-digest` and `conformance`. Digests are SHA-256, in hex. Empty while a
   * component is tried without a document.
   */
  export function recipe(): Array<Attribute>;
  export type Date = import('quire:report/types@0.1.0').Date;
  export type Attribute = import('quire:report/types@0.1.0').Attribute;
  /**
   * One request that was made to the source.
   */
  export interface Query {
    /**
     * The address, without any key.
     */
    url: string,
    /**
     * RFC 3339, part of the data snapshot.
     */
    fetchedAt: string,
    /**
     * How many reports the answer held.
     */
    reports: bigint,
  }
  /**
   * One step from all matching reports to the analysed ones.
   */
  export interface FlowStep {
    label: string,
    /**
     * Reports left after it.
     */
    remaining: bigint,
    /**
     * Reports that it took away.
     */
    removed: bigint,
    /**
     * Why; empty when nothing was removed.
     */
    reason: string,
  }
  /**
   * Everything that a method section has to state.
   */
  export interface Origin {
    /**
     * What the caller asked for.
     */
    ndc: string,
    /**
     * Product codes that were searched.
     */
    candidates: Array<string>,
    /**
     * Those of them that the source knows.
     */
    matched: Array<string>,
    /**
     * Drug names through which reports matched.
     */
    names: Array<string>,
    /**
     * `openFDA drug/event`, or the snapshot's name.
     */
    source: string,
    /**
     * The source's own statement of its age.
     */
    lastUpdated: string,
    /**
     * RFC 3339 time of the newest answer, by the source's clock.
     */
    fetchedAt: string,
    /**
     * Matching reports in the source, and how many of them were fetched.
     */
    total: bigint,
    fetched: bigint,
    /**
     * How they were chosen, in words.
     */
    selection: string,
    /**
     * From all matching reports to the analysed ones.
     */
    flow: Array<FlowStep>,
    /**
     * Every request, in the order they were made.
     */
    queries: Array<Query>,
    /**
     * SHA-256 of the data, in hex.
     */
    digest: string,
    /**
     * The source's disclaimer, verbatim.
     */
    disclaimer: string,
    /**
     * Among others `stale-since` and `stale-reason`, when the source could not
     * be reached and an older answer is used; `duplicates-by-number` and `duplicates-by-facts`,
     * reports left out because another report of the same case is analysed;
     * `role`, `any` or `suspect` (suspect or interacting); `received-from` and
     * `received-to`, ISO 8601 days, where only reports of a period were asked
     * for, and `matching-any-day`, how many match on any day (`total` counts
     * those of the period); `names-counted` and `reports-naming`, where the codes
     * found few reports or none: the names that reports were counted by as well,
     * joined by semicolons, and how many reports use one of them as product or
     * active substance, in the period, whether or not they carry a code. Without
     * them that was not looked for.
     */
    attributes: Array<Attribute>,
  }
  /**
   * The code that makes one section of this document.
   */
  export interface Component {
    /**
     * The section's name in the report definition.
     */
    section: string,
    /**
     * The module's name.
     */
    module: string,
    /**
     * The author's version; `not installed` where there is no such module.
     */
    version: string,
    /**
     * SHA-256 of the component, in hex; empty where there is none.
     */
    digest: string,
  }
}
