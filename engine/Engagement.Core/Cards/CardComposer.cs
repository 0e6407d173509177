using System.Collections.Immutable;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Core.Cards;

/// <summary>Makes cards of an assessment and its session's evidence. Pure, thread-safe; cold path, allocates.</summary>
public static class CardComposer
{
    /// <summary>The full card. Evidence beyond <see cref="Limits.CardEvidenceMax"/> of a kind is left out, the oldest first.</summary>
    public static ContextCard Compose(Assessment assessment, SessionEvidence evidence, SiteModel site)
    {
        var language = CopyLanguages.Choose(evidence.Language, site);
        var queries = CardEvidence.QueriesOf(evidence);
        var pages = CardEvidence.PagesOf(evidence);
        var cart = CardEvidence.CartOf(evidence);
        var need = Need.Of(assessment.State, queries, pages, cart, language, site.Need);
        return new ContextCard
        {
            State = assessment.State,
            StateText = StateTexts.Of(assessment.State, language),
            Language = language.Tag(),
            Urgency = UrgencyOf(assessment),
            Confidence = ConfidenceOf(assessment),
            Need = need.Text,
            NeedIsClear = need.IsClear,
            SuggestedOpener = OpenerTexts.For(assessment.State, need, language),
            Reasons = ReasonTexts.For(assessment, site, language),
            Queries = queries,
            Pages = pages,
            Cart = cart,
            Articles = ArticleSuggestions.For(site, queries, pages),
            Answer = AnswerTexts.For(site, queries, pages, language),
            NotKnown = NotKnownTexts.For(site, queries, cart, language),
            ApprovalNeeded = (assessment.Privacy & PrivacyScope.Share) == 0,
        };
    }

    /// <summary>What agents see before acceptance: no evidence, no need; where her approval is needed, no reasons either.</summary>
    public static ReservedCard Reserve(ContextCard card) => new()
    {
        State = card.State,
        StateText = card.StateText,
        Language = card.Language,
        Urgency = card.Urgency,
        Reasons = card.ApprovalNeeded ? [] : card.Reasons,
    };

    private static double UrgencyOf(Assessment assessment) =>
        assessment.Features.Length == 0 ? 0 : Math.Round(Decider.UrgencyOf(assessment.ToInputs(assessment.Features, assessment.AsOf), assessment.State), 2);

    private static double? ConfidenceOf(Assessment assessment)
    {
        var probability = assessment.State switch
        {
            VisitorState.Floundering => assessment.Floundering,
            VisitorState.Purposeful => assessment.Purposeful,
            _ => float.NaN,
        };
        return float.IsNaN(probability) ? null : Math.Round(probability, 2);
    }
}
