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

    /// <summary>
    /// The card of a visitor who asks for a person herself: what she says, and, where her session is assessed and she shares it, its state and reasons.
    /// </summary>
    /// <param name="question">Clean and masked; empty for none.</param>
    public static ContextCard ComposeAsked(string question, string? language, Assessment? assessment, SiteModel site)
    {
        var copy = CopyLanguages.Choose(language, site);
        var isShared = assessment is not null && (assessment.Privacy & PrivacyScope.Share) != 0;
        var state = isShared ? assessment!.State : VisitorState.Unknown;
        var summary = CleanText.Of(question);
        ImmutableArray<CardQuery> asked = summary.Length == 0 ? [] : [new CardQuery("q000000", summary, null, Events.SearchScope.Help, 0, 1, Instant.Start)];
        var need = Need.Of(VisitorState.Unknown, asked, [], [], copy, site.Need);
        return new ContextCard
        {
            State = state,
            StateText = StateTexts.Of(state, copy),
            Language = copy.Tag(),
            Urgency = isShared ? UrgencyOf(assessment!) : 0,
            Need = need.Text,
            NeedIsClear = need.IsClear,
            Question = question.Length == 0 ? null : question,
            SuggestedOpener = OpenerTexts.For(state, need, copy),
            Reasons = isShared ? ReasonTexts.For(assessment!, site, copy) : [],
            Articles = ArticleSuggestions.For(site, asked, []),
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
