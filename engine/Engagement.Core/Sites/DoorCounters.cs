using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Engagement.Core.Sites;

/// <summary>
/// What this process's collector turned away since it started, by site and cause (<c>known_bot</c>, <c>not_human</c>, <c>no_consent</c>, …): for whoever asks
/// the site's API what became of its events. Thread-safe.
/// </summary>
public sealed class DoorCounters
{
    private readonly ConcurrentDictionary<(string Site, string Cause), StrongBox<long>> _counts = new();

    public void Add(string site, string cause, int count)
    {
        if (count > 0) Interlocked.Add(ref _counts.GetOrAdd((site, cause), static _ => new StrongBox<long>()).Value, count);
    }

    /// <summary>Of one site; causes that never occurred are not in it.</summary>
    public IReadOnlyDictionary<string, long> Of(string site) =>
        _counts.Where(c => c.Key.Site == site).ToDictionary(c => c.Key.Cause, c => Interlocked.Read(ref c.Value.Value), StringComparer.Ordinal);
}
