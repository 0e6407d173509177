using System.Text.Json.Serialization;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Engine.Api;
using Engagement.Engine.Stream;
using Microsoft.AspNetCore.SignalR;

namespace Engagement.Engine.Conversations;

/// <summary>
/// The conversation as a page and a console speak it: join, send, signs, close, leave. Each answer says what stands, or a problem with its code; entries come
/// as <c>entry</c>, in order and without a gap, from the number that the client has seen. No state of a conversation is kept here: any node serves
/// any participant.
/// </summary>
internal sealed class ConversationHub(ApiParts parts, ConversationFollowers followers) : Hub
{
    private const string IdRule = "1 to 64 letters, digits, '.', '_', '-'";

    /// <summary>Entries after <paramref name="after"/> follow as <c>entry</c>, then whatever is said. Again: from there again.</summary>
    public Task<HubAnswer> Join(string offer, long after) => AnswerAsync(offer, async (caller, id) =>
    {
        if (after < 0) return HubAnswer.Of(HubProblem.Invalid("after", "0 or the number of the last entry seen"));
        var (conversation, participant) = await FindAsync(caller, id);
        if (conversation is null || participant is not { } part) return HubAnswer.Of(HubProblem.NotFound);
        if (!await followers.FollowAsync(Context.ConnectionId, caller.Site.Id, id, part, after, Context.ConnectionAborted))
            return HubAnswer.Of(new HubProblem(409, "too_many_conversations", $"A connection follows {Limits.ConversationsFollowedMax} conversations at most."));
        return HubAnswer.Of(offer, conversation, part.Party);
    });

    /// <summary>Entries of this conversation come no more. It goes on.</summary>
    public async Task<HubAnswer> Leave(string offer)
    {
        if (OfferId.TryParse(offer, out var id)) await followers.LeaveAsync(Context.ConnectionId, id);
        return new HubAnswer { Offer = offer };
    }

    /// <summary>Says something. <paramref name="id"/> is the client's own: sent again under it, a message stands once.</summary>
    public Task<HubAnswer> Send(string offer, string id, string text) => AnswerAsync(offer, async (caller, offerId) =>
    {
        if (!IsMessageId(id)) return HubAnswer.Of(HubProblem.Invalid("id", IdRule));
        if (!MessageText.TryClean(text, out var clean, out var fault)) return HubAnswer.Of(HubProblem.Invalid("text", fault));
        var (_, participant) = await FindAsync(caller, offerId);
        if (participant is not { } part) return HubAnswer.Of(HubProblem.NotFound);
        var request = new SendRequest { Site = caller.Site.Id, Offer = offerId, From = part, Id = id, Text = clean, At = parts.Now };
        var sent = await parts.ActAsync(c => parts.Store.SendAsync(request, c), Context.ConnectionAborted);
        return sent.Outcome switch
        {
            SendOutcome.Sent => new HubAnswer { Offer = offer, Seq = sent.Seq },
            SendOutcome.Closed => HubAnswer.Of(new HubProblem(409, "conversation_closed", "The conversation is over.")),
            SendOutcome.Full => HubAnswer.Of(new HubProblem(409, "conversation_full", $"{Limits.ConversationMessagesMax} messages stand.")),
            SendOutcome.NotOpen => HubAnswer.Of(new HubProblem(409, "not_accepted", "The visitor has not accepted the invitation.")),
            _ => HubAnswer.Of(HubProblem.NotFound),
        };
    });

    /// <summary>The caller is writing; the other hears that and not what. At most once in <see cref="Limits.WritingSignPause"/>, more are passed over.</summary>
    public Task<HubAnswer> Writing(string offer) => SignAsync(offer, follower => follower.WritingAsync(Context.ConnectionAborted));

    /// <summary>Entries up to this number have arrived here, and the other hears so.</summary>
    public Task<HubAnswer> Received(string offer, long seq) => seq < 1
        ? Task.FromResult(HubAnswer.Of(HubProblem.Invalid("seq", "the number of the last entry that arrived, from 1")))
        : SignAsync(offer, follower => follower.ReceivedAsync(seq, Context.ConnectionAborted));

    /// <summary>Either of the two ends it. The slot is free; what was said stays to be read until it is forgotten.</summary>
    public Task<HubAnswer> Close(string offer) => AnswerAsync(offer, async (caller, id) =>
    {
        var (conversation, participant) = await FindAsync(caller, id);
        if (conversation is null || participant is not { } part) return HubAnswer.Of(HubProblem.NotFound);
        var closed = await ConversationSteps.CloseAsync(parts, caller.Site.Id, id, conversation.Visitor, part, Context.ConnectionAborted);
        return closed ? new HubAnswer { Offer = offer, Status = "ended" } : HubAnswer.Of(HubProblem.NotFound);
    });

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        await followers.ForgetAsync(Context.ConnectionId);
        await base.OnDisconnectedAsync(exception);
    }

    internal static bool IsMessageId(string? id) =>
        id is { Length: > 0 and <= Limits.MessageIdCharactersMax } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private Task<HubAnswer> SignAsync(string offer, Func<ConversationFollower, ValueTask> sign) => AnswerAsync(offer, async (_, id) =>
    {
        if (followers.Find(Context.ConnectionId, id) is not { } follower) return HubAnswer.Of(new HubProblem(409, "not_joined", "Join the conversation first."));
        await sign(follower);
        return new HubAnswer { Offer = offer };
    });

    private async Task<(StoredConversation?, Participant?)> FindAsync(ConversationCaller caller, OfferId id)
    {
        var conversation = await parts.ActAsync(
            c => parts.Store.GetConversationAsync(caller.Site.Id, id, long.MaxValue - 1, c), Context.ConnectionAborted);
        return (conversation, conversation is null ? null : caller.In(conversation));
    }

    /// <summary>Who asks, what about, and an outage as a problem that says: again.</summary>
    private async Task<HubAnswer> AnswerAsync(string offer, Func<ConversationCaller, OfferId, Task<HubAnswer>> act)
    {
        if (ConversationCaller.From(Context.User, parts.Sites.Current, parts.Now) is not { } caller || !OfferId.TryParse(offer, out var id))
            return HubAnswer.Of(HubProblem.NotFound);
        try
        {
            return await act(caller, id);
        }
        catch (Exception e) when (OutagePolicy.IsOutage(e))
        {
            return HubAnswer.Of(new HubProblem(503, "unavailable", "The store cannot be reached at the moment. Repeating is safe."));
        }
    }
}

/// <summary>What a call to the hub comes back with: <c>problem</c>, or what stands.</summary>
internal sealed record HubAnswer
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Offer { get; init; }

    /// <summary><c>accepted</c> (waiting for an agent), <c>claimed</c> or <c>ended</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Status { get; init; }

    /// <summary>Number of the latest entry, when joining.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? Last { get; init; }

    /// <summary>When joining: number of the latest entry that has arrived at the other of the two; 0 where nothing is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? Received { get; init; }

    /// <summary>Number of the message, when sending.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? Seq { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public HubProblem? Problem { get; init; }

    public static HubAnswer Of(HubProblem problem) => new() { Problem = problem };

    public static HubAnswer Of(string offer, StoredConversation conversation, ConversationParty party) => new()
    {
        Offer = offer, Status = CodeNames.Of(conversation.Status), Last = conversation.Last, Received = conversation.ReceivedByOther(party),
    };
}

/// <summary>As the problem details of the API: a status, a stable code, and for people what is allowed.</summary>
internal sealed record HubProblem(int Status, string Code, string Detail)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Field { get; init; }

    public static HubProblem NotFound => new(404, "not_found", "No such conversation for this caller.");

    public static HubProblem Invalid(string field, string rule) => new(400, "invalid_field", rule) { Field = field };
}
