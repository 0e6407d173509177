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

    /// <summary>JSON of <see cref="ConversationEntry"/>, in order.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Entries { get; init; }

    /// <summary>Whether this is one of the two.</summary>
    public bool Includes(Participant participant) =>
        participant.Agent is { } agent ? string.Equals(agent, Holder, StringComparison.Ordinal) : participant.Visitor == Visitor;
}

public partial interface IDeliveryStore
{
    /// <summary>
    /// One atomic step: the conversation is open and the speaker takes part; then the message with the next number, stored and published on
    /// <see cref="Channels.ConversationOf"/>. The visitor may speak from her acceptance on, the agent from the claim on.
    /// </summary>
    ValueTask<SendResult> SendAsync(SendRequest request, CancellationToken cancellation);

    /// <summary>Either of the two ends it; the slot is free. True when it is over, now or since before; false when this is neither of the two.</summary>
    ValueTask<bool> CloseConversationAsync(string site, OfferId offer, Participant by, Instant at, CancellationToken cancellation);

    /// <summary>Entries after a number, in order; null when there is no such conversation or the visitor has not accepted.</summary>
    ValueTask<StoredConversation?> GetConversationAsync(string site, OfferId offer, long after, CancellationToken cancellation);
}
