using System.Globalization;
using System.Text.Json.Nodes;

namespace EndToEnd.AgentsConsole;

/// <summary>Card messages as the engine lists them.</summary>
internal static class SampleCards
{
    public static JsonObject Reserved(string offer, string agent = "anna", double urgency = 0.5, int seconds = 60, string state = "floundering") => new()
    {
        ["v"] = 1, ["kind"] = "reserved", ["site"] = "demo", ["offer"] = offer, ["agent"] = agent, ["expiresAt"] = In(seconds),
        ["reserved"] = Brief(urgency, state, [("similar_searches", "Searched 3 times for similar things", 1.42), ("no_results", "3 searches found nothing", 0.6)]),
    };

    public static JsonObject Full(string offer, string agent = "anna", double urgency = 0.8, int seconds = 60)
    {
        var card = Brief(urgency, "floundering",
            [("similar_searches", "Searched 4 times for similar things", 1.62), ("no_results", "3 searches found nothing", 1.1), ("quick_backs", "Went back from an article within seconds", 0.41)]);
        card["confidence"] = 0.87;
        (card["need"], card["needIsClear"]) = ("Returning an order without its label", true);
        card["suggestedOpener"] = "Hello! Is it about sending something back? I can make you a new label.";
        card["queries"] = new JsonArray(Query("q1", "return label", 0, -340), Query("q2", "print return label", 0, -300), Query("q3", "returns label missing", 0, -120), Query("q4", "how to return without printer", 2, -60));
        card["pages"] = new JsonArray(Page("p1", "Returns: how it works", "article", -250, 3, 8), Page("p2", "Your order 1042", "page", -200, 1, 64));
        card["cart"] = new JsonArray(new JsonObject { ["id"] = "c1", ["label"] = "Table lamp Wren, oak", ["quantity"] = 1, ["price"] = 89.0 });
        card["articles"] = new JsonArray(new JsonObject { ["id"] = "a1", ["title"] = "Sending a parcel back without a printer", ["url"] = "https://larkfield.example/help/no-printer" });
        card["answer"] = Coded("article_missed", "There is an article on this, not opened so far: Sending a parcel back without a printer");
        card["notKnown"] = new JsonArray(Coded("identity", "Who this is: nobody asked"), Coded("earlier_visits", "Earlier visits: they are never looked at"));
        card["approvalNeeded"] = false;
        return new JsonObject { ["v"] = 1, ["kind"] = "full", ["site"] = "demo", ["offer"] = offer, ["agent"] = agent, ["expiresAt"] = In(seconds), ["card"] = card };
    }

    /// <summary>The same text in every place where a stranger's text may stand.</summary>
    public static JsonObject Hostile(string offer, string text)
    {
        var message = Full(offer, "anna", 0.5, 3_000);
        var card = message["card"]!.AsObject();
        (card["need"], card["suggestedOpener"], card["question"], card["language"]) = (text, text, text, text);
        card["reasons"] = new JsonArray(Coded("a", text));
        card["queries"] = new JsonArray(Query("q1", text, 0, -60));
        card["pages"] = new JsonArray(Page("p1", text, text, -50, 1, 1));
        card["cart"] = new JsonArray(new JsonObject { ["id"] = "c1", ["label"] = text, ["quantity"] = 1 });
        card["articles"] = new JsonArray(new JsonObject { ["id"] = "a1", ["title"] = text, ["url"] = text });
        card["answer"] = Coded("article_missed", text);
        card["notKnown"] = new JsonArray(Coded("x", text));
        return message;
    }

    public static JsonObject Question(string id, string text, string? replyTo = "m***@e***") => new()
    {
        ["id"] = id, ["text"] = text, ["replyTo"] = replyTo, ["replyToIsMasked"] = true, ["language"] = "en", ["askedAt"] = In(-3_600), ["forgottenAt"] = In(250_000), ["holder"] = null,
    };

    /// <summary>Agents in every standing, as a supervisor reads them.</summary>
    public static JsonArray Team() => new(
        Mate("anna", 4, 3, ["en", "de"], [], Seat("o_1", "claimed", -95)), Mate("ben", 2, 0, ["en"], ["payment"], Seat("o_6", "claimed", -754, "en", "payment"), Seat("o_7", "accepted", -12)),
        Mate("cem", 3, 2, ["de", "nl"], ["returns", "delivery"], Seat("o_8", "open", -20, "nl")), Paused("dora", "lena"), Mate("lena", 1, 0, [], [], status: "away"));

    private static JsonObject Paused(string agent, string by)
    {
        var mate = Mate(agent, 2, 0, ["es"], [], Seat("o_9", "claimed", -40));
        mate["pausedBy"] = by;
        return mate;
    }

    private static JsonObject Mate(string agent, int capacity, int free, string[] languages, string[] skills, params JsonObject[] seats) => Mate(agent, capacity, free, languages, skills, "available", seats);

    private static JsonObject Mate(string agent, int capacity, int free, string[] languages, string[] skills, string status, params JsonObject[] seats) => new()
    {
        ["agent"] = agent, ["status"] = status, ["capacity"] = capacity, ["freeSlots"] = free, ["seenAt"] = In(-3),
        ["languages"] = new JsonArray([.. languages.Select(l => (JsonNode)l)]), ["skills"] = new JsonArray([.. skills.Select(k => (JsonNode)k)]), ["seats"] = new JsonArray([.. seats]),
    };

    private static JsonObject Seat(string id, string status, int seconds, string? language = null, string? skill = null) => new()
    {
        ["id"] = id, ["status"] = status, ["since"] = In(seconds), ["language"] = language, ["skill"] = skill,
    };

    private static JsonObject Brief(double urgency, string state, (string Code, string Text, double Weight)[] reasons) => new()
    {
        ["state"] = state, ["stateText"] = "Searching and not finding", ["language"] = "en", ["urgency"] = urgency,
        ["reasons"] = new JsonArray([.. reasons.Select(r => new JsonObject { ["code"] = r.Code, ["text"] = r.Text, ["weight"] = r.Weight })]),
    };

    private static JsonObject Query(string id, string text, int found, int seconds) => new()
    {
        ["id"] = id, ["text"] = text, ["resultCount"] = found, ["scope"] = "help", ["opened"] = 0, ["times"] = 1, ["at"] = In(seconds),
    };

    private static JsonObject Page(string id, string label, string kind, int seconds, int visits, int dwell) => new()
    {
        ["id"] = id, ["label"] = label, ["kind"] = kind, ["visits"] = visits, ["dwellSeconds"] = dwell, ["at"] = In(seconds),
    };

    private static JsonObject Coded(string code, string text) => new() { ["code"] = code, ["text"] = text };

    private static string In(int seconds) => TimeProvider.System.GetUtcNow().AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
