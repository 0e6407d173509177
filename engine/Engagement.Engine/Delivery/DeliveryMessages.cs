using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Delivery;

/// <summary>
/// What a store itself tells a page and the agents when an offer changes, as JSON of the contract; invitations and cards come composed from the
/// engine. Pure, thread-safe.
/// </summary>
public static class DeliveryMessages
{
    public const string Declined = "declined";
    public const string Ignored = "ignored";
    public const string Unclaimed = "unclaimed";
    public const string AgentLeft = "agent_left";
    public const string Erased = "erased";

    /// <summary>She asked for a person herself while an invitation stood open.</summary>
    public const string Asked = "asked";
    public const string GoesOn = "goes_on";
    public const string Transferred = "transferred";

    /// <summary>The cause that the pipeline gives to an offer whose time ran out.</summary>
    public const string Lapsed = "lapsed";

    /// <summary>To the nodes, on <see cref="Channels.AvailabilityOf"/>: a slot became free, ask how many there are. JSON.</summary>
    public const string SlotFreed = "{\"v\":1,\"kind\":\"freed\"}";

    /// <summary>To the page: the invitation is to go, and why.</summary>
    public static byte[] InvitationWithdrawn(OfferId offer, string cause) => InvitationMessage.ForWithdrawn(offer, cause).ToJson();

    /// <summary>To the page: a person has taken it. Her internal name is not said.</summary>
    public static byte[] InvitationClaimed(OfferId offer) => InvitationMessage.ForClaimed(offer, null).ToJson();

    /// <summary>To the page: nobody came in time; she can leave her question.</summary>
    public static byte[] InvitationUnclaimed(OfferId offer) => InvitationMessage.ForUnclaimed(offer).ToJson();

    /// <summary>To the page: she waits for another.</summary>
    public static byte[] ConversationWaits(OfferId offer, string cause) => InvitationMessage.ForWaiting(offer, cause).ToJson();

    /// <summary>To the agents: it waits to be claimed, by this one or by all who fit.</summary>
    public static byte[] CardQueued(string site, OfferId offer, string? agent, string cause, Instant expiresAt) =>
        CardMessage.ForQueued(site, offer, agent, cause, expiresAt).ToJson();

    /// <summary>To the agents: a question was left, or taken.</summary>
    public static byte[] Question(string site, string id, string? agent) => CardMessage.ForQuestion(site, id, agent).ToJson();

    /// <summary>To the agents: how this one stands has changed.</summary>
    public static byte[] Presence(string site, string agent) => CardMessage.ForPresence(site, agent).ToJson();

    /// <summary>To the page: the conversation is over.</summary>
    public static byte[] ConversationEnded(OfferId offer) => InvitationMessage.ForEnded(offer).ToJson();

    /// <summary>To the agents: the card is to go, and why.</summary>
    public static byte[] CardWithdrawn(string site, OfferId offer, string cause) =>
        (cause is Lapsed or Unclaimed ? CardMessage.ForExpired(site, offer, cause) : CardMessage.ForWithdrawn(site, offer, cause)).ToJson();

    /// <summary>To the agents: this one has it.</summary>
    public static byte[] CardClaimed(string site, OfferId offer, string agent) => CardMessage.ForClaimed(site, offer, agent).ToJson();

    /// <summary>To the agents: the conversation is over.</summary>
    public static byte[] CardEnded(string site, OfferId offer, string agent) => CardMessage.ForEnded(site, offer, agent).ToJson();
}
