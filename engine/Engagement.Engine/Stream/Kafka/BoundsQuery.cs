namespace Engagement.Engine.Stream.Kafka;

/// <summary>Asks for a partition's bounds, one request at a time: all who come while one runs share the next, which is as fresh as any asks for. Thread-safe.</summary>
internal sealed class BoundsQuery(Func<(long First, long Next)> ask)
{
    private readonly Lock _gate = new();
    private Task<(long First, long Next)> _running = Task.FromResult((0L, 0L));
    private Task<(long First, long Next)>? _following;

    public Task<(long First, long Next)> AskAsync()
    {
        lock (_gate)
        {
            if (_following is not null) return _following;
            return _running.IsCompleted ? _running = Task.Run(ask) : _following = FollowAsync(_running);
        }
    }

    private async Task<(long First, long Next)> FollowAsync(Task before)
    {
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate) (_running, _following) = (_following!, null);
        return ask();
    }
}
