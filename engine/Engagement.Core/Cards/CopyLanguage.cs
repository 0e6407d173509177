using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>Languages that the built-in words are written in. The tag is the member's name in lower case.</summary>
public enum CopyLanguage : byte { En = 0, De, Nl, Es }

/// <summary>Chooses the language of words for a visitor.</summary>
public static class CopyLanguages
{
    private static readonly string[] _tags = ["en", "de", "nl", "es"];

    public static string Tag(this CopyLanguage language) => _tags[(int)language];

    /// <summary>The visitor's language by its primary subtag where words exist in it; else the site's first such language; else English.</summary>
    public static CopyLanguage Choose(string? visitorLanguage, SiteModel site)
    {
        if (TryRead(visitorLanguage, out var language)) return language;
        foreach (var tag in site.Policy.Languages)
            if (TryRead(tag, out language)) return language;
        return CopyLanguage.En;
    }

    /// <summary>False unless the tag is exactly one of the four.</summary>
    public static bool TryReadTag(string? tag, out CopyLanguage language)
    {
        var at = Array.IndexOf(_tags, tag);
        language = (CopyLanguage)Math.Max(at, 0);
        return at >= 0;
    }

    /// <summary>False unless the primary subtag is one of the four.</summary>
    public static bool TryRead(string? tag, out CopyLanguage language)
    {
        language = default;
        if (tag is not { Length: >= 2 } || tag.Length > 2 && tag[2] is not ('-' or '_')) return false;
        for (var i = 0; i < _tags.Length; i++)
            if (tag.AsSpan(0, 2).Equals(_tags[i], StringComparison.OrdinalIgnoreCase))
            {
                language = (CopyLanguage)i;
                return true;
            }
        return false;
    }
}

/// <summary>One sentence in the four languages.</summary>
public sealed record Phrase(string En, string De, string Nl, string Es)
{
    public string In(CopyLanguage language) => language switch
    {
        CopyLanguage.De => De,
        CopyLanguage.Nl => Nl,
        CopyLanguage.Es => Es,
        _ => En,
    };
}

/// <summary>A stable code, in snake_case, and what it says in the visitor's language.</summary>
/// <param name="Weight">
/// Of a reason: what it adds to the log-odds of the state, two decimals, not negative; null where no model weighed it, and for everything else.
/// </param>
public sealed record CodedText(string Code, string Text, double? Weight = null);
