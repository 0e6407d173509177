using System.Text.Json;

namespace Engagement.Core.Cards;

/// <summary>
/// Reads a file of reasons: <c>{"language": "de", "reasons": {"no_results": {"plain": "…", "many": "… {0} …"}}}</c>; any of the codes. Nothing in it is
/// believed: codes must be known, counts must stand where something is counted and nowhere else, and a text must be fit for a card. Pure; cold.
/// </summary>
internal static class ReasonWordsReader
{
    private const int BytesMax = 64 * 1024;
    private const int TextLengthMin = 3;

    /// <summary>UTF-16 units of one text: a reason is read in passing.</summary>
    private const int TextLengthMax = 120;

    private static readonly JsonDocumentOptions _options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 8 };

    /// <summary>What could be read; with every error added to <paramref name="errors"/>.</summary>
    public static Dictionary<(CopyLanguage Language, string Code), ReasonText> Read(ReadOnlySpan<byte> utf8, List<ReasonWordsError> errors)
    {
        var texts = new Dictionary<(CopyLanguage, string), ReasonText>();
        if (utf8.Length > BytesMax)
        {
            errors.Add(new("$", $"has {utf8.Length} bytes; allowed: {BytesMax}"));
            return texts;
        }
        try
        {
            // A byte order mark is an editor's, not an error.
            if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
            using var document = JsonDocument.Parse(utf8.ToArray(), _options);
            ReadRoot(document.RootElement, texts, errors);
        }
        catch (JsonException exception)
        {
            errors.Add(new("$", $"is not JSON: {exception.Message}"));
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair parses, and cannot be read.
            errors.Add(new("$", "holds text that is not valid Unicode"));
        }
        return texts;
    }

    private static void ReadRoot(JsonElement root, Dictionary<(CopyLanguage, string), ReasonText> texts, List<ReasonWordsError> errors)
    {
        var members = MembersOf(root, "$", ["language", "reasons", "$schema"], errors);
        if (!CopyLanguages.TryReadTag(TextOf(members.GetValueOrDefault("language")), out var language))
            errors.Add(new("$.language", "is not there or not known; allowed: " + string.Join(", ", Enum.GetValues<CopyLanguage>().Select(l => l.Tag()))));
        if (!members.TryGetValue("reasons", out var reasons))
        {
            errors.Add(new("$.reasons", "is not there"));
            return;
        }
        foreach (var (code, value) in MembersOf(reasons, "$.reasons", ReasonTexts.AllCodes, errors))
            if (ReadText(code, value, errors) is { } text) texts[(language, code)] = text;
    }

    private static ReasonText? ReadText(string code, JsonElement value, List<ReasonWordsError> errors)
    {
        var path = $"$.reasons.{code}";
        var members = MembersOf(value, path, ["plain", "many"], errors);
        var plain = TextOf(members.GetValueOrDefault("plain"));
        if (FaultOf(plain, counts: 0) is { } fault) errors.Add(new($"{path}.plain", fault));
        if (!members.TryGetValue("many", out var element)) return plain is null ? null : new ReasonText(plain, null);
        var many = TextOf(element);
        if (!ReasonTexts.IsCounted(code)) errors.Add(new($"{path}.many", "is not allowed: this reason counts nothing"));
        else if (FaultOf(many, counts: 1) is { } manyFault) errors.Add(new($"{path}.many", manyFault));
        return plain is null ? null : new ReasonText(plain, many);
    }

    /// <summary>Null when the text is fit: words of one line, no markup, no placeholder but the count.</summary>
    private static string? FaultOf(string? text, int counts)
    {
        if (text is null) return "is not there or not a text";
        if (text.Length is < TextLengthMin or > TextLengthMax) return $"has {text.Length} characters; allowed: {TextLengthMin} to {TextLengthMax}";
        if (CleanText.Of(text, BytesMax) != text) return "holds characters that nobody sees or that turn the text around, or blanks at an end";
        var rest = text.Replace(ReasonWords.Count, "", StringComparison.Ordinal);
        if ((text.Length - rest.Length) / ReasonWords.Count.Length != counts)
            return counts == 0 ? $"holds {ReasonWords.Count}; allowed: in \"many\" only" : $"must hold {ReasonWords.Count} once";
        if (rest.AsSpan().IndexOfAny("{}<>") >= 0) return "holds one of { } < >; a text is words alone";
        if (rest.Contains("://", StringComparison.Ordinal)) return "holds a link; a text is words alone";
        return rest.Any(char.IsLetter) ? null : "holds no letter";
    }

    private static string? TextOf(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;

    /// <summary>The members of an object by name; one that is unknown or stands twice is an error.</summary>
    private static Dictionary<string, JsonElement> MembersOf(JsonElement element, string path, IReadOnlyCollection<string> known, List<ReasonWordsError> errors)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new(path, "is not an object"));
            return members;
        }
        foreach (var member in element.EnumerateObject())
        {
            var name = CleanText.Of(member.Name, 64);
            if (!known.Contains(member.Name)) errors.Add(new($"{path}.{name}", "is not known"));
            else if (!members.TryAdd(member.Name, member.Value)) errors.Add(new($"{path}.{name}", "stands twice"));
        }
        return members;
    }
}
