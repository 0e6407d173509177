using System.Threading.Channels;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Delivery;

/// <summary>
/// One receiver's notices of one partition, one after the other, so that a visitor's keep their order. While the receiver fails, only this lane waits: for
/// <see cref="DeskOptions.HoldMax"/> by each notice's own time, then the notice is set aside and the next is tried. Posting is for one caller; the rest is thread-safe.
/// </summary>
internal sealed class ReceiverLane : IAsyncDisposable
{
    private readonly ReceiverKey _key;
    private readonly DeliveryParts _parts;
    private readonly ReceiverStatus _status;
    private readonly Action<DeliveryProgress.Step> _done;
    private readonly Channel<(Notice Notice, DeliveryProgress.Step Step)> _waiting;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private volatile bool _isFailing;

    /// <param name="done">Told of each notice that is done with, however it ended; not of those that wait when the lane is stopped.</param>
    public ReceiverLane(ReceiverKey key, DeliveryParts parts, Action<DeliveryProgress.Step> done)
    {
        (_key, _parts, _done) = (key, parts, done);
        _status = parts.State.Of(key.Site, key.Name);
        _waiting = Channel.CreateBounded<(Notice, DeliveryProgress.Step)>(new BoundedChannelOptions(parts.Options.WaitingMax) { SingleReader = true, SingleWriter = true });
        _run = Task.Run(RunAsync);
    }

    /// <summary>Waits for room while the receiver takes notices, if slowly; what finds no room at one that fails is set aside.</summary>
    public async ValueTask PostAsync(Notice notice, DeliveryProgress.Step step, CancellationToken cancellation)
    {
        _status.AddWaiting(1);
        while (!_waiting.Writer.TryWrite((notice, step)))
        {
            if (_isFailing)
            {
                End(notice, step, NoticeOutcome.SetAside, "no more may wait");
                return;
            }
            using var look = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), _parts.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(look.Token, cancellation);
            try
            {
                await _waiting.Writer.WaitToWriteAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                // Looked whether it fails meanwhile.
            }
        }
    }

    /// <summary>Stops where it is: what was not taken is delivered again by whoever has the partition next.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _waiting.Writer.TryComplete();
        await _run;
        while (_waiting.Reader.TryRead(out _)) _status.AddWaiting(-1);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var (notice, step) in _waiting.Reader.ReadAllAsync(_stop.Token)) await DeliverAsync(notice, step);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping.
        }
    }

    private async ValueTask DeliverAsync(Notice notice, DeliveryProgress.Step step)
    {
        var left = notice.At + _parts.Options.HoldMax - _parts.Now;
        // Whoever fails is not asked about what is too old; whoever may have come back gets one try at everything.
        if (_isFailing && left <= TimeSpan.Zero)
        {
            End(notice, step, NoticeOutcome.SetAside, "not taken in time");
            return;
        }
        using var hold = new CancellationTokenSource(left > _parts.Options.OneTry ? left : _parts.Options.OneTry, _parts.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hold.Token, _stop.Token);
        try
        {
            var outcome = await _parts.Resilience.NoticeDelivery.ExecuteAsync(c => TryAsync(notice, c), either.Token);
            End(notice, step, outcome, null);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _status.AddWaiting(-1);
            throw;
        }
        catch (OperationCanceledException)
        {
            End(notice, step, NoticeOutcome.SetAside, "not taken in time");
        }
        catch (NoticeRefusedException e)
        {
            End(notice, step, NoticeOutcome.SetAside, e.Message);
        }
        catch (Exception e)
        {
            // What the pipeline does not try again: misuse. It must not hold up what comes behind.
            End(notice, step, NoticeOutcome.SetAside, e.Message);
        }
    }

    private async ValueTask<NoticeOutcome> TryAsync(Notice notice, CancellationToken cancellation)
    {
        if (_parts.Directory.Find(_key) is not { } receiver) return NoticeOutcome.Dropped;
        try
        {
            var outcome = await receiver.DeliverAsync(notice, cancellation);
            (_isFailing, _status.Fault) = (false, null);
            return outcome;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            // One that refuses a single notice is there; one that does not answer, or refuses everything, is not.
            _isFailing = e is not NoticeRefusedException { IsFinal: true };
            _status.Fault = e is OperationCanceledException ? "no answer in time" : e.Message;
            throw;
        }
    }

    private void End(Notice notice, DeliveryProgress.Step step, NoticeOutcome outcome, string? cause)
    {
        _status.AddWaiting(-1);
        _status.Count(outcome);
        _parts.Metrics.Notice(_key.Site, _key.Name, outcome);
        if (outcome == NoticeOutcome.SetAside)
            _parts.Logger.LogError("{Site}: {Receiver}: notice {Notice} set aside: {Cause}", _key.Site, _key.Name, notice.Id, cause);
        _done(step);
    }
}
