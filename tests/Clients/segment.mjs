import { Analytics } from "@segment/analytics-node";
import { address, bought, cup, kettle, key, pages, query, total, visitor } from "./visit.mjs";

const product = ({ id, ...rest }) => ({ product_id: id, ...rest });
const analytics = new Analytics({ writeKey: key, host: address, flushAt: 20, maxRetries: 0, disable: false });
analytics.on("error", (error) => {
  console.error(error);
  process.exitCode = 1;
});
const common = (page) => ({ anonymousId: visitor, context: { page } });
const track = (event, page, properties) => analytics.track({ event, properties, ...common(page) });

analytics.page({ properties: pages.home, ...common(pages.home) });
track("Product List Viewed", pages.list, { category: "Kitchen", products: [product(kettle), product(cup)] });
track("Product Viewed", pages.product, product(kettle));
track("Products Searched", pages.search, { query, results_count: 0 });
track("Product Added", pages.product, product(bought));
track("Cart Viewed", pages.cart, { value: total, products: [product(bought)] });
track("Checkout Started", pages.checkout, { value: total, products: [product(bought)] });
track("Order Completed", pages.thanks, { order_id: "o1", total, products: [product(bought)] });
await analytics.closeAndFlush();
