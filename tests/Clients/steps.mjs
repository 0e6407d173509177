// Prints the visit for a page that sends it, in a vendor's words (node steps.mjs segment) or, without one, in none.
import { visit } from "./visit.mjs";

const vendor = process.argv[2];
const told = vendor ? visit.map((await import(`./${vendor}-names.mjs`)).call) : visit;
process.stdout.write(JSON.stringify(told));
