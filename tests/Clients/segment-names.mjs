// Segment's names for the steps of the visit; RudderStack has the same.
export function call(step) {
  const product = p => ({ product_id: p.id, name: p.name, category: p.category, price: p.price, quantity: p.quantity });
  switch (step.do) {
    case "page": return { page: true, properties: { url: step.url, title: step.title } };
    case "list": return { event: "Product List Viewed", properties: { category: step.category, products: step.products.map(product) } };
    case "product": return { event: "Product Viewed", properties: product(step.product) };
    case "search": return { event: "Products Searched", properties: { query: step.query, results_count: step.results } };
    case "add": return { event: "Product Added", properties: product(step.product) };
    case "cart": return { event: "Cart Viewed", properties: { products: step.products.map(product), value: step.value } };
    case "checkout": return { event: "Checkout Started", properties: { products: step.products.map(product), value: step.value } };
    case "order": return { event: "Order Completed", properties: { order_id: step.id, products: step.products.map(product), total: step.value } };
  }
}
