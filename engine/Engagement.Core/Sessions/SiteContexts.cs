using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Engagement.Core.Sessions;

/// <summary>Sites as one partition has met them, kept over swaps of the catalogue. Not thread-safe; a look-up allocates nothing once the site was met.</summary>
internal sealed class SiteContexts(SessionArena arena)
{
    private readonly Dictionary<ulong, SiteContext> _byIdHash = [];
    private SiteCatalog? _catalog;
    private SiteContext? _last;
    private ulong _lastHash;

    /// <summary>The one queue of all wall-clock sites.</summary>
    public TimerQueue Wall { get; } = new();

    /// <summary>Of all sites met so far.</summary>
    public DriftRegister Drift { get; } = new();

    /// <summary>Takes over a swapped catalogue; nothing to do while it is the same.</summary>
    public void Use(SiteCatalog catalog)
    {
        if (ReferenceEquals(catalog, _catalog)) return;
        _catalog = catalog;
        _last = null;
        foreach (var context in _byIdHash.Values)
        {
            if (catalog.Find(context.Model.Id) is { } model) context.Swap(model);
            else context.IsKnown = false;
        }
        Register();
    }

    /// <summary>Null when the current catalogue does not have the site.</summary>
    public SiteContext? Find(ReadOnlySpan<byte> id)
    {
        var hash = Identifiers.Hash64(id);
        if (_last is not null && _lastHash == hash) return _last;
        if (!_byIdHash.TryGetValue(hash, out var context))
        {
            if (_catalog?.Find(id) is not { } model) return null;
            context = new SiteContext(model, model.Clock == SiteClock.Log ? new TimerQueue() : Wall, arena);
            _byIdHash.Add(hash, context);
            Register();
        }
        if (!context.IsKnown) return null;
        (_last, _lastHash) = (context, hash);
        return context;
    }

    public SiteContext? Find(string id)
    {
        foreach (var context in _byIdHash.Values)
        {
            if (context.Model.Id == id) return context;
        }
        return null;
    }

    /// <summary>All sites met so far.</summary>
    public IEnumerable<SiteContext> All => _byIdHash.Values;

    private void Register() => Drift.All = [.. _byIdHash.Values.Where(c => c.IsKnown).SelectMany(c => c.Drift.Counters)];

    /// <summary>Empties timers and waiting lists; the sites stay.</summary>
    public void Clear()
    {
        Wall.Clear();
        foreach (var context in _byIdHash.Values)
        {
            context.Timers.Clear();
            context.Waiting.Clear();
            Array.Clear(context.Standing);
        }
    }
}
