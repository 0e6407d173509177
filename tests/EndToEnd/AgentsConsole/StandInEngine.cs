using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace EndToEnd.AgentsConsole;

/// <summary>
/// Answers some of the console's calls in the engine's place: cards and questions as a test wants them, claims, and conversations over a socket that speaks
/// the hub's JSON. Everything else goes to the real server.
/// </summary>
internal sealed class StandInEngine
{
    private const char RecordEnd = '\u001e';
    private readonly List<JsonObject> _said = [];
    private IWebSocketRoute? _socket;
    private int _sequence;

    /// <summary>What <c>GET /v1/agents/cards</c> lists; null: the real list.</summary>
    public JsonArray? Cards { get; set; }

    public JsonArray Questions { get; set; } = [];

    /// <summary>What <c>GET /v1/agents</c> lists; null: the real list.</summary>
    public JsonArray? Team { get; set; }

    /// <summary>Answer to a claim with problem details of this code and status 409; null: it is won.</summary>
    public string? ClaimIsRefused { get; set; }

    /// <summary>Messages that the agent sent.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>Bodies of what was posted, by the last part of the path.</summary>
    public List<(string What, JsonElement Body)> Posted { get; } = [];

    public async Task StandInAsync(IPage page)
    {
        await page.RouteAsync("**/v1/agents/cards", route => Cards is null ? route.ContinueAsync() : Answer(route, new JsonObject { ["cards"] = Cards.DeepClone() }));
        await page.RouteAsync("**/v1/agents", route => Team is null ? route.ContinueAsync() : Answer(route, new JsonObject { ["agents"] = Team.DeepClone() }));
        await page.RouteAsync("**/v1/agents/questions", route => Answer(route, new JsonObject { ["questions"] = Questions.DeepClone() }));
        await page.RouteAsync("**/v1/agents/questions/*/*", TakeQuestionAsync);
        await page.RouteAsync("**/v1/cards/*/claim", ClaimAsync);
        await page.RouteAsync("**/v1/cards/*/end", route => Keep(route, "end"));
        await page.RouteAsync("**/v1/conversations/*/wrap-up", route => Keep(route, "wrap-up"));
        await page.RouteAsync("**/v1/conversations/*/transfer", route => Keep(route, "transfer"));
        await page.RouteAsync("**/v1/conversations/hub/negotiate*", route => Answer(route, JsonNode.Parse("""
            {"negotiateVersion":1,"connectionId":"c","connectionToken":"t","availableTransports":[{"transport":"WebSockets","transferFormats":["Text"]}]}
            """)!.AsObject()));
        await page.RouteWebSocketAsync("**/v1/conversations/hub*", socket =>
        {
            _socket = socket;
            socket.OnMessage(frame => Hear(socket, frame.Text ?? ""));
        });
    }

    /// <summary>The visitor writes, or something happens.</summary>
    public void Say(string offer, string kind, string? from = null, string? text = null, string? id = null, string? cause = null)
    {
        var entry = new JsonObject
        {
            ["v"] = 1, ["offer"] = offer, ["seq"] = ++_sequence, ["kind"] = kind, ["at"] = TimeProvider.System.GetUtcNow().ToString("o", CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in new[] { ("from", from), ("text", text), ("id", id), ("cause", cause) })
            if (value is not null) entry[name] = value;
        _said.Add(entry);
        if (_socket is not null) Send(_socket, Invocation(entry));
    }

    /// <summary>What the visitor's side does at the moment.</summary>
    public void Sign(string offer, string kind, int? received = null)
    {
        var sign = new JsonObject { ["v"] = 1, ["offer"] = offer, ["seq"] = 0, ["kind"] = kind, ["from"] = "visitor" };
        if (received is { } number) sign["received"] = number;
        if (_socket is not null) Send(_socket, new JsonObject { ["type"] = 1, ["target"] = "sign", ["arguments"] = new JsonArray(sign) });
    }

    /// <summary>The connection breaks; the console is to come back and ask for what it missed.</summary>
    public Task BreakAsync()
    {
        var socket = _socket;
        _socket = null;
        return socket?.CloseAsync() ?? Task.CompletedTask;
    }

    private void Hear(IWebSocketRoute socket, string frames)
    {
        foreach (var record in frames.Split(RecordEnd, StringSplitOptions.RemoveEmptyEntries))
        {
            var message = JsonNode.Parse(record)!.AsObject();
            if (message["protocol"] is not null) socket.Send($"{{}}{RecordEnd}");
            if (message["type"]?.GetValue<int>() != 1) continue;
            var arguments = message["arguments"]!.AsArray();
            var offer = arguments[0]!.GetValue<string>();
            var result = new JsonObject { ["offer"] = offer };
            switch (message["target"]!.GetValue<string>())
            {
                case "Join":
                    (result["status"], result["last"]) = ("claimed", _sequence);
                    Complete(socket, message, result);
                    foreach (var entry in _said.Where(e => e["seq"]!.GetValue<int>() > arguments[1]!.GetValue<int>())) Send(socket, Invocation(entry));
                    continue;
                case "Send":
                    // As the engine has it: sent again under its id (a console that connects sends what waits), a message stands once.
                    if (_said.Find(e => e["id"]?.GetValue<string>() == arguments[1]!.GetValue<string>()) is { } stands)
                    {
                        result["seq"] = stands["seq"]!.GetValue<int>();
                        Complete(socket, message, result);
                        continue;
                    }
                    Sent.Add(arguments[2]!.GetValue<string>());
                    result["seq"] = _sequence + 1;
                    Complete(socket, message, result);
                    Say(offer, "message", "agent", arguments[2]!.GetValue<string>(), arguments[1]!.GetValue<string>());
                    continue;
                default:
                    Complete(socket, message, result);
                    continue;
            }
        }
    }

    private static void Complete(IWebSocketRoute socket, JsonObject message, JsonObject result) =>
        Send(socket, new JsonObject { ["type"] = 3, ["invocationId"] = message["invocationId"]?.DeepClone(), ["result"] = result });

    private static JsonObject Invocation(JsonObject entry) => new() { ["type"] = 1, ["target"] = "entry", ["arguments"] = new JsonArray(entry.DeepClone()) };

    private static void Send(IWebSocketRoute socket, JsonObject record) => socket.Send(record.ToJsonString() + RecordEnd);

    private Task ClaimAsync(IRoute route)
    {
        if (ClaimIsRefused is { } code)
            return Answer(route, new JsonObject { ["code"] = code, ["title"] = "Not as things stand", ["status"] = 409, ["holder"] = "ben" }, 409);
        var id = new Uri(route.Request.Url).Segments[^2].Trim('/');
        var card = Cards?.OfType<JsonObject>().FirstOrDefault(c => c["offer"]!.GetValue<string>() == id);
        if (card is not null) (card["kind"], card["agent"]) = ("full", "anna");
        return Answer(route, new JsonObject { ["id"] = id, ["holder"] = "anna", ["card"] = card?.DeepClone() });
    }

    private Task TakeQuestionAsync(IRoute route)
    {
        var segments = new Uri(route.Request.Url).Segments;
        var question = Questions.OfType<JsonObject>().First(q => q["id"]!.GetValue<string>() == segments[^2].Trim('/'));
        if (segments[^1] == "done")
        {
            Questions.Remove(question);
            return Answer(route, new JsonObject { ["id"] = question["id"]?.DeepClone(), ["status"] = "ended" });
        }
        (question["holder"], question["replyTo"], question["replyToIsMasked"]) = ("anna", "mara@example.org", false);
        return Answer(route, question.DeepClone().AsObject());
    }

    private Task Keep(IRoute route, string what)
    {
        Posted.Add((what, JsonDocument.Parse(route.Request.PostData ?? "{}").RootElement));
        return Answer(route, new JsonObject { ["id"] = "x", ["status"] = "ended" });
    }

    private static Task Answer(IRoute route, JsonObject body, int status = 200) => route.FulfillAsync(new RouteFulfillOptions
    {
        Status = status, ContentType = status == 200 ? "application/json" : "application/problem+json", Body = body.ToJsonString(),
    });
}
