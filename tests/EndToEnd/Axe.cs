using System.Text.Json;
using Engagement.Testing;
using Microsoft.Playwright;

namespace EndToEnd;

/// <summary>What assistive technology would stumble over, as axe-core finds it.</summary>
internal static class Axe
{
    /// <summary>Violations on the page as it stands, one line each; empty: none. What stands in frames is looked at as pages of their own.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(Repository.PathOf("engine", "console", "node_modules", "axe-core", "axe.min.js")));
        // As it comes to rest: what still fades in has the colours of neither state.
        var found = await page.EvaluateAsync<JsonElement>("""
            async () => (await Promise.all(document.getAnimations().filter(a => a.effect?.getComputedTiming().endTime < 10000).map(a => a.finished.catch(() => 0))), await axe.run(document, { resultTypes: ['violations'], iframes: false })).violations.map(v => `${v.id}: ${v.nodes.map(n => n.target.join(' ') + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`)
            """);
        return [.. found.EnumerateArray().Select(v => v.GetString()!)];
    }
}
