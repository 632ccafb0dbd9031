// What the walk uses of Node, in place of a package of types.
declare module "node:fs" {
  export function readFileSync(path: string): Uint8Array<ArrayBuffer>;
}
declare const process: { argv: string[] };
