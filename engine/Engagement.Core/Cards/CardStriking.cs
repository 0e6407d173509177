using System.Collections.Immutable;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>Takes evidence out of a card together with all that was read from it. Pure.</summary>
internal static class CardStriking
{
    /// <summary>Shorter struck searches are not looked for in page titles: they would be found by chance.</summary>
    private const int EchoLengthMin = 3;

    /// <summary>So much of a struck search is looked for: a title that holds it may have been cut.</summary>
    private const int EchoLengthMax = 40;

    public static ContextCard Strike(ContextCard card, IReadOnlyCollection<string> ids, SiteModel? site)
    {
        var struck = StruckTexts(card, ids);
        if (struck.Count == 0) return card;
        var echoes = card.Queries.Where(q => ids.Contains(q.Id)).Select(q => Words.Normalise(q.Text)).Where(t => t.Length >= EchoLengthMin)
            .Select(t => t[..Math.Min(t.Length, EchoLengthMax)]).ToArray();
        var left = card with
        {
            Queries = [.. card.Queries.Where(q => !ids.Contains(q.Id) && !struck.Contains(Words.Normalise(q.Text)))],
            Pages = [.. card.Pages.Where(p => !ids.Contains(p.Id) && !Echoes(p.Label, struck, echoes))],
            Cart = [.. card.Cart.Where(c => !ids.Contains(c.Id) && !struck.Contains(Words.Normalise(c.Label)))],
        };
        return Derive(card, left, site);
    }

    /// <summary>Strikes all but these; reasons that no evidence on the card speaks for are not hers to have approved, so they go.</summary>
    public static ContextCard KeepOnly(ContextCard card, IReadOnlyCollection<string> ids, SiteModel? site)
    {
        var left = Strike(card, [.. card.EvidenceIds.Where(id => !ids.Contains(id))], site);
        return left with { Reasons = [.. left.Reasons.Where(r => CountOf(left, ReasonTexts.KindOf(r.Code)) > 0)] };
    }

    /// <summary>Finds again what is derived from evidence; without the site, what only its model and its articles tell is left out.</summary>
    private static ContextCard Derive(ContextCard before, ContextCard left, SiteModel? site)
    {
        CopyLanguages.TryRead(left.Language, out var language);
        var need = Need.Of(left.State, left.Queries, left.Pages, left.Cart, language, site?.Need);
        return left with
        {
            Need = need.Text,
            NeedIsClear = need.IsClear,
            SuggestedOpener = OpenerTexts.For(left.State, need, language),
            Articles = site is null ? ArticleSuggestions.StillFor(left.Articles, left.Queries) : ArticleSuggestions.For(site, left.Queries, left.Pages),
            Answer = site is null
                ? AnswerTexts.StillFor(left.Answer, before.Queries, left.Queries)
                : AnswerTexts.For(site, left.Queries, left.Pages, language),
            Reasons = [.. left.Reasons.Select(r => ReasonLeft(r, before, left, language, site?.ReasonWords)).OfType<CodedText>()],
            NotKnown = [.. left.NotKnown.Where(n => n.Code != NotKnownTexts.ResultCounts || left.Queries.Any(q => q.ResultCount is null))],
        };
    }

    /// <summary>Whole while its evidence is whole, without numbers where some was struck, gone where all was.</summary>
    private static CodedText? ReasonLeft(CodedText reason, ContextCard before, ContextCard left, CopyLanguage language, ReasonWords? words)
    {
        var kind = ReasonTexts.KindOf(reason.Code);
        var (had, has) = (CountOf(before, kind), CountOf(left, kind));
        if (had == has) return reason;
        return has > 0 ? ReasonTexts.Uncounted(reason.Code, language, words) : null;
    }

    private static int CountOf(ContextCard card, EvidenceKind kind) => kind switch
    {
        EvidenceKind.Query => card.Queries.Length,
        EvidenceKind.Page => card.Pages.Length,
        EvidenceKind.Cart => card.Cart.Length,
        _ => 0,
    };

    private static HashSet<string> StruckTexts(ContextCard card, IReadOnlyCollection<string> ids)
    {
        var texts = card.Queries.Where(q => ids.Contains(q.Id)).Select(q => q.Text)
            .Concat(card.Pages.Where(p => ids.Contains(p.Id)).Select(p => p.Label))
            .Concat(card.Cart.Where(c => ids.Contains(c.Id)).Select(c => c.Label));
        return texts.Select(Words.Normalise).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>A page that says the same, or is named after a struck search ("Results for …").</summary>
    private static bool Echoes(string label, HashSet<string> struck, string[] echoes)
    {
        var text = Words.Normalise(label);
        return struck.Contains(text) || echoes.Any(e => text.Contains(e, StringComparison.Ordinal));
    }
}
