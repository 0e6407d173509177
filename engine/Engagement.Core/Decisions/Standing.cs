using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Engagement.Core.Decisions;

/// <summary>
/// How a stored assessment stands at this moment: decided again with the site as it is now, then what only the moment knows, in the contract's
/// order. The same for should-engage and for every single change of <see cref="WhatIf"/>. Pure, thread-safe.
/// </summary>
internal static class Standing
{
    /// <summary>What a resolution left behind that an answer cannot know better.</summary>
    private const Blockers Kept = Blockers.OfferCap | Blockers.Holdout | Blockers.AlreadyOffered;

    /// <summary>What the moment is like, apart from the session.</summary>
    /// <param name="Present">A sign of presence no older than <see cref="Limits.PresenceAgeMax"/>.</param>
    /// <param name="AgentFree">At least one slot is free.</param>
    /// <param name="Left">What the last attempt at an offer left behind.</param>
    /// <param name="Observing">The site shows nothing.</param>
    /// <param name="OpenAnyway">Only in a trial: the opening hours do not count.</param>
    internal readonly record struct Moment(Instant Now, bool Present, bool AgentFree, Blockers Left, bool Observing, bool OpenAnyway = false);

    public static Moment MomentOf(Assessment assessment, SiteModel site, Instant now, AgentAvailability availability, bool present) => new(
        now, present || now - assessment.LastPresenceAt <= Limits.PresenceAgeMax, availability.FreeSlots > 0, assessment.Blockers & Kept,
        site.Mode == SiteMode.Observe);

    public static Verdict Decide(in DecisionInputs inputs, SiteModel site, in Moment moment)
    {
        var verdict = Decider.Decide(inputs, site);
        var blockers = moment.OpenAnyway ? verdict.Blockers & ~Blockers.OutsideHours : verdict.Blockers;
        return verdict with { Blockers = blockers == Blockers.None ? AtTheMoment(moment) : blockers };
    }

    private static Blockers AtTheMoment(in Moment moment)
    {
        if (!moment.Present) return Blockers.Stale;
        if (!moment.AgentFree) return Blockers.NobodyFree;
        if (moment.Left != Blockers.None) return moment.Left;
        return moment.Observing ? Blockers.Observing : Blockers.None;
    }

    /// <summary>What an assessment was decided from, but for features, scores and time as given.</summary>
    public static DecisionInputs ToInputs(this Assessment assessment, ReadOnlySpan<float> features, Instant now) => new()
    {
        Features = features,
        Purposeful = assessment.Purposeful,
        Floundering = assessment.Floundering,
        Now = now,
        Privacy = assessment.Privacy,
        Offer = assessment.Offer,
        OffersMade = assessment.OffersMade,
        PageExcluded = (assessment.Blockers & Blockers.PageExcluded) != 0,
        LeftSite = (assessment.Blockers & Blockers.LeftSite) != 0,
        LanguageNotServed = (assessment.Blockers & Blockers.LanguageNotServed) != 0,
        HasRefused = (assessment.Blockers & Blockers.Declined) != 0,
    };
}
