using System.Collections.Concurrent;
using Engagement.Core;

namespace Engagement.Engine.Stream;

/// <summary>Which visitors have a page stream open on this node: a sign of presence. Thread-safe.</summary>
public sealed class PageStreamState
{
    private readonly ConcurrentDictionary<(string Site, VisitorKey Visitor), int> _open = new();

    public int Count => _open.Count;

    /// <summary>Whose pages are open, each once; a view that may change meanwhile.</summary>
    public IEnumerable<(string Site, VisitorKey Visitor)> Open() => _open.Select(o => o.Key);

    public bool IsOpen(string site, VisitorKey visitor) => _open.ContainsKey((site, visitor));

    /// <summary>Counts the stream as open until the result is disposed.</summary>
    public IDisposable Open(string site, VisitorKey visitor)
    {
        _open.AddOrUpdate((site, visitor), 1, static (_, count) => count + 1);
        return new Closing(this, (site, visitor));
    }

    private void Close((string, VisitorKey) key)
    {
        while (_open.TryGetValue(key, out var count))
        {
            if (count > 1 ? _open.TryUpdate(key, count - 1, count) : _open.TryRemove(KeyValuePair.Create(key, count))) return;
        }
    }

    private sealed class Closing(PageStreamState state, (string, VisitorKey) key) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0) state.Close(key);
        }
    }
}
