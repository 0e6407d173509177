using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Desks.Delivery;
using Engagement.Desks.Notes;
using Engagement.Desks.Outgoing;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Chatwoot;

/// <summary>
/// Chatwoot by its application API (v1, header <c>api_access_token</c>): a contact under the offer's id, a conversation of hers in the inbox, a private
/// note in it. Each step looks first whether it was made already, so that a card that comes again makes nothing twice. Thread-safe.
/// </summary>
internal sealed class ChatwootDesk(SiteDesk desk, OutgoingClient http) : IDesk
{
    public async ValueTask HandOverAsync(Notice notice, AcceptedCard card, CancellationToken cancellation)
    {
        var contact = await FindContactAsync(notice.Offer, cancellation) ?? await MakeContactAsync(notice.Offer, cancellation);
        var conversation = await FindConversationAsync(contact.Id, cancellation) ?? await MakeConversationAsync(contact, card, cancellation);
        if (await HasNoteAsync(conversation, cancellation)) return;
        using var _ = await PostAsync("chatwoot: note", $"/conversations/{conversation}/messages", new JsonObject
        {
            ["content"] = NoteText.ToMarkdown(CardNote.TitleOf(card), CardNote.Compose(card)),
            ["message_type"] = "outgoing",
            ["private"] = true,
            ["content_type"] = "text",
        }, cancellation);
    }

    /// <summary>Available by Chatwoot's own reckoning; busy and offline are away. It tells no capacity: the configured one counts.</summary>
    public async ValueTask<DeskPresence> ReadPresenceAsync(CancellationToken cancellation)
    {
        const string what = "chatwoot: agents";
        using var request = WithToken(DeskCall.Get(UrlOf("/agents")));
        var answer = (await http.SendAsync(request, OutgoingClient.BodyBytesMax, cancellation)).ThrowIfRefused(what);
        using var json = answer.ReadJson(what);
        if (json.RootElement.ValueKind != JsonValueKind.Array) throw new NoticeRefusedException($"{what}: the answer is no list");
        var agents = new List<DeskAgent>();
        foreach (var agent in json.RootElement.EnumerateArray())
        {
            var status = DeskCall.FindText(agent, "availability_status");
            if (DeskCall.FindNumber(agent, "id") is not { } number || status is not ("available" or "online" or "busy")) continue;
            var id = number.ToString(CultureInfo.InvariantCulture);
            if (DeskCall.Counts(desk, id)) agents.Add(new DeskAgent(DeskCall.AgentOf(DeskKind.Chatwoot, id), desk.Capacity, status != "busy"));
        }
        return new DeskPresence(agents, answer.Age);
    }

    private async ValueTask<Contact?> FindContactAsync(string offer, CancellationToken cancellation)
    {
        using var found = await PostAsync("chatwoot: contact", "/contacts/filter", new JsonObject
        {
            ["payload"] = new JsonArray(new JsonObject
            {
                ["attribute_key"] = "identifier", ["filter_operator"] = "equal_to", ["values"] = new JsonArray(offer), ["query_operator"] = null,
            }),
        }, cancellation);
        foreach (var contact in DeskCall.FindList(found.RootElement, "payload"))
        {
            if (DeskCall.FindText(contact, "identifier") != offer || DeskCall.FindNumber(contact, "id") is not { } id) continue;
            foreach (var place in DeskCall.FindList(contact, "contact_inboxes"))
            {
                if (DeskCall.Find(place, "inbox") is { } inbox && DeskCall.FindNumber(inbox, "id") == desk.Inbox && DeskCall.FindText(place, "source_id") is { } source)
                    return new Contact(id, source);
            }
        }
        return null;
    }

    /// <summary>The contact's name says that she is a visitor, and which; nothing else is known of her, and nothing is sent.</summary>
    private async ValueTask<Contact> MakeContactAsync(string offer, CancellationToken cancellation)
    {
        const string what = "chatwoot: new contact";
        using var made = await PostAsync(what, "/contacts",
            new JsonObject { ["inbox_id"] = desk.Inbox, ["name"] = $"Visitor {offer[2..8]}", ["identifier"] = offer }, cancellation);
        if (DeskCall.Find(made.RootElement, "payload") is { } payload
            && DeskCall.Find(payload, "contact") is { } contact && DeskCall.FindNumber(contact, "id") is { } id
            && DeskCall.Find(payload, "contact_inbox") is { } place && DeskCall.FindText(place, "source_id") is { } source)
            return new Contact(id, source);
        throw new NoticeRefusedException($"{what}: the answer names no contact");
    }

    private async ValueTask<long?> FindConversationAsync(long contact, CancellationToken cancellation)
    {
        using var found = await GetAsync("chatwoot: conversations", $"/contacts/{contact}/conversations", cancellation);
        foreach (var conversation in DeskCall.FindList(found.RootElement, "payload"))
            if (DeskCall.FindNumber(conversation, "id") is { } id) return id;
        return null;
    }

    private async ValueTask<long> MakeConversationAsync(Contact contact, AcceptedCard card, CancellationToken cancellation)
    {
        const string what = "chatwoot: new conversation";
        var body = new JsonObject { ["source_id"] = contact.Source, ["inbox_id"] = desk.Inbox, ["contact_id"] = contact.Id, ["status"] = "open" };
        if (DeskCall.NumberOf(DeskKind.Chatwoot, card.Agent) is { } agent) body["assignee_id"] = agent;
        using var made = await PostAsync(what, "/conversations", body, cancellation);
        return DeskCall.FindNumber(made.RootElement, "id") ?? throw new NoticeRefusedException($"{what}: the answer names no conversation");
    }

    private async ValueTask<bool> HasNoteAsync(long conversation, CancellationToken cancellation)
    {
        using var found = await GetAsync("chatwoot: messages", $"/conversations/{conversation}/messages", cancellation);
        return DeskCall.FindList(found.RootElement, "payload").Any(m => DeskCall.Find(m, "private") is { ValueKind: JsonValueKind.True });
    }

    private ValueTask<JsonDocument> GetAsync(string what, string path, CancellationToken cancellation) =>
        AskAsync(what, DeskCall.Get(UrlOf(path)), cancellation);

    private ValueTask<JsonDocument> PostAsync(string what, string path, JsonObject body, CancellationToken cancellation) =>
        AskAsync(what, DeskCall.Post(UrlOf(path), body), cancellation);

    private async ValueTask<JsonDocument> AskAsync(string what, HttpRequestMessage asked, CancellationToken cancellation)
    {
        using var request = WithToken(asked);
        return (await http.SendAsync(request, OutgoingClient.BodyBytesMax, cancellation)).ThrowIfRefused(what).ReadJson(what);
    }

    private Uri UrlOf(string path) => DeskCall.UrlOf(desk, string.Create(CultureInfo.InvariantCulture, $"/api/v1/accounts/{desk.Account}{path}"));

    private HttpRequestMessage WithToken(HttpRequestMessage request)
    {
        request.Headers.Add("api_access_token", DeskCall.TextOf(desk.Secret!));
        return request;
    }

    private sealed record Contact(long Id, string Source);
}
