// One visit to a shop, told to each vendor's library in the words that its makers ask for.
const shop = "https://shop.example";

export const visitor = "0123456789abcdef";
export const kettle = { id: "p1", name: "Kettle", category: "Kitchen", price: 49.5 };
export const cup = { id: "p2", name: "Cup", category: "Kitchen", price: 3 };
export const bought = { ...kettle, quantity: 2 };
export const total = 99;
export const query = "steel teapot";
export const pages = {
  home: { url: `${shop}/`, title: "Home" },
  list: { url: `${shop}/kitchen`, title: "Kitchen" },
  product: { url: `${shop}/kitchen/p1`, title: "Kettle" },
  search: { url: `${shop}/search`, title: "Search" },
  cart: { url: `${shop}/cart`, title: "Cart" },
  checkout: { url: `${shop}/checkout`, title: "Checkout" },
  thanks: { url: `${shop}/thanks`, title: "Thank you" },
};

/** The collector's address and the write key, as given on the command line. */
export const [address, key] = process.argv.slice(2);
