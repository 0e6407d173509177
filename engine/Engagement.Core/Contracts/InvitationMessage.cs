using System.Collections.Immutable;
using System.Text.Json;
using Engagement.Core.Cards;

namespace Engagement.Core.Contracts;

/// <summary>What a message on a visitor's channel says.</summary>
public enum InvitationMessageKind : byte
{
    Invitation = 0,

    /// <summary>Gone: take it off the page. <c>cause</c> says why.</summary>
    Withdrawn,

    /// <summary>An agent has taken the conversation: only now may a name be said to have joined.</summary>
    Claimed,

    /// <summary>Nobody took it in time: say so, and offer to leave the question.</summary>
    Unclaimed,

    /// <summary>The conversation is over.</summary>
    Ended,

    /// <summary>She asked for a person herself; one is being fetched.</summary>
    Asked,

    /// <summary>Her conversation waits for another agent: <c>cause</c> says why (<c>agent_left</c>, <c>transferred</c>). May come more than once.</summary>
    Waiting,
}

/// <summary>Words on the invitation's buttons.</summary>
public sealed record InvitationLabels(string Accept, string Decline, string Why);

/// <summary>
/// A message on <see cref="Channels.VisitorOf"/>, as the page gets it. Version 1. Unknown kinds and fields are to be ignored. Text is not encoded:
/// set it as text, never as HTML.
/// </summary>
public sealed record InvitationMessage
{
    public int V { get; init; } = 1;
    public required InvitationMessageKind Kind { get; init; }

    /// <summary>The offer's id in text.</summary>
    public required string Id { get; init; }
    public string? Text { get; init; }

    /// <summary>"Why am I seeing this?", in the card's own words.</summary>
    public ImmutableArray<CodedText>? Why { get; init; }
    public InvitationLabels? Labels { get; init; }
    public Instant? ExpiresAt { get; init; }

    /// <summary>Milliseconds left when this was sent, for pages whose clock is wrong; never below 0.</summary>
    public long? ExpiresInMs { get; init; }
    public string? Language { get; init; }

    /// <summary>Only the leased or claiming agent's own public name, and only where the site gives one.</summary>
    public string? Agent { get; init; }
    public string? Cause { get; init; }

    public static InvitationMessage ForWithdrawn(OfferId offer, string cause) =>
        new() { Kind = InvitationMessageKind.Withdrawn, Id = offer.ToString(), Cause = cause };

    public static InvitationMessage ForClaimed(OfferId offer, string? agentName) =>
        new() { Kind = InvitationMessageKind.Claimed, Id = offer.ToString(), Agent = agentName };

    public static InvitationMessage ForUnclaimed(OfferId offer) =>
        new() { Kind = InvitationMessageKind.Unclaimed, Id = offer.ToString() };

    public static InvitationMessage ForEnded(OfferId offer) => new() { Kind = InvitationMessageKind.Ended, Id = offer.ToString() };

    public static InvitationMessage ForAsked(OfferId offer, Instant expiresAt, string? language) =>
        new() { Kind = InvitationMessageKind.Asked, Id = offer.ToString(), ExpiresAt = expiresAt, Language = language };

    public static InvitationMessage ForWaiting(OfferId offer, string cause) =>
        new() { Kind = InvitationMessageKind.Waiting, Id = offer.ToString(), Cause = cause };

    /// <summary>The same with <see cref="ExpiresInMs"/> counted from <paramref name="now"/>: an invitation that was stored is sent again by this.</summary>
    public InvitationMessage AsOf(Instant now) =>
        ExpiresAt is { } expiresAt ? this with { ExpiresInMs = Math.Max(0, expiresAt.UnixMs - now.UnixMs) } : this;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.InvitationMessage);

    /// <summary>Null for JSON null; throws <see cref="JsonException"/> on anything else that is no invitation message.</summary>
    public static InvitationMessage? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ContractJson.Default.InvitationMessage);
}
