using Engagement.Core.Sites;

namespace Engagement.Core.Contracts;

/// <summary>A rejected event as it came, opened.</summary>
/// <param name="Site">As it is now.</param>
/// <param name="ReceivedAt">When it came: it counts as of then.</param>
/// <param name="Id">Of its reject.</param>
/// <param name="Bytes">As the collector sealed them.</param>
public sealed record RejectOriginal(SiteModel Site, Instant ReceivedAt, string Id, ReadOnlyMemory<byte> Bytes);

/// <summary>What the present mapping makes of a rejected event: a record for the log, or why not.</summary>
/// <param name="Event">The record of <see cref="Topics.Events"/>; null where there is none.</param>
/// <param name="Code">Why it is rejected again, or the cause of its refusal; null with an event.</param>
/// <param name="Field">Which field is at fault, as the sender names it; null where none is.</param>
/// <param name="IsRefused">The site's rules keep it out now: there is nothing to be mended.</param>
public sealed record RejectVerdict(LogAppend? Event, string? Code, string? Field, bool IsRefused);

/// <summary>
/// The collector's mapping once more: the way from the engine, which has log and store, to the collector, which knows the dialects. Throws nothing;
/// thread-safe.
/// </summary>
public delegate RejectVerdict RejectMapping(RejectOriginal original);
