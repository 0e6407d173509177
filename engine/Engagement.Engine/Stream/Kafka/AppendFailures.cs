namespace Engagement.Engine.Stream.Kafka;

/// <summary>Says why appends fail, once a second at most: an absent broker fails thousands a second, all for one reason. Thread-safe.</summary>
internal sealed class AppendFailures(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long? _saidAt;
    private int _unsaid;

    public void Add(string reason)
    {
        int appends;
        lock (_gate)
        {
            _unsaid++;
            if (_saidAt is { } at && time.GetElapsedTime(at) < Quiet) return;
            (_saidAt, appends, _unsaid) = (time.GetTimestamp(), _unsaid, 0);
        }
        logger.LogWarning("{Count} appends were unavailable, the last: {Reason}", appends, reason);
    }
}
