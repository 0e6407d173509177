using Engagement.Core.Contracts;
using Engagement.Core.Privacy;

namespace Engagement.Engine.Api;

/// <summary>An original as it was opened, or why it is not there.</summary>
/// <param name="Bytes">As the collector sealed them; null with <paramref name="Why"/>.</param>
internal readonly record struct OpenedOriginal(ReadOnlyMemory<byte>? Bytes, string? Why, Core.Instant? ResentAt);

/// <summary>Opens what is kept of rejected events with the keys that the store has. Stateless.</summary>
internal static class RejectOriginals
{
    /// <summary>How rejects stand, in their order; of one without an original, nothing. Throws what the store throws.</summary>
    public static async ValueTask<IReadOnlyList<RejectStanding>> FindAsync(ApiParts parts, string site, IReadOnlyList<RejectRecord> rejects, CancellationToken cancellation)
    {
        var kept = rejects.Select((reject, place) => (reject, place)).Where(r => r.reject.HasOriginal).ToList();
        var standings = new RejectStanding[rejects.Count];
        if (kept.Count == 0) return standings;
        var found = await parts.ActAsync(c => parts.Store.FindRejectsAsync(site, [.. kept.Select(r => At(r.reject))], c), cancellation);
        for (var i = 0; i < kept.Count; i++) standings[kept[i].place] = found[i];
        return standings;
    }

    /// <summary>In their order. Throws what the store throws.</summary>
    public static async ValueTask<IReadOnlyList<OpenedOriginal>> OpenAsync(ApiParts parts, string site, IReadOnlyList<RejectRecord> rejects, CancellationToken cancellation)
    {
        var standings = await FindAsync(parts, site, rejects, cancellation);
        return [.. rejects.Zip(standings, (reject, standing) => Open(site, reject, standing))];
    }

    /// <summary>Of one with an original.</summary>
    public static RejectAt At(RejectRecord reject) => new(reject.Visitor!.Value, reject.Id!);

    private static OpenedOriginal Open(string site, RejectRecord reject, in RejectStanding standing)
    {
        if (!reject.HasOriginal) return new(null, reject.WhyNotKept, null);
        var isOpen = RejectSeal.TryOpen(standing.Key, RejectRecord.PlaceOf(site, reject.Visitor!.Value, reject.Id!), reject.Original.Span, out var bytes);
        return isOpen ? new(bytes, null, standing.ResentAt) : new(null, RejectCauses.KeyGone, null);
    }
}
