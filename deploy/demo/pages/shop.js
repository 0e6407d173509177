// The small shop: list, product, cart, checkout, order. Nothing personal is asked and nothing is bought.
import { el, show, money } from './dom.js';
import { at, send } from './visit.js';

let products, place;
const cart = new Map();

export function mount(root, all) {
  [place, products] = [root, all];
}

const pieces = () => [...cart.values()].reduce((sum, quantity) => sum + quantity, 0);
const value = () => [...cart].reduce((sum, [id, quantity]) => sum + quantity * byId(id).price, 0);
const byId = id => products.find(product => product.id === id);
const cartNow = () => ({ cart: { items: pieces(), value: Number(value().toFixed(2)) } });
const asProduct = (product, quantity) => ({ product: { id: product.id, name: product.name, category: product.category, price: product.price, ...(quantity ? { quantity } : {}) } });
const back = (words, action) => el('button', { type: 'button', class: 'quiet', onclick: action }, `← ${words}`);

function render(...below) {
  const count = pieces();
  show(place,
    el('p', { class: 'brand' }, el('b', {}, 'Larkfield'),
      el('button', { type: 'button', class: 'quiet', onclick: viewCart }, count === 0 ? 'Your cart is empty' : `Cart: ${count} ${count === 1 ? 'piece' : 'pieces'}, ${money(value())}`)),
    ...below);
  place.scrollTop = 0;
  place.querySelector('[data-focus]')?.focus({ preventScroll: true });
}

export function list() {
  at('/shop', 'Things for the home');
  render(el('ul', { class: 'goods' }, products.map(product => el('li', {},
    el('button', { type: 'button', class: 'good', onclick: () => view(product) },
      el('img', { src: `/demo/pages/pictures/${product.picture}.svg`, alt: '', width: '160', height: '120' }),
      el('b', {}, product.name), el('span', {}, money(product.price)))))));
  return send('product_list_viewed', { name: 'Things for the home' });
}

function view(product) {
  at(`/shop/${product.id}`, product.name);
  const added = el('span', { role: 'status', class: 'hint' });
  render(back('All things', list), el('div', { class: 'product' },
    el('img', { src: `/demo/pages/pictures/${product.picture}.svg`, alt: '', width: '160', height: '120' }),
    el('div', {},
      el('h3', { tabindex: '-1', 'data-focus': true }, product.name), el('p', { class: 'price' }, money(product.price)),
      el('p', {}, product.line), el('p', { class: 'hint' }, product.text),
      el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button main', onclick: () => { add(product); added.textContent = 'It is in your cart.'; } }, 'Put in the cart'),
        el('button', { type: 'button', class: 'quiet', onclick: viewCart }, 'To the cart'), added))));
  return send('product_viewed', asProduct(product));
}

function add(product) {
  cart.set(product.id, (cart.get(product.id) ?? 0) + 1);
  place.querySelector('.brand .quiet').textContent = `Cart: ${pieces()} ${pieces() === 1 ? 'piece' : 'pieces'}, ${money(value())}`;
  return send('product_added', { ...asProduct(product, 1), ...cartNow() });
}

function remove(product) {
  const quantity = cart.get(product.id);
  cart.delete(product.id);
  send('product_removed', { ...asProduct(product, quantity), ...cartNow() });
  renderCart();
}

function viewCart() {
  at('/shop/cart', 'Your cart');
  renderCart();
  return send('cart_viewed', cartNow());
}

const sum = () => el('li', { class: 'sum' }, el('span', {}, 'Together'), el('span', {}, money(value())));

function renderCart() {
  if (cart.size === 0) return render(back('All things', list), el('h3', { class: 'step-title', tabindex: '-1', 'data-focus': true }, 'Your cart is empty'));
  return render(back('All things', list), el('h3', { class: 'step-title', tabindex: '-1', 'data-focus': true }, 'Your cart'),
    el('ul', { class: 'rows' }, [...cart].map(([id, quantity]) => el('li', {},
      el('span', {}, `${quantity} × ${byId(id).name} `, el('button', { type: 'button', class: 'quiet', 'aria-label': `Take out ${byId(id).name}`, onclick: () => remove(byId(id)) }, 'take out')),
      el('span', {}, money(quantity * byId(id).price)))), sum()),
    el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button main', onclick: checkout }, 'To the checkout')));
}

function checkout() {
  at('/shop/checkout', 'Checkout');
  render(back('Back to the cart', viewCart), el('h3', { class: 'step-title', tabindex: '-1', 'data-focus': true }, 'Where to?'),
    el('p', { class: 'hint' }, 'This is a demonstration: the address is made up, nothing is sent and nothing is charged.'),
    el('ul', { class: 'rows' }, el('li', {}, el('span', {}, 'Robin Example, 1 Harbour Row, Cork'), el('span', {}, 'made up')), sum()), voucher(),
    el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button main', onclick: payment }, 'On to payment')));
  return send('checkout_started', cartNow());
}

function voucher() {
  const problem = el('p', { class: 'problem', role: 'alert' });
  const input = el('input', { id: 'voucher', autocomplete: 'off', maxlength: '20' });
  return el('form', { class: 'voucher', onsubmit: event => {
    event.preventDefault();
    problem.textContent = 'This voucher is not known here.';
    send('form_error', { name: 'voucher' });
  } }, el('label', { for: 'voucher' }, 'Voucher, if you have one'), input, el('button', { type: 'submit', class: 'button' }, 'Use it'), problem);
}

function payment() {
  at('/shop/checkout/payment', 'Payment');
  render(back('Back to the address', checkout), el('h3', { class: 'step-title', tabindex: '-1', 'data-focus': true }, 'Payment'),
    el('p', { class: 'hint' }, 'By bank transfer, for show. No card is asked for.'),
    el('ul', { class: 'rows' }, sum()),
    el('div', { class: 'actions' }, el('button', { type: 'button', class: 'button main', onclick: order }, 'Place the order')));
  return send('checkout_step_completed', { name: 'address', ...cartNow() });
}

function order() {
  const total = cartNow();
  at('/shop/thanks', 'Thank you');
  cart.clear();
  render(el('h3', { class: 'step-title', tabindex: '-1', 'data-focus': true }, 'Thank you. Your order is in.'),
    el('p', { class: 'hint' }, 'Look at the engine’s pane: you got there alone, so nobody disturbs you.'), el('div', { class: 'actions' }, back('All things', list)));
  return send('order_completed', total);
}
