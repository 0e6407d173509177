using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Desks.Delivery;
using Engagement.Desks.Notes;
using Engagement.Desks.Outgoing;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Zendesk;

/// <summary>
/// Zendesk by its Ticketing API (v2, a user's API token): a ticket whose only comment is an internal note. The notice's id is the idempotency key, which
/// Zendesk remembers for two hours. Presence by the Agent Availability API, which only an admin's token may ask. Thread-safe.
/// </summary>
internal sealed class ZendeskDesk(SiteDesk desk, OutgoingClient http) : IDesk
{
    /// <summary>The channel whose status counts unless the site says another.</summary>
    private const string ChannelDefault = "messaging";

    private const int PageAgents = 100;
    private const int PagesMax = 5;

    public async ValueTask HandOverAsync(Notice notice, AcceptedCard card, CancellationToken cancellation)
    {
        var ticket = new JsonObject
        {
            ["subject"] = CardNote.TitleOf(card),
            ["comment"] = new JsonObject { ["html_body"] = NoteText.ToHtml(CardNote.TitleOf(card), CardNote.Compose(card)), ["public"] = false },
            ["external_id"] = notice.Offer,
            ["tags"] = new JsonArray("engagement"),
        };
        // One or the other: a group that the agent is not in would be refused.
        if (DeskCall.NumberOf(DeskKind.Zendesk, card.Agent) is { } agent) ticket["assignee_id"] = agent;
        else if (desk.Group > 0) ticket["group_id"] = desk.Group;
        using var request = WithToken(DeskCall.Post(DeskCall.UrlOf(desk, "/api/v2/tickets"), new JsonObject { ["ticket"] = ticket }));
        request.Headers.Add("Idempotency-Key", notice.Id);
        (await http.SendAsync(request, 0, cancellation)).ThrowIfRefused("zendesk: ticket");
    }

    /// <summary>Who is online in the channel; what she has room for is the least of what the desk and the site's file say, less her work there.</summary>
    public async ValueTask<DeskPresence> ReadPresenceAsync(CancellationToken cancellation)
    {
        var agents = new List<DeskAgent>();
        var (age, url) = (TimeSpan.Zero, FirstPage());
        for (var pages = 0; url is not null && pages < PagesMax; pages++)
        {
            const string what = "zendesk: agents";
            using var request = WithToken(DeskCall.Get(url));
            var answer = (await http.SendAsync(request, OutgoingClient.BodyBytesMax, cancellation)).ThrowIfRefused(what);
            using var json = answer.ReadJson(what);
            if (DeskCall.Find(json.RootElement, "data") is not { ValueKind: JsonValueKind.Array }) throw new NoticeRefusedException($"{what}: the answer holds no agents");
            AddAgents(json.RootElement, agents);
            if (answer.Age > age) age = answer.Age;
            url = NextPage(json.RootElement);
        }
        return new DeskPresence(agents, age);
    }

    private void AddAgents(JsonElement page, List<DeskAgent> agents)
    {
        var channels = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var included in DeskCall.FindList(page, "included"))
        {
            if (DeskCall.FindText(included, "type") == "channels" && DeskCall.FindText(included, "id") is { } id && DeskCall.Find(included, "attributes") is { } attributes
                && DeskCall.FindText(attributes, "name") == Channel)
                channels[id] = attributes;
        }
        foreach (var row in DeskCall.FindList(page, "data"))
        {
            if (DeskCall.Find(row, "attributes") is not { } attributes || DeskCall.FindNumber(attributes, "agent_id") is not { } number) continue;
            var id = number.ToString(CultureInfo.InvariantCulture);
            if (!DeskCall.Counts(desk, id) || ChannelOf(row, channels) is not { } channel || DeskCall.FindText(channel, "status") != "online") continue;
            agents.Add(new DeskAgent(DeskCall.AgentOf(DeskKind.Zendesk, id), RoomIn(channel)));
        }
    }

    private static JsonElement? ChannelOf(JsonElement row, Dictionary<string, JsonElement> channels)
    {
        if (DeskCall.Find(row, "relationships") is not { } relationships || DeskCall.Find(relationships, "channels") is not { } related) return null;
        foreach (var channel in DeskCall.FindList(related, "data"))
            if (DeskCall.FindText(channel, "id") is { } id && channels.TryGetValue(id, out var attributes)) return attributes;
        return null;
    }

    private int RoomIn(JsonElement channel)
    {
        var most = Math.Min(desk.Capacity, DeskCall.FindNumber(channel, "max_capacity") ?? desk.Capacity);
        return (int)Math.Max(0, most - (DeskCall.FindNumber(channel, "work_item_count") ?? 0));
    }

    private Uri FirstPage() => DeskCall.UrlOf(desk, string.Create(CultureInfo.InvariantCulture,
        $"/api/v2/agent_availabilities?filter%5Bchannel_status%5D={Uri.EscapeDataString(Channel)}:online&page%5Bsize%5D={PageAgents}"));

    /// <summary>Null after the last, and where it would lead to another host: the token goes to the desk and nowhere else.</summary>
    private Uri? NextPage(JsonElement page)
    {
        if (DeskCall.Find(page, "meta") is not { } meta || DeskCall.Find(meta, "has_more") is not { ValueKind: JsonValueKind.True }) return null;
        if (DeskCall.Find(page, "links") is not { } links || DeskCall.FindText(links, "next") is not { } next) return null;
        return Uri.TryCreate(desk.Url, next, out var url) && url.Authority == desk.Url!.Authority && url.Scheme == desk.Url.Scheme ? url : null;
    }

    private string Channel => desk.Channel ?? ChannelDefault;

    private HttpRequestMessage WithToken(HttpRequestMessage request)
    {
        var credential = $"{desk.User}/token:{DeskCall.TextOf(desk.Secret!)}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credential)));
        return request;
    }
}
