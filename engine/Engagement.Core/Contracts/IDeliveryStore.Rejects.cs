namespace Engagement.Core.Contracts;

/// <summary>A reject of which an original is kept: whose, and its id.</summary>
public readonly record struct RejectAt(VisitorKey Visitor, string Id);

/// <summary>What the store knows of a reject.</summary>
/// <param name="Key">Under which its original is sealed; null when the visitor was forgotten, or no reject of hers has come for <see cref="Limits.RejectRetention"/>.</param>
/// <param name="ResentAt">When it was sent again; null while it was not.</param>
public readonly record struct RejectStanding(byte[]? Key, Instant? ResentAt);

public enum ResendOutcome : byte
{
    /// <summary>The caller's, for <see cref="Limits.ResendHoldMax"/>.</summary>
    Taken = 0,

    /// <summary>It was sent again before.</summary>
    Resent,

    /// <summary>Another call sends it now.</summary>
    Busy,

    /// <summary>Its key is gone, and it with it.</summary>
    Gone,
}

/// <content>
/// Keys of what is kept of rejected events, one a visitor, and which of them were sent again. Both stand together and go together: with her
/// <see cref="EraseAsync"/>, with a store that comes back empty, or <see cref="Limits.RejectRetention"/> after her last reject. So nothing can be opened of which it is not known whether it was sent.
/// </content>
public partial interface IDeliveryStore
{
    /// <summary>The key of each of these visitors, in their order; made where there is none, and kept for <see cref="Limits.RejectRetention"/> from now.</summary>
    ValueTask<IReadOnlyList<byte[]>> KeepRejectKeysAsync(string site, IReadOnlyList<VisitorKey> visitors, CancellationToken cancellation);

    /// <summary>In their order.</summary>
    ValueTask<IReadOnlyList<RejectStanding>> FindRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation);

    /// <summary>Each in one atomic step; in their order. Whoever has taken one, and does not say <see cref="SetResentAsync"/>, loses it after its time.</summary>
    ValueTask<IReadOnlyList<ResendOutcome>> TakeRejectsAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation);

    /// <summary>The log has them. Changes nothing where the key is gone meanwhile.</summary>
    ValueTask SetResentAsync(string site, IReadOnlyList<RejectAt> rejects, CancellationToken cancellation);
}
