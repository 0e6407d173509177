using System.Text.Json;
using System.Threading.Channels;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Desks.Delivery;

/// <summary>
/// Delivers one partition's notices: reads a batch, hands each notice to the lanes of those who hear it, and commits the position behind which everybody
/// is done. One batch at a time: the consumer is paused meanwhile. Posting is for one caller; the rest is thread-safe.
/// </summary>
internal sealed class PartitionDelivery : IAsyncDisposable
{
    private readonly int _partition;
    private readonly ILogConsumer _consumer;
    private readonly DeliveryParts _parts;
    private readonly Instant _from;
    private readonly DeliveryProgress _progress = new();
    private readonly Dictionary<ReceiverKey, ReceiverLane> _lanes = [];
    private readonly Channel<LogBatch> _batches = Channel.CreateUnbounded<LogBatch>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _committing = new();
    private readonly Task _run;
    private long _committed;

    /// <param name="from">Notices of before are passed over.</param>
    public PartitionDelivery(int partition, ILogConsumer consumer, DeliveryParts parts, Instant from)
    {
        (_partition, _consumer, _parts, _from) = (partition, consumer, parts, from);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Takes the batch over.</summary>
    public void Post(LogBatch batch)
    {
        _consumer.Pause(_partition);
        if (!_batches.Writer.TryWrite(batch)) batch.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _batches.Writer.TryComplete();
        await _stop.CancelAsync();
        await _run;
        while (_batches.Reader.TryRead(out var batch)) batch.Dispose();
        await Task.WhenAll(_lanes.Values.Select(lane => lane.DisposeAsync().AsTask()));
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var batch in _batches.Reader.ReadAllAsync(_stop.Token))
            {
                using (batch) await SpreadAsync(batch);
                _consumer.Resume(_partition);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (ObjectDisposedException)
        {
            // The membership broke: whoever has the partition next begins at what was committed.
        }
    }

    private async ValueTask SpreadAsync(LogBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            var notice = Read(batch[i]);
            var hearing = notice is null || notice.At < _from ? [] : _parts.Directory.Hearing(notice);
            var step = _progress.Begin(batch[i].Offset, hearing.Count);
            foreach (var key in hearing) await LaneOf(key).PostAsync(notice!, step, _stop.Token);
        }
        Commit(_progress.Skip());
    }

    private Notice? Read(LogRecord record)
    {
        try
        {
            return Notice.FromJson(record.Value.Span);
        }
        catch (JsonException e)
        {
            // Of a later version, perhaps: it must not hold up the rest.
            _parts.Logger.LogWarning("{Topic}/{Partition}: the record at {Offset} is no notice: {Reason}", Topics.Notices, _partition, record.Offset, e.Message);
            return null;
        }
    }

    private ReceiverLane LaneOf(ReceiverKey key)
    {
        if (!_lanes.TryGetValue(key, out var lane)) _lanes[key] = lane = new ReceiverLane(key, _parts, OnDone);
        return lane;
    }

    private void OnDone(DeliveryProgress.Step step) => Commit(_progress.Done(step));

    private void Commit(long? position)
    {
        if (position is not { } reached) return;
        lock (_committing)
        {
            if (reached <= _committed) return;
            _committed = reached;
            // Completes at once in both logs; where it is lost with the process, those behind it are told again under the same ids.
            _ = _consumer.CommitAsync(_partition, reached, CancellationToken.None).AsTask();
        }
    }
}
