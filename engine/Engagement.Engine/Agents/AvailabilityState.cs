using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Agents;

/// <summary>
/// How many agents of a site are free, remembered for <see cref="EngineOptions.AvailabilityAge"/>, so that nobody asks the store for a slot that
/// is known not to be there. Says when a site that had nobody free has somebody again: at once where somebody on any node freed a slot, as the store
/// tells, and with the next sweep where one lapsed. Thread-safe.
/// </summary>
public sealed class AvailabilityState(
    IDeliveryStore store, Resilience resilience, EngineOptions options, TimeProvider time, ILogger<AvailabilityState> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Entry> _sites = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Listening> _listening = new(StringComparer.Ordinal);

    /// <summary>A site's free slots rose: from none, or by an agent who may speak what the others do not. Raised on the thread that noticed; return quickly.</summary>
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
        if (!_listening.ContainsKey(site)) _ = ListenAsync(site);
        var readAt = time.GetTimestamp();
        var value = await store.GetAvailabilityAsync(site, cancellation);
        var freed = false;
        _sites.AddOrUpdate(site,
            _ => { freed = value.FreeSlots > 0; return new Entry(value, readAt); },
            (_, before) =>
            {
                // A slower, older answer does not undo a younger one.
                if (before.ReadAt > readAt) { freed = false; return before; }
                freed = value.FreeSlots > before.Value.FreeSlots;
                return new Entry(value, readAt);
            });
        if (freed) Freed?.Invoke(site);
        return value;
    }

    /// <summary>
    /// The store has just refused a slot: until it is asked again, nobody is free. Else every wish of a busy hour would be a question to the store.
    /// </summary>
    public void NobodyFree(string site) =>
        _sites.AddOrUpdate(site, _ => new Entry(default, time.GetTimestamp()), (_, before) => new Entry(before.Value with { FreeSlots = 0 }, time.GetTimestamp()));

    public async ValueTask DisposeAsync()
    {
        foreach (var listening in _listening.Values)
            if (listening.Subscription is { } subscription) await subscription.DisposeAsync();
        _listening.Clear();
    }

    /// <summary>A store that is away is asked again with the next refresh.</summary>
    private async Task ListenAsync(string site)
    {
        var listening = new Listening();
        if (!_listening.TryAdd(site, listening)) return;
        try
        {
            listening.Subscription = await resilience.DeliveryAct.ExecuteAsync(
                c => store.SubscribeAsync(Channels.AvailabilityOf(site), _ => OnFreed(site, listening), c), CancellationToken.None);
        }
        catch (Exception e)
        {
            _listening.TryRemove(KeyValuePair.Create(site, listening));
            logger.LogDebug(e, "{Site}: not told yet of slots that become free", site);
        }
    }

    /// <summary>On the store's thread: however many slots are told of meanwhile, one question after the other.</summary>
    private void OnFreed(string site, Listening listening)
    {
        if (Interlocked.Increment(ref listening.Told) == 1) _ = Task.Run(() => RefreshToldAsync(site, listening));
    }

    private async Task RefreshToldAsync(string site, Listening listening)
    {
        for (var told = 1; told > 0;)
        {
            var seen = Volatile.Read(ref listening.Told);
            try
            {
                await resilience.DeliveryAct.ExecuteAsync(c => RefreshAsync(site, c), CancellationToken.None);
            }
            catch (Exception e)
            {
                logger.LogDebug(e, "{Site}: told of a free slot, and the store did not say how many", site);
            }
            told = Interlocked.Add(ref listening.Told, -seen);
        }
    }

    private sealed class Listening
    {
        public int Told;
        public IAsyncDisposable? Subscription;
    }

    private sealed record Entry(AgentAvailability Value, long ReadAt);
}
