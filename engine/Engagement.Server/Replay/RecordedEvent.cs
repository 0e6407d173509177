using Engagement.Core;

namespace Engagement.Server.Replay;

/// <summary>One recorded event as it will be sent.</summary>
/// <param name="Json">Canonical event as UTF-8 JSON, with its own <c>receivedAt</c>.</param>
public readonly record struct RecordedEvent(Instant ReceivedAt, ReadOnlyMemory<byte> Json);

/// <summary>A recording as read: events in order, and what could not be read, counted.</summary>
public sealed record Recording(IReadOnlyList<RecordedEvent> Events, int Unreadable)
{
    /// <summary>Opens a file, through gzip where its name ends in <c>.gz</c>.</summary>
    public static StreamReader Open(string path)
    {
        Stream file = File.OpenRead(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)) file = new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionMode.Decompress);
        return new StreamReader(file);
    }
}
