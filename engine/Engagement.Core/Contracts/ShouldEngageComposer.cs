using System.Collections.Immutable;
using System.Text.Json;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Core.Contracts;

/// <summary>All that an answer to should-engage is made of.</summary>
public readonly record struct ShouldEngageQuestion
{
    /// <summary>Null where no session of the visitor is known.</summary>
    public Assessment? Assessment { get; init; }
    public required SiteModel Site { get; init; }
    public required Instant Now { get; init; }
    public required AgentAvailability Availability { get; init; }

    /// <summary>The visitor's offer as the store has it; null when none.</summary>
    public StoredOffer? Offer { get; init; }

    /// <summary>For suggested articles, where the session's searches are at hand; null otherwise.</summary>
    public SessionEvidence? Evidence { get; init; }

    /// <summary>Of the words in the answer: the visitor's or the asker's; null for the site's.</summary>
    public string? Language { get; init; }

    /// <summary>A page stream is open, or the question comes from the page itself.</summary>
    public bool Present { get; init; }
}

/// <summary>Composes answers to should-engage: a question, which changes nothing. Pure, thread-safe.</summary>
public static class ShouldEngageComposer
{
    /// <summary>No answer is kept for longer, whatever it says.</summary>
    private static readonly TimeSpan _validMax = TimeSpan.FromMinutes(1);

    /// <summary>An invitation counts down: its answer is rendered anew so often.</summary>
    private static readonly TimeSpan _countdown = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan _askSoon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _askLater = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _askHardly = TimeSpan.FromMinutes(10);

    /// <summary>Blockers that a little waiting does not lift.</summary>
    private const Blockers Lasting = Blockers.SiteOff | Blockers.Objected | Blockers.LanguageNotServed | Blockers.Declined | Blockers.Ignored
        | Blockers.InConversation | Blockers.OfferLimit | Blockers.HeldOut | Blockers.Holdout | Blockers.Observing;

    public static ShouldEngageAnswer Compose(
        Assessment? assessment, SiteModel site, Instant now, AgentAvailability availability, StoredOffer? offer) =>
        Compose(new ShouldEngageQuestion { Assessment = assessment, Site = site, Now = now, Availability = availability, Offer = offer });

    public static ShouldEngageAnswer Compose(in ShouldEngageQuestion question) =>
        question.Assessment is { } assessment ? OfSession(question, assessment) : OfNobody(question);

    /// <summary>
    /// The answer as JSON, for a host to keep: it stays true until <paramref name="validUntil"/> unless the assessment's step, the site, the offer's
    /// status or whether a slot is free changes first.
    /// </summary>
    public static byte[] ComposeUtf8(in ShouldEngageQuestion question, bool forBrowser, out Instant validUntil)
    {
        var answer = Compose(question);
        validUntil = ValidUntil(question, answer);
        return forBrowser
            ? JsonSerializer.SerializeToUtf8Bytes(answer.ForBrowser(), ContractJson.Default.BrowserAnswer)
            : JsonSerializer.SerializeToUtf8Bytes(answer, ContractJson.Default.ShouldEngageAnswer);
    }

    private static ShouldEngageAnswer OfSession(in ShouldEngageQuestion question, Assessment stored)
    {
        var site = question.Site;
        var assessment = question.Offer is { } offer ? stored with { Offer = offer.Status, OfferExpiresAt = offer.ExpiresAt } : stored;
        var language = CopyLanguages.Choose(question.Language ?? question.Evidence?.Language, site);
        var moment = Standing.MomentOf(assessment, site, question.Now, question.Availability, question.Present);
        var verdict = Standing.Decide(assessment.ToInputs(assessment.Features, question.Now), site, moment);
        var invitation = InvitationOf(question, verdict.Blockers);
        var blockers = invitation is null ? verdict.Blockers : Blockers.None;
        var now = assessment with { State = verdict.State, Reasons = verdict.Reasons, Blockers = verdict.Blockers };
        return new ShouldEngageAnswer
        {
            DecisionId = new DecisionId(assessment.Session, assessment.Step).ToString(),
            Engage = blockers == Blockers.None,
            State = verdict.State,
            Probabilities = new StateNumbers(Numbers.OrNull(assessment.Purposeful), Numbers.OrNull(assessment.Floundering)),
            Reasons = ReasonTexts.For(now, site, language),
            Blockers = BlockerTexts.For(blockers, language),
            WouldEngageIf = blockers == Blockers.None ? [] : WhatIf.For(assessment, site, question.Now, question.Availability, language, question.Present),
            Articles = ArticlesOf(question),
            Invitation = invitation,
            Threshold = ThresholdOf(site),
            ModelVersion = VersionsOf(site),
            PolicyVersion = site.Policy.Version,
            AsOf = assessment.AsOf,
            AskAgainAfter = AskAgainAfter(question, blockers),
        };
    }

    private static ShouldEngageAnswer OfNobody(in ShouldEngageQuestion question)
    {
        var site = question.Site;
        var blockers = Blockers.NotEnoughEvidence | (site.Mode == SiteMode.Off ? Blockers.SiteOff : Blockers.None);
        return new ShouldEngageAnswer
        {
            Engage = false,
            State = VisitorState.Unknown,
            Probabilities = new StateNumbers(null, null),
            Reasons = [],
            Blockers = BlockerTexts.For(blockers, CopyLanguages.Choose(question.Language, site)),
            WouldEngageIf = [],
            Articles = ArticlesOf(question),
            Threshold = ThresholdOf(site),
            ModelVersion = VersionsOf(site),
            PolicyVersion = site.Policy.Version,
            AskAgainAfter = AskAgainAfter(question, blockers),
        };
    }

    /// <summary>The open offer's own invitation, counted down to now; null where it is not open, has lapsed, or something else stands against it.</summary>
    private static InvitationMessage? InvitationOf(in ShouldEngageQuestion question, Blockers blockers)
    {
        if (question.Offer is not { Status: OfferStatus.Open or OfferStatus.Seen } offer || offer.ExpiresAt <= question.Now) return null;
        if ((blockers & (Blockers.SiteOff | Blockers.Objected)) != 0 || offer.Invitation.IsEmpty) return null;
        return InvitationMessage.FromJson(offer.Invitation.Span)?.AsOf(question.Now);
    }

    /// <summary>From the searches where they are at hand, else as last stored. A site that is off or observes shows nothing.</summary>
    private static ImmutableArray<SuggestedArticle> ArticlesOf(in ShouldEngageQuestion question)
    {
        if (question.Site.Mode != SiteMode.Live) return [];
        return question.Evidence is { } evidence
            ? ArticleSuggestions.For(question.Site, CardEvidence.QueriesOf(evidence), CardEvidence.PagesOf(evidence))
            : ArticleSuggestions.Named(question.Site, question.Assessment?.Articles ?? []);
    }

    private static StateNumbers ThresholdOf(SiteModel site) =>
        new(Numbers.OrNull(site.Policy.PurposefulThreshold), Numbers.OrNull(site.Policy.FlounderingThreshold));

    private static ModelVersions VersionsOf(SiteModel site) => new(site.Purposeful?.Version, site.Floundering?.Version);

    private static Instant AskAgainAfter(in ShouldEngageQuestion question, Blockers blockers)
    {
        if (blockers == Blockers.None) return question.Now + _askSoon;
        if ((blockers & Lasting) != 0) return question.Now + _askHardly;
        return question.Now + ((blockers & (Blockers.NobodyFree | Blockers.OfferOpen | Blockers.Stale)) != 0 ? _askSoon : _askLater);
    }

    /// <summary>The first moment at which time alone may change the answer.</summary>
    private static Instant ValidUntil(in ShouldEngageQuestion question, ShouldEngageAnswer answer)
    {
        var now = question.Now;
        var until = now + _validMax;
        if (answer.AskAgainAfter < until) until = answer.AskAgainAfter;
        if (answer.Invitation is not null) until = Earlier(until, now + _countdown, now);
        if (question.Assessment is { } assessment && !question.Present)
            until = Earlier(until, new Instant(assessment.LastPresenceAt.UnixMs + (long)Limits.PresenceAgeMax.TotalMilliseconds + 1), now);
        if (question.Offer is { } offer) until = Earlier(until, offer.ExpiresAt, now);
        return question.Site.Policy.Hours.IsEmpty ? until : Earlier(until, Decider.NextBoundary(question.Site, now), now);
    }

    private static Instant Earlier(Instant until, Instant boundary, Instant now) => boundary > now && boundary < until ? boundary : until;
}
