using System.Text.Json.Serialization;
using Engagement.Engine.Conversations;

namespace Engagement.Engine.Api;

/// <summary>What an agent says of herself. The status is <c>available</c> or <c>away</c>.</summary>
/// <param name="Capacity">Conversations and open offers at once, 0 to <see cref="Core.Limits.AgentCapacityMax"/>; 1 when absent.</param>
/// <param name="Skills">What she knows, as lower-case codes of letters, digits, <c>_ -</c>, 16 at most; none: anything.</param>
/// <param name="Languages">What she speaks, as language tags, 16 at most; none: anything.</param>
public sealed record PresenceBody(string? Status, int? Capacity, string[]? Skills, string[]? Languages);

/// <summary>Presence as taken; it lapses after <paramref name="TtlSeconds"/> unless renewed.</summary>
public sealed record PresenceAnswer(string Agent, string Status, int Capacity, double TtlSeconds, int AgentsAvailable, int FreeSlots);

/// <summary>Who claims or ends.</summary>
public sealed record AgentBody(string? Agent);

/// <summary>A conversation that ended.</summary>
public sealed record EndAnswer(string Id, string Status);

/// <summary>What the visitor says. The answer is <c>accepted</c>, <c>declined</c> or <c>ignored</c>.</summary>
/// <param name="Strike">Ids of card items that no agent shall see; as in the explanation.</param>
/// <param name="Approve">Ids of card items that she approves, one by one: needed where the browser sends GPC, since then nothing is shared unasked.</param>
public sealed record AnswerBody(string? Answer, string[]? Strike, string[]? Approve);

/// <summary>An answer as it stands.</summary>
public sealed record AnswerTaken(string Id, string Status);

/// <summary>A visitor was forgotten.</summary>
/// <param name="ForgottenAt">RFC 3339.</param>
/// <param name="LastByteExpiresAt">When the last byte of the log that a tool could still find on the disk is gone; hidden from every reader until then.</param>
public sealed record ErasureAnswer(string Site, string ForgottenAt, string LastByteExpiresAt, int Assessments, int Offers);

/// <summary>JSON of the API's own messages: camelCase, no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PresenceBody))]
[JsonSerializable(typeof(PresenceAnswer))]
[JsonSerializable(typeof(AgentBody))]
[JsonSerializable(typeof(EndAnswer))]
[JsonSerializable(typeof(AnswerBody))]
[JsonSerializable(typeof(AnswerTaken))]
[JsonSerializable(typeof(ErasureAnswer))]
[JsonSerializable(typeof(StatsAnswer))]
[JsonSerializable(typeof(InvitationBody))]
[JsonSerializable(typeof(AskBody))]
[JsonSerializable(typeof(AskAnswer))]
[JsonSerializable(typeof(QuestionBody))]
[JsonSerializable(typeof(QuestionTaken))]
[JsonSerializable(typeof(QuestionList))]
[JsonSerializable(typeof(KeptQuestion))]
[JsonSerializable(typeof(WrapUpBody))]
[JsonSerializable(typeof(WrapUpAnswer))]
[JsonSerializable(typeof(TransferBody))]
[JsonSerializable(typeof(TransferAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext;
