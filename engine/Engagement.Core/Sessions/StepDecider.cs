using System.Runtime.CompilerServices;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Features;
using Engagement.Core.Scoring;

namespace Engagement.Core.Sessions;

/// <summary>
/// One step of a session: features → score → decide, and what follows from the verdict. Owns the worker's feature vector. Not thread-safe. Hot.
/// </summary>
internal sealed class StepDecider
{
    private readonly float[] _features = new float[FeatureSchema.Count];

    /// <summary>The vector of the last step; valid until the next.</summary>
    public ReadOnlySpan<float> Features => _features;

    /// <summary>Takes the step. A verdict without blockers leaves as a wish; what changed is reported.</summary>
    public void Decide(SessionState session, Instant now, bool byTimer, PipelineOutput output)
    {
        Overtake(session, output);
        session.Step++;
        session.AsOf = Instant.Max(session.AsOf, now);
        session.IsWishByTimer = byTimer;

        var site = session.Context.Model;
        var privacy = site.ScopeOf(session.Signals);
        FeatureExtractor.Extract(session, session.AsOf, _features);
        var isScored = (privacy & PrivacyScope.Score) != 0;
        session.Purposeful = isScored ? Score(site.Purposeful) : float.NaN;
        session.Floundering = isScored ? Score(site.Floundering) : float.NaN;
        var inputs = InputsOf(session, privacy);
        var verdict = Decider.Decide(inputs, site);

        session.State = verdict.State;
        session.Reasons = verdict.Reasons;
        if (verdict.State > session.PeakState) session.PeakState = verdict.State;
        Touch(session, output);
        if (verdict.Blockers == Blockers.None) Wish(session, inputs, output);
        else Settle(session, verdict.Blockers, isWaiting: false, output);
    }

    /// <summary>Answers a wish; false when the session has gone on without it.</summary>
    public static bool Resolve(in OfferWish wish, OfferResolution resolution, Instant expiresAt, PipelineOutput output)
    {
        var session = wish.Session;
        if (session.Id != wish.Offer.Session || session.Offer != OfferStatus.Pending) return false;
        session.Offer = BeforeWish(session);
        if (resolution == OfferResolution.Reserved) OfferCourse.Open(session, wish.Offer.Ordinal, expiresAt);
        else if (resolution == OfferResolution.Holdout) session.Offer = OfferStatus.HeldOut;
        else if (resolution == OfferResolution.Observed) session.Offer = OfferStatus.Observed;
        var isWaiting = resolution is not (OfferResolution.Reserved or OfferResolution.Holdout or OfferResolution.Observed);
        Settle(session, Decider.FromResolution(resolution), isWaiting, output);
        Touch(session, output);
        return true;
    }

    /// <summary>A wish that a later step of the same record overtakes is stale: time has gone on since.</summary>
    public static void Overtake(SessionState session, PipelineOutput output)
    {
        if (session.Offer != OfferStatus.Pending) return;
        session.Offer = BeforeWish(session);
        for (var i = output.Wishes.Count - 1; i >= 0; i--)
        {
            if (!ReferenceEquals(output.Wishes[i].Session, session)) continue;
            output.Wishes.RemoveAt(i);
            break;
        }
        Settle(session, Blockers.Stale, isWaiting: true, output);
    }

    /// <summary>For a question: nothing stands against an offer, and none is made.</summary>
    public static void TakeBackWish(SessionState session, PipelineOutput output)
    {
        if (session.Offer != OfferStatus.Pending) return;
        output.Wishes.Clear();
        session.Offer = BeforeWish(session);
        Block(session, Blockers.None, isWaiting: false);
    }

    public static void Touch(SessionState session, PipelineOutput output)
    {
        if (IsIn(session, output)) return;
        session.TouchedIndex = output.Touched.Count;
        output.Touched.Add(session);
    }

    /// <summary>The session leaves the batch's list: it has ended.</summary>
    public static void Untouch(SessionState session, PipelineOutput output)
    {
        if (IsIn(session, output))
        {
            var last = output.Touched[^1];
            output.Touched[session.TouchedIndex] = last;
            last.TouchedIndex = session.TouchedIndex;
            output.Touched.RemoveAt(output.Touched.Count - 1);
        }
        session.TouchedIndex = -1;
    }

    /// <summary>Sets the blockers that stand after the last step, and keeps the waiting list in agreement.</summary>
    public static void Block(SessionState session, Blockers blockers, bool isWaiting)
    {
        var waiting = session.Context.Waiting;
        waiting.Count(session.Blockers, blockers);
        session.Blockers = blockers;
        if (isWaiting) waiting.Enter(session);
        else waiting.Leave(session);
    }

    private static void Settle(SessionState session, Blockers blockers, bool isWaiting, PipelineOutput output)
    {
        Block(session, blockers, isWaiting);
        if (session.IsReported && session.State == session.ReportedState && blockers == session.ReportedBlockers) return;
        session.IsReported = true;
        session.ReportedState = session.State;
        session.ReportedBlockers = blockers;
        output.Decisions.Add(new DecisionChange(
            session.Site, session.Visitor, new DecisionId(session.Id, session.Step), session.AsOf, session.IsWishByTimer, session.State,
            session.Purposeful, session.Floundering, session.Reasons, blockers, session.Offer, session.OffersMade)
        {
            First = VisitCounting.Count(session, blockers, out var hindrances),
            Hindrances = hindrances,
        });
    }

    private static void Wish(SessionState session, in DecisionInputs inputs, PipelineOutput output)
    {
        session.Offer = OfferStatus.Pending;
        output.Wishes.Add(new OfferWish(
            session, new OfferId(session.Id, session.OffersMade + 1), session.Step, session.AsOf, session.State,
            Decider.UrgencyOf(inputs, session.State)));
    }

    private DecisionInputs InputsOf(SessionState session, PrivacyScope privacy) => new()
    {
        Features = _features,
        Purposeful = session.Purposeful,
        Floundering = session.Floundering,
        Now = session.AsOf,
        Privacy = privacy,
        Offer = session.Offer,
        OffersMade = session.OffersMade,
        PageExcluded = session.PageExcluded,
        LeftSite = session.HasLeft,
        LanguageNotServed = !session.Context.Serves(session.LanguageTag),
        HasRefused = (session.Signals & PrivacySignals.NoInvitation) != 0,
    };

    private float Score(IPropensityModel? model) => model is null ? float.NaN : model.Score(_features);

    /// <summary>A wish is made only where no offer was, or the last was withdrawn.</summary>
    private static OfferStatus BeforeWish(SessionState session) => session.OffersMade == 0 ? OfferStatus.None : OfferStatus.Withdrawn;

    // The index is believed only where it fits: another output may have been used since.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsIn(SessionState session, PipelineOutput output) =>
        (uint)session.TouchedIndex < (uint)output.Touched.Count && ReferenceEquals(output.Touched[session.TouchedIndex], session);
}
