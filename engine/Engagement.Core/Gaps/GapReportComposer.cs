using System.Collections.Immutable;
using System.Text;
using Engagement.Core.Cards;
using Engagement.Core.Events;
using Engagement.Core.Privacy;
using Engagement.Core.Sites;

namespace Engagement.Core.Gaps;

/// <summary>
/// Makes the report from sessions. Pure, deterministic, whatever their order.
/// <para>(1) Searches in vain are taken together by their normalised text, and texts that ask the same by <see cref="QueryClusters"/>. (2) A question is held
/// back unless sessions of <see cref="Limits.GapSessionsMin"/> visitors asked it: k-anonymity (Sweeney 2002). (3) In its words, too, only what so many used is
/// shown. (4) The site's articles are searched for it as for a visitor's own suggestions.</para>
/// </summary>
public static class GapReportComposer
{
    public const string Hidden = "…";

    /// <param name="leftOut">Sessions that their signals keep out: they are counted and nothing else.</param>
    public static GapReport Compose(SiteModel site, IReadOnlyCollection<GapSession> sessions, Instant from, Instant to, int leftOut, bool isPartial)
    {
        var asked = sessions
            .SelectMany(session => session.InVain().Select(search => new Asked(session, search, Words.Normalise(search.Text))))
            .GroupBy(a => a.Text, StringComparer.Ordinal)
            .Select(g => (Text: g.Key, Weight: VisitorsOf(g), All: g.ToImmutableArray()))
            .OrderByDescending(g => g.Weight).ThenBy(g => g.Text, StringComparer.Ordinal).Take(Limits.GapTextsMax)
            .ToList();
        var questions = new List<GapQuestion>();
        var heldBack = 0;
        foreach (var group in QueryClusters.Of([.. asked.Select(a => a.Text)], [.. asked.Select(a => a.Weight)]))
        {
            if (QuestionOf(site, [.. group.SelectMany(i => asked[i].All)]) is { } question) questions.Add(question);
            else heldBack++;
        }
        return new GapReport
        {
            Site = site.Id,
            From = from,
            To = to,
            Sessions = sessions.Count,
            Floundering = sessions.Count(s => s.Floundered),
            LeftOut = leftOut,
            QuestionsHeldBack = heldBack,
            IsPartial = isPartial,
            Questions = [.. questions.OrderByDescending(q => Math.Round(q.FlounderingShare * q.Sessions)).ThenByDescending(q => q.Sessions).ThenBy(q => q.Question, StringComparer.Ordinal)],
        };
    }

    /// <summary>Null where too few asked it, or no word of it was used by enough of them. The most central text comes first.</summary>
    private static GapQuestion? QuestionOf(SiteModel site, ImmutableArray<Asked> asked)
    {
        if (VisitorsOf(asked) < Limits.GapSessionsMin) return null;
        // Of a normalised text there are several spellings: the first by letters, so that the order of sessions does not tell.
        var central = asked.Where(a => a.Text == asked[0].Text).Select(a => a.Search.Text).Order(StringComparer.Ordinal).First();
        if (WithoutRareWords(central, asked) is not { } shown) return null;
        GapSession[] sessions = [.. asked.Select(a => a.Session).Distinct()];
        Asked[] told = [.. asked.Where(a => a.Search.ResultCount >= 0)];
        var article = ArticleSuggestions.For(site, [new CardQuery("q", central, null, SearchScope.Help, 0, 1, Instant.Start)], []).FirstOrDefault();
        return new GapQuestion(
            shown, sessions.Length, asked.Length, Share(sessions.Count(s => s.Floundered), sessions.Length),
            told.Length == 0 ? null : Share(told.Count(a => a.Search.ResultCount == 0), told.Length),
            article, VerdictOf(article, sessions));
    }

    private static GapVerdict VerdictOf(SuggestedArticle? article, GapSession[] sessions)
    {
        if (article is null) return GapVerdict.NoArticle;
        var (id, title) = (Words.Normalise(CleanText.Of(article.Id)), Words.Normalise(CleanText.Of(article.Title)));
        var opened = sessions.Count(s => s.Searches.Any(search => search.Opened.Any(o => o == id || o == title)));
        return 2 * opened >= sessions.Length ? GapVerdict.FoundNotHelpful : GapVerdict.NotFound;
    }

    private static string? WithoutRareWords(string text, ImmutableArray<Asked> asked)
    {
        var used = asked.Select(a => (a.Session.Visitor, Words: Words.Of(a.Search.Text))).ToList();
        var (shown, any) = (new List<string>(), false);
        foreach (var token in Masked(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = Words.Of(token);
            // Letter by letter: order numbers and names differ by a letter too. What holds no word (a stop word, a mark) tells of nobody.
            var isCommon = words.All(w => used.Where(u => u.Words.Contains(w)).Select(u => u.Visitor).Distinct().Count() >= Limits.GapSessionsMin);
            any |= isCommon && !words.IsEmpty;
            if (isCommon) shown.Add(token);
            else if (shown.Count == 0 || shown[^1] != Hidden) shown.Add(Hidden);
        }
        return any ? string.Join(' ', shown) : null;
    }

    // Once more than at the door: patterns may have been added since.
    private static string Masked(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var masked = new byte[PersonalDataMasker.MaskedBytesMax(bytes.Length)];
        return PersonalDataMasker.TryMask(bytes, MaskScope.Text, masked, out var written) ? Encoding.UTF8.GetString(masked, 0, written) : text;
    }

    private static int VisitorsOf(IEnumerable<Asked> asked) => asked.Select(a => a.Session.Visitor).Distinct().Count();

    private static double Share(int of, int all) => Math.Round((double)of / all, 4);

    private readonly record struct Asked(GapSession Session, GapSearch Search, string Text);
}
