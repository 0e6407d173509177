using System.Collections.Immutable;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>
/// Tells an agent whether the site has what was searched in vain: an article that exists but was not opened, or, where the site asks for it
/// (<see cref="SiteModel.NoArticle"/>), none. Says nothing in between: a title is little to go by. Pure, thread-safe; cold path.
/// </summary>
public static class AnswerTexts
{
    /// <summary>Code of: an article exists, and she has not opened it.</summary>
    public const string Missed = "article_missed";

    /// <summary>
    /// Code of: no article's title comes near. Only where the site asks for it: said of one in ten to four in ten searches that an article does answer, see
    /// the need model's card.
    /// </summary>
    public const string None = "no_article";

    /// <summary>Smallest score of a title of which it is said that the article exists; see the need model's card for how often that is right.</summary>
    public const float MissedScoreMin = 0.35f;

    /// <summary>Below this best score it is said that no article answers.</summary>
    public const float NoneScoreMax = 0.1f;

    private static readonly Phrase _missed = new(
        "There is an article on this, not opened so far: {0}", "Dazu gibt es einen Artikel, bisher nicht geöffnet: {0}",
        "Hierover is een artikel, tot nu toe niet geopend: {0}", "Hay un artículo sobre esto, aún sin abrir: {0}");
    private static readonly Phrase _none = new(
        "No article of the site seems to answer this", "Kein Artikel der Website scheint das zu beantworten",
        "Geen artikel van de site lijkt dit te beantwoorden", "Ningún artículo del sitio parece responder a esto");

    /// <summary>
    /// Of the latest searches that found nothing or from which nothing was opened. Null where there is none, where the site has named no articles, where the
    /// best article was opened, or where titles do not tell.
    /// </summary>
    public static CodedText? For(SiteModel site, ImmutableArray<CardQuery> queries, ImmutableArray<CardPage> pages, CopyLanguage language)
    {
        CardQuery[] unmet = [.. queries.Where(q => (q.ResultCount == 0 || q.Opened == 0) && !Words.Of(q.Text).IsEmpty)];
        if (site.Articles.IsEmpty || unmet.Length == 0) return null;
        var scores = ArticleSuggestions.Score(site, unmet);
        var best = 0;
        for (var i = 1; i < scores.Length; i++)
            if (scores[i] > scores[best]) best = i;
        if (scores[best] < NoneScoreMax) return site.NoArticle == NoArticleRule.Said ? new CodedText(None, _none.In(language)) : null;
        if (scores[best] < MissedScoreMin) return null;
        var title = CleanText.Of(site.Articles[best].Title, Limits.TitleBytesMax);
        return ArticleSuggestions.Read(pages).Contains(Words.Normalise(title))
            ? null
            : new CodedText(Missed, _missed.In(language).Replace("{0}", CleanText.Isolated(title), StringComparison.Ordinal));
    }

    /// <summary>What is left of it where searches were struck and the site is not at hand: nothing that they might have been the cause of.</summary>
    internal static CodedText? StillFor(CodedText? answer, ImmutableArray<CardQuery> before, ImmutableArray<CardQuery> left) =>
        before.Length == left.Length ? answer : null;
}
