using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Integration.Tests.Kill;

/// <summary>
/// The pure core over a finished log, from its first record to its last without a stop: what a run that nobody interrupted would have decided.
/// Offers are granted at the step at which the log says that they were.
/// </summary>
internal sealed class UninterruptedRun
{
    /// <summary>By the first record of each that stands: a later one says the same again.</summary>
    private readonly Dictionary<OfferId, (int Step, Instant ExpiresAt)> _granted = [];

    /// <summary>Client event ids in the log.</summary>
    public HashSet<string> EventIds { get; } = [];

    /// <summary>Offers recorded, each with how often.</summary>
    public Dictionary<OfferId, int> Offers { get; } = [];

    /// <summary>State by decision id, for every change.</summary>
    public Dictionary<string, VisitorState> Decisions { get; } = [];

    /// <summary>State by session and step, after every record that touched the session.</summary>
    public Dictionary<string, VisitorState> Steps { get; } = [];

    /// <summary>Where in the log each change was decided, and how.</summary>
    public Dictionary<string, (int Partition, long Offset, DecisionChange Change)> Changes { get; } = [];

    public static async Task<UninterruptedRun> OfAsync(IEventLog log, SiteCatalog sites)
    {
        var run = new UninterruptedRun();
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            var records = await ReadAllAsync(log, Topics.Events, partition);
            var fence = new EpochFence();
            foreach (var record in records) run.Note(record.Span, fence);
            run.Apply(partition, records, sites);
        }
        return run;
    }

    public static async Task<List<ReadOnlyMemory<byte>>> ReadAllAsync(IEventLog log, string topic, int partition)
    {
        var records = new List<ReadOnlyMemory<byte>>();
        var offset = (await log.GetBoundsAsync(topic, partition, default)).First;
        while (true)
        {
            using var batch = await log.ReadAsync(topic, partition, offset, 4_096, default);
            if (batch.Count == 0) return records;
            for (var i = 0; i < batch.Count; i++) records.Add(batch[i].Value.ToArray());
            offset = batch.NextOffset;
        }
    }

    private void Note(ReadOnlySpan<byte> record, EpochFence fence)
    {
        Assert.True(new VisitorEventReader().TryRead(record, out var e).IsOk, Encoding.UTF8.GetString(record));
        var isAdmitted = fence.Admits(e);
        if (e.Type < EventType.InvitationOffered) EventIds.Add(Encoding.UTF8.GetString(e.Id));
        if (e.Type != EventType.InvitationOffered) return;
        var offer = new OfferId(e.OfferSession, e.OfferOrdinal);
        if (isAdmitted) _granted.TryAdd(offer, (e.OfferStep, e.OfferExpiresAt));
        Offers[offer] = Offers.GetValueOrDefault(offer) + 1;
    }

    private void Apply(int partition, List<ReadOnlyMemory<byte>> records, SiteCatalog sites)
    {
        var pipeline = new EngagementPipeline();
        var output = new PipelineOutput();
        for (var offset = 0; offset < records.Count; offset++)
        {
            pipeline.Apply(records[offset].Span, offset, sites, output);
            foreach (var wish in output.Wishes)
            {
                var isGranted = _granted.TryGetValue(wish.Offer, out var granted) && granted.Step == wish.Step;
                pipeline.Resolve(wish, isGranted ? OfferResolution.Reserved : OfferResolution.NobodyFree, isGranted ? granted.ExpiresAt : Instant.Never, sites, output);
            }
            foreach (var session in output.Touched) Steps[new DecisionId(session.Id, session.Step).ToString()] = session.State;
            foreach (var decision in output.Decisions)
            {
                Decisions[decision.Id.ToString()] = decision.State;
                Changes[decision.Id.ToString()] = (partition, offset, decision);
            }
            output.Clear();
        }
    }
}
