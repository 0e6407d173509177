using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>
/// Which skill a visitor's matter asks of an agent, as far as her latest search names a common subject: <c>returns</c>, <c>refund</c>, <c>delivery</c>,
/// <c>invoice</c>, <c>payment</c>, <c>password</c>, <c>warranty</c>, <c>cancellation</c>, <c>address</c>, <c>vouchers</c>, <c>repair</c>, <c>assembly</c>,
/// <c>order</c>, <c>account</c>. Pure, thread-safe; cold path.
/// </summary>
public static class RoutingSkill
{
    /// <summary>Null where nothing was searched, or the search names none or several.</summary>
    public static string? Of(SessionEvidence evidence, SiteModel site) =>
        evidence.Queries.IsEmpty ? null : Of(evidence.Queries[^1].Text, CopyLanguages.Choose(evidence.Language, site));

    public static string? Of(string? text, CopyLanguage language) =>
        string.IsNullOrEmpty(text) ? null : CommonSubject.Of(text, language)?.Name.In(CopyLanguage.En).ToLowerInvariant();

    /// <summary>Primary subtag in lower case; null for none.</summary>
    public static string? LanguageOf(string? tag)
    {
        if (string.IsNullOrEmpty(tag)) return null;
        var end = tag.AsSpan().IndexOfAny('-', '_');
        var primary = (end < 0 ? tag : tag[..end]).ToLowerInvariant();
        return primary.Length is 2 or 3 && primary.All(char.IsAsciiLetterLower) ? primary : null;
    }
}
