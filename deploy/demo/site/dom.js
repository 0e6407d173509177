// Building the page. Text goes in as text nodes only: what a visitor typed can never become markup.

/** Makes an element. `props`: attributes, `on…` handlers, `class`, and boolean attributes. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else node.setAttribute(name, value);
  }
  node.append(...shown(children));
  return node;
}

/** Untrusted text: isolated, so that its direction marks reorder nothing around it. */
export const quoted = text => el('bdi', { class: 'text' }, String(text ?? ''));

export const byId = id => document.getElementById(id);

export function show(place, ...children) {
  place.replaceChildren(...shown(children));
}

const shown = children => children.flat(2).filter(child => child !== null && child !== undefined && child !== false)
  .map(child => (child instanceof Node ? child : document.createTextNode(String(child))));
