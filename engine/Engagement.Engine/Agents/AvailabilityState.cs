using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Agents;

/// <summary>
/// How many agents of a site are free, remembered for <see cref="EngineOptions.AvailabilityAge"/>, so that nobody asks the store for a slot that
/// is known not to be there. Says when a site that had nobody free has somebody again. Thread-safe.
/// </summary>
public sealed class AvailabilityState(IDeliveryStore store, EngineOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Entry> _sites = new(StringComparer.Ordinal);

    /// <summary>A site's free slots rose from none. Raised on the thread that noticed; return quickly.</summary>
    public event Action<string>? Freed;

    /// <summary>Sites that anybody asked about.</summary>
    public ICollection<string> Known => _sites.Keys;

    /// <summary>What was last heard of each of them, whatever its age.</summary>
    public IEnumerable<KeyValuePair<string, AgentAvailability>> Last => _sites.Select(s => KeyValuePair.Create(s.Key, s.Value.Value));

    /// <summary>From memory where young enough, else from the store.</summary>
    public ValueTask<AgentAvailability> GetAsync(string site, CancellationToken cancellation)
    {
        if (_sites.TryGetValue(site, out var entry) && time.GetElapsedTime(entry.ReadAt) < options.AvailabilityAge) return new(entry.Value);
        return RefreshAsync(site, cancellation);
    }

    /// <summary>Asks the store now: after anything on this node that may have freed or taken a slot.</summary>
    public async ValueTask<AgentAvailability> RefreshAsync(string site, CancellationToken cancellation)
    {
        var readAt = time.GetTimestamp();
        var value = await store.GetAvailabilityAsync(site, cancellation);
        var freed = false;
        _sites.AddOrUpdate(site,
            _ => { freed = value.FreeSlots > 0; return new Entry(value, readAt); },
            (_, before) =>
            {
                // A slower, older answer does not undo a younger one.
                if (before.ReadAt > readAt) { freed = false; return before; }
                freed = before.Value.FreeSlots == 0 && value.FreeSlots > 0;
                return new Entry(value, readAt);
            });
        if (freed) Freed?.Invoke(site);
        return value;
    }

    private sealed record Entry(AgentAvailability Value, long ReadAt);
}
