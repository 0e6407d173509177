using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Engagement.Testing;

/// <summary>What one contact of the desk has; its identifier is an offer's id.</summary>
internal sealed record ChatwootHandOver(string Offer, IReadOnlyList<JsonObject> Conversations, IReadOnlyList<JsonObject> Messages)
{
    /// <summary>Whom its first conversation was assigned to; null: nobody, or there is none.</summary>
    public long? Assignee => Conversations is [var first, ..] ? (long?)first["assignee_id"] : null;
}

/// <summary>
/// Chatwoot as its OpenAPI description of the application API has it, as far as conversations with a note and agents go: paths, header, request schemas,
/// answers. Strict: what the description does not name is refused. One call at a time, as far as what it keeps is concerned.
/// </summary>
internal sealed class ChatwootServer(ReceivingServer server) : IAsyncDisposable
{
    public const string Token = "chatwoot-token";
    private const string Root = "/api/v1/accounts/3";
    private readonly Lock _gate = new();
    private int _ids = 100;

    public Uri Url => server.Url;
    public JsonArray Agents { get; } = [];
    public List<JsonObject> Contacts { get; } = [];
    public List<JsonObject> Conversations { get; } = [];
    public List<JsonObject> Messages { get; } = [];
    public IEnumerable<ReceivedCall> Calls => server.Calls;

    /// <summary>Answers the next call to this path with this status instead, once.</summary>
    public (string Path, int Status)? Fails { get; set; }

    /// <summary>How a call ends instead: with this status, or for 0 with a cut connection; null: as it should. Asked for every call.</summary>
    public Func<ReceivedCall, int?> Trouble { get; set; } = static _ => null;

    /// <summary>Whether what a call asked for is done and its answer is lost on the way. Asked for every call.</summary>
    public Func<ReceivedCall, bool> LosesAnswer { get; set; } = static _ => false;

    /// <summary>Value of the Age header of every answer; null: none.</summary>
    public int? Age { get; set; }

    public static async Task<ChatwootServer> StartAsync()
    {
        var server = await ReceivingServer.StartAsync();
        var chatwoot = new ChatwootServer(server);
        server.Answer = chatwoot.AnswerAsync;
        return chatwoot;
    }

    public JsonObject Agent(long id, string availability) => new()
    {
        ["id"] = id, ["account_id"] = 3, ["availability_status"] = availability, ["auto_offline"] = true, ["confirmed"] = true, ["email"] = $"{id}@shop.example",
        ["available_name"] = "Anna", ["name"] = "Anna A.", ["role"] = "agent", ["thumbnail"] = "",
    };

    /// <summary>What every contact has now. Thread-safe.</summary>
    public IReadOnlyList<ChatwootHandOver> HandOvers()
    {
        lock (_gate)
        {
            var messages = Messages.ToLookup(m => (int)m["conversation_id"]!);
            var conversations = Conversations.ToLookup(c => (int)c["contact_id"]!);
            return
            [
                .. from contact in Contacts
                   let its = conversations[(int)contact["id"]!].ToList()
                   select new ChatwootHandOver((string)contact["identifier"]!, its, [.. its.SelectMany(conversation => messages[(int)conversation["id"]!])]),
            ];
        }
    }

    /// <summary>What the desk says of all its agents from now on. Thread-safe.</summary>
    public void SetAvailability(string availability)
    {
        lock (_gate)
            foreach (var agent in Agents) agent!["availability_status"] = availability;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task AnswerAsync(ReceivedCall call, HttpContext context)
    {
        if (Trouble(call) is { } status)
        {
            if (status == 0) context.Abort();
            else await Refuse(context, status, "out of order");
            return;
        }
        var isLost = LosesAnswer(call);
        if (isLost) context.Response.Body = Stream.Null;
        Task answered;
        lock (_gate) answered = HandleAsync(call, context);
        await answered;
        if (isLost) context.Abort();
    }

    /// <summary>Changes and reads what is kept before it first waits.</summary>
    private Task HandleAsync(ReceivedCall call, HttpContext context)
    {
        if (Age is { } age) context.Response.Headers.Age = $"{age}";
        if (Fails is { } fails && call.Path.EndsWith(fails.Path, StringComparison.Ordinal))
        {
            Fails = null;
            return Refuse(context, fails.Status, "failed");
        }
        if (call.Headers.GetValueOrDefault("api_access_token") != Token) return Refuse(context, 401, "Invalid Access Token");
        if (!call.Path.StartsWith(Root, StringComparison.Ordinal)) return Refuse(context, 404, "Resource could not be found");
        string[] path = call.Path[Root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (call.Method, path) switch
        {
            ("GET", ["agents"]) => VendorRules.AnswerAsync(context, 200, Agents.DeepClone()),
            ("POST", ["contacts", "filter"]) => FilterAsync(call, context),
            ("POST", ["contacts"]) => MakeContactAsync(call, context),
            ("GET", ["contacts", var id, "conversations"]) => ListAsync(context, Conversations.Where(c => $"{c["contact_id"]}" == id)),
            ("POST", ["conversations"]) => MakeConversationAsync(call, context),
            ("GET", ["conversations", var id, "messages"]) => ListAsync(context, Messages.Where(m => $"{m["conversation_id"]}" == id)),
            ("POST", ["conversations", var id, "messages"]) => MakeMessageAsync(call, context, id),
            _ => Refuse(context, 404, "Resource could not be found"),
        };
    }

    private Task FilterAsync(ReceivedCall call, HttpContext context)
    {
        if (VendorRules.Parse(call) is not { } body) return Refuse(context, 400, "no JSON");
        if (VendorRules.Breach(body, new Field("payload", JsonValueKind.Array, true)) is { } breach) return Refuse(context, 400, breach);
        var wanted = Contacts.AsEnumerable();
        foreach (var filter in body.GetProperty("payload").EnumerateArray())
        {
            if (VendorRules.Breach(filter, new Field("attribute_key", JsonValueKind.String, true), new Field("filter_operator", JsonValueKind.String, true),
                new Field("values", JsonValueKind.Array, true), new Field("query_operator", JsonValueKind.String)) is { } wrong) return Refuse(context, 400, wrong);
            if (filter.GetProperty("filter_operator").GetString() != "equal_to") return Refuse(context, 400, "operator");
            var (key, value) = (filter.GetProperty("attribute_key").GetString()!, filter.GetProperty("values")[0].GetString());
            wanted = wanted.Where(c => (string?)c[key] == value);
        }
        return VendorRules.AnswerAsync(context, 200, new JsonObject
        {
            ["meta"] = new JsonObject { ["count"] = wanted.Count(), ["current_page"] = 1 }, ["payload"] = new JsonArray([.. wanted.Select(c => c.DeepClone())]),
        });
    }

    private Task MakeContactAsync(ReceivedCall call, HttpContext context)
    {
        if (VendorRules.Parse(call) is not { } body) return Refuse(context, 400, "no JSON");
        if (VendorRules.Breach(body, new Field("inbox_id", JsonValueKind.Number, true), new Field("name", JsonValueKind.String), new Field("email", JsonValueKind.String),
            new Field("blocked", JsonValueKind.False), new Field("phone_number", JsonValueKind.String), new Field("avatar_url", JsonValueKind.String),
            new Field("identifier", JsonValueKind.String), new Field("additional_attributes", JsonValueKind.Object), new Field("custom_attributes", JsonValueKind.Object)) is { } breach)
            return Refuse(context, 400, breach);
        var identifier = body.TryGetProperty("identifier", out var given) ? given.GetString() : null;
        if (Contacts.Any(c => (string?)c["identifier"] == identifier)) return Refuse(context, 422, "Identifier has already been taken");
        var place = new JsonObject { ["source_id"] = $"source-{++_ids}", ["inbox"] = new JsonObject { ["id"] = body.GetProperty("inbox_id").GetInt64(), ["name"] = "Engine" } };
        var contact = new JsonObject
        {
            ["id"] = ++_ids, ["name"] = body.GetProperty("name").GetString(), ["identifier"] = identifier, ["contact_inboxes"] = new JsonArray(place.DeepClone()),
        };
        Contacts.Add(contact);
        return VendorRules.AnswerAsync(context, 200, new JsonObject { ["payload"] = new JsonObject { ["contact"] = contact.DeepClone(), ["contact_inbox"] = place } });
    }

    private Task MakeConversationAsync(ReceivedCall call, HttpContext context)
    {
        if (VendorRules.Parse(call) is not { } body) return Refuse(context, 400, "no JSON");
        if (VendorRules.Breach(body, new Field("source_id", JsonValueKind.String, true), new Field("inbox_id", JsonValueKind.Number), new Field("contact_id", JsonValueKind.Number),
            new Field("additional_attributes", JsonValueKind.Object), new Field("custom_attributes", JsonValueKind.Object), new Field("status", JsonValueKind.String),
            new Field("assignee_id", JsonValueKind.Number), new Field("team_id", JsonValueKind.Number), new Field("snoozed_until", JsonValueKind.String),
            new Field("message", JsonValueKind.Object)) is { } breach) return Refuse(context, 400, breach);
        var source = body.GetProperty("source_id").GetString();
        var contact = Contacts.FirstOrDefault(c => c["contact_inboxes"]!.AsArray().Any(p => (string?)p!["source_id"] == source));
        if (contact is null) return Refuse(context, 404, "Resource could not be found");
        if (body.TryGetProperty("status", out var status) && status.GetString() is not ("open" or "resolved" or "pending")) return Refuse(context, 400, "status");
        var conversation = new JsonObject
        {
            ["id"] = ++_ids, ["account_id"] = 3, ["inbox_id"] = body.GetProperty("inbox_id").GetInt64(), ["contact_id"] = (int)contact["id"]!,
            ["assignee_id"] = body.TryGetProperty("assignee_id", out var assignee) ? assignee.GetInt64() : null,
        };
        Conversations.Add(conversation);
        return VendorRules.AnswerAsync(context, 200, conversation.DeepClone());
    }

    private Task MakeMessageAsync(ReceivedCall call, HttpContext context, string conversation)
    {
        if (VendorRules.Parse(call) is not { } body) return Refuse(context, 400, "no JSON");
        if (Conversations.All(c => $"{c["id"]}" != conversation)) return Refuse(context, 404, "Resource could not be found");
        if (VendorRules.Breach(body, new Field("content", JsonValueKind.String, true), new Field("message_type", JsonValueKind.String), new Field("private", JsonValueKind.False),
            new Field("content_type", JsonValueKind.String), new Field("content_attributes", JsonValueKind.Object), new Field("campaign_id", JsonValueKind.Number),
            new Field("template_params", JsonValueKind.Object)) is { } breach) return Refuse(context, 400, breach);
        var message = new JsonObject
        {
            ["id"] = ++_ids, ["conversation_id"] = int.Parse(conversation, System.Globalization.CultureInfo.InvariantCulture), ["content"] = body.GetProperty("content").GetString(),
            ["private"] = body.GetProperty("private").GetBoolean(), ["message_type"] = 1,
        };
        Messages.Add(message);
        return VendorRules.AnswerAsync(context, 200, message.DeepClone());
    }

    private static Task ListAsync(HttpContext context, IEnumerable<JsonObject> items) =>
        VendorRules.AnswerAsync(context, 200, new JsonObject { ["meta"] = new JsonObject(), ["payload"] = new JsonArray([.. items.Select(i => i.DeepClone())]) });

    private static Task Refuse(HttpContext context, int status, string why) =>
        VendorRules.AnswerAsync(context, status, new JsonObject { ["description"] = why, ["errors"] = new JsonArray() });
}
