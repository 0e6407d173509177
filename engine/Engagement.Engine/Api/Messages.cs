using System.Text.Json.Serialization;
using Engagement.Engine.Agents.SignIn;
using Engagement.Engine.Conversations;

namespace Engagement.Engine.Api;

/// <summary>What an agent says of herself. The status is <c>available</c> or <c>away</c>.</summary>
/// <param name="Capacity">Conversations and open offers at once, 0 to <see cref="Core.Limits.AgentCapacityMax"/>; 1 when absent.</param>
/// <param name="Skills">What she knows, as lower-case codes of letters, digits, <c>_ -</c>, 16 at most; none: anything.</param>
/// <param name="Languages">What she speaks, as language tags, 16 at most; none: anything.</param>
public sealed record PresenceBody(string? Status, int? Capacity, string[]? Skills, string[]? Languages);

/// <summary>Presence as taken; it lapses after <paramref name="TtlSeconds"/> unless renewed.</summary>
/// <param name="Role">Of the key: <c>agent</c> or <c>supervisor</c>.</param>
/// <param name="PausedBy">Who paused her: nothing new comes to her until she is resumed. Absent where nobody did.</param>
public sealed record PresenceAnswer(string Agent, string Status, int Capacity, double TtlSeconds, int AgentsAvailable, int FreeSlots, string Role, string? PausedBy);

/// <summary>Who claims or ends.</summary>
/// <param name="Holder">To end another's conversation: who has it. A supervisor's key alone; absent: her own.</param>
public sealed record AgentBody(string? Agent, string? Holder);

/// <summary>Whether an agent is paused from now on.</summary>
/// <param name="By">Who says so: she herself, or a supervisor.</param>
public sealed record PauseBody(string? By, bool? Paused);

/// <summary>A pause as it stands.</summary>
public sealed record PauseAnswer(string Agent, bool Paused, int AgentsAvailable, int FreeSlots);

/// <summary>What takes a slot of an agent's. Not what was said, nor what was shared.</summary>
/// <param name="Status"><c>pending</c>, <c>open</c> or <c>seen</c>: an invitation without an answer; <c>accepted</c>: waits for her claim; <c>claimed</c>: in conversation.</param>
/// <param name="Since">RFC 3339: since when it is so.</param>
public sealed record SeatItem(string Id, string Status, string Since, string? Language, string? Skill);

/// <summary>An agent who is there, or holds something still.</summary>
/// <param name="Status"><c>available</c> or <c>away</c>, as she or her desk says.</param>
/// <param name="PausedBy">Who paused her; absent where nobody did.</param>
/// <param name="SeenAt">RFC 3339: when she was last heard of.</param>
/// <param name="Seats">What takes her slots, oldest first; absent where the key is not a supervisor's.</param>
public sealed record AgentItem(
    string Agent, string Status, string? PausedBy, int Capacity, int FreeSlots, string SeenAt, IReadOnlyList<string> Skills, IReadOnlyList<string> Languages,
    IReadOnlyList<SeatItem>? Seats);

/// <summary>Agents of the site, by name.</summary>
public sealed record AgentList(IReadOnlyList<AgentItem> Agents);

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

/// <summary>Which rejects are sent again: all that are kept, but for what a filter leaves out.</summary>
/// <param name="Code">Such as <c>missing_field</c>.</param>
/// <param name="Field">As the sender names it.</param>
/// <param name="Dialect"><c>native</c>: our own form.</param>
/// <param name="Since">RFC 3339: received then or later.</param>
/// <param name="Until">RFC 3339: received before.</param>
/// <param name="Limit">Rejects of this call, 1 to <see cref="Core.Limits.ResendMax"/>; that when absent.</param>
/// <param name="After">What the call before gave as <c>next</c>.</param>
/// <param name="DryRun">True: says what would become of them, and sends none.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ResendBody(string? Code, string? Field, string? Dialect, string? Since, string? Until, int? Limit, string? After, bool? DryRun);

/// <summary>So many rejects for this cause.</summary>
/// <param name="Field">At fault; absent where none is.</param>
public sealed record ResendCount(string Code, string? Field, int Count);

/// <summary>What became of rejects that were sent again, oldest first; of a dry run, what would.</summary>
/// <param name="Matched">Rejects of this call, by the filter: the sum of all others.</param>
/// <param name="Taken">Now in the log, as of the time when they came.</param>
/// <param name="AlreadyResent">By an earlier call; nothing was sent twice.</param>
/// <param name="BeingResent">By another call at this moment, or one that was cut off: free again after half a minute.</param>
/// <param name="RejectedAgain">By the present mapping, with its code and field; they stay as they are.</param>
/// <param name="Refused">By the site's rules as they are now: nothing is to be mended.</param>
/// <param name="NotResendable">Of which no original is kept, or none that can be opened.</param>
/// <param name="Next">The <c>after</c> of the next call; absent at the end.</param>
public sealed record ResendAnswer(
    bool DryRun, int Matched, int Taken, int AlreadyResent, int BeingResent, IReadOnlyList<ResendCount> RejectedAgain, IReadOnlyList<ResendCount> Refused,
    IReadOnlyList<ResendCount> NotResendable, string? Next);

/// <summary>JSON of the API's own messages: camelCase, no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PresenceBody))]
[JsonSerializable(typeof(PresenceAnswer))]
[JsonSerializable(typeof(AgentBody))]
[JsonSerializable(typeof(PauseBody))]
[JsonSerializable(typeof(SignInAnswer))]
[JsonSerializable(typeof(MeAnswer))]
[JsonSerializable(typeof(PauseAnswer))]
[JsonSerializable(typeof(AgentList))]
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
[JsonSerializable(typeof(ResendBody))]
[JsonSerializable(typeof(ResendAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext;
