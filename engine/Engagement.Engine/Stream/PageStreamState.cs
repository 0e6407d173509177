using System.Collections.Concurrent;
using Engagement.Core;

namespace Engagement.Engine.Stream;

/// <summary>Which visitors have a page stream open on this node: a sign of presence. Thread-safe.</summary>
public sealed class PageStreamState
{
    private readonly ConcurrentDictionary<(string Site, VisitorKey Visitor), int> _open = new();

    private int _streams;

    /// <summary>Streams that are open: one each, also while its visitor is known by the keys of two days.</summary>
    public int Count => Volatile.Read(ref _streams);

    /// <summary>Whose pages are open, each once; a view that may change meanwhile.</summary>
    public IEnumerable<(string Site, VisitorKey Visitor)> Open() => _open.Select(o => o.Key);

    public bool IsOpen(string site, VisitorKey visitor) => _open.ContainsKey((site, visitor));

    /// <summary>Counts the stream as open until the result is disposed.</summary>
    /// <param name="isAlias">The same stream under another key of its visitor's.</param>
    public IDisposable Open(string site, VisitorKey visitor, bool isAlias = false)
    {
        _open.AddOrUpdate((site, visitor), 1, static (_, count) => count + 1);
        if (!isAlias) Interlocked.Increment(ref _streams);
        return new Closing(this, (site, visitor), isAlias);
    }

    private void Close((string, VisitorKey) key)
    {
        while (_open.TryGetValue(key, out var count))
        {
            if (count > 1 ? _open.TryUpdate(key, count - 1, count) : _open.TryRemove(KeyValuePair.Create(key, count))) return;
        }
    }

    private sealed class Closing(PageStreamState state, (string, VisitorKey) key, bool isAlias) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) != 0) return;
            if (!isAlias) Interlocked.Decrement(ref state._streams);
            state.Close(key);
        }
    }
}
