using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// Whether visitors of whom the log is silent have a page open on any node. A worker that catches up would ask that wish by wish, each a way to the
/// store and back; so the first that it cannot do without asks for the visitors of the records ahead, too. An answer holds for the batch, and not
/// longer than <see cref="AgeMax"/>. Owned by one worker, not thread-safe.
/// </summary>
internal sealed class PagesAhead(WorkerParts parts)
{
    /// <summary>Far less than the time for which a page's word holds.</summary>
    private static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(string Site, VisitorKey Visitor), bool> _known = [];
    private LogBatch? _batch;
    private int _at;
    private int _askedTo;
    private long _askedAt;

    /// <summary>What is asked is asked behind this record of the batch. The batch must live until <see cref="Clear"/>.</summary>
    public void MoveTo(LogBatch batch, int index) => (_batch, _at) = (batch, index);

    public void Clear()
    {
        Forget();
        _batch = null;
    }

    public async ValueTask<bool> IsOpenAsync(SiteModel site, VisitorKey visitor, CancellationToken cancellation)
    {
        if (parts.Time.GetElapsedTime(_askedAt) > AgeMax) Forget();
        if (_known.TryGetValue((site.Id, visitor), out var known)) return known;
        var asked = Unknown(site, visitor);
        var started = parts.Time.GetTimestamp();
        var open = await parts.Resilience.DeliveryReserve.ExecuteAsync(c => parts.Store.FindOpenPagesAsync(site.Id, asked, c), cancellation);
        if (_known.Count == 0) _askedAt = started;
        foreach (var one in asked) _known[(site.Id, one)] = open.Contains(one);
        return open.Contains(visitor);
    }

    private HashSet<VisitorKey> Unknown(SiteModel site, VisitorKey visitor)
    {
        var unknown = new HashSet<VisitorKey> { visitor };
        for (_askedTo = Math.Max(_at, _askedTo); _askedTo < _batch?.Count && unknown.Count < Limits.PagesAskedMax; _askedTo++)
        {
            var key = _batch[_askedTo].Key.Span;
            if (RecordKeys.TryReadVisitor(key, out var ahead) && Ascii.Equals(key[..^33], site.Id) && !_known.ContainsKey((site.Id, ahead))) unknown.Add(ahead);
        }
        return unknown;
    }

    private void Forget()
    {
        _known.Clear();
        _askedTo = 0;
    }
}
