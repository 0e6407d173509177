using System.Text.Json;
using System.Text.Json.Serialization;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;
using Engagement.Core.Events;

namespace Engagement.Core.Contracts;

/// <summary>
/// The JSON of the contract: camelCase, enums as snake_case codes, points in time as RFC 3339 text in UTC with milliseconds. The default encoder
/// escapes everything outside basic Latin and what HTML reads as markup, so that a message is safe inside a page's script element too.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(InstantJsonConverter), typeof(CodeConverter<VisitorState>), typeof(CodeConverter<OfferStatus>), typeof(CodeConverter<SearchScope>),
        typeof(CodeConverter<PageKind>), typeof(CodeConverter<CardMessageKind>), typeof(CodeConverter<InvitationMessageKind>),
        typeof(CodeConverter<SessionEnd>), typeof(CodeConverter<ConversationEntryKind>), typeof(CodeConverter<ConversationParty>),
        typeof(CodeConverter<WrapUpCode>), typeof(NoticeTypeJsonConverter),
    ])]
[JsonSerializable(typeof(CardMessage))]
[JsonSerializable(typeof(InvitationMessage))]
[JsonSerializable(typeof(ShouldEngageAnswer))]
[JsonSerializable(typeof(BrowserAnswer))]
[JsonSerializable(typeof(DecisionRecord))]
[JsonSerializable(typeof(OutcomeRecord))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(ContextCard))]
[JsonSerializable(typeof(ConversationEntry))]
[JsonSerializable(typeof(WrapUpRecord))]
[JsonSerializable(typeof(Notice))]
public sealed partial class ContractJson : JsonSerializerContext;

/// <summary>An enum as its members' names in snake_case; numbers are refused.</summary>
public sealed class CodeConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) where T : struct, Enum;

/// <summary>An instant as <c>2026-11-22T09:50:40.123Z</c>; one that has not come (<see cref="Instant.Never"/>) as null. Reads any RFC 3339 text.</summary>
public sealed class InstantJsonConverter : JsonConverter<Instant>
{
    public override bool HandleNull => true;

    public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? Instant.Never : Instant.FromDateTimeOffset(reader.GetDateTimeOffset());

    public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options)
    {
        if (value == Instant.Never || value == Instant.Start)
        {
            writer.WriteNullValue();
            return;
        }
        Span<byte> text = stackalloc byte[Instant.TextBytes];
        value.Write(text);
        writer.WriteStringValue(text);
    }
}
