using Engagement.Core.Decisions;
using Engagement.Core.Features;

namespace Engagement.Core.Sessions;

/// <summary>Ends of offers and of sessions, and the row that is kept of a session where its signals allow it. Allocates nothing at steady state.</summary>
internal static class SessionCloser
{
    public const string Lapsed = "lapsed";
    public const string OrderCompleted = "order_completed";
    public const string LeftSite = "left_site";
    public const string SessionEnded = "session_ended";
    public const string Erased = "erased";

    /// <summary>An open offer ends by the session's own course.</summary>
    public static void CloseOffer(SessionState session, OfferStatus outcome, Instant at, string cause, PipelineOutput output)
    {
        OfferCourse.Set(session, outcome);
        output.OffersClosed.Add(new OfferClosed(session.Site, session.Visitor, new OfferId(session.Id, session.OffersMade), outcome, at, cause));
    }

    /// <summary>Says that the session is over, and takes it out of the batch's lists. The register then ends it.</summary>
    public static void Close(SessionState session, SessionEnd cause, Instant at, PipelineOutput output)
    {
        at = Instant.Max(at, session.AsOf);
        StepDecider.Overtake(session, output);
        if (session.IsOfferOpen) CloseOffer(session, OfferStatus.Withdrawn, at, cause == SessionEnd.Erased ? Erased : SessionEnded, output);
        var privacy = session.Privacy;
        var mayTrain = cause != SessionEnd.Erased && (privacy & PrivacyScope.Train) != 0;
        output.SessionsClosed.Add(new SessionClosed(
            session.Site, session.Visitor, session.Id, session.StartedAt, at, session.Events, session.State, session.PeakState, session.Offer,
            session.OffersMade, session.Activity.OrdersCompleted, session.Purposeful, session.Floundering, privacy, cause,
            mayTrain ? AddRow(session, output) : -1)
        {
            DrawnStart = mayTrain ? AddDrawn(session, output) : -1,
            DrawnEvent = session.RowDrawn.Capacity == 0 ? 0 : (int)DrawnRow(session)[(int)Feature.Events],
            DrawnOf = session.RowDrawn.Capacity == 0 ? 0 : (int)DrawnOf(session),
        });
        StepDecider.Block(session, Blockers.None, isWaiting: false);
        StepDecider.Untouch(session, output);
        VisitCounting.Leave(session);
    }

    /// <summary>
    /// Keeps the vector as it stands before the first order: what a model learns from must not know the outcome. Other sessions' rows are as of their
    /// last step.
    /// </summary>
    public static void KeepRowBeforeOrder(SessionState session, Instant now)
    {
        if (session.RowAtOrder.Capacity > 0) return;
        session.Arena.Reserve(ref session.RowAtOrder, 0, FeatureSchema.Count * sizeof(float));
        FeatureExtractor.Extract(session, now, session.Arena.Values<float>(session.RowAtOrder, FeatureSchema.Count));
    }

    /// <summary>
    /// Keeps the vector of one event, drawn with equal chance from all before the first order and the first offer: what a site's own model learns from must
    /// be taken where the engine asks, at any event, and before the outcome or an invitation could show in it. The n-th event takes the place with chance
    /// 1/n (reservoir sampling, Vitter 1985), by a hash of the session. A session holds a row from its first event on or never: where <paramref name="live"/>
    /// sessions are many, one in sixty-four does. Hot: copies a row some three times in a session of ten events.
    /// </summary>
    public static void DrawRow(SessionState session, ReadOnlySpan<float> features, int live)
    {
        if (session.RowDrawn.Capacity == 0 && (session.EventCount > 1 || session.Arena.DrawnRows >= Math.Max(Limits.DrawnRowsMin, live / Limits.DrawnRowsShare))) return;
        if (session.OffersMade > 0 || session.Activity.OrdersCompleted > 0 || (session.Privacy & PrivacyScope.Train) == 0) return;
        if (session.RowDrawn.Capacity == 0) session.Arena.DrawnRows++;
        session.Arena.Reserve(ref session.RowDrawn, 0, (FeatureSchema.Count + 1) * sizeof(float));
        DrawnOf(session) = session.EventCount;
        if (Draw(session.Id, session.EventCount) == 0) features.CopyTo(DrawnRow(session));
    }

    private static Span<float> DrawnRow(SessionState session) => session.Arena.Values<float>(session.RowDrawn, FeatureSchema.Count);

    /// <summary>Stands behind the row.</summary>
    private static ref float DrawnOf(SessionState session) => ref session.Arena.Values<float>(session.RowDrawn, FeatureSchema.Count + 1)[FeatureSchema.Count];

    private static ulong Draw(SessionId session, uint among)
    {
        // Mixed as SplitMix64 does (Steele et al. 2014): neighbouring counts give unrelated draws.
        var mixed = session.Low + among * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (mixed ^ (mixed >> 31)) % among;
    }

    private static int AddDrawn(SessionState session, PipelineOutput output)
    {
        if (session.RowDrawn.Capacity == 0) return -1;
        var start = output.OutcomeFeatures.Count;
        output.OutcomeFeatures.AddRange(DrawnRow(session));
        return start;
    }

    private static int AddRow(SessionState session, PipelineOutput output)
    {
        Span<float> row = stackalloc float[FeatureSchema.Count];
        if (session.RowAtOrder.Capacity > 0) session.Arena.Values<float>(session.RowAtOrder, FeatureSchema.Count).CopyTo(row);
        else FeatureExtractor.Extract(session, session.AsOf, row);
        var start = output.OutcomeFeatures.Count;
        output.OutcomeFeatures.AddRange(row);
        return start;
    }
}
