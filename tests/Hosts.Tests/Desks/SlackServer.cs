using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Hosts.Tests.Desks;

/// <summary>Slack as the references of three methods of its Web API have them: what is wrong is answered with 200 and <c>ok: false</c>, as Slack does. Strict.</summary>
internal sealed class SlackServer(ReceivingServer server) : IAsyncDisposable
{
    public const string Token = "xoxb-token";
    public const string Channel = "C0123456789";

    public Uri Url => server.Url;
    public List<JsonObject> Messages { get; } = [];
    public Dictionary<string, string> Presence { get; } = [];
    public IEnumerable<ReceivedCall> Calls => server.Calls;

    /// <summary>Whether the bot may read the channel.</summary>
    public bool MayRead { get; set; } = true;

    public static async Task<SlackServer> StartAsync()
    {
        var server = await ReceivingServer.StartAsync();
        var slack = new SlackServer(server);
        server.Answer = slack.AnswerAsync;
        return slack;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Task AnswerAsync(ReceivedCall call, HttpContext context)
    {
        var token = call.Headers.GetValueOrDefault("authorization");
        if (token is null) return No(context, "not_authed");
        if (token != $"Bearer {Token}") return No(context, "invalid_auth");
        return (call.Method, call.Path) switch
        {
            ("POST", "/api/chat.postMessage") => PostAsync(call, context),
            ("GET", "/api/conversations.history") => HistoryAsync(call, context),
            ("GET", "/api/users.getPresence") => PresenceAsync(call, context),
            _ => No(context, "unknown_method"),
        };
    }

    private Task PostAsync(ReceivedCall call, HttpContext context)
    {
        if (VendorRules.Parse(call) is not { } body) return No(context, "invalid_json");
        if (VendorRules.Breach(body, new Field("channel", JsonValueKind.String, true), new Field("text", JsonValueKind.String), new Field("blocks", JsonValueKind.Array),
            new Field("attachments", JsonValueKind.Array), new Field("link_names", JsonValueKind.False), new Field("mrkdwn", JsonValueKind.False), new Field("parse", JsonValueKind.String),
            new Field("unfurl_links", JsonValueKind.False), new Field("unfurl_media", JsonValueKind.False), new Field("metadata", JsonValueKind.Object),
            new Field("thread_ts", JsonValueKind.String)) is not null) return No(context, "invalid_arguments");
        if (body.GetProperty("channel").GetString() != Channel) return No(context, "channel_not_found");
        var blocks = body.GetProperty("blocks");
        if (blocks.GetArrayLength() > 50 || blocks.EnumerateArray().Any(b => !IsSection(b))) return No(context, "invalid_blocks");
        if (VendorRules.Breach(body.GetProperty("metadata"), new Field("event_type", JsonValueKind.String, true), new Field("event_payload", JsonValueKind.Object, true)) is not null)
            return No(context, "invalid_metadata_format");
        var message = JsonNode.Parse(body.GetRawText())!.AsObject();
        message["ts"] = $"{1_763_812_800 + Messages.Count}.000100";
        Messages.Add(message);
        return VendorRules.AnswerAsync(context, 200, new JsonObject { ["ok"] = true, ["channel"] = Channel, ["ts"] = (string)message["ts"]!, ["message"] = message.DeepClone() });
    }

    private static bool IsSection(JsonElement block) =>
        VendorRules.Breach(block, new Field("type", JsonValueKind.String, true), new Field("text", JsonValueKind.Object, true), new Field("block_id", JsonValueKind.String)) is null
        && block.GetProperty("type").GetString() == "section"
        && VendorRules.Breach(block.GetProperty("text"), new Field("type", JsonValueKind.String, true), new Field("text", JsonValueKind.String, true), new Field("verbatim", JsonValueKind.False)) is null
        && block.GetProperty("text").GetProperty("text").GetString()!.Length is > 0 and <= 3_000;

    private Task HistoryAsync(ReceivedCall call, HttpContext context)
    {
        var query = QueryHelpers.ParseQuery(call.Query);
        if (query.Keys.Except(["channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest"]).Any()) return No(context, "invalid_arguments");
        if (!MayRead) return No(context, "missing_scope");
        return VendorRules.AnswerAsync(context, 200, new JsonObject { ["ok"] = true, ["messages"] = new JsonArray([.. Messages.Select(m => m.DeepClone())]), ["has_more"] = false });
    }

    private Task PresenceAsync(ReceivedCall call, HttpContext context)
    {
        var user = QueryHelpers.ParseQuery(call.Query)["user"].ToString();
        return Presence.TryGetValue(user, out var presence)
            ? VendorRules.AnswerAsync(context, 200, new JsonObject { ["ok"] = true, ["presence"] = presence })
            : No(context, "user_not_found");
    }

    private static Task No(HttpContext context, string error) => VendorRules.AnswerAsync(context, 200, new JsonObject { ["ok"] = false, ["error"] = error });
}
