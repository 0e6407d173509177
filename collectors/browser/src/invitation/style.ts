/**
 * The invitation's looks. Colours and font are the page's own, unless the site sets `--engagement-accent`, `-on-accent`, `-ground`, `-ink`, `-radius`
 * on `:root`. Adopted, not inlined: a strict content security policy lets it be. Directions are logical, for pages written from right to left.
 */
export const style = `
:host{all:initial;position:fixed;z-index:2147483000;inset:auto;inset-block-end:1rem;inset-inline-end:1rem;font:inherit;font-size:16px;line-height:1.45;color:var(--ink)}
:host([dir]){direction:ltr}:host([dir=rtl]){direction:rtl}
:host([data-corner*=s]){inset-inline:1rem auto}
:host([data-corner*=t]){inset-block:1rem auto}
:host([data-place]){position:static;display:block}
[hidden]{display:none!important}
section{box-sizing:border-box;position:relative;width:min(24rem,calc(100vw - 2rem));max-height:calc(100vh - 2rem);overflow:auto;padding:1rem 1.1rem;background:var(--ground);border:1px solid color-mix(in srgb,var(--ink) 30%,transparent);border-radius:var(--radius);box-shadow:0 6px 28px #0004}
:host([data-place]) section{width:100%}
h2{font:inherit;font-size:1.1em;font-weight:600;margin:0;padding-inline-end:2.2rem;outline-offset:3px}
p,ul,fieldset{margin:.5rem 0 0;padding:0;border:0}
ul{padding-inline-start:1.2rem}
label{display:flex;gap:.6rem;padding:.3rem 0}
input{width:18px;height:18px;flex:none;accent-color:var(--accent)}
div{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:.8rem;align-items:center}
button,a{font:inherit;color:inherit;cursor:pointer}
div>button,#ask{flex:1;min-height:44px;padding:.4rem .9rem;background:var(--ground);border:1px solid currentColor;border-radius:calc(var(--radius)*.7)}
div>button.yes,#ask{background:var(--accent);border-color:var(--accent);color:var(--on)}
.x{position:absolute;inset-block-start:.4rem;inset-inline-end:.4rem;width:44px;height:44px;border:0;background:none;font-size:1.4em}
.why{border:0;background:none;padding:.4rem 0;min-height:24px;text-decoration:underline}
#ask{display:block;margin-inline-start:auto}
section+#ask{margin-top:.6rem}
small{opacity:.8;margin-inline-start:auto}
#say{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:0}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media(prefers-reduced-motion:no-preference){section{animation:in .25s ease-out}@keyframes in{from{opacity:0;transform:translateY(.6rem)}}}
`;
