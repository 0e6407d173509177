using System.Text.RegularExpressions;
using Engagement.Core.Privacy;
using Engagement.Testing;

namespace Engagement.Core.Tests.Privacy;

/// <summary>One line of <c>masking-cases.tsv</c>: a text, and which stretches of it are personal.</summary>
/// <param name="Class">The kind of what is personal in it; of harmless text, what it is.</param>
/// <param name="Text">As a visitor would write it.</param>
/// <param name="Expected">With a marker in the place of each personal stretch.</param>
/// <param name="Personal">The stretches with their kinds.</param>
internal sealed partial record MaskingCase(MaskScope Scope, string Class, string Text, string Expected, IReadOnlyList<(string Kind, string Text)> Personal)
{
    /// <param name="list">Name of a file beside this one.</param>
    public static IReadOnlyList<MaskingCase> Read(string list) =>
    [
        .. File.ReadLines(Repository.PathOf("tests", "Core.Tests", "Privacy", list))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split('\t')).Select(parts => Of(parts[0], parts[1], parts[2])),
    ];

    /// <summary>Kinds of the markers in a masked text, with repeats.</summary>
    public static IEnumerable<string> MarkersOf(string masked) => Marker().Matches(masked).Select(m => m.Groups[1].Value);

    private static MaskingCase Of(string scope, string label, string text) => new(
        scope switch { "url" => MaskScope.Url, "id" => MaskScope.Identifier, _ => MaskScope.Text }, label,
        Labelled().Replace(text, "$2"), Labelled().Replace(text, "[$1]"),
        [.. Labelled().Matches(text).Select(m => (m.Groups[1].Value, m.Groups[2].Value))]);

    [GeneratedRegex(@"\{\{(\w+):(.*?)\}\}")]
    private static partial Regex Labelled();

    [GeneratedRegex(@"\[(email|phone|card|iban|id|secret)\]")]
    private static partial Regex Marker();
}
