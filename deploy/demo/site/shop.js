// The small shop: list, product, cart, checkout, order; it tells its tag manager's dataLayer in GA4's words, and of a product in JSON-LD, as shops do.
// Nothing personal is asked and nothing is bought.
import { el } from './dom.js';
import { english, money, t } from './language.js';
import { content, page } from './site.js';

const storeName = 'larkfield.cart';
const products = await content('products');
const [, part = ''] = /^\/demo\/shop\/([^/]*)/.exec(location.pathname) ?? [];
const cart = new Map(JSON.parse(localStorage.getItem(storeName) ?? '[]'));
const lines = () => [...cart].map(([id, quantity]) => ({ product: products.find(product => product.id === id), quantity })).filter(line => line.product);
const pieces = () => lines().reduce((sum, line) => sum + line.quantity, 0);
const value = () => lines().reduce((sum, line) => sum + line.quantity * line.product.price, 0);

const item = (product, quantity) => ({ item_id: product.id, item_name: product.name, item_category: product.category, price: product.price, quantity });
const say = (event, items, worth) => (window.dataLayer ??= []).push({ event, ecommerce: { currency: 'EUR', value: Number(worth.toFixed(2)), items } });
const sayCart = event => say(event, lines().map(line => item(line.product, line.quantity)), value());

const back = (words, href) => el('a', { class: 'quiet', href }, t(words));
const next = (words, href) => el('div', { class: 'actions' }, el('a', { class: 'button main', href }, t(words)));
const picture = one => el('img', { src: `/demo/site/pictures/${one.picture}.svg`, alt: '', width: '160', height: '120' });
const sum = () => el('li', { class: 'sum' }, el('span', {}, t('together')), el('span', {}, money(value())));
const jsonLd = data => el('script', { type: 'application/ld+json' }, JSON.stringify(data));

const pages = new Map(Object.entries({ cart: viewCart, checkout, payment, thanks }));
const product = products.find(candidate => candidate.id === part);
if (product) view(product);
else (pages.get(part) ?? list)();

function keep() {
  localStorage.setItem(storeName, JSON.stringify([...cart]));
}

function show(title, ...main) {
  page({ title, surface: 'shop', cart: cartLink(), main });
}

function cartLink() {
  const count = pieces();
  return el('a', { href: '/demo/shop/cart', id: 'cart' }, count === 0 ? t('cartEmpty') : t(count === 1 ? 'cartOne' : 'cart', { count, value: money(value()) }));
}

function list() {
  show(t('goods'), el('h1', {}, t('goods')), el('ul', { class: 'goods' }, products.map(one => el('li', {},
    el('a', { class: 'good', href: `/demo/shop/${one.id}` }, picture(one), el('b', english, one.name), el('span', {}, money(one.price)))))));
  say('view_item_list', products.map(one => item(one)), 0);
}

function view(one) {
  const added = el('span', { role: 'status', class: 'hint' });
  const add = () => {
    cart.set(one.id, (cart.get(one.id) ?? 0) + 1);
    keep();
    say('add_to_cart', [item(one, 1)], one.price);
    added.textContent = t('inCart');
    document.getElementById('cart').replaceWith(cartLink());
  };
  show(one.name, back('allThings', '/demo/shop/'), el('div', { class: 'product' }, picture(one), el('div', {},
    el('h1', english, one.name), el('p', { class: 'price' }, money(one.price)), el('p', english, one.line), el('p', { class: 'hint', ...english }, one.text),
    el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button main', onclick: add }, t('putInCart')), el('a', { class: 'quiet', href: '/demo/shop/cart' }, t('toCart')), added))),
  jsonLd({ '@context': 'https://schema.org', '@type': 'Product', sku: one.id, name: one.name, category: one.category, offers: { '@type': 'Offer', price: one.price, priceCurrency: 'EUR' } }));
}

function viewCart() {
  if (cart.size === 0) return show(t('cartEmpty'), back('allThings', '/demo/shop/'), el('h1', {}, t('cartEmpty')));
  show(t('yourCart'), back('allThings', '/demo/shop/'), el('h1', {}, t('yourCart')),
    el('ul', { class: 'rows' }, lines().map(({ product: one, quantity }) => el('li', {},
      el('span', {}, `${quantity} × `, el('span', english, one.name), ' ', el('button', { type: 'button', class: 'quiet', 'aria-label': t('takeOutOf', { name: one.name }), onclick: () => remove(one, quantity) }, t('takeOut'))),
      el('span', {}, money(quantity * one.price)))), sum()),
    next('toCheckout', '/demo/shop/checkout'));
  return sayCart('view_cart');
}

function remove(one, quantity) {
  cart.delete(one.id);
  keep();
  say('remove_from_cart', [item(one, quantity)], quantity * one.price);
  viewCart();
}

function checkout() {
  show(t('checkout'), back('backToCart', '/demo/shop/cart'), el('h1', {}, t('whereTo')), el('p', { class: 'hint' }, t('madeUpHint')),
    el('ul', { class: 'rows' }, el('li', {}, el('span', english, 'Robin Example, 1 Harbour Row, Cork'), el('span', {}, t('madeUp'))), sum()), voucher(), next('onToPayment', '/demo/shop/payment'));
  sayCart('begin_checkout');
}

/** Each of its codes has four letters and four digits, which the browser checks; none of them is known here. */
function voucher() {
  const problem = el('span', { class: 'problem', role: 'alert' });
  const input = el('input', { id: 'voucher', autocomplete: 'off', maxlength: '40', required: true, pattern: '[A-Za-z]{4}[0-9]{4}', title: t('voucherHint') });
  return el('form', { name: 'voucher', class: 'voucher', onsubmit: event => {
    event.preventDefault();
    problem.textContent = t('unknownVoucher');
  } }, el('label', { for: 'voucher' }, t('voucher')), input, el('button', { class: 'button' }, t('useIt')), problem);
}

function payment() {
  show(t('payment'), back('backToAddress', '/demo/shop/checkout'), el('h1', {}, t('payment')), el('p', { class: 'hint' }, t('paymentHint')),
    el('ul', { class: 'rows' }, sum()), next('placeOrder', '/demo/shop/thanks'));
  sayCart('add_shipping_info');
}

function thanks() {
  if (cart.size > 0) sayCart('purchase');
  cart.clear();
  keep();
  show(t('thanks'), el('h1', {}, t('thanks')), el('p', { class: 'hint' }, t('thanksHint')), el('div', { class: 'actions' }, back('allThings', '/demo/shop/')));
}
