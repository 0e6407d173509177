type Child = Node | string | null | undefined | false;

/** Makes an element. Strings become text nodes, never markup. `on…` are handlers, everything else attributes. */
export function el(tag: string, props: Record<string, unknown>, ...children: Child[]): HTMLElement {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') node.addEventListener(name.slice(2), value as EventListener);
    else if (value !== undefined && value !== false) node.setAttribute(name, String(value));
  }
  node.append(...children.filter(child => !!child) as (Node | string)[]);
  return node;
}

/** A sentence with `{0}` in it, filled with untrusted text that is isolated, so that its direction reorders nothing around it. */
export function filled(sentence: string, text: string): Node[] {
  const [before, after] = sentence.split('{0}');
  return [document.createTextNode(before!), el('bdi', {}, text), document.createTextNode(after ?? '')];
}

/** The field that has the focus, if text is typed into it; looked for through the shadow roots of others. */
export function fieldInFocus(): Element | null {
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  if (!node) return null;
  const types = /^(button|checkbox|radio|range|submit|reset|image|file|color)$/;
  return node.matches('textarea,select,[contenteditable]:not([contenteditable=false])') || (node.matches('input') && !types.test((node as HTMLInputElement).type)) ? node : null;
}

export const overlap = (a: DOMRect, b: DOMRect, gap: number): boolean =>
  a.left < b.right + gap && a.right > b.left - gap && a.top < b.bottom + gap && a.bottom > b.top - gap;
