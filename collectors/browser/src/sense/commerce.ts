import { amountOf, textOf, type Ears } from './ears';
import type { EventFields } from '../options';
import { jsonLd } from './json-ld';

type Item = Record<string, unknown>;

const waitMs = 600;

/** GA4's ecommerce events, which is what most tag managers' arrays carry. */
const types: Record<string, string> = {
  view_item: 'product_viewed',
  view_item_list: 'product_list_viewed',
  add_to_cart: 'product_added',
  remove_from_cart: 'product_removed',
  view_cart: 'cart_viewed',
  begin_checkout: 'checkout_started',
  add_shipping_info: 'checkout_step_completed',
  add_payment_info: 'checkout_step_completed',
  purchase: 'order_completed',
  search: 'search_performed',
  view_search_results: 'search_performed',
};

/** Products, cart and checkout from the site's dataLayer (GA4 names, as object or as gtag call), or a product from JSON-LD. Returns what to do on each new page. */
export function hearCommerce(ears: Ears, searched: (query: string, resultCount?: number) => void): () => void {
  let toldAt = -Infinity; // when the tag manager last told of a product's page
  let readHere = false; // JSON-LD has told of this page's product
  const hear = (entry: unknown) => {
    const call = entry as ArrayLike<unknown> | null;
    // gtag('event', name, fields) pushes its arguments as they are.
    const isCall = call?.[0] === 'event';
    const record = (isCall ? call[2] : entry) as Record<string, unknown> | undefined;
    const name = String((isCall ? call[1] : record?.event) ?? '');
    const type = types[name];
    if (!type || ears.signal.aborted) return;
    const fields = { ...record, ...record?.ecommerce as object } as Record<string, unknown>;
    if (type === 'search_performed') {
      const query = textOf(fields.search_term);
      if (query) searched(query, amountOf(fields.results));
      return;
    }
    const items = (Array.isArray(fields.items) ? fields.items : []) as Item[];
    const told: EventFields = {};
    if (/^product_[var]/.test(type)) {
      const product = productOf(items[0]);
      if (!product) return;
      told.product = product;
      if (type === 'product_viewed') {
        toldAt = performance.now();
        if (readHere) return;
      }
    } else if (type !== 'product_list_viewed') {
      told.cart = { items: items.reduce((sum, item) => sum + (amountOf(item.quantity) ?? 1), 0), value: amountOf(fields.value) };
      if (type === 'checkout_step_completed') told.name = name.slice(4);
    }
    ears.track(type, told);
  };

  const name = ears.options.dataLayer ?? 'dataLayer';
  const layer = ((window as unknown as Record<string, unknown>)[name] ??= []) as unknown[];
  const { push } = layer;
  layer.forEach(hear);
  layer.push = (...entries) => {
    entries.forEach(hear);
    return push.apply(layer, entries);
  };

  return () => {
    readHere = false;
    // The tag manager's word for the same page counts once, whichever comes first; it knows more, so it is waited for.
    ears.later(() => {
      if (performance.now() - toldAt < 2 * waitMs) return;
      const product = jsonLd(/^Product/).map(node => productOf({ ...node, ...offerOf(node), id: node.sku ?? node.productID ?? node['@id'] ?? location.pathname }))[0];
      readHere = !!product;
      if (product) ears.track('product_viewed', { product });
    }, waitMs);
  };
}

function offerOf(node: Item): Item {
  const offer = [node.offers].flat()[0] as Item | undefined;
  return { price: offer?.price ?? offer?.lowPrice };
}

function productOf(item: Item | undefined) {
  const id = textOf(item?.item_id ?? item?.id);
  return id && {
    id, name: textOf(item!.item_name ?? item!.name), category: textOf(item!.item_category ?? item!.category),
    price: amountOf(item!.price), quantity: Math.round(amountOf(item!.quantity) ?? 0) || undefined,
  };
}
