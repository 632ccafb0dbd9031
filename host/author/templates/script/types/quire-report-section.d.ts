/// <reference path="./quire-report-cases.d.ts" />
/// <reference path="./quire-report-types.d.ts" />
declare module 'quire:report/section@0.1.0' {
  /**
   * What the module is. Called once, when a version is loaded, without data.
   */
  export function describe(): Manifest;
  /**
   * Make the section. The instance is dropped after the call: nothing survives it. The series is
   * the module's to drop.
   */
  export function render(context: RenderContext, data: CaseSeries): Output;
  export type Manifest = import('quire:report/types@0.1.0').Manifest;
  export type RenderContext = import('quire:report/types@0.1.0').RenderContext;
  export type Output = import('quire:report/types@0.1.0').Output;
  export type Failure = import('quire:report/types@0.1.0').Failure;
  export type CaseSeries = import('quire:report/cases@0.1.0').CaseSeries;
}
