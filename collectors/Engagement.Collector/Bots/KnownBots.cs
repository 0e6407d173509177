using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Engagement.Collector.Bots;

/// <summary>
/// A list of user agents' patterns, as the npm package <c>crawler-user-agents</c> keeps it (data, MIT, a release or more a month, with examples of each). Nearly
/// all are plain text and are looked for in one pass; the few expressions are one expression that never backtracks. Immutable; thread-safe.
/// </summary>
internal sealed partial class KnownBots
{
    private readonly SearchValues<string> _texts;
    private readonly Regex _expressions;

    public KnownBots(string version, IReadOnlyCollection<string> patterns)
    {
        Version = version;
        Count = patterns.Count;
        var plain = patterns.ToLookup(IsPlain);
        _texts = SearchValues.Create([.. plain[true].Select(Unescape)], StringComparison.Ordinal);
        var rest = plain[false].DefaultIfEmpty("(?!)").ToArray();
        _expressions = rest is ["(?!)"]
            ? new Regex("(?!)", RegexOptions.CultureInvariant)
            : new Regex(string.Join('|', rest.Select(p => $"(?:{p})")), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    /// <summary>Of the list; <c>none</c> where this build has none.</summary>
    public string Version { get; }

    /// <summary>Patterns of the list.</summary>
    public int Count { get; }

    /// <summary>The list that was built in; an empty one where there was none.</summary>
    public static KnownBots Load()
    {
        using var resource = typeof(KnownBots).Assembly.GetManifestResourceStream("known-bots.json");
        if (resource is null) return new KnownBots("none", []);
        using var list = JsonDocument.Parse(resource);
        return new KnownBots(list.RootElement.GetProperty("version").GetString()!, [.. list.RootElement.GetProperty("patterns").EnumerateArray().Select(p => p.GetString()!)]);
    }

    public bool Holds(ReadOnlySpan<char> userAgent) => userAgent.ContainsAny(_texts) || _expressions.IsMatch(userAgent);

    private static bool IsPlain(string pattern) => !Meta().IsMatch(Escaped().Replace(pattern, ""));

    private static string Unescape(string pattern) => Escaped().Replace(pattern, "$1");

    [GeneratedRegex(@"\\([^A-Za-z0-9])")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"[\\^$.*+?()\[\]{}|]")]
    private static partial Regex Meta();
}
