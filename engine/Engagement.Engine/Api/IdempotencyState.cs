using System.Collections.Concurrent;

namespace Engagement.Engine.Api;

/// <summary>An answer that is given again to the same key.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="IsFinal">False for answers that say "try again": they are not kept.</param>
internal sealed record KeptAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Json, bool IsFinal);

/// <summary>
/// Answers by Idempotency-Key, bounded: the oldest gives way. Calls with the same key at the same time share one run. After a restart, or on another
/// node, the offer's own derived id still keeps it single: the same invitation comes back while it is open, then as one that was (200, not 201).
/// Thread-safe.
/// </summary>
internal sealed class IdempotencyState
{
    /// <summary>About ten minutes of a busy site's offers.</summary>
    private const int KeptMax = 10_000;

    private readonly ConcurrentDictionary<(string Site, string Key), Entry> _entries = new();
    private readonly ConcurrentQueue<(string Site, string Key)> _order = new();

    /// <summary>Null when the key was used for another body.</summary>
    public async Task<KeptAnswer?> RunAsync(string site, string key, ulong bodyHash, Func<Task<KeptAnswer>> run)
    {
        var mine = new Entry(bodyHash, new Lazy<Task<KeptAnswer>>(run));
        var entry = _entries.GetOrAdd((site, key), mine);
        if (entry.BodyHash != bodyHash) return null;
        if (ReferenceEquals(entry, mine)) Remember((site, key));
        try
        {
            var answer = await entry.Answer.Value;
            if (!answer.IsFinal) _entries.TryRemove(KeyValuePair.Create((site, key), entry));
            return answer;
        }
        catch
        {
            _entries.TryRemove(KeyValuePair.Create((site, key), entry));
            throw;
        }
    }

    private void Remember((string, string) key)
    {
        _order.Enqueue(key);
        while (_order.Count > KeptMax && _order.TryDequeue(out var oldest)) _entries.TryRemove(oldest, out _);
    }

    private sealed record Entry(ulong BodyHash, Lazy<Task<KeptAnswer>> Answer);
}
