using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Events;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.Snowplow;

/// <summary>
/// Reads the parameters that every event carries, and leaves to <see cref="SnowplowCommerceReader"/> what its entities mean. The address of the sender, its
/// user agent and the entity about the user are not read.
/// </summary>
internal static class SnowplowReader
{
    public static void Read(DialectRequest request, CanonicalEvents events)
    {
        if (!HttpMethods.IsPost(request.Http.Method))
        {
            var parameters = request.Http.Query.Where(p => p.Key != "key").Select(p => new KeyValuePair<string, string?>(p.Key, p.Value.ToString()));
            ReadEvent(DialectJson.Object(parameters), request, events);
        }
        else if (request.Json.Member("data") is { ValueKind: JsonValueKind.Array } data)
        {
            foreach (var item in data.EnumerateArray()) ReadEvent(item, request, events);
        }
        else
        {
            events.AddMalformed(request.Body);
        }
    }

    private static void ReadEvent(JsonElement item, DialectRequest request, CanonicalEvents events)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            events.AddMalformed(DialectJson.Bytes(item));
            return;
        }
        var e = events.Begin();
        var entities = SnowplowEntity.ContextsOf(e, item);
        e.Id = item.Text("eid") ?? ContentIdOf(item);
        e.Visitor = VisitorOf(item, entities, isAnonymous: request.Http.Headers.ContainsKey("SP-Anonymous"));
        e.Url = item.Text("url");
        e.Title = item.Text("page");
        e.Referrer = item.Text("refr");
        e.Language = item.Text("lang");
        ReadTime(e, item, request.Now);
        if (SnowplowEntity.Find(entities, "gdpr").Text("basisForProcessing") == "consent") e.Consent = true;
        ReadKind(e, item, entities);
        events.Add(DialectJson.Bytes(item));
    }

    private static void ReadKind(DialectEvent e, JsonElement item, List<SnowplowEntity> entities)
    {
        switch (item.Text("e"))
        {
            case "pv":
                SnowplowCommerceReader.ReadPage(e, entities);
                break;
            case "pp":
                e.Type = EventType.Heartbeat;
                break;
            case "se":
                StructuredEventReader.Read(e, item.Text("se_ca"), item.Text("se_ac"), item.Text("se_la"), item.Text("se_va"), "se_va");
                break;
            case "ue" when SnowplowEntity.EventOf(e, item) is { } described:
                ReadDescribed(e, described, entities);
                break;
            case "tr":
                e.Type = EventType.OrderCompleted;
                e.CartValue = SnowplowCommerceReader.Amount(e, item, "tr_tt", "");
                break;
            case "ti":
                // A piece of an order, which is told on its own: not the order itself.
                e.Name = "transaction_item";
                e.Product = new DialectProduct(
                    item.Text("ti_sk"), item.Text("ti_nm"), item.Text("ti_ca"), SnowplowCommerceReader.Amount(e, item, "ti_pr", ""), SnowplowCommerceReader.Count(e, item, "ti_qu", ""));
                break;
            case var other:
                e.Name = other;
                if (other is null) e.NotRead("e");
                break;
        }
    }

    private static void ReadDescribed(DialectEvent e, SnowplowEntity described, List<SnowplowEntity> entities)
    {
        e.Name = described.Name;
        var content = described.Content;
        switch (described.Name)
        {
            case "snowplow_ecommerce_action":
                SnowplowCommerceReader.Read(e, content, entities);
                break;
            case "site_search":
                ReadSearch(e, content);
                break;
            case "add_to_cart" or "remove_from_cart":
                e.Type = described.Name == "add_to_cart" ? EventType.ProductAdded : EventType.ProductRemoved;
                e.Product = new DialectProduct(
                    content.Text("sku"), content.Text("name"), content.Text("category"),
                    SnowplowCommerceReader.Amount(e, content, "unitPrice", described.Name + "."), SnowplowCommerceReader.Count(e, content, "quantity", described.Name + "."));
                break;
            case "screen_view":
                e.Type = EventType.PageViewed;
                e.Title = content.Text("name") ?? e.Title;
                break;
            case "consent_preferences":
                e.Consent = ConsentOf(content);
                e.Properties = content;
                break;
            case "consent_granted":
                e.Consent = true;
                break;
            case "consent_withdrawn":
                e.Consent = false;
                break;
            case var name when !SnowplowNames.Forms.Contains(name):
                e.Properties = content;
                break;
        }
    }

    /// <summary>Help is searched where a filter says so, <c>{"scope":"help"}</c>: agreed on here, as Snowplow has no word for it.</summary>
    private static void ReadSearch(DialectEvent e, JsonElement search)
    {
        e.Type = EventType.SearchPerformed;
        e.Query = search.Member("terms") is { ValueKind: JsonValueKind.Array } terms
            ? string.Join(' ', terms.EnumerateArray().Select(term => term.AsText()).OfType<string>())
            : search.Text("terms");
        e.ResultCount = SnowplowCommerceReader.Count(e, search, "totalResults", "site_search.");
        e.Scope = search.Member("filters").Text("scope") switch { "help" => SearchScope.Help, "catalogue" => SearchScope.Catalogue, _ => SearchScope.Unspecified };
    }

    private static bool? ConsentOf(JsonElement preferences) => preferences.Text("eventType") switch
    {
        "allow_all" => true,
        "deny_all" or "withdrawn" or "expired" => false,
        "allow_selected" when preferences.Member("consentScopes") is { ValueKind: JsonValueKind.Array } scopes =>
            scopes.EnumerateArray().Any(scope => scope.AsText() is { } text && SnowplowNames.ConsentScopes.Contains(text)),
        _ => null,
    };

    /// <summary>Of a tracker that is told to be anonymous only the session, which it sends where the site asks for that, and no lasting id even if it is there.</summary>
    private static string? VisitorOf(JsonElement item, List<SnowplowEntity> entities, bool isAnonymous)
    {
        var session = item.Text("sid") ?? SnowplowEntity.Find(entities, "client_session").Text("sessionId");
        if (isAnonymous) return session;
        return item.Text("duid", "tnuid", "nuid", "uid") ?? SnowplowEntity.Find(entities, "client_session").Text("userId") ?? session;
    }

    /// <summary>A true time is as it is; a device's is corrected by what its clock read when it sent.</summary>
    private static void ReadTime(DialectEvent e, JsonElement item, Instant now)
    {
        if (DialectText.TryUnixMs(item.Text("ttm"), out var trueTime))
        {
            e.OccurredAt = trueTime;
            return;
        }
        Instant? at = DialectText.TryUnixMs(item.Text("dtm"), out var device) ? device : null;
        Instant? sentAt = DialectText.TryUnixMs(item.Text("stm"), out var sent) ? sent : null;
        if (at is null && item.Text("dtm") is not null) e.NotRead("dtm");
        e.OccurredAt = DialectText.WithoutSkew(at, sentAt, now);
    }

    /// <summary>Without the time of sending, which is another at each attempt.</summary>
    private static string ContentIdOf(JsonElement item)
    {
        var content = new StringBuilder();
        foreach (var member in item.EnumerateObject())
        {
            if (member.Name != "stm") content.Append(member.Name).Append('=').Append(member.Value.GetRawText()).Append('\n');
        }
        return CanonicalEvents.IdOf(Encoding.UTF8.GetBytes(content.ToString()));
    }
}
