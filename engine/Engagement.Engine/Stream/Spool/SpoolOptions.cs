using Engagement.Core;

namespace Engagement.Engine.Stream.Spool;

/// <summary>A collector's spool. Immutable.</summary>
public sealed record SpoolOptions
{
    /// <summary>The spool's file; its directory is made when it is not there. One process at a time.</summary>
    public required string Path { get; init; }

    /// <summary>Bytes of records that may wait, <see cref="Limits.SpoolBytesMin"/> or more. Default <see cref="Limits.SpoolBytesDefault"/>.</summary>
    public long BytesMax { get; init; } = Limits.SpoolBytesDefault;
}
