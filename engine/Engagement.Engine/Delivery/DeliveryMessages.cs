using System.Buffers;
using System.Text.Json;
using Engagement.Core;

namespace Engagement.Engine.Delivery;

/// <summary>
/// What the store itself tells a page and the agents when an offer changes; invitations and cards come composed from the engine. Version 1:
/// <c>{"v":1,"type":…,"id":…}</c> and what the type needs. Pure, thread-safe.
/// </summary>
public static class DeliveryMessages
{
    /// <summary>To the page: the invitation is to go, and why, as a stable code.</summary>
    public static byte[] Withdrawn(OfferId offer, string cause) => Write("withdrawn", offer, "cause", cause);

    /// <summary>To the page: the acceptance stands; other tabs change over.</summary>
    public static byte[] Accepted(OfferId offer) => Write("accepted", offer, null, null);

    /// <summary>To the page: a person has taken it.</summary>
    public static byte[] Claimed(OfferId offer) => Write("claimed", offer, null, null);

    /// <summary>To the page: nobody came in time; she can leave her question.</summary>
    public static byte[] Unclaimed(OfferId offer) => Write("unclaimed", offer, null, null);

    /// <summary>To the page: the conversation is over.</summary>
    public static byte[] Ended(OfferId offer) => Write("ended", offer, null, null);

    /// <summary>To the agents: the card now has this status, and who holds it where somebody does, or why it went.</summary>
    public static byte[] Card(OfferId offer, string status, string? holder = null, string? cause = null)
    {
        var buffer = new ArrayBufferWriter<byte>(160);
        using (var json = new Utf8JsonWriter(buffer))
        {
            Begin(json, "card", offer);
            json.WriteString("status", status);
            if (holder is not null) json.WriteString("agent", holder);
            if (cause is not null) json.WriteString("cause", cause);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Write(string type, OfferId offer, string? name, string? value)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            Begin(json, type, offer);
            if (name is not null) json.WriteString(name, value);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Begin(Utf8JsonWriter json, string type, OfferId offer)
    {
        json.WriteStartObject();
        json.WriteNumber("v", 1);
        json.WriteString("type", type);
        json.WriteString("id", offer.ToString());
    }
}
