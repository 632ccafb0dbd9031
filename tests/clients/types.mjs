// Writes the types of the OpenAPI document `node types.mjs OPENAPI.JSON SCHEMA.TS`: what is binary becomes a Blob.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [description, output] = process.argv.slice(2);
const blob = ts.factory.createTypeReferenceNode("Blob");
const ast = await openapiTS(JSON.parse(readFileSync(description, "utf8")), {
  transform: (schema) => (schema.format === "binary" ? blob : undefined),
});
writeFileSync(output, astToString(ast));
