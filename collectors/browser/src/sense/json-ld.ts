type Node = Record<string, unknown>;

/** Nodes of the page's JSON-LD whose type matches, graphs opened. What is not JSON is passed over. */
export function jsonLd(type: RegExp): Node[] {
  const nodes: Node[] = [];
  document.querySelectorAll('script[type="application/ld+json"]').forEach(script => {
    try {
      for (const node of [JSON.parse(script.textContent ?? '')].flat() as Node[]) nodes.push(...[node?.['@graph'] ?? node].flat() as Node[]);
    } catch {
      // Written by hand, and wrong: not ours to mend.
    }
  });
  return nodes.filter(node => [node?.['@type']].flat().some(name => type.test(String(name))));
}
