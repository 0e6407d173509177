using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>
/// An open page stream counts as presence under each key that may be hers: on this node at once, and on the others by the store, which
/// <see cref="PagePresenceService"/> reminds of it.
/// </summary>
internal sealed class PagePresence : IAsyncDisposable
{
    private readonly ApiParts _parts;
    private readonly KnownVisitor _known;
    private readonly IDisposable[] _open;

    private PagePresence(ApiParts parts, KnownVisitor known)
    {
        (_parts, _known) = (parts, known);
        _open = [.. known.Keys.Select((k, i) => parts.Pages.Open(known.Site.Id, k, isAlias: i > 0))];
    }

    /// <summary>Throws as the store does where it is away: then there is no stream either.</summary>
    public static async ValueTask<PagePresence> OpenAsync(ApiParts parts, KnownVisitor known, CancellationToken cancellation)
    {
        var presence = new PagePresence(parts, known);
        try
        {
            foreach (var key in known.Keys)
                await parts.ActAsync(async c =>
                {
                    await parts.Store.SetPageOpenAsync(known.Site.Id, key, c);
                    return true;
                }, cancellation);
            return presence;
        }
        catch
        {
            await presence.DisposeAsync();
            throw;
        }
    }

    /// <summary>The last stream of a visitor takes her presence with it; where the store is away, it lapses by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open) open.Dispose();
        foreach (var key in _known.Keys)
        {
            if (_parts.Pages.IsOpen(_known.Site.Id, key)) continue;
            try
            {
                await _parts.ActAsync(async c =>
                {
                    await _parts.Store.SetPageClosedAsync(_known.Site.Id, key, c);
                    return true;
                }, CancellationToken.None);
            }
            catch (Exception e) when (OutagePolicy.IsOutage(e))
            {
                return;
            }
        }
    }
}
