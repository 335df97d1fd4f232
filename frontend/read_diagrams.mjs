// Reads BPMN files as modelling programs do, and prints what they would warn of, as JSON by file.
// Used by the tests: node frontend/read_diagrams.mjs VOCABULARY.js FILE...

import { readFile } from "node:fs/promises";
import { BpmnModdle } from "bpmn-moddle";

const [vocabulary, ...files] = process.argv.slice(2);
const module = await readFile(vocabulary, "utf8");
const { descriptor } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
const found = {};
for (const file of files) {
  const moddle = new BpmnModdle({ timshel: descriptor });
  try {
    const { warnings } = await moddle.fromXML(await readFile(file, "utf8"));
    found[file] = warnings.map((warning) => warning.message);
  } catch (error) {
    found[file] = [error.message, ...(error.warnings ?? []).map((warning) => warning.message)];
  }
}
process.stdout.write(JSON.stringify(found));
