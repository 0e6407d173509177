using Engagement.Core.Sites;

namespace Engagement.Core.Events;

/// <summary>What the collector adds to a client's event: whose it is, when it came, and what the visitor has said about privacy in all.</summary>
public readonly ref struct RecordStamp(ReadOnlySpan<byte> site, VisitorKey visitor, Instant receivedAt, PrivacySignals privacy, DoorLists? door = null)
{
    public readonly ReadOnlySpan<byte> Site = site;
    public readonly VisitorKey Visitor = visitor;
    public readonly Instant ReceivedAt = receivedAt;
    public readonly PrivacySignals Privacy = privacy;

    /// <summary>Which members are taken; null: all.</summary>
    public readonly DoorLists? Door = door is { LimitsProperties: true } ? door : null;
}
