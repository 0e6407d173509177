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
            mayTrain ? AddRow(session, output) : -1));
        StepDecider.Block(session, Blockers.None, isWaiting: false);
        StepDecider.Untouch(session, output);
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
