import diagnostics from "node:diagnostics_channel";
import MatomoTracker from "matomo-tracker";
import { address, bought, kettle, key, pages, query, total, visitor } from "./kitchen.mjs";

// Its check of the address would not let the key stand in it for a single request.
const tracker = new MatomoTracker(1, `${address}/matomo.php`, true);
const inBulk = new MatomoTracker(1, `${address}/matomo.php?key=${key}`, true);
const items = JSON.stringify([[bought.id, bought.name, bought.category, bought.price, bought.quantity]]);
let serial = 0;
const request = (page, more) => ({ key, _id: visitor, rand: ++serial, url: page.url, action_name: page.title, ...more });
for (const each of [tracker, inBulk]) {
  each.on("error", (error) => {
    console.error(error);
    process.exitCode = 1;
  });
}

inBulk.trackBulk(
  [
    request(pages.home),
    request(pages.list, { _pkc: "Kitchen" }),
    request(pages.product, { _pks: kettle.id, _pkn: kettle.name, _pkc: kettle.category, _pkp: kettle.price }),
    request(pages.search, { search: query, search_count: 0 }),
    request(pages.product, { e_c: "engagement", e_a: "product_added", e_n: bought.id, e_v: bought.quantity }),
    request(pages.cart, { idgoal: 0, revenue: total, ec_items: items }),
    request(pages.checkout, { e_c: "engagement", e_a: "checkout_started" }),
  ],
  (answer) => {
    if (answer !== '{"status":"success","tracked":7,"invalid":0}') {
      console.error(answer);
      process.exitCode = 1;
    }
    // It never reads the answer to a single request, which would keep this process waiting: the answer's arrival ends it.
    diagnostics.subscribe("http.client.response.finish", () => setImmediate(() => process.exit()));
    tracker.track(request(pages.thanks, { idgoal: 0, ec_id: "o1", revenue: total, ec_items: items }));
  },
);
