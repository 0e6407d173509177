// A visit to a shop as posthog-node tells it. usage: node posthog-node.mjs <collector> <write key>
// POSTHOG_CAPTURE_MODE=v1 makes the library itself use its newer endpoint.
import { PostHog } from "posthog-node";

const [host, key] = process.argv.slice(2);
const client = new PostHog(key, { host, flushAt: 100, flushInterval: 60_000, fetchRetryCount: 0 });
client.on("error", (error) => {
  console.error(error);
  process.exitCode = 1;
});

const kettle = { product_id: "p1", name: "Kettle", category: "Kitchen", price: 49.5 };
const start = Date.parse("2026-01-01T10:00:00.000Z");
let step = 0;
const send = (event, properties = {}) =>
  client.capture({
    distinctId: "anna",
    event,
    uuid: `00000000-0000-7000-8000-${String(step).padStart(12, "0")}`,
    timestamp: new Date(start + 1000 * step++),
    properties: { $current_url: `https://shop.example/${step}`, ...properties },
  });

send("$pageview", { $title: "Shop", $referrer: "https://search.example/" });
send("Product List Viewed", { category: "Kitchen", products: [kettle, { product_id: "p2" }] });
send("Product Viewed", kettle);
send("Products Searched", { query: "blue kettle", results_count: 0 });
send("Product Added", { ...kettle, quantity: 2 });
send("Cart Viewed", { products: [{ ...kettle, quantity: 2 }], value: 99 });
send("Checkout Started", { value: 99 });
send("Order Completed", { order_id: "o1", total: 104, products: [{ ...kettle, quantity: 2 }] });
send("Coupon Denied", { coupon: "X1" });
client.identify({ distinctId: "anna", properties: { email: "anna@example.com" } });
await client.shutdown();
