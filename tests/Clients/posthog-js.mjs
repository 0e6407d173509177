// A visit to a shop as posthog-js tells it in a real browser, with nothing of it switched off.
// usage: node posthog-js.mjs <collector> <write key> <browser>
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [host, key, browser] = process.argv.slice(2);
const library = readFileSync(new URL("node_modules/posthog-js/dist/module.js", import.meta.url));
const page = `<!doctype html><title>Shop</title><button id="buy">Buy</button><script type="module">
import posthog from "/posthog.js";
const failed = [];
posthog.init(${JSON.stringify(key)}, {
  api_host: ${JSON.stringify(host)}, persistence: "memory", opt_out_useragent_filter: true, request_queue_config: { flush_interval_ms: 250 },
  on_request_error: (response) => failed.push(response.statusCode),
  loaded: async () => {
    posthog.capture("Product Viewed", { product_id: "p1", name: "Kettle", category: "Kitchen", price: 49.5 });
    posthog.capture("Products Searched", { query: "blue kettle", results_count: 0 });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    document.getElementById("buy").click();
    posthog.identify("user-7", { email: "anna@example.com" });
    posthog.capture("Order Completed", { total: 104, products: [{ product_id: "p1", quantity: 2 }] });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await fetch("/done", { method: "POST", body: JSON.stringify(failed) });
  },
});
</script>`;

const profile = mkdtempSync(join(tmpdir(), "posthog-js-"));
let tab;
const server = createServer((request, response) => {
  if (request.url === "/posthog.js") return response.writeHead(200, { "content-type": "text/javascript" }).end(library);
  if (request.url !== "/done") return response.writeHead(200, { "content-type": "text/html" }).end(page);
  let failed = "";
  request.on("data", (part) => (failed += part)).on("end", () => {
    response.end();
    if (failed !== "[]") {
      console.error(`requests failed: ${failed}`);
      process.exitCode = 1;
    }
    // All of its processes at once: one left over would go on writing to the profile that is removed.
    process.kill(-tab.pid, "SIGKILL");
  });
});
server.listen(0, "127.0.0.1", () => {
  tab = spawn(browser, ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`, "--no-first-run", `http://127.0.0.1:${server.address().port}/`], { stdio: "ignore", detached: true });
  tab.on("exit", () => {
    server.close();
    // The browser's children may still be writing.
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });
});
