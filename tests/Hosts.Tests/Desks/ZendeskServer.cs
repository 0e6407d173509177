using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Hosts.Tests.Desks;

/// <summary>
/// Zendesk as the references of its Ticketing and Agent Availability APIs have it, as far as a ticket with an internal note and agents' channels go.
/// Strict: what they do not name is refused.
/// </summary>
internal sealed class ZendeskServer(ReceivingServer server) : IAsyncDisposable
{
    public const string Token = "zendesk-token";
    public const string User = "desk@shop.example";
    private readonly Dictionary<string, JsonObject> _byKey = [];

    public Uri Url => server.Url;
    public List<JsonObject> Tickets { get; } = [];
    public IEnumerable<ReceivedCall> Calls => server.Calls;

    /// <summary>Agent, status of her messaging channel, most of it, work in it.</summary>
    public List<(long Id, string Status, int? Max, int Work)> Agents { get; } = [];

    /// <summary>Agents a page.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>Answers the next call with this status, and this Retry-After, once.</summary>
    public (int Status, int RetryAfter)? Fails { get; set; }

    public static async Task<ZendeskServer> StartAsync()
    {
        var server = await ReceivingServer.StartAsync();
        var zendesk = new ZendeskServer(server);
        server.Answer = zendesk.AnswerAsync;
        return zendesk;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Task AnswerAsync(ReceivedCall call, HttpContext context)
    {
        if (Fails is { } fails)
        {
            Fails = null;
            context.Response.Headers.RetryAfter = $"{fails.RetryAfter}";
            return VendorRules.AnswerAsync(context, fails.Status, new JsonObject { ["error"] = "TooManyRequests" });
        }
        if (call.Headers.GetValueOrDefault("authorization") != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}/token:{Token}"))}")
            return VendorRules.AnswerAsync(context, 401, new JsonObject { ["error"] = "Couldn't authenticate you" });
        return (call.Method, call.Path) switch
        {
            ("POST", "/api/v2/tickets") => MakeTicketAsync(call, context),
            ("GET", "/api/v2/agent_availabilities") => ListAsync(call, context),
            _ => VendorRules.AnswerAsync(context, 404, new JsonObject { ["error"] = "InvalidEndpoint", ["description"] = "Not found" }),
        };
    }

    private Task MakeTicketAsync(ReceivedCall call, HttpContext context)
    {
        if (VendorRules.Parse(call) is not { } body) return Refuse(context, "no JSON");
        if (VendorRules.Breach(body, new Field("ticket", JsonValueKind.Object, true)) is { } outer) return Refuse(context, outer);
        var ticket = body.GetProperty("ticket");
        if (VendorRules.Breach(ticket, new Field("comment", JsonValueKind.Object, true), new Field("subject", JsonValueKind.String), new Field("external_id", JsonValueKind.String),
            new Field("tags", JsonValueKind.Array), new Field("group_id", JsonValueKind.Number), new Field("assignee_id", JsonValueKind.Number), new Field("requester_id", JsonValueKind.Number),
            new Field("priority", JsonValueKind.String), new Field("status", JsonValueKind.String), new Field("type", JsonValueKind.String)) is { } breach) return Refuse(context, breach);
        if (VendorRules.Breach(ticket.GetProperty("comment"), new Field("body", JsonValueKind.String), new Field("html_body", JsonValueKind.String), new Field("public", JsonValueKind.False),
            new Field("author_id", JsonValueKind.Number), new Field("uploads", JsonValueKind.Array)) is { } wrong) return Refuse(context, wrong);
        if (call.Headers.GetValueOrDefault("idempotency-key") is { } key)
        {
            if (_byKey.TryGetValue(key, out var before))
            {
                context.Response.Headers["x-idempotency-lookup"] = "hit";
                return VendorRules.AnswerAsync(context, 201, new JsonObject { ["ticket"] = before.DeepClone() });
            }
            context.Response.Headers["x-idempotency-lookup"] = "miss";
        }
        var made = JsonNode.Parse(ticket.GetRawText())!.AsObject();
        made["id"] = Tickets.Count + 1;
        Tickets.Add(made);
        if (call.Headers.GetValueOrDefault("idempotency-key") is { } kept) _byKey[kept] = made;
        return VendorRules.AnswerAsync(context, 201, new JsonObject { ["ticket"] = made.DeepClone() });
    }

    private Task ListAsync(ReceivedCall call, HttpContext context)
    {
        var query = QueryHelpers.ParseQuery(call.Query);
        if (query.Keys.Except(["filter[channel_status]", "page[size]", "page[after]"]).Any()) return Refuse(context, "unknown parameter");
        var (channel, status) = query["filter[channel_status]"].ToString().Split(':') is [var c, var s] ? (c, s) : ("", "");
        var skip = query.TryGetValue("page[after]", out var after) ? int.Parse(after!, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var found = Agents.Where(a => a.Status == status && channel == "messaging").ToList();
        var page = found.Skip(skip).Take(PageSize).ToList();
        var more = skip + page.Count < found.Count;
        return VendorRules.AnswerAsync(context, 200, new JsonObject
        {
            ["data"] = new JsonArray([.. page.Select(a => new JsonObject
            {
                ["id"] = $"agent_availabilities|{a.Id}", ["type"] = "agent_availabilities",
                ["attributes"] = new JsonObject { ["agent_id"] = a.Id, ["agent_status"] = new JsonObject { ["id"] = 1, ["name"] = "online" }, ["group_ids"] = new JsonArray(1), ["version"] = 7 },
                ["links"] = new JsonObject { ["self"] = $"{Url}api/v2/agent_availabilities/{a.Id}" },
                ["relationships"] = new JsonObject { ["channels"] = new JsonObject { ["data"] = new JsonArray(Reference(a.Id, "messaging"), Reference(a.Id, "talk")) } },
            })]),
            ["included"] = new JsonArray([.. page.SelectMany(a => new[] { Channel(a.Id, "messaging", a.Status, a.Max, a.Work), Channel(a.Id, "talk", "offline", null, 0) })]),
            ["links"] = new JsonObject { ["next"] = more ? $"{Url}api/v2/agent_availabilities?filter%5Bchannel_status%5D=messaging:online&page%5Bafter%5D={skip + page.Count}" : null },
            ["meta"] = new JsonObject { ["has_more"] = more },
        });
    }

    private static JsonObject Reference(long id, string channel) => new() { ["id"] = $"agent_availabilities|{id}|channels|{channel}", ["type"] = "channels" };

    private static JsonObject Channel(long id, string name, string status, int? max, int work)
    {
        var attributes = new JsonObject { ["name"] = name, ["status"] = status, ["updated_at"] = "2026-11-22T10:23:25.583732Z", ["work_item_count"] = work };
        if (max is { } most) attributes["max_capacity"] = most;
        return new JsonObject { ["id"] = $"agent_availabilities|{id}|channels|{name}", ["type"] = "channels", ["attributes"] = attributes };
    }

    private static Task Refuse(HttpContext context, string why) =>
        VendorRules.AnswerAsync(context, 422, new JsonObject { ["error"] = "RecordInvalid", ["description"] = why });
}
