using Engagement.Core;
using Engagement.Core.Contracts;
using Polly.Timeout;

namespace Engagement.Engine.Stream.Spool;

/// <summary>
/// The event log of a collector: as the real one while that answers, and a queue on this node's own disk while it does not. An append is
/// <see cref="AppendOutcome.Durable"/> when the log has it or this node's disk has it: the second survives the loss of the process and of the power,
/// not of the disk. Full: <see cref="AppendOutcome.Busy"/>. Thread-safe.
/// <para>Each partition turns to its spool and back on its own (<see cref="SpoolLane"/>): a visitor's records are all in one partition, so order by
/// visitor and collector holds, and a partition without a leader holds up no other. Records may come twice, never in another order.</para>
/// </summary>
public sealed class SpooledEventLog : IEventLog
{
    private readonly IEventLog _log;
    private readonly SpoolFile _file;
    private readonly SpoolDrainWorker _drain;
    private readonly Resilience _resilience;
    private readonly SpoolMetrics _metrics;

    /// <param name="log">The real log; stays open.</param>
    /// <param name="topics">Topics to spool; null: events and rejects.</param>
    internal SpooledEventLog(
        IEventLog log, SpoolOptions options, Resilience resilience, SpoolMetrics metrics, TimeProvider time, ILogger logger, IEnumerable<string>? topics = null)
    {
        (_log, _resilience, _metrics) = (log, resilience, metrics);
        _file = new SpoolFile(options, log.PartitionCount, topics, time);
        _drain = new SpoolDrainWorker(log, _file, resilience, metrics, time, logger);
        foreach (var lane in _file.Lanes.Values.SelectMany(l => l).Where(l => !l.IsDirect)) _drain.Start(lane);
        metrics.Observe(() => GetStatusAsync(CancellationToken.None));
    }

    /// <summary>Opens the spool; what an earlier process left in it goes to the log before anything new. Throws <see cref="IOException"/> when its disk refuses.</summary>
    public SpooledEventLog(IEventLog log, SpoolOptions options, Resilience resilience, SpoolMetrics metrics, TimeProvider time, ILogger<SpooledEventLog> logger)
        : this(log, options, resilience, metrics, time, (ILogger)logger) { }

    public int PartitionCount => _log.PartitionCount;
    public bool HasBoundsAtHand => _log.HasBoundsAtHand;

    /// <summary>What waits now.</summary>
    public ValueTask<SpoolStatus> GetStatusAsync(CancellationToken cancellation) => _file.GetStatusAsync(cancellation);

    public ValueTask<AppendResult> AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation) =>
        records.Count > 0 && _file.Lanes.TryGetValue(topic, out var lanes)
            ? AppendAsync(topic, lanes, records)
            : _log.AppendAsync(topic, records, cancellation);

    public ValueTask<ILogConsumer> JoinAsync(string topic, string group, CancellationToken cancellation) => _log.JoinAsync(topic, group, cancellation);

    public ValueTask<(long First, long Next)> GetBoundsAsync(string topic, int partition, CancellationToken cancellation) =>
        _log.GetBoundsAsync(topic, partition, cancellation);

    public ValueTask<LogBatch> ReadAsync(string topic, int partition, long offset, int maxRecords, CancellationToken cancellation) =>
        _log.ReadAsync(topic, partition, offset, maxRecords, cancellation);

    public ValueTask TrimAsync(string topic, Instant before, CancellationToken cancellation) => _log.TrimAsync(topic, before, cancellation);

    /// <summary>Throws when events can be kept neither way: the spool is full, or its disk refuses. That the log is away is no such reason.</summary>
    public ValueTask CheckAsync(CancellationToken cancellation) => _file.IsFull
        ? throw new IOException("The spool is full, and the log is away: events are refused until it is back.")
        : _file.CheckAsync(cancellation);

    /// <summary>Stops the draining and closes the spool; what waits in it stays for the next start. The real log is its owner's to close.</summary>
    public async ValueTask DisposeAsync()
    {
        await _drain.DisposeAsync();
        await _file.DisposeAsync();
    }

    private async ValueTask<AppendResult> AppendAsync(string topic, SpoolLane[] lanes, IReadOnlyList<LogAppend> records)
    {
        var direct = records;
        if (!Array.TrueForAll(lanes, static lane => lane.IsDirect))
        {
            (direct, var spooled) = await SpoolAsync(lanes, records, mustSpool: false);
            if (!spooled.IsDurable || direct.Count == 0) return spooled;
        }
        var result = await SendAsync(topic, direct);
        // Busy is the log's own back-pressure, for the sender to heed: nothing was taken.
        return result.Outcome == AppendOutcome.Unavailable ? (await SpoolAsync(lanes, direct, mustSpool: true)).Result : result;
    }

    /// <summary>To the log, within a bound: no answer counts as away, and whether it has the records is then not known.</summary>
    private async ValueTask<AppendResult> SendAsync(string topic, IReadOnlyList<LogAppend> records)
    {
        var sending = SendHeldAsync(topic, HeldRecords.Copy(records));
        if (sending.IsCompleted) return await sending;
        try
        {
            return await _resilience.EventAppend.ExecuteAsync(
                static async (sending, c) => await sending.WaitAsync(c), sending, CancellationToken.None);
        }
        catch (TimeoutRejectedException)
        {
            return new AppendResult(AppendOutcome.Unavailable, TimeSpan.Zero);
        }
    }

    private async Task<AppendResult> SendHeldAsync(string topic, HeldRecords held)
    {
        try
        {
            return await _log.AppendAsync(topic, held.Records, CancellationToken.None);
        }
        catch (Exception e) when (e is not ArgumentException)
        {
            return new AppendResult(AppendOutcome.Unavailable, TimeSpan.Zero);
        }
        finally
        {
            held.GiveBack();
        }
    }

    /// <summary>
    /// Those of the records whose lanes do not go straight, into the spool: 1. enter each lane, in ascending order, 2. append, 3. leave. Returns the rest.
    /// </summary>
    private async ValueTask<(IReadOnlyList<LogAppend> Direct, AppendResult Result)> SpoolAsync(SpoolLane[] lanes, IReadOnlyList<LogAppend> records, bool mustSpool)
    {
        var isTouched = new bool[lanes.Length];
        for (var i = 0; i < records.Count; i++) isTouched[_file.PartitionOf(records[i])] = true;
        var inside = new bool[lanes.Length];
        var turned = new List<SpoolLane>();
        try
        {
            for (var i = 0; i < lanes.Length; i++)
            {
                if (!isTouched[i]) continue;
                var entry = await lanes[i].EnterAsync(mustSpool);
                inside[i] = entry != LaneEntry.Direct;
                if (entry == LaneEntry.SpoolAndDrain) turned.Add(lanes[i]);
            }
            var spooled = records.Where(r => inside[_file.PartitionOf(r)]).ToList();
            var result = spooled.Count == 0 ? new AppendResult(AppendOutcome.Durable, TimeSpan.Zero) : await _file.AppendAsync(lanes, spooled);
            if (result.IsDurable) _metrics.Spooled(spooled.Count);
            return (spooled.Count == records.Count ? [] : records.Where(r => !inside[_file.PartitionOf(r)]).ToList(), result);
        }
        finally
        {
            for (var i = 0; i < lanes.Length; i++)
                if (inside[i]) lanes[i].Leave();
            foreach (var lane in turned) _drain.Start(lane);
        }
    }
}
