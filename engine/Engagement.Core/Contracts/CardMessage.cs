using System.Text.Json;
using Engagement.Core.Cards;

namespace Engagement.Core.Contracts;

/// <summary>What a message on a site's channel of cards says.</summary>
public enum CardMessageKind : byte
{
    /// <summary>An offer is made and a slot leased: the reserved card.</summary>
    Reserved = 0,

    /// <summary>The visitor accepted: the full card as she left it.</summary>
    Full,

    /// <summary>The offer was taken back, declined or overtaken: <c>cause</c> says which.</summary>
    Withdrawn,

    /// <summary>An agent has it.</summary>
    Claimed,

    /// <summary>The lease lapsed, or nobody claimed what was accepted: <c>cause</c> says which.</summary>
    Expired,

    /// <summary>The conversation is over.</summary>
    Ended,

    /// <summary>
    /// An accepted card waits for an agent: <c>agent</c> says for whom it is kept, none where all who fit may claim it; <c>cause</c> why: <c>goes_on</c>
    /// (nobody took it yet), <c>agent_left</c>, <c>transferred</c>. May come more than once.
    /// </summary>
    Queued,

    /// <summary>A visitor left a question, named by <c>offer</c>; with <c>agent</c>: this one took it.</summary>
    Question,

    /// <summary>How <c>agent</c> stands has changed: available, away, paused, or her capacity. Of no offer: <c>offer</c> is empty. <c>GET /v1/agents</c> says how.</summary>
    Presence,
}

/// <summary>
/// A message on <see cref="Channels.CardsOf"/>, and what <c>GET /v1/cards</c> lists. Version 1. A subscriber ignores kinds and fields it does not
/// know, and drops a card that it has twice by <see cref="Offer"/> and kind.
/// </summary>
public sealed record CardMessage
{
    public int V { get; init; } = 1;
    public required CardMessageKind Kind { get; init; }
    public required string Site { get; init; }

    /// <summary>The offer's id in text: names invitation and card alike. Empty with kind presence.</summary>
    public required string Offer { get; init; }

    /// <summary>The agent whose slot is leased, or who claimed.</summary>
    public string? Agent { get; init; }

    /// <summary>When the lease or the wait for a claim ends.</summary>
    public Instant? ExpiresAt { get; init; }

    /// <summary>With kind reserved.</summary>
    public ReservedCard? Reserved { get; init; }

    /// <summary>With kind full.</summary>
    public ContextCard? Card { get; init; }

    /// <summary>Stable code, with kinds withdrawn and expired.</summary>
    public string? Cause { get; init; }

    public static CardMessage ForReserved(string site, OfferId offer, string agent, Instant expiresAt, ReservedCard card) => new()
    {
        Kind = CardMessageKind.Reserved, Site = site, Offer = offer.ToString(), Agent = agent, ExpiresAt = expiresAt, Reserved = card,
    };

    public static CardMessage ForFull(string site, OfferId offer, string agent, Instant? expiresAt, ContextCard card) => new()
    {
        Kind = CardMessageKind.Full, Site = site, Offer = offer.ToString(), Agent = agent, ExpiresAt = expiresAt, Card = card,
    };

    public static CardMessage ForWithdrawn(string site, OfferId offer, string cause) => new()
    {
        Kind = CardMessageKind.Withdrawn, Site = site, Offer = offer.ToString(), Cause = cause,
    };

    public static CardMessage ForExpired(string site, OfferId offer, string cause) => new()
    {
        Kind = CardMessageKind.Expired, Site = site, Offer = offer.ToString(), Cause = cause,
    };

    public static CardMessage ForClaimed(string site, OfferId offer, string agent) => new()
    {
        Kind = CardMessageKind.Claimed, Site = site, Offer = offer.ToString(), Agent = agent,
    };

    public static CardMessage ForEnded(string site, OfferId offer, string agent) => new()
    {
        Kind = CardMessageKind.Ended, Site = site, Offer = offer.ToString(), Agent = agent,
    };

    public static CardMessage ForQueued(string site, OfferId offer, string? agent, string cause, Instant expiresAt) => new()
    {
        Kind = CardMessageKind.Queued, Site = site, Offer = offer.ToString(), Agent = agent, Cause = cause, ExpiresAt = expiresAt,
    };

    public static CardMessage ForQuestion(string site, string question, string? agent) => new()
    {
        Kind = CardMessageKind.Question, Site = site, Offer = question, Agent = agent,
    };

    public static CardMessage ForPresence(string site, string agent) => new()
    {
        Kind = CardMessageKind.Presence, Site = site, Offer = "", Agent = agent,
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.CardMessage);

    /// <summary>Null for JSON null; throws <see cref="JsonException"/> on anything else that is no card message.</summary>
    public static CardMessage? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, ContractJson.Default.CardMessage);
}
