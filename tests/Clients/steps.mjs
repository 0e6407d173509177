// Prints the visit in a vendor's words, for a page that sends it: node steps.mjs segment
import { visit } from "./visit.mjs";

const { call } = await import(`./${process.argv[2]}-names.mjs`);
process.stdout.write(JSON.stringify(visit.map(call)));
