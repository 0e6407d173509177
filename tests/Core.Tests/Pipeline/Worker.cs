using System.Text;
using Engagement.Core;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Core.Tests.Pipeline;

/// <summary>
/// What a host does with the pipeline, without IO: answers wishes, appends the engine's own records at a batch's end, and rebuilds from a checkpoint.
/// </summary>
internal sealed class Worker(SiteCatalog sites)
{
    private readonly List<byte[]> _toAppend = [];

    public EngagementPipeline Pipeline { get; } = new();
    public PipelineOutput Output { get; } = new();

    /// <summary>Everything decided so far, in order.</summary>
    public List<DecisionChange> Decisions { get; } = [];
    public List<OfferClosed> OffersClosed { get; } = [];
    public List<SessionClosed> SessionsClosed { get; } = [];
    public List<OfferId> Offers { get; } = [];

    /// <summary>How a wish ends in the live run.</summary>
    public Func<OfferWish, OfferResolution> Answer { get; set; } = _ => OfferResolution.NobodyFree;

    /// <summary>Resolutions that the log records: what a rebuild answers from.</summary>
    public Dictionary<(OfferId Offer, int Step), (OfferResolution Resolution, Instant ExpiresAt)> Recorded { get; init; } = [];

    /// <summary>Answers from <see cref="Recorded"/> only, as a rebuild does.</summary>
    public bool IsRebuilding { get; set; }

    public RecordOutcome Apply(byte[] record, long offset)
    {
        var outcome = Pipeline.Apply(record, offset, sites, Output);
        for (var i = 0; i < Output.Wishes.Count; i++) Resolve(Output.Wishes[i]);
        Output.Wishes.Clear();
        return outcome;
    }

    /// <summary>Ends a batch: gathers what it left to do, and returns what is to be appended to the log.</summary>
    public List<byte[]> EndBatch()
    {
        Decisions.AddRange(Output.Decisions);
        OffersClosed.AddRange(Output.OffersClosed);
        SessionsClosed.AddRange(Output.SessionsClosed);
        Output.Clear();
        List<byte[]> records = [.. _toAppend];
        _toAppend.Clear();
        return records;
    }

    /// <summary>A session as it stands, in one text: two runs agree when their texts do.</summary>
    public string Describe(VisitorKey visitor, bool withBlockers = true)
    {
        if (Pipeline.Find(visitor) is not { } session) return "none";
        var now = Pipeline.Snapshot(session);
        var text = new StringBuilder($"{now.Session} step {now.Step} at {now.AsOf} since {now.StartedAt} presence {now.LastPresenceAt} {now.State} {now.Offer} {now.OffersMade} {now.OfferExpiresAt} left {session.HasLeft}");
        if (withBlockers) text.Append(' ').Append(now.Blockers);
        foreach (var feature in now.Features) text.Append(' ').Append(BitConverter.SingleToInt32Bits(feature));
        var evidence = session.ReadEvidence();
        text.AppendJoin(';', evidence.Queries).AppendJoin(';', evidence.Pages).AppendJoin(';', evidence.Cart).Append(evidence.Language);
        return text.ToString();
    }

    private void Resolve(in OfferWish wish)
    {
        var (resolution, expiresAt) = IsRebuilding
            ? Recorded.GetValueOrDefault((wish.Offer, wish.Step), (OfferResolution.NobodyFree, Instant.Never))
            : (Answer(wish), wish.Now + TimeSpan.FromSeconds(45));
        Pipeline.Resolve(wish, resolution, expiresAt, sites, Output);
        if (IsRebuilding) return;
        var (site, visitor) = (wish.Session.Site, wish.Session.Visitor);
        if (resolution == OfferResolution.Reserved)
        {
            Offers.Add(wish.Offer);
            _toAppend.Add(EngineEventWriter.Offered(site, visitor, wish.Offer, wish.Step, epoch: 1, expiresAt, wish.Now));
        }
        else if (resolution is OfferResolution.Holdout or OfferResolution.Observed)
        {
            var cause = resolution == OfferResolution.Holdout ? "holdout" : "observed";
            _toAppend.Add(EngineEventWriter.Withheld(site, visitor, wish.Offer, wish.Step, epoch: 1, cause, wish.Now));
        }
        else
        {
            return;
        }
        Recorded[(wish.Offer, wish.Step)] = (resolution, expiresAt);
    }
}
