using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// The pipeline of one partition with what its records leave to do: rebuild, then batch by batch apply → record → commit. Owned by one worker,
/// not thread-safe. After any exception it must be rebuilt.
/// </summary>
internal sealed class BatchState(int partition, WorkerParts parts, PartitionStatus status)
{
    private readonly PipelineOutput _output = new();
    private readonly OfferEffects _offers = new();
    private readonly TallyState _tallies = new();
    private readonly BatchWriter _writer = new(partition, parts);
    private readonly WishPolicy _wishes = new(parts);
    private readonly Dictionary<OfferId, RecordedOffer> _recorded = [];
    private readonly HashSet<long> _poison = [];
    private readonly int[] _outcomes = new int[Enum.GetValues<RecordOutcome>().Length];
    private long _recordedTo;
    private long _epoch;
    private long _logEnd;
    private long _assessedAt;

    /// <summary>As last written by this owner: what a store that comes back empty has forgotten.</summary>
    private PartitionCheckpoint? _written;

    private Instant Now => Instant.FromDateTimeOffset(parts.Time.GetUtcNow());

    public EngagementPipeline Pipeline { get; } = new();

    /// <summary>Offset of the next record to apply.</summary>
    public long Position { get; private set; }

    /// <summary>
    /// Takes the partition under a new epoch and brings the pipeline to the checkpoint's position:
    /// 1. read ahead which offers the log names, and learn who was erased before, 2. apply silently from the oldest live session, 3. store what the
    /// sessions are now. A store that has no checkpoint though one was written came back empty: the owner's own counts, else, for a new owner, the
    /// position that the group was given, behind which every effect was durable; and offers that are still open are made again under their ids.
    /// </summary>
    /// <param name="mirrored">The group's position of this partition; null where it never got one.</param>
    public async Task RebuildAsync(Func<CancellationToken, ValueTask<long?>> mirrored, CancellationToken cancellation)
    {
        var ownership = await parts.Resilience.DeliveryCommit.ExecuteAsync(c => parts.Store.TakePartitionAsync(partition, c), cancellation);
        // Before anything is read: whatever an earlier owner still has on its way lands behind this, and counts for nothing.
        await _writer.AppendAsync(Topics.Events, [new LogAppend(RecordKeys.Tick, EngineEventWriter.Taken(ownership.Epoch, Now), partition)], cancellation);
        var (first, next) = await parts.Resilience.LogRead.ExecuteAsync(c => parts.Log.GetBoundsAsync(Topics.Events, partition, c), cancellation);
        var checkpoint = (ownership.Checkpoint ?? _written) is { } found && found.Position <= next ? found : null;
        // To decide about all that the log still holds, days of it, would keep everybody waiting who is there now.
        var reached = checkpoint is null && await mirrored(cancellation) is { } told && told <= next ? told : (long?)null;
        var isLost = ownership.Checkpoint is null && (_written is not null || reached is not null);
        var sameState = checkpoint?.StateVersion == PartitionCheckpoint.CurrentStateVersion;
        var from = checkpoint is not null && sameState ? Math.Clamp(checkpoint.OldestLive, first, checkpoint.Position) : first;
        var position = Math.Max(checkpoint?.Position ?? reached ?? first, first);

        (_epoch, _logEnd) = (ownership.Epoch, next);
        status.Drift = Pipeline.Drift;
        Pipeline.Reset();
        _output.Clear();
        _offers.Clear();
        _tallies.Clear();
        _wishes.Pages.Clear();
        if (checkpoint is not null && sameState) Pipeline.Restore(checkpoint.Splits);
        _recorded.Clear();
        var erasuresAhead = new HashSet<(VisitorKey, Instant)>();
        (_recordedTo, var epochAtFrom) = await RecordedOffersReader.ReadAsync(parts.Log, partition, Math.Min(from, position), _recorded, erasuresAhead, cancellation);
        Pipeline.RestoreEpoch(epochAtFrom);
        await RestoreErasuresAsync(erasuresAhead, cancellation);
        await ApplySilentlyAsync(from, position, cancellation);
        Position = position;
        (status.Epoch, status.Position, status.Sessions) = (_epoch, position, Pipeline.SessionCount);
        if (isLost) await RedriveOpenAsync(parts.Sites.Current, cancellation);
        var rebuilt = CheckpointAt(position);
        await _writer.WriteRebuiltAsync(rebuilt, _logEnd, Pipeline, _output, _offers, parts.Sites.Current, cancellation);
        _written = rebuilt;
        _offers.Clear();
        Assessed();
    }

    /// <summary>
    /// One batch, to the end: its effects are durable when this returns. Where another batch waits already, what the sessions are now is not stored
    /// after every batch but at least every <see cref="EngineOptions.AssessmentAge"/>: it is derived state, and nobody could read it sooner than it changes.
    /// </summary>
    public async ValueTask ApplyAsync(LogBatch batch, bool anotherWaits, CancellationToken cancellation)
    {
        if (await IsStrayAsync(batch, cancellation)) return;
        var started = parts.Time.GetTimestamp();
        var sites = parts.Sites.Current;
        Array.Clear(_outcomes);
        Foresee(batch, 0, EngagementPipeline.ForesightRecords);
        for (var i = 0; i < batch.Count; i++)
        {
            Foresee(batch, i + EngagementPipeline.ForesightRecords, 1);
            var record = batch[i];
            if (record.Offset < Position) continue;
            var decided = _output.Decisions.Count;
            _outcomes[(int)Apply(record, sites)]++;
            if (_output.Wishes.Count > 0)
            {
                _wishes.Pages.MoveTo(batch, i);
                await ResolveAsync(sites, record.Offset, cancellation);
            }
            if (_output.Decisions.Count > decided) _tallies.Count(_output.Decisions, decided, record.Offset);
        }
        _wishes.Pages.Clear();
        if (batch.NextOffset >= _recordedTo) _recorded.Clear();

        var checkpoint = CheckpointAt(batch.NextOffset);
        var ageMax = status.Phase == WorkerPhase.CatchingUp ? parts.Options.AssessmentAgeBehind : parts.Options.AssessmentAge;
        var assess = !anotherWaits || parts.Time.GetElapsedTime(_assessedAt) >= ageMax;
        await _writer.WriteAsync(checkpoint, _logEnd, Pipeline, _output, _offers, _tallies, assess, sites, cancellation);
        _written = checkpoint;
        Count(sites, parts.Time.GetElapsedTime(started));
        _offers.Clear();
        _tallies.Clear();
        Position = batch.NextOffset;
        (status.Position, status.Sessions) = (Position, Pipeline.SessionCount);
        if (assess) Assessed();
        else _output.ClearButTouched();
    }

    /// <summary>What the sessions are now is stored up to the position.</summary>
    private void Assessed()
    {
        _output.Clear();
        _assessedAt = parts.Time.GetTimestamp();
        status.AssessedTo = Position;
    }

    /// <summary>Writes the time into the log; with a site, also that an agent is free there.</summary>
    public async ValueTask AppendTickAsync(Instant now, string? freedSite, CancellationToken cancellation)
    {
        var tick = new LogAppend(RecordKeys.Tick, freedSite is null ? EngineEventWriter.Tick(now) : EngineEventWriter.AgentFree(freedSite, now), partition);
        await _writer.AppendAsync(Topics.Events, [tick], cancellation);
    }

    private void Foresee(LogBatch batch, int from, int count)
    {
        for (var i = from; i < Math.Min(from + count, batch.Count); i++) Pipeline.Foresee(batch[i].Key.Span);
    }

    private RecordOutcome Apply(in LogRecord record, SiteCatalog sites)
    {
        if (_poison.Contains(record.Offset)) return RecordOutcome.Rejected;
        try
        {
            return Pipeline.Apply(record.Value.Span, record.Offset, sites, _output);
        }
        catch (Exception)
        {
            // A record that the core cannot bear is passed over by the rebuild that follows: one record must not stop a partition.
            _poison.Add(record.Offset);
            throw;
        }
    }

    private async ValueTask ResolveAsync(SiteCatalog sites, long offset, CancellationToken cancellation)
    {
        for (var i = 0; i < _output.Wishes.Count; i++)
        {
            var wish = _output.Wishes[i];
            if (sites.Find(wish.Session.Site) is not { } site)
                Pipeline.Resolve(wish, OfferResolution.Unavailable, Instant.Never, sites, _output);
            else if (_recorded.TryGetValue(wish.Offer, out var recorded) && wish.Step <= recorded.Step)
                await RedriveAsync(wish, site, recorded, sites, offset, cancellation);
            else
                await AttemptAsync(wish, site, sites, offset, cancellation);
        }
        _output.Wishes.Clear();
    }

    private async ValueTask AttemptAsync(OfferWish wish, SiteModel site, SiteCatalog sites, long offset, CancellationToken cancellation)
    {
        var result = await _wishes.ResolveAsync(wish, site, cancellation);
        Pipeline.Resolve(wish, result.Resolution, result.ExpiresAt, sites, _output);
        _tallies.Count(site.Id, wish, result.Resolution, offset);
        if (result.Resolution == OfferResolution.Reserved)
            _offers.Add(wish, site, result, Pipeline.Snapshot(wish.Session), wish.Session.ReadEvidence(), isRecorded: false, _epoch);
        else if (result.Resolution is OfferResolution.Holdout or OfferResolution.Observed)
            _offers.AddWithheld(wish, site, result.Resolution, _epoch);
    }

    /// <summary>The log names this offer already: the session takes it as it was, and what may be missing of its delivery is done again.</summary>
    private async ValueTask RedriveAsync(OfferWish wish, SiteModel site, RecordedOffer recorded, SiteCatalog sites, long offset, CancellationToken cancellation)
    {
        if (!ResolveAsRecorded(wish, recorded, sites)) return;
        _tallies.Count(site.Id, wish, recorded.Resolution, offset);
        if (recorded.Resolution != OfferResolution.Reserved || recorded.IsOver) return;
        await DeliverAgainAsync(wish, site, recorded.ExpiresAt, cancellation);
    }

    /// <summary>Offers that stand on a page while the store knows nothing of them.</summary>
    private async ValueTask RedriveOpenAsync(SiteCatalog sites, CancellationToken cancellation)
    {
        foreach (var session in _output.Touched)
        {
            if (session.IsEnded || sites.Find(session.Site) is not { } site) continue;
            var now = Pipeline.Snapshot(session);
            if (now.Offer is not (OfferStatus.Open or OfferStatus.Seen)) continue;
            var offer = new OfferId(now.Session, now.OffersMade);
            if (_recorded.TryGetValue(offer, out var recorded) && recorded.IsOver) continue;
            await DeliverAgainAsync(new OfferWish(session, offer, now.Step, now.AsOf, now.State, 0), site, now.OfferExpiresAt, cancellation);
        }
    }

    private async ValueTask DeliverAgainAsync(OfferWish wish, SiteModel site, Instant expiresAt, CancellationToken cancellation)
    {
        var now = site.Clock == SiteClock.Log ? wish.Now : Now;
        if (expiresAt <= now) return;
        var result = await _wishes.ReserveAsync(wish, site, cancellation);
        if (result.Resolution == OfferResolution.Reserved)
            _offers.Add(wish, site, result, Pipeline.Snapshot(wish.Session), wish.Session.ReadEvidence(), isRecorded: true, _epoch);
    }

    /// <summary>A collector that was cut off may still bring what it had received before an erasure, long after the record of it.</summary>
    private async Task RestoreErasuresAsync(HashSet<(VisitorKey, Instant)> ahead, CancellationToken cancellation)
    {
        var erasures = new ErasureIndex();
        await parts.Resilience.LogRead.ExecuteAsync(c => erasures.LoadAsync(parts.Log, partition, c), cancellation);
        foreach (var (visitor, erasedAt) in erasures.Visitors)
            if (!ahead.Contains((visitor, erasedAt))) Pipeline.RestoreErasure(visitor, erasedAt);
    }

    private async Task ApplySilentlyAsync(long from, long position, CancellationToken cancellation)
    {
        var sites = parts.Sites.Current;
        while (from < position)
        {
            using var batch = await parts.Resilience.LogRead.ExecuteAsync(
                async c => await parts.Log.ReadAsync(Topics.Events, partition, from, Limits.BatchRecordsMax, c), cancellation);
            if (batch.Count == 0) return;
            Foresee(batch, 0, EngagementPipeline.ForesightRecords);
            for (var i = 0; i < batch.Count && batch[i].Offset < position; i++)
            {
                Foresee(batch, i + EngagementPipeline.ForesightRecords, 1);
                Apply(batch[i], sites);
                ResolveSilently(sites);
            }
            from = batch.NextOffset;
            _output.ClearButTouched();
        }
    }

    private void ResolveSilently(SiteCatalog sites)
    {
        for (var i = 0; i < _output.Wishes.Count; i++)
        {
            var wish = _output.Wishes[i];
            ResolveAsRecorded(wish, _recorded.GetValueOrDefault(wish.Offer), sites);
        }
        _output.Wishes.Clear();
    }

    /// <summary>As the log tells of this very step, else not granted; true in the first case.</summary>
    private bool ResolveAsRecorded(in OfferWish wish, in RecordedOffer recorded, SiteCatalog sites)
    {
        var isIt = recorded.Step == wish.Step;
        if (isIt) Pipeline.Resolve(wish, recorded.Resolution, recorded.ExpiresAt, sites, _output);
        else Pipeline.Resolve(wish, WishPolicy.NotGranted(wish, sites.Find(wish.Session.Site)), Instant.Never, sites, _output);
        return isIt;
    }

    /// <summary>True for a batch that was on its way when the partition was sought elsewhere: its records do not follow on our position.</summary>
    private async ValueTask<bool> IsStrayAsync(LogBatch batch, CancellationToken cancellation)
    {
        if (batch.NextOffset <= Position) return true;
        if (batch.Count == 0 || batch[0].Offset <= Position) return false;
        using var between = await parts.Log.ReadAsync(Topics.Events, partition, Position, 1, cancellation);
        return between.Count > 0 && between[0].Offset < batch[0].Offset;
    }

    private PartitionCheckpoint CheckpointAt(long position) =>
        new(partition, position, Pipeline.OldestLive(position), _epoch, PartitionCheckpoint.CurrentStateVersion, Pipeline.Splits());

    private void Count(SiteCatalog sites, TimeSpan duration)
    {
        parts.State.Count(_outcomes);
        parts.Metrics.Records(_outcomes);
        parts.Metrics.Batch(duration.TotalMilliseconds);
        var now = Now;
        foreach (var decision in _output.Decisions)
        {
            parts.State.Of(decision.Site).CountDecision(decision);
            var measured = !decision.ByTimer && sites.Find(decision.Site)?.Clock == SiteClock.Wall;
            var madeCard = decision is { Offer: OfferStatus.Open, Blockers: Blockers.None } && _offers.IsNew(new OfferId(decision.Id.Session, decision.OfferOrdinal));
            parts.Metrics.Decision(decision, measured ? (now - decision.At).TotalMilliseconds : -1, madeCard);
        }
        foreach (var (site, offer, status) in _offers.Statuses) Count(site, offer, status);
        foreach (var closed in _output.OffersClosed) Count(closed.Site, closed.Offer, closed.Outcome);
        foreach (var session in _output.SessionsClosed)
        {
            parts.State.Of(session.Site).CountEnd(session);
            parts.Metrics.SessionClosed(session);
        }
    }

    private void Count(string site, OfferId offer, OfferStatus offerStatus)
    {
        parts.State.Of(site).CountOffer(offer, offerStatus);
        parts.Metrics.Offer(site, offerStatus);
    }
}
