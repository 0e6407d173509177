using System.Globalization;

namespace EndToEnd.AgentsConsole;

/// <summary>Texts that would do something where text is taken for markup, script, style or an address, or that turn a line's direction; more than 200, each with its own number in it.</summary>
internal static class HostileTexts
{
    private const string Act = "window.done=1";

    private static readonly string[] _markup =
    [
        $"<script>{Act}</script>", $"<img src=x onerror={Act}>", $"<svg onload={Act}>", $"<svg><script>{Act}</script></svg>", $"<body onload={Act}>", $"<iframe srcdoc='<script>parent.{Act}</script>'>",
        $"<iframe src=javascript:parent.{Act}>", $"<video><source onerror={Act}></video>", $"<audio src=x onerror={Act}>", $"<details open ontoggle={Act}>", $"<input autofocus onfocus={Act}>",
        $"<select autofocus onfocus={Act}>", $"<textarea autofocus onfocus={Act}>", $"<marquee onstart={Act}>", $"<object data=javascript:{Act}>", $"<embed src=javascript:{Act}>",
        $"<a href=javascript:{Act}>press</a>", $"<form action=javascript:{Act}><button>go</button></form>", $"<button formaction=javascript:{Act}>go</button>", $"<math><mi xlink:href=javascript:{Act}>x</mi></math>",
        "<link rel=stylesheet href=//evil.example/x.css>", "<style>*{display:none}</style>", "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=//evil.example/'>",
        $"<svg><animate onbegin={Act} attributeName=x dur=1s>", $"<svg><set onbegin={Act}>", $"<template><script>{Act}</script></template>", $"<noscript><img src=x onerror={Act}></noscript>",
        $"<!--><script>{Act}</script>-->", $"<![CDATA[<script>{Act}</script>]]>", $"<x onclick={Act} tabindex=1 id=x>#x", $"<div style='background:url(javascript:{Act})'>", "<img src=//evil.example/p.png>",
        "<img srcset='//evil.example/p.png 1x'>", "<picture><source srcset=//evil.example/p.png><img></picture>", $"<svg><use href='data:image/svg+xml,<svg onload={Act}>'></svg>", $"<isindex type=image src=1 onerror={Act}>",
        $"<keygen autofocus onfocus={Act}>", $"<frameset onload={Act}>", $"<table background=javascript:{Act}>", "<b>bold</b> <h1>big</h1>", "</title></style></textarea></script><plaintext>", $"<scr<script>ipt>{Act}</scr</script>ipt>",
        $"<SCRIPT SRC=//evil.example/x.js></SCRIPT>", $"<img/src/onerror={Act}>", $"<img src=\"x\" onerror=\"{Act}\">", $"<a href=\"jav&#x09;ascript:{Act}\">x</a>", $"&lt;script&gt;{Act}&lt;/script&gt;", $"&#60;script&#62;{Act}&#60;/script&#62;",
        $"\\u003cscript\\u003e{Act}\\u003c/script\\u003e", $"%3Cscript%3E{Act}%3C/script%3E", $"+ADw-script+AD4-{Act}+ADw-/script+AD4-",
    ];

    private static readonly string[] _breakouts = ["\">", "'>", "`>", "\"/>", "--></", "]]>", "\"}]", "</bdi></q></p>"];

    private static readonly string[] _addresses =
    [
        $"javascript:{Act}//", $"JaVaScRiPt:{Act}//", $"java\tscript:{Act}//", $" \u0001javascript:{Act}//", $"data:text/html,<script>parent.{Act}</script>", $"vbscript:{Act}", $"blob:https://x/{Act}",
        "//evil.example/", "\\\\evil.example\\", "http://evil.example/", "https://user:password@evil.example/", "file:///etc/passwd", $"https://larkfield.example/\"onmouseover=\"{Act}", "https:/\\evil.example",
    ];

    private static readonly string[] _templates = ["{{constructor.constructor('window.done=1')()}}", "${window.done=1}", "#{window.done=1}", "<%= window.done=1 %>", "{%raw%}", "{count}{agent}{time}", "__proto__", "constructor", "'; DROP TABLE cards; --", "$(id)", "`id`"];

    private static readonly string[] _directions =
    [
        "\u202Egnp.exe", "\u202Dleft\u202E", "\u2067right\u2066", "\u2069\u2069\u2069out", "\u202A\u202B\u202C", "\u200E\u200F\u061C", "שלום <b> عربى", "\u202E\u2066\u2069\u202C abc", "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308",
        "Z\u0335\u0321\u0322\u0327\u0328\u0334\u0335\u0336\u0337\u0338\u0300\u0301\u0302", "\u0000null", "bell\u0007\u001b[31m", "line\nbreak\r\nand\u2028more\u2029", "\uFEFFmark\u200B\u200Bsplit", "\u00ADsoft", "\U000E0041\U000E0042tag", "wide\u3000space", "ﷺ﷽", "👩‍👩‍👧‍👦🏳️‍🌈",
        new string('W', 1_500), string.Concat(Enumerable.Repeat("long ", 300)), new string('\u0301', 200),
    ];

    /// <summary>Each begins with its number, which must stay readable, whatever follows it.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. _markup.Concat(_breakouts.SelectMany(breakout => _markup.Take(14).Select(markup => breakout + markup))).Concat(_addresses).Concat(_templates).Concat(_directions)
            .Select((text, i) => string.Create(CultureInfo.InvariantCulture, $"n{i:000} {text}")),
        // Addresses as they are, too: with a number before them no browser would take them for one.
        .. _addresses,
    ];
}
