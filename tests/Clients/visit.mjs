// The visit that every client sends, in words that no vendor owns: what a test expects to find again, event by event.
export const visit = [
  { do: "page", url: "https://shop.example/", title: "Kettles & more" },
  { do: "list", category: "Kitchen", products: [product("k1", 1), product("k2", 1)] },
  { do: "product", product: product("k1", 1) },
  { do: "search", query: "kettle without a lid", results: 0 },
  { do: "add", product: product("k1", 2) },
  { do: "cart", products: [product("k1", 2)], value: 99 },
  { do: "checkout", products: [product("k1", 2)], value: 99 },
  { do: "order", id: "order-7", products: [product("k1", 2)], value: 99 },
];

export function product(id, quantity) {
  return { id, name: id === "k1" ? "Kettle, 1.7 l" : "Kettle, 1 l", category: "Kitchen", price: 49.5, quantity };
}

/** Arguments of every client: node CLIENT.mjs ADDRESS KEY VISITOR */
export function target() {
  const [address, key, visitor] = process.argv.slice(2);
  if (!visitor) throw new Error("usage: node CLIENT.mjs ADDRESS KEY VISITOR");
  return { address: address.replace(/\/$/, ""), key, visitor };
}
