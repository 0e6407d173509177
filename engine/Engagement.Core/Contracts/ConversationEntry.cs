using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engagement.Core.Contracts;

/// <summary>What an entry of a conversation says.</summary>
public enum ConversationEntryKind : byte
{
    Message = 0,

    /// <summary>An agent has taken it. No name: hers is internal.</summary>
    Claimed,

    /// <summary>It waits for an agent again: <c>cause</c> says why.</summary>
    Waiting,

    /// <summary>It is over: <c>from</c> says by whom, where one of the two ended it, <c>cause</c> why otherwise.</summary>
    Closed,

    /// <summary>A sign: <c>from</c> is writing. What, nobody is told.</summary>
    Writing,

    /// <summary>A sign: what stands up to <c>received</c> has arrived at <c>from</c>.</summary>
    Received,
}

/// <summary>
/// One entry of a conversation, as stored, as published on <see cref="Channels.ConversationOf"/> and as both participants get it. Version 1. Entries
/// have consecutive numbers from 1; whoever has seen up to one asks for what came after. Unknown kinds and fields are to be ignored. Text is not
/// encoded: set it as text, never as HTML. Signs (<see cref="ConversationEntryKind.Writing"/>, <see cref="ConversationEntryKind.Received"/>) have the
/// number 0, are published and never stored.
/// </summary>
public sealed record ConversationEntry
{
    public int V { get; init; } = 1;

    /// <summary>The offer's id in text: it names the conversation, too.</summary>
    public required string Offer { get; init; }
    public required long Seq { get; init; }

    /// <summary>Whether it only tells what one of the two does at the moment, and stands nowhere.</summary>
    [JsonIgnore] public bool IsSign => Seq == 0;
    public required ConversationEntryKind Kind { get; init; }
    public ConversationParty? From { get; init; }

    /// <summary>The client's own id of a message: by it the sender knows her own.</summary>
    public string? Id { get; init; }
    public string? Text { get; init; }
    public string? Cause { get; init; }

    /// <summary>Of <see cref="ConversationEntryKind.Received"/>: the number up to which entries have arrived, from 1.</summary>
    public long? Received { get; init; }

    /// <summary>By the clock of the node that took it; the order is that of <see cref="Seq"/>.</summary>
    public required Instant At { get; init; }

    /// <summary>Null for JSON null; throws <see cref="JsonException"/> on anything else that is no entry.</summary>
    public static ConversationEntry? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ContractJson.Default.ConversationEntry);
}

/// <summary>
/// Writes entries in two halves, because only the store knows the number that stands between them: <c>{"v":1,"offer":"…","seq":</c>, then the number,
/// then the tail. Pure, thread-safe.
/// </summary>
public static class ConversationEntryWriter
{
    public static byte[] Message(in Participant from, string id, string text, Instant at) =>
        Tail(ConversationEntryKind.Message, from.Party, at, writer =>
        {
            writer.WriteString("id"u8, id);
            writer.WriteString("text"u8, text);
        });

    public static byte[] Claimed(Instant at) => Tail(ConversationEntryKind.Claimed, null, at, null);

    public static byte[] Waiting(string cause, Instant at) => Tail(ConversationEntryKind.Waiting, null, at, writer => writer.WriteString("cause"u8, cause));

    public static byte[] Closed(ConversationParty by, Instant at) => Tail(ConversationEntryKind.Closed, by, at, null);

    public static byte[] Closed(string cause, Instant at) => Tail(ConversationEntryKind.Closed, null, at, writer => writer.WriteString("cause"u8, cause));

    /// <summary>A sign, from behind its number on; the number of <see cref="ConversationEntryKind.Received"/> is the store's to add.</summary>
    public static byte[] Sign(ConversationEntryKind kind, ConversationParty from, Instant at) => Tail(kind, from, at, null);

    /// <summary>The whole entry.</summary>
    public static byte[] Whole(OfferId offer, long seq, ReadOnlySpan<byte> tail)
    {
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"v\":1,\"offer\":\"{offer}\",\"seq\":{seq}"));
        return [.. head, .. tail];
    }

    /// <summary>The whole sign.</summary>
    /// <param name="received">With <see cref="ConversationEntryKind.Received"/>.</param>
    public static byte[] WholeSign(OfferId offer, long? received, ReadOnlySpan<byte> tail)
    {
        var number = received is { } upTo ? string.Create(CultureInfo.InvariantCulture, $",\"received\":{upTo}") : "";
        return [.. Whole(offer, 0, []), .. Encoding.ASCII.GetBytes(number), .. tail];
    }

    /// <summary>Begins with a comma and ends the object.</summary>
    private static byte[] Tail(ConversationEntryKind kind, ConversationParty? from, Instant at, Action<Utf8JsonWriter>? rest)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("kind"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));
            if (from is { } party) writer.WriteString("from"u8, party == ConversationParty.Agent ? "agent"u8 : "visitor"u8);
            writer.WriteString("at"u8, at.ToString());
            rest?.Invoke(writer);
            writer.WriteEndObject();
        }
        var tail = buffer.WrittenSpan.ToArray();
        tail[0] = (byte)',';
        return tail;
    }
}
