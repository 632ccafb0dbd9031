declare module 'quire:report/log@0.1.0' {
  /**
   * Write one line. At most 256 KiB a call of the module; the rest is counted and dropped.
   */
  export function write(level: Level, message: string): void;
  /**
   * How much a line matters.
   * # Variants
   *
   * ## `"debug"`
   *
   * ## `"info"`
   *
   * ## `"warn"`
   *
   * ## `"error"`
   */
  export type Level = 'debug' | 'info' | 'warn' | 'error';
}
