using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Engine.Api;

/// <summary>
/// Plays events that were sent along with a question through the very pipeline of the partitions, on an instance that forgets them at once. Instances
/// are pooled, as many as questions were ever asked at the same time. Thread-safe.
/// </summary>
internal sealed class InlineSessions
{
    private readonly ConcurrentBag<(EngagementPipeline Pipeline, PipelineOutput Output)> _idle = [];

    /// <summary>The session as of its last event; null when the events make none.</summary>
    public (Assessment? Assessment, SessionEvidence Evidence) Play(SiteCatalog sites, VisitorKey visitor, IReadOnlyList<LogAppend> records)
    {
        var (pipeline, output) = _idle.TryTake(out var idle) ? idle : (new EngagementPipeline(), new PipelineOutput());
        for (var i = 0; i < records.Count; i++)
        {
            pipeline.Apply(records[i].Value.Span, i, sites, output);

            // A question makes no offer: whether one would be made is for the answer to say.
            foreach (var wish in output.Wishes) pipeline.Resolve(wish, OfferResolution.NobodyFree, Instant.Never, sites, output);
            output.Clear();
        }
        var session = pipeline.Find(visitor);
        var played = session is null ? (null, SessionEvidence.Empty) : (pipeline.Snapshot(session), session.ReadEvidence());
        pipeline.Reset();
        _idle.Add((pipeline, output));
        return played;
    }
}
