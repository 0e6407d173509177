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

    public async ValueTask<AskResult> AskAsync(AskRequest request, CancellationToken cancellation)
    {
        await _sites.HeardOfAsync(request.Site, cancellation);
        return OfferReplies.ToAskResult(request.Site, request.Visitor, await RunAsync(
            RedisScript.Ask, request.Site, cancellation, request.Offer.ToString(), request.Visitor.ToString(), request.Language ?? "", request.Skill ?? "",
            request.FullCard.ToArray(), request.Invitation.ToArray(), RedisMessages.CardWithdrawn(request.Site, DeliveryMessages.Asked),
            RedisMessages.InvitationWithdrawn(DeliveryMessages.Asked),
            DeliveryMessages.CardQueued(request.Site, request.Offer, RedisMessages.AnyAgent, DeliveryMessages.Asked, NodeNow + Limits.ClaimGiveUpAfter)));
    }

    public async ValueTask<TransferOutcome> TransferAsync(TransferRequest request, CancellationToken cancellation) =>
        (TransferOutcome)(int)await RunAsync(
            RedisScript.Transfer, request.Site, cancellation, request.Offer.ToString(), request.Agent, request.ToAgent ?? "", request.ToSkill ?? "",
            DeliveryMessages.CardQueued(request.Site, request.Offer, RedisMessages.AnyAgent, DeliveryMessages.Transferred, NodeNow + Limits.ClaimGiveUpAfter),
            DeliveryMessages.ConversationWaits(request.Offer, DeliveryMessages.Transferred),
            ConversationEntryWriter.Waiting(DeliveryMessages.Transferred, request.At));

    public async ValueTask<WrapUpResult> WrapUpAsync(WrapUpRequest request, CancellationToken cancellation) =>
        OfferReplies.ToWrapUpResult(await RunAsync(
            RedisScript.WrapUp, request.Site, cancellation, request.Offer.ToString(), request.Agent, request.Outcome,
            DeliveryMessages.CardEnded(request.Site, request.Offer, request.Agent), DeliveryMessages.ConversationEnded(request.Offer),
            ConversationEntryWriter.Closed(ConversationParty.Agent, request.At), request.Note ?? "",
            Tallies.OfWrapUp(request.Outcome) is { } tally ? (int)tally : RedisValue.EmptyString));

    public async ValueTask<QuestionOutcome> LeaveQuestionAsync(StoredQuestion question, CancellationToken cancellation)
    {
        await _sites.HeardOfAsync(question.Site, cancellation);
        return (QuestionOutcome)(int)((RedisResult[])(await RunAsync(
            RedisScript.Question, question.Site, cancellation, "leave", question.Id, question.Visitor.ToString(), question.AskedAt.UnixMs,
            question.Json.ToArray(), DeliveryMessages.Question(question.Site, question.Id, null), Limits.QuestionsPerVisitorMax,
            Limits.QuestionsPerSiteMax))!)[0];
    }

    public async ValueTask<IReadOnlyList<StoredQuestion>> GetQuestionsAsync(string site, CancellationToken cancellation) =>
        [.. ((RedisResult[])(await RunAsync(RedisScript.Question, site, cancellation, "list", "", ""))!).Select(q => OfferReplies.ToQuestion(site, (RedisResult[])q!))];

    public async ValueTask<QuestionResult> TakeQuestionAsync(string site, string id, string agent, CancellationToken cancellation)
    {
        var fields = (RedisResult[])(await RunAsync(
            RedisScript.Question, site, cancellation, "take", id, agent, "", "", DeliveryMessages.Question(site, id, agent)))!;
        return new QuestionResult((QuestionOutcome)(int)fields[0], fields.Length == 1 ? null : OfferReplies.ToQuestion(site, fields.AsSpan(1)));
    }

    public async ValueTask<QuestionOutcome> FinishQuestionAsync(string site, string id, string agent, CancellationToken cancellation) =>
        (QuestionOutcome)(int)((RedisResult[])(await RunAsync(RedisScript.Question, site, cancellation, "finish", id, agent))!)[0];

    public async ValueTask<SendResult> SendAsync(SendRequest request, CancellationToken cancellation)
    {
        var (visitor, agent) = NamesOf(request.From);
        var fields = (RedisResult[])(await RunAsync(
            RedisScript.Send, request.Site, cancellation, request.Offer.ToString(), visitor, agent, $"{(int)request.From.Party}:{request.Id}",
            ConversationEntryWriter.Message(request.From, request.Id, request.Text, request.At), Limits.ConversationMessagesMax))!;
        return new SendResult((SendOutcome)(int)fields[0], (long)fields[1]);
    }

    public async ValueTask<bool> SignAsync(SignRequest request, CancellationToken cancellation)
    {
        var (visitor, agent) = NamesOf(request.From);
        var kind = request.Received is null ? ConversationEntryKind.Writing : ConversationEntryKind.Received;
        return (int)await RunAsync(
            RedisScript.Sign, request.Site, cancellation, request.Offer.ToString(), visitor, agent, (int)request.From.Party,
            request.Received ?? RedisValue.EmptyString, ConversationEntryWriter.Sign(kind, request.From.Party, request.At)) == 1;
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
