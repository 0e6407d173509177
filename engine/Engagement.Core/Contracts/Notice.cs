using System.Text.Json;
using System.Text.Json.Serialization;
using Engagement.Core.Events;

namespace Engagement.Core.Contracts;

/// <summary>What has happened to an invitation or a conversation, as <see cref="NoticeTypes"/> names it outside.</summary>
public enum NoticeType : byte
{
    InvitationOffered = 0,

    /// <summary>She has seen it: visible for 2 s.</summary>
    InvitationShown,
    InvitationAccepted,
    InvitationDeclined,

    /// <summary>Seen, and left without an answer.</summary>
    InvitationIgnored,

    /// <summary>Gone without an answer: <see cref="Notice.Cause"/> says why.</summary>
    InvitationWithdrawn,

    /// <summary>Comes with <see cref="InvitationAccepted"/>: the full card as the visitor left it. What a desk is handed.</summary>
    CardAccepted,
    ConversationClaimed,

    /// <summary>Nobody took it in time; the visitor has been told.</summary>
    ConversationUnclaimed,
    ConversationEnded,

    /// <summary>An agent has said how it went.</summary>
    ConversationWrappedUp,
}

/// <summary>Names of notices for those who receive them: stable. Thread-safe.</summary>
public static class NoticeTypes
{
    private static readonly string[] s_names =
    [
        "invitation.offered", "invitation.shown", "invitation.accepted", "invitation.declined", "invitation.ignored", "invitation.withdrawn",
        "card.accepted", "conversation.claimed", "conversation.unclaimed", "conversation.ended", "conversation.wrapped_up",
    ];

    public static IReadOnlyList<string> Names => s_names;

    public static string NameOf(NoticeType type) => s_names[(int)type];

    /// <summary>False for a name that there is not.</summary>
    public static bool TryParse(string name, out NoticeType type)
    {
        var index = Array.IndexOf(s_names, name);
        type = (NoticeType)Math.Max(0, index);
        return index >= 0;
    }
}

/// <summary>
/// A record of <see cref="Topics.Notices"/>: that something happened, for desks and webhooks. Version 1. It holds no card and nothing that a visitor
/// typed; the card is read from the delivery store at the moment of delivery, so that an erasure reaches it. Its key is the visitor's, so that hers
/// keep their order.
/// </summary>
public sealed record Notice
{
    public int V { get; init; } = 1;

    /// <summary>
    /// The offer's id and what became of it, as the record of <see cref="Topics.Events"/> has it: the same however often it is written or delivered. ASCII
    /// without a full stop, because signatures are over <c>id.timestamp.body</c>.
    /// </summary>
    public required string Id { get; init; }
    public required NoticeType Type { get; init; }
    public required string Site { get; init; }

    /// <summary>The offer's id in text.</summary>
    public required string Offer { get; init; }

    /// <summary>The agent whose slot is leased, or who claimed, by the id that the site itself gave; null where the notice is of none.</summary>
    public string? Agent { get; init; }

    /// <summary>Stable code; null where there is none.</summary>
    public string? Cause { get; init; }

    /// <summary>When it happened.</summary>
    public required Instant At { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.Notice);

    /// <summary>Null for JSON null; throws <see cref="JsonException"/> on anything else that is no notice.</summary>
    public static Notice? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ContractJson.Default.Notice);

    public static LogAppend ToRecord(Notice notice, VisitorKey visitor) => new(RecordKeys.Of(notice.Site, visitor), notice.ToJson());
}

/// <summary>A notice's type by its name outside.</summary>
public sealed class NoticeTypeJsonConverter : JsonConverter<NoticeType>
{
    public override NoticeType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && NoticeTypes.TryParse(reader.GetString()!, out var type) ? type : throw new JsonException("not a type of notice");

    public override void Write(Utf8JsonWriter writer, NoticeType value, JsonSerializerOptions options) => writer.WriteStringValue(NoticeTypes.NameOf(value));
}
