using Engagement.Core;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>How much may wait for the brokers; beyond it appends are busy, and nothing of them is taken. Thread-safe.</summary>
internal sealed class AppendBudget
{
    /// <summary>Records that may wait: with small ones, librdkafka's own bookkeeping outweighs <see cref="Limits.AppendQueueBytesMax"/>.</summary>
    public const int RecordsMax = 200_000;

    private readonly Lock _gate = new();
    private int _records;
    private long _bytes;

    /// <summary>Takes the room for a whole call or none of it. A call that alone is too large is let through when nothing waits.</summary>
    public bool TryTake(int records, long bytes)
    {
        lock (_gate)
        {
            if (_records > 0 && (_records + records > RecordsMax || _bytes + bytes > Limits.AppendQueueBytesMax)) return false;
            _records += records;
            _bytes += bytes;
            return true;
        }
    }

    public void Return(int records, long bytes)
    {
        lock (_gate)
        {
            _records -= records;
            _bytes -= bytes;
        }
    }
}
