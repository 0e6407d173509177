using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Desks.Delivery;
using Engagement.Desks.Notes;
using Engagement.Desks.Outgoing;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Slack;

/// <summary>
/// Slack by its Web API (a bot's token): a message in a channel of the company's people, which is the note; its thread is the conversation about it. The
/// offer's id goes along as the message's metadata, by which one that was posted already is found. Presence of the people who are named, one by one. Thread-safe.
/// </summary>
internal sealed class SlackDesk(SiteDesk desk, OutgoingClient http) : IDesk
{
    private const string EventType = "engagement_card";

    /// <summary>Slack's own bound for the text of a section is 3,000 characters.</summary>
    private const int SectionCharactersMax = 3_000;

    /// <summary>Errors that another try of the same message cannot cure.</summary>
    private static readonly string[] FinalErrors =
        ["invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_json", "json_not_object", "msg_too_long", "no_text", "msg_blocks_too_long", "metadata_too_large"];

    public async ValueTask HandOverAsync(Notice notice, AcceptedCard card, CancellationToken cancellation)
    {
        if (await IsPostedAsync(notice, cancellation)) return;
        var blocks = new JsonArray(Section($"*{NoteText.EscapeMrkdwn(CardNote.TitleOf(card))}*{MentionOf(card.Agent)}"));
        foreach (var text in NoteText.ToMrkdwn(CardNote.Compose(card))) blocks.Add(Section(text));
        using var _ = await PostAsync("chat.postMessage", new JsonObject
        {
            ["channel"] = desk.Channel,
            ["text"] = NoteText.EscapeMrkdwn(CardNote.TitleOf(card)),
            ["blocks"] = blocks,
            ["link_names"] = false,
            ["unfurl_links"] = false,
            ["unfurl_media"] = false,
            ["metadata"] = new JsonObject { ["event_type"] = EventType, ["event_payload"] = new JsonObject { ["offer"] = notice.Offer } },
        }, cancellation);
    }

    /// <summary>Active is available; Slack tells no capacity: the configured one counts. Who cannot be asked counts as away.</summary>
    public async ValueTask<DeskPresence> ReadPresenceAsync(CancellationToken cancellation)
    {
        var agents = new List<DeskAgent>();
        var age = TimeSpan.Zero;
        foreach (var id in desk.Agents)
        {
            var (presence, answerAge) = await ReadAsync(id, cancellation);
            if (answerAge > age) age = answerAge;
            if (presence == "active") agents.Add(new DeskAgent(DeskCall.AgentOf(DeskKind.Slack, id), desk.Capacity));
        }
        return new DeskPresence(agents, age);
    }

    private async ValueTask<(string? Presence, TimeSpan Age)> ReadAsync(string id, CancellationToken cancellation)
    {
        using var request = WithToken(DeskCall.Get(DeskCall.UrlOf(desk, $"/api/users.getPresence?user={Uri.EscapeDataString(id)}")));
        var answer = await http.SendAsync(request, OutgoingClient.BodyBytesMax, cancellation);
        using var json = answer.ThrowIfRefused("slack: users.getPresence").ReadJson("slack: users.getPresence");
        // One who has left the company is away; the others are still there.
        if (DeskCall.FindText(json.RootElement, "error") is "user_not_found") return (null, answer.Age);
        return (DeskCall.FindText(EnsureOk("users.getPresence", json, answer).RootElement, "presence"), answer.Age);
    }

    /// <summary>Whether the channel holds this card since the notice was made. A bot that may not read the channel cannot tell: then it may come twice.</summary>
    private async ValueTask<bool> IsPostedAsync(Notice notice, CancellationToken cancellation)
    {
        var oldest = (notice.At.UnixMs / 1_000).ToString(CultureInfo.InvariantCulture);
        using var request = WithToken(DeskCall.Get(DeskCall.UrlOf(desk,
            $"/api/conversations.history?channel={Uri.EscapeDataString(desk.Channel!)}&oldest={oldest}&include_all_metadata=true&limit=200")));
        var answer = (await http.SendAsync(request, OutgoingClient.BodyBytesMax, cancellation)).ThrowIfRefused("slack: conversations.history");
        using var json = answer.ReadJson("slack: conversations.history");
        foreach (var message in DeskCall.FindList(json.RootElement, "messages"))
        {
            if (DeskCall.Find(message, "metadata") is { } metadata && DeskCall.FindText(metadata, "event_type") == EventType
                && DeskCall.Find(metadata, "event_payload") is { } payload && DeskCall.FindText(payload, "offer") == notice.Offer)
                return true;
        }
        return false;
    }

    private async ValueTask<JsonDocument> PostAsync(string method, JsonObject body, CancellationToken cancellation)
    {
        using var request = WithToken(DeskCall.Post(DeskCall.UrlOf(desk, $"/api/{method}"), body));
        var answer = (await http.SendAsync(request, OutgoingClient.BodyBytesMax, cancellation)).ThrowIfRefused($"slack: {method}");
        return EnsureOk(method, answer.ReadJson($"slack: {method}"), answer);
    }

    /// <summary>Slack says no with status 200 and <c>ok: false</c>.</summary>
    private static JsonDocument EnsureOk(string method, JsonDocument json, OutgoingAnswer answer)
    {
        if (DeskCall.Find(json.RootElement, "ok") is { ValueKind: JsonValueKind.True }) return json;
        var error = DeskCall.FindText(json.RootElement, "error") is { Length: <= 64 } code && code.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? code : "an error without a code";
        json.Dispose();
        throw new NoticeRefusedException($"slack: {method}: {error}", FinalErrors.Contains(error), answer.RetryAfter);
    }

    /// <summary>The agent for whom it is, so that she is told; her id is the site's own.</summary>
    private static string MentionOf(string agent) =>
        DeskCall.OwnIdOf(DeskKind.Slack, agent) is { } id && id.All(char.IsAsciiLetterOrDigit) ? $" <@{id}>" : "";

    private static JsonObject Section(string text) => new()
    {
        ["type"] = "section",
        ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = Cut(text), ["verbatim"] = true },
    };

    /// <summary>Cut where it is too long, never inside of an entity or of half a character.</summary>
    private static string Cut(string text)
    {
        if (text.Length <= SectionCharactersMax) return text;
        var end = SectionCharactersMax - 1;
        var entity = text.LastIndexOf('&', end - 1);
        if (entity > end - 6) end = entity;
        if (char.IsHighSurrogate(text[end - 1])) end--;
        return text[..end] + "…";
    }

    private HttpRequestMessage WithToken(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", DeskCall.TextOf(desk.Secret!));
        return request;
    }
}
