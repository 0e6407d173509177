using System.Collections.Immutable;
using System.Reflection;

namespace Engagement.Core.Cards;

/// <summary>What a code says in one language.</summary>
/// <param name="Plain">Without a number.</param>
/// <param name="Many">With <c>{0}</c> where the count stands; null where nothing is counted.</param>
public sealed record ReasonText(string Plain, string? Many);

/// <summary>One thing that is wrong in a file of reasons.</summary>
/// <param name="Path">JSON path, such as <c>$.reasons.no_results.many</c>.</param>
public readonly record struct ReasonWordsError(string Path, string Message);

/// <summary>
/// Reasons in words, by code and language: those that the product ships (<c>Texts/reasons.*.json</c>), with a site's own in place of some. Immutable,
/// thread-safe.
/// </summary>
public sealed class ReasonWords
{
    /// <summary>Placeholder of the count.</summary>
    internal const string Count = "{0}";

    private readonly ImmutableDictionary<(CopyLanguage Language, string Code), ReasonText> _texts;

    private ReasonWords(ImmutableDictionary<(CopyLanguage, string), ReasonText> texts) => _texts = texts;

    /// <summary>The product's own words: every code in every language.</summary>
    public static ReasonWords Shipped { get; } = ReadShipped();

    /// <summary>The words of a code. Throws <see cref="KeyNotFoundException"/> for a code that is none.</summary>
    public ReasonText Of(string code, CopyLanguage language) => _texts[(language, code)];

    /// <summary>
    /// These words with those of a file in place of theirs. What is wrong in the file is added to <paramref name="errors"/>, all at once, and none of it
    /// is taken over then.
    /// </summary>
    public ReasonWords With(ReadOnlySpan<byte> utf8, List<ReasonWordsError> errors)
    {
        var before = errors.Count;
        var read = ReasonWordsReader.Read(utf8, errors);
        return errors.Count > before ? this : new ReasonWords(_texts.SetItems(read));
    }

    private static ReasonWords ReadShipped()
    {
        var words = new ReasonWords(ImmutableDictionary<(CopyLanguage, string), ReasonText>.Empty);
        var errors = new List<ReasonWordsError>();
        foreach (var language in Enum.GetValues<CopyLanguage>()) words = words.With(BytesOf(language), errors);
        return errors.Count == 0 ? words : throw new InvalidOperationException($"The words that are shipped are wrong: {errors[0]}.");
    }

    /// <summary>The shipped file of a language, as a start for a site's own.</summary>
    internal static byte[] BytesOf(CopyLanguage language)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"reasons.{language.Tag()}.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
