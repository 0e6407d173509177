namespace Engagement.Core.Contracts;

/// <summary>The two who take part in a conversation.</summary>
public enum ConversationParty : byte { Visitor = 0, Agent }

/// <summary>Who speaks: the visitor whose offer it is, or the agent who claimed it. The store compares; nobody else takes part.</summary>
public readonly record struct Participant
{
    private Participant(VisitorKey visitor, string? agent) => (Visitor, Agent) = (visitor, agent);

    /// <summary>With <see cref="ConversationParty.Visitor"/>.</summary>
    public VisitorKey Visitor { get; }

    /// <summary>Null for the visitor.</summary>
    public string? Agent { get; }
    public ConversationParty Party => Agent is null ? ConversationParty.Visitor : ConversationParty.Agent;

    public static Participant Of(VisitorKey visitor) => new(visitor, null);
    public static Participant Of(string agent) => new(default, agent);
}

/// <summary>A message to be sent. Idempotent by speaker and <see cref="Id"/>: sent again, it is answered with its first number and stands once.</summary>
public sealed record SendRequest
{
    public required string Site { get; init; }
    public required OfferId Offer { get; init; }
    public required Participant From { get; init; }

    /// <summary>The client's own: 1 to <see cref="Limits.MessageIdCharactersMax"/> letters, digits, <c>. _ -</c>.</summary>
    public required string Id { get; init; }

    /// <summary>As <see cref="Cards.MessageText"/> leaves it.</summary>
    public required string Text { get; init; }
    public required Instant At { get; init; }
}

/// <summary>What one of the two does at the moment, told to the other.</summary>
public sealed record SignRequest
{
    public required string Site { get; init; }
    public required OfferId Offer { get; init; }
    public required Participant From { get; init; }

    /// <summary>Entries up to this number, from 1, have arrived; null: she is writing.</summary>
    public long? Received { get; init; }
    public required Instant At { get; init; }
}

public enum SendOutcome : byte
{
    /// <summary>It stands, now or since an earlier call.</summary>
    Sent = 0,

    /// <summary>No such conversation, or the speaker takes no part in it.</summary>
    NotFound,

    /// <summary>The visitor has not accepted.</summary>
    NotOpen,

    /// <summary>The conversation is over.</summary>
    Closed,

    /// <summary><see cref="Limits.ConversationMessagesMax"/> messages stand.</summary>
    Full,
}

/// <summary>The answer to a message, with its number in the conversation, from 1; 0 where it was not taken.</summary>
public readonly record struct SendResult(SendOutcome Outcome, long Seq);

/// <summary>A conversation as stored, and what was said in it after some number.</summary>
public sealed record StoredConversation
{
    public required VisitorKey Visitor { get; init; }

    /// <summary>The agent who has it, or had it at its end; null while nobody has claimed it.</summary>
    public required string? Holder { get; init; }
    public required Decisions.OfferStatus Status { get; init; }

    /// <summary>Number of the latest entry; 0 when there is none, or when they were forgotten.</summary>
    public required long Last { get; init; }

    /// <summary>What its agent said came of it, and her note for colleagues; null before, or where she made none. Not for the visitor.</summary>
    public string? WrapUp { get; init; }
    public string? Note { get; init; }

    /// <summary>JSON of <see cref="ConversationEntry"/>, in order.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Entries { get; init; }

    /// <summary>Numbers up to which entries have arrived at the visitor, and at an agent; 0 where nothing is known. A hint: a store may forget it.</summary>
    public long ReceivedByVisitor { get; init; }
    public long ReceivedByAgent { get; init; }

    /// <summary>Up to which number they have arrived at the other of the two.</summary>
    public long ReceivedByOther(ConversationParty party) => party == ConversationParty.Visitor ? ReceivedByAgent : ReceivedByVisitor;

    /// <summary>Whether this is one of the two.</summary>
    public bool Includes(Participant participant) =>
        participant.Agent is { } agent ? string.Equals(agent, Holder, StringComparison.Ordinal) : participant.Visitor == Visitor;
}

/// <summary>The visitor opens the way to an agent herself. Idempotent by <see cref="Offer"/>.</summary>
public sealed record AskRequest
{
    public required string Site { get; init; }
    public required VisitorKey Visitor { get; init; }
    public required OfferId Offer { get; init; }

    /// <summary>JSON of the full card as she lets it go.</summary>
    public required ReadOnlyMemory<byte> FullCard { get; init; }

    /// <summary>JSON for her page.</summary>
    public required ReadOnlyMemory<byte> Invitation { get; init; }
    public string? Language { get; init; }
    public string? Skill { get; init; }
}

public enum AskOutcome : byte
{
    /// <summary>An agent's slot is held and the card is published, now or since an earlier call.</summary>
    Asked = 0,

    /// <summary>Nobody who fits has a slot free.</summary>
    NobodyFree,

    /// <summary>She waits for an agent or speaks with one already: the result names that offer.</summary>
    InConversation,
}

/// <summary>The answer to an ask.</summary>
/// <param name="Offer">What she is in: the ask's own, or an earlier one.</param>
/// <param name="Withdrawn">An invitation that stood open and gave way, to be recorded; null where none did.</param>
public readonly record struct AskResult(AskOutcome Outcome, OfferId Offer, OfferEnding? Withdrawn);

/// <summary>Hands a conversation to another: an agent by name, or whoever knows something.</summary>
public sealed record TransferRequest
{
    public required string Site { get; init; }
    public required OfferId Offer { get; init; }

    /// <summary>Who has it.</summary>
    public required string Agent { get; init; }

    /// <summary>One of the two is given.</summary>
    public string? ToAgent { get; init; }
    public string? ToSkill { get; init; }
    public required Instant At { get; init; }
}

public enum TransferOutcome : byte
{
    /// <summary>A slot of the other is held; she is to claim it as any card, and it goes on where she does not.</summary>
    Transferred = 0,

    /// <summary>This agent holds no such conversation.</summary>
    NotFound,

    /// <summary>The other has no slot free, or nobody has who knows it: the conversation stays.</summary>
    NobodyFree,
}

/// <summary>What came of a conversation, as its agent says.</summary>
/// <param name="Outcome">Stable code.</param>
/// <param name="Note">For colleagues, with the offer and as long; null for none.</param>
public sealed record WrapUpRequest(string Site, OfferId Offer, string Agent, string Outcome, string? Note, Instant At);

public enum WrapUpOutcome : byte
{
    /// <summary>Taken now.</summary>
    Done = 0,

    /// <summary>The same was said before.</summary>
    Repeated,

    /// <summary>Another outcome stands.</summary>
    AlreadyWrappedUp,

    /// <summary>This agent has and had no such conversation.</summary>
    NotFound,
}

/// <param name="Ended">The conversation was still open, and is over by this.</param>
public readonly record struct WrapUpResult(WrapUpOutcome Outcome, VisitorKey Visitor, bool Ended);

/// <summary>A question that a visitor left, as stored.</summary>
/// <param name="Id"><c>q_</c> and 32 hexadecimal digits.</param>
/// <param name="Json">What agents read.</param>
/// <param name="Holder">Who took it; null while it waits.</param>
public sealed record StoredQuestion(string Site, string Id, VisitorKey Visitor, Instant AskedAt, ReadOnlyMemory<byte> Json, string? Holder = null);

public enum QuestionOutcome : byte
{
    /// <summary>Left, taken, or done; now or since an earlier call.</summary>
    Done = 0,
    NotFound,

    /// <summary>Another agent has it.</summary>
    Taken,

    /// <summary><see cref="Limits.QuestionsPerVisitorMax"/> or <see cref="Limits.QuestionsPerSiteMax"/> wait.</summary>
    TooMany,
}

public readonly record struct QuestionResult(QuestionOutcome Outcome, StoredQuestion? Question);

public partial interface IDeliveryStore
{
    /// <summary>One atomic step: a slot of an agent who fits, then the accepted card, stored and published. No cap counts it: she asks.</summary>
    ValueTask<AskResult> AskAsync(AskRequest request, CancellationToken cancellation);

    /// <summary>One atomic step: the other's slot, then the conversation waits for her claim.</summary>
    ValueTask<TransferOutcome> TransferAsync(TransferRequest request, CancellationToken cancellation);

    /// <summary>The agent who has or had the conversation says what came of it, once; one that is open ends.</summary>
    ValueTask<WrapUpResult> WrapUpAsync(WrapUpRequest request, CancellationToken cancellation);

    /// <summary>Keeps a question for <see cref="Limits.QuestionRetention"/>, and tells the agents. Idempotent by its id.</summary>
    ValueTask<QuestionOutcome> LeaveQuestionAsync(StoredQuestion question, CancellationToken cancellation);

    /// <summary>Questions that are not done, oldest first.</summary>
    ValueTask<IReadOnlyList<StoredQuestion>> GetQuestionsAsync(string site, CancellationToken cancellation);

    /// <summary>Exactly one agent wins, and has it for <see cref="Limits.QuestionHoldMax"/>.</summary>
    ValueTask<QuestionResult> TakeQuestionAsync(string site, string id, string agent, CancellationToken cancellation);

    /// <summary>Answered: it is forgotten. Only by who took it.</summary>
    ValueTask<QuestionOutcome> FinishQuestionAsync(string site, string id, string agent, CancellationToken cancellation);

    /// <summary>
    /// One atomic step: the conversation is open and the speaker takes part; then the message with the next number, stored and published on
    /// <see cref="Channels.ConversationOf"/>. The visitor may speak from her acceptance on, the agent from the claim on.
    /// </summary>
    ValueTask<SendResult> SendAsync(SendRequest request, CancellationToken cancellation);

    /// <summary>
    /// One atomic step: the conversation is open and this is one of the two; then the sign is published on <see cref="Channels.ConversationOf"/>, as an
    /// entry with the number 0. A number that arrived only rises, never above the latest entry's, and is said once. False where this is neither of the
    /// two, or the conversation is not open.
    /// </summary>
    ValueTask<bool> SignAsync(SignRequest request, CancellationToken cancellation);

    /// <summary>Either of the two ends it; the slot is free. True when it is over, now or since before; false when this is neither of the two.</summary>
    ValueTask<bool> CloseConversationAsync(string site, OfferId offer, Participant by, Instant at, CancellationToken cancellation);

    /// <summary>Entries after a number, in order; null when there is no such conversation or the visitor has not accepted.</summary>
    ValueTask<StoredConversation?> GetConversationAsync(string site, OfferId offer, long after, CancellationToken cancellation);
}
