using Engagement.Core.Cards;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Core.Sessions;

/// <summary>Answer to a question with the session's events inline.</summary>
/// <param name="Assessment">As of the question; null when no event began a session.</param>
/// <param name="Evidence">What a card would show.</param>
/// <param name="Faults">Events that could not be read, by their place in the question.</param>
public sealed record InlineAnswer(Assessment? Assessment, SessionEvidence Evidence, IReadOnlyList<(int Index, EventReadResult Fault)> Faults);

/// <summary>
/// Assesses a session that is sent whole with the question (<c>POST /v1/should-engage</c>): the same stages as the stream's, in a pipeline of its own, and
/// nothing is kept. Not thread-safe; reusable, pool one per caller. Cold.
/// </summary>
public sealed class InlineSession
{
    private readonly VisitorEventReader _reader = new();
    private readonly EngagementPipeline _pipeline = new();
    private readonly PipelineOutput _output = new();

    /// <summary>
    /// Events are canonical client JSON, in any order; each counts as received when it occurred, no later than <paramref name="now"/>, so that pauses
    /// between them are what they were. Where they make several sessions, the last one answers. Offers are not known here: the caller adds what its store knows.
    /// </summary>
    public InlineAnswer Assess(IReadOnlyList<ReadOnlyMemory<byte>> events, SiteModel site, VisitorKey visitor, Instant now)
    {
        var (order, faults) = Order(events, now);
        var sites = new SiteCatalog([site], 0);
        var siteId = System.Text.Encoding.UTF8.GetBytes(site.Id);
        try
        {
            foreach (var (receivedAt, index) in order)
            {
                _reader.ReadClient(events[index].Span, out var e);
                e.Site = siteId;
                e.VisitorKey = visitor;
                e.ReceivedAt = receivedAt;
                _pipeline.Sessionize(e, index, sites, _output);
                _output.Clear();
            }
            if (_pipeline.Find(visitor) is not { } session) return new InlineAnswer(null, SessionEvidence.Empty, faults);
            _pipeline.Ask(session, now, _output);
            StepDecider.TakeBackWish(session, _output);
            return new InlineAnswer(_pipeline.Snapshot(session), session.ReadEvidence(), faults);
        }
        finally
        {
            _output.Clear();
            _pipeline.Reset();
        }
    }

    private (List<(Instant ReceivedAt, int Index)> Order, List<(int, EventReadResult)> Faults) Order(
        IReadOnlyList<ReadOnlyMemory<byte>> events, Instant now)
    {
        var order = new List<(Instant ReceivedAt, int Index)>(events.Count);
        var faults = new List<(int, EventReadResult)>();
        for (var i = 0; i < events.Count; i++)
        {
            var read = _reader.ReadClient(events[i].Span, out var e);
            if (read.IsOk) order.Add((e.OccurredAt == Instant.Start ? now : Instant.Min(e.OccurredAt, now), i));
            else faults.Add((i, read));
        }
        order.Sort();
        return (order, faults);
    }
}
