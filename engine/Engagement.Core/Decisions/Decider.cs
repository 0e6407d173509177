using Engagement.Core.Features;
using Engagement.Core.Sites;

namespace Engagement.Core.Decisions;

/// <summary>
/// Decides one step of one session: which of the five states, why, and what stands against an offer. Pure, hot, allocates nothing,
/// thread-safe. The rules, in order; the first that holds gives the state:
/// <list type="number">
/// <item>An order is complete and nothing is searched in vain after it: Progressing.</item>
/// <item>P(floundering) reaches the site's threshold <i>and</i> there is trouble in search or help that nothing found since has settled: Floundering.</item>
/// <item>P(purposeful) reaches the site's threshold <i>and</i> there is evidence of hesitation: Purposeful. A probability alone never.</item>
/// <item>The checkout moves, a result was found, an article is read at length or was rated helpful, with no trouble or hesitation
/// beside it: Progressing. Stillness alone is reading.</item>
/// <item>Three views or more, with no trouble, hesitation or fruitless search: Exploring.</item>
/// <item>Else Unknown.</item>
/// </list>
/// What counts as trouble, hesitation and progress stands in <see cref="SessionSigns"/>.
/// </summary>
public static class Decider
{
    /// <summary>Fewer events than this: just arrived.</summary>
    private const float ArrivalEvents = 3;

    /// <summary>The states that can be offered a conversation.</summary>
    public static bool IsOfferable(VisitorState state) => state is VisitorState.Purposeful or VisitorState.Floundering;

    /// <summary>State, reasons and blockers of one step; <see cref="Blockers.None"/> means: wish for an offer.</summary>
    public static Verdict Decide(in DecisionInputs inputs, SiteModel site)
    {
        var blockers = Eligibility(inputs, site) | Contact(inputs.Offer, inputs.OffersMade) | (inputs.HasRefused ? Blockers.Declined : Blockers.None);
        if ((inputs.Privacy & PrivacyScope.Score) == 0) return new Verdict(VisitorState.Unknown, Reasons.None, blockers);

        var signs = SessionSigns.Read(inputs.Features);
        var state = StateOf(inputs, site.Policy, signs);
        blockers |= Threshold(inputs, state, signs);
        if (blockers == Blockers.None && !IsOpen(site, inputs.Now)) blockers = Blockers.OutsideHours;
        return new Verdict(state, ReasonsOf(inputs, state, signs), blockers);
    }

    /// <summary>The blocker that an attempt at an offer left; none where the offer was made.</summary>
    public static Blockers FromResolution(OfferResolution resolution) => resolution switch
    {
        OfferResolution.Reserved => Blockers.None,
        OfferResolution.Stale => Blockers.Stale,
        OfferResolution.NobodyFree => Blockers.NobodyFree,
        OfferResolution.OfferCap => Blockers.OfferCap,
        OfferResolution.Holdout => Blockers.Holdout,
        OfferResolution.Observed => Blockers.Observing,
        OfferResolution.AlreadyOffered => Blockers.AlreadyOffered,
        _ => Blockers.Unavailable,
    };

    /// <summary>
    /// How soon a person should come, 0 to 1: half the probability of the state, half what time is lost by waiting (searches in vain, a checkout
    /// or a cart at stake). 0 for states that are left alone.
    /// </summary>
    public static float UrgencyOf(in DecisionInputs inputs, VisitorState state)
    {
        var f = inputs.Features;
        var atStake = state switch
        {
            VisitorState.Floundering => 0.2f * f[(int)Feature.FruitlessRun] + 0.2f * f[(int)Feature.RatedNotHelpful],
            VisitorState.Purposeful => 0.6f * f[(int)Feature.InCheckout] + (f[(int)Feature.CartItems] >= 1 ? 0.4f : 0f),
            _ => 0f,
        };
        var probability = state switch
        {
            VisitorState.Floundering => inputs.Floundering,
            VisitorState.Purposeful => inputs.Purposeful,
            _ => 0f,
        };
        return 0.5f * Math.Clamp(probability, 0f, 1f) + 0.5f * Math.Clamp(atStake, 0f, 1f);
    }

    private static VisitorState StateOf(in DecisionInputs inputs, SitePolicy policy, in SessionSigns signs)
    {
        if (signs.Settled) return VisitorState.Progressing;
        if (signs.Trouble && inputs.Floundering >= policy.FlounderingThreshold) return VisitorState.Floundering;
        if (signs.Hesitation && inputs.Purposeful >= policy.PurposefulThreshold) return VisitorState.Purposeful;
        if (signs.Trouble || signs.Hesitation) return VisitorState.Unknown;
        if (signs.Progress) return VisitorState.Progressing;
        return signs.Browsing && !signs.Fruitless ? VisitorState.Exploring : VisitorState.Unknown;
    }

    private static Reasons ReasonsOf(in DecisionInputs inputs, VisitorState state, in SessionSigns signs) => state switch
    {
        VisitorState.Purposeful => signs.Reasons | Reasons.LikelyToBuy,
        VisitorState.Exploring => signs.Reasons | Reasons.LookingAround,
        VisitorState.Unknown when inputs.Features[(int)Feature.Events] < ArrivalEvents => signs.Reasons | Reasons.JustArrived,
        _ => signs.Reasons,
    };

    private static Blockers Eligibility(in DecisionInputs inputs, SiteModel site)
    {
        var blockers = Blockers.None;
        if (site.Mode == SiteMode.Off) blockers |= Blockers.SiteOff;
        if ((inputs.Privacy & PrivacyScope.Score) == 0) blockers |= Blockers.Objected;
        if (inputs.PageExcluded) blockers |= Blockers.PageExcluded;
        if (inputs.LeftSite) blockers |= Blockers.LeftSite;
        if (inputs.LanguageNotServed) blockers |= Blockers.LanguageNotServed;
        return blockers;
    }

    /// <summary>No is no: an answer, whatever it was, ends offers for the session; unseen or withdrawn allows one more.</summary>
    private static Blockers Contact(OfferStatus offer, int offersMade) => offer switch
    {
        OfferStatus.Pending or OfferStatus.Open or OfferStatus.Seen => Blockers.OfferOpen,
        OfferStatus.Accepted or OfferStatus.Claimed => Blockers.InConversation,
        OfferStatus.Declined => Blockers.Declined,
        OfferStatus.Ignored => Blockers.Ignored,
        OfferStatus.HeldOut => Blockers.HeldOut,
        OfferStatus.Observed => Blockers.Observing,
        OfferStatus.Ended => Blockers.OfferLimit,
        _ => offersMade >= Limits.OffersPerSessionMax ? Blockers.OfferLimit : Blockers.None,
    };

    private static Blockers Threshold(in DecisionInputs inputs, VisitorState state, in SessionSigns signs)
    {
        if (IsOfferable(state)) return Blockers.None;
        var missing = float.IsNaN(inputs.Purposeful) || float.IsNaN(inputs.Floundering) ? Blockers.ModelUnavailable : Blockers.None;
        return missing | state switch
        {
            VisitorState.Progressing => Blockers.Progressing,
            VisitorState.Exploring => Blockers.Exploring,
            _ when signs.Trouble || signs.Hesitation => missing == Blockers.None ? Blockers.BelowThreshold : Blockers.None,
            _ => Blockers.NotEnoughEvidence,
        };
    }

    /// <summary>True within the opening hours by the site's time zone; always where none are given.</summary>
    internal static bool IsOpen(SiteModel site, Instant now)
    {
        if (site.Policy.Hours.IsEmpty) return true;
        var local = TimeZoneInfo.ConvertTime(now.ToDateTimeOffset(), site.TimeZone);
        var time = TimeOnly.FromTimeSpan(local.TimeOfDay);
        foreach (var hours in site.Policy.Hours)
            if (hours.Day == local.DayOfWeek && time >= hours.From && time < hours.To) return true;
        return false;
    }

    /// <summary>The next moment today at which opening hours begin or end, or midnight, by the site's clock; a change of its offset only makes it early or late by that.</summary>
    internal static Instant NextBoundary(SiteModel site, Instant now)
    {
        var local = TimeZoneInfo.ConvertTime(now.ToDateTimeOffset(), site.TimeZone);
        var time = local.TimeOfDay;
        var next = TimeSpan.FromDays(1);
        foreach (var hours in site.Policy.Hours)
        {
            if (hours.Day != local.DayOfWeek) continue;
            if (hours.From.ToTimeSpan() > time && hours.From.ToTimeSpan() < next) next = hours.From.ToTimeSpan();
            if (hours.To.ToTimeSpan() > time && hours.To.ToTimeSpan() < next) next = hours.To.ToTimeSpan();
        }
        return now + (next - time);
    }
}
