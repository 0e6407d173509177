/** The conversation's looks, beside the invitation's: adopted, and in the page's own colours. */
export const style = `
.talk{display:flex;flex-direction:column;max-height:min(36rem,calc(100vh - 2rem))}
.talk ol{list-style:none;margin:.7rem 0 0;padding:0;flex:1 1 auto;min-height:3rem;overflow:auto;overscroll-behavior:contain}
.talk li.visitor,.talk li.agent{display:block;width:fit-content;max-width:85%;margin-block-end:.5rem;padding:.4rem .7rem;border-radius:var(--radius);border:1px solid color-mix(in srgb,var(--ink) 25%,transparent)}
.talk li.visitor{margin-inline-start:auto;background:color-mix(in srgb,var(--accent) 12%,transparent)}
.talk li b{font-size:.8em;opacity:.85}
.talk li p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.talk li small{display:block;margin:0;font-size:.8em}
.talk li small:empty{display:none}
.talk .writes{margin:.3rem 0 0;min-height:1.4em;font-size:.85em}
.talk form{display:flex;gap:.5rem;margin-top:.6rem;align-items:end}
.talk form.rows{flex-direction:column;align-items:stretch}
.talk textarea,.talk label input{box-sizing:border-box;width:100%;height:auto;flex:1;font:inherit;color:inherit;background:var(--ground);border:1px solid color-mix(in srgb,var(--ink) 60%,transparent);border-radius:calc(var(--radius)*.5);padding:.45rem .6rem;resize:vertical}
.talk form>button{font:inherit;min-height:44px;padding:.4rem .9rem;border-radius:calc(var(--radius)*.7);border:1px solid var(--accent);background:var(--accent);color:var(--on)}
.talk label.field{display:block}
.talk .cut{border-inline-start:4px solid var(--accent);padding-inline-start:.6rem}
.talk [role=alert]:empty{display:none}
.talk:not([hidden])~#ask,span:has(>.dock)>#ask{display:none}
.dock{font:inherit;display:block;margin-inline-start:auto;margin-top:.6rem;min-height:44px;padding:.4rem .9rem;background:var(--accent);color:var(--on);border:1px solid var(--accent);border-radius:calc(var(--radius)*.7)}
`;
