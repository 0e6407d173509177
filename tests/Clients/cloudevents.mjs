// A visit to a shop as a back end tells it with the cloudevents package: by turns in binary and in structured mode.
// usage: node cloudevents.mjs <collector> <write key>
import { CloudEvent, Mode, emitterFor } from "cloudevents";

const [host, key] = process.argv.slice(2);
const post = async ({ headers, body }) => {
  const response = await fetch(`${host}/v1/cloudevents`, { method: "POST", headers: { ...headers, authorization: `Bearer ${key}` }, body });
  if (response.status !== 204) throw new Error(`${response.status} ${await response.text()}`);
};
const emitters = [emitterFor(post, { mode: Mode.BINARY }), emitterFor(post, { mode: Mode.STRUCTURED })];

const kettle = { id: "p1", name: "Kettle", category: "Kitchen", price: 49.5 };
const start = Date.parse("2026-01-01T10:00:00.000Z");
let step = 0;
const send = async (type, data) => {
  const event = new CloudEvent({
    id: String(step),
    source: "https://shop.example/backend",
    type: `com.example.${type}`,
    subject: "anna",
    time: new Date(start + 1000 * step).toISOString(),
    data,
  });
  await emitters[step++ % 2](event);
};

await send("page_viewed", { page: { url: "https://shop.example/", title: "Shop", referrer: "https://search.example/", language: "de-DE" } });
await send("product_list_viewed", { product: { category: "Kitchen" }, products: [kettle, { id: "p2" }] });
await send("product_viewed", { product: kettle });
await send("search_performed", { search: { query: "blue kettle", resultCount: 0, scope: "catalogue" } });
await send("product_added", { product: { ...kettle, quantity: 2 } });
await send("cart_viewed", { cart: { items: 2, value: 99 }, products: [{ ...kettle, quantity: 2 }] });
await send("checkout_started", { cart: { value: 99 } });
await send("order_completed", { cart: { items: 2, value: 104 }, products: [{ ...kettle, quantity: 2 }] });
await send("article_rated", { article: { id: "a1", title: "Returns", helpful: false } });
await send("ticket_opened", { queue: "returns", user: { email: "anna@example.com" } });
