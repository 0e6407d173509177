using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <content>Conversations: entries stand in one hash of the site, and go with their offer.</content>
public sealed partial class RedisDeliveryStore
{
    /// <summary>Only shown: the order of entries is their numbers'.</summary>
    private Instant NodeNow => Instant.FromDateTimeOffset(_time.GetUtcNow());

    public async ValueTask<SendResult> SendAsync(SendRequest request, CancellationToken cancellation)
    {
        var (visitor, agent) = NamesOf(request.From);
        var fields = (RedisResult[])(await RunAsync(
            RedisScript.Send, request.Site, cancellation, request.Offer.ToString(), visitor, agent, $"{(int)request.From.Party}:{request.Id}",
            ConversationEntryWriter.Message(request.From, request.Id, request.Text, request.At), Limits.ConversationMessagesMax))!;
        return new SendResult((SendOutcome)(int)fields[0], (long)fields[1]);
    }

    public async ValueTask<bool> CloseConversationAsync(string site, OfferId offer, Participant by, Instant at, CancellationToken cancellation)
    {
        var (visitor, agent) = NamesOf(by);
        return (int)await RunAsync(
            RedisScript.End, site, cancellation, offer.ToString(), visitor, agent, DeliveryMessages.CardEnded(site, offer, by.Agent ?? ""),
            DeliveryMessages.ConversationEnded(offer), ConversationEntryWriter.Closed(by.Party, at)) == 1;
    }

    public async ValueTask<StoredConversation?> GetConversationAsync(string site, OfferId offer, long after, CancellationToken cancellation) =>
        OfferReplies.ToConversation(await RunAsync(RedisScript.Conversation, site, cancellation, offer.ToString(), Math.Max(0, after)));

    private static (RedisValue Visitor, RedisValue Agent) NamesOf(Participant participant) => participant.Agent is { } agent
        ? (RedisValue.EmptyString, agent)
        : (participant.Visitor.ToString(), RedisValue.EmptyString);
}
