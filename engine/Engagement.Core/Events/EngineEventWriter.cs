using System.Text.Encodings.Web;
using System.Text.Json;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Core.Events;

/// <summary>
/// Writes the engine's own records of <see cref="Topics.Events"/>. Ids derive from the offer and what became of it, so that a record appended
/// twice is recognised as a duplicate. Thread-safe; allocates what it returns.
/// </summary>
public static class EngineEventWriter
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Cause of an <see cref="OfferEnding"/> that was accepted and that no agent took.</summary>
    public const string Unclaimed = "unclaimed";

    /// <summary>Time passed and nothing else. <paramref name="site"/> only for a site that lives by the log's clock.</summary>
    public static byte[] Tick(Instant receivedAt, string? site = null) => Write(writer =>
    {
        writer.WriteString("type"u8, EventTypeNames.Utf8(EventType.Tick));
        if (site is not null) writer.WriteString("site"u8, site);
        writer.WriteString("receivedAt"u8, receivedAt.ToString());
    });

    /// <summary>A tick that also says that an agent of this site is free again: sessions that wait for one are decided again.</summary>
    public static byte[] AgentFree(string site, Instant receivedAt) => Write(writer =>
    {
        writer.WriteString("type"u8, EventTypeNames.Utf8(EventType.Tick));
        writer.WriteString("site"u8, site);
        writer.WriteString("cause"u8, "agent_free"u8);
        writer.WriteString("receivedAt"u8, receivedAt.ToString());
    });

    /// <summary>A tick that also says that a new owner has taken the partition: offers of lower epochs behind it came too late (<see cref="EpochFence"/>).</summary>
    public static byte[] Taken(long epoch, Instant receivedAt) => Write(writer =>
    {
        writer.WriteString("type"u8, EventTypeNames.Utf8(EventType.Tick));
        writer.WriteString("cause"u8, "partition_taken"u8);
        writer.WriteNumber("epoch"u8, epoch);
        writer.WriteString("receivedAt"u8, receivedAt.ToString());
    });

    /// <summary>An offer was reserved, by the owner of this epoch.</summary>
    public static byte[] Offered(string site, VisitorKey visitor, OfferId offer, int step, long epoch, Instant expiresAt, Instant receivedAt) =>
        Write(EventType.InvitationOffered, site, visitor, offer, "offered", receivedAt, writer =>
        {
            writer.WriteNumber("step"u8, step);
            writer.WriteNumber("epoch"u8, epoch);
            writer.WriteString("expiresAt"u8, expiresAt.ToString());
        });

    /// <summary>An offer would have been made: <paramref name="cause"/> is <c>holdout</c> or <c>observed</c>.</summary>
    public static byte[] Withheld(string site, VisitorKey visitor, OfferId offer, int step, long epoch, string cause, Instant receivedAt) =>
        Write(EventType.InvitationWithheld, site, visitor, offer, "withheld", receivedAt, writer =>
        {
            writer.WriteNumber("step"u8, step);
            writer.WriteNumber("epoch"u8, epoch);
            writer.WriteString("cause"u8, cause);
        });

    /// <summary>What the visitor said to an invitation.</summary>
    public static byte[] Answered(string site, VisitorKey visitor, OfferId offer, InvitationAnswer answer, Instant receivedAt) => answer switch
    {
        InvitationAnswer.Shown => Write(EventType.InvitationShown, site, visitor, offer, "shown", receivedAt),
        InvitationAnswer.Accepted => Write(EventType.InvitationAccepted, site, visitor, offer, "accepted", receivedAt),
        InvitationAnswer.Declined => Write(EventType.InvitationDeclined, site, visitor, offer, "declined", receivedAt),
        InvitationAnswer.Ignored => Write(EventType.InvitationIgnored, site, visitor, offer, "ignored", receivedAt),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "not an answer"),
    };

    /// <summary>An offer ended without an answer: ignored where it was seen, unclaimed where it had been accepted, else withdrawn.</summary>
    public static byte[] Ended(OfferEnding ending, Instant receivedAt) => ending.Outcome switch
    {
        OfferStatus.Ignored => Answered(ending.Site, ending.Visitor, ending.Offer, InvitationAnswer.Ignored, receivedAt),
        OfferStatus.Ended when ending.Cause == Unclaimed => ChatUnclaimed(ending.Site, ending.Visitor, ending.Offer, receivedAt),
        OfferStatus.Ended => ChatEnded(ending.Site, ending.Visitor, ending.Offer, receivedAt),
        _ => Write(EventType.InvitationWithdrawn, ending.Site, ending.Visitor, ending.Offer, "withdrawn", receivedAt,
            writer => writer.WriteString("cause"u8, ending.Cause)),
    };

    /// <summary>An agent took the card.</summary>
    public static byte[] ChatClaimed(string site, VisitorKey visitor, OfferId offer, Instant receivedAt) =>
        Write(EventType.ChatClaimed, site, visitor, offer, "claimed", receivedAt);

    /// <summary>Nobody took the card in time.</summary>
    public static byte[] ChatUnclaimed(string site, VisitorKey visitor, OfferId offer, Instant receivedAt) =>
        Write(EventType.ChatUnclaimed, site, visitor, offer, "unclaimed", receivedAt);

    /// <summary>The conversation is over.</summary>
    public static byte[] ChatEnded(string site, VisitorKey visitor, OfferId offer, Instant receivedAt) =>
        Write(EventType.ChatEnded, site, visitor, offer, "ended", receivedAt);

    /// <summary>The site's own server asked for an offer; <paramref name="request"/> is its idempotency key.</summary>
    public static byte[] Asked(string site, VisitorKey visitor, string request, Instant receivedAt) =>
        Write(writer => WriteHead(writer, EventType.InvitationAsked, $"asked:{request}", site, visitor, receivedAt));

    /// <summary>The visitor asked to be forgotten.</summary>
    public static byte[] VisitorErased(string site, VisitorKey visitor, Instant receivedAt) =>
        Write(writer => WriteHead(writer, EventType.VisitorErased, $"erased:{receivedAt.UnixMs}", site, visitor, receivedAt));

    private static byte[] Write(
        EventType type, string site, VisitorKey visitor, OfferId offer, string suffix, Instant receivedAt, Action<Utf8JsonWriter>? rest = null) =>
        Write(writer =>
        {
            WriteHead(writer, type, $"{offer}:{suffix}", site, visitor, receivedAt);
            writer.WriteString("offer"u8, offer.ToString());
            rest?.Invoke(writer);
        });

    private static void WriteHead(Utf8JsonWriter writer, EventType type, string id, string site, VisitorKey visitor, Instant receivedAt)
    {
        writer.WriteString("id"u8, id);
        writer.WriteString("site"u8, site);
        writer.WriteString("visitor"u8, visitor.ToString());
        writer.WriteString("type"u8, EventTypeNames.Utf8(type));
        writer.WriteString("occurredAt"u8, receivedAt.ToString());
        writer.WriteString("receivedAt"u8, receivedAt.ToString());
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream(384);
        using (var writer = new Utf8JsonWriter(stream, s_options))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, VisitorEventReader.CurrentVersion);
            members(writer);
            writer.WriteEndObject();
        }
        return stream.ToArray();
    }
}
