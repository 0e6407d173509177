using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Engagement.Collector.Dialects.Matomo;

/// <summary>A request's parameters, wherever they stand. Pure.</summary>
internal static class MatomoParameters
{
    public static bool IsBulk(DialectRequest request) => request.Json.Member("requests").ValueKind == JsonValueKind.Array;

    /// <summary>
    /// One set for each event, never none but in an empty bulk: of a bulk its requests; otherwise the address's, over which a form's go, or those of an object.
    /// Null for what is none of these.
    /// </summary>
    public static IEnumerable<Dictionary<string, string>?> Of(DialectRequest request)
    {
        if (IsBulk(request)) return request.Json.Member("requests").EnumerateArray().Select(Of);
        var parameters = Of(request.Http.QueryString.Value ?? "");
        if (request.Json.ValueKind == JsonValueKind.Object) Add(parameters, request.Json);
        else if (!request.Body.IsEmpty) Add(parameters, Encoding.UTF8.GetString(request.Body.Span).Trim());
        return [parameters];
    }

    private static Dictionary<string, string>? Of(JsonElement one)
    {
        if (one.ValueKind == JsonValueKind.String) return Of(one.AsText() ?? "");
        if (one.ValueKind != JsonValueKind.Object) return null;
        var parameters = new Dictionary<string, string>();
        Add(parameters, one);
        return parameters;
    }

    private static Dictionary<string, string> Of(string address)
    {
        var parameters = new Dictionary<string, string>();
        Add(parameters, address);
        return parameters;
    }

    private static void Add(Dictionary<string, string> parameters, JsonElement members)
    {
        foreach (var member in members.EnumerateObject())
        {
            if (member.Value.AsText() is { } text) parameters[member.Name] = text;
            else if (member.Value.ValueKind == JsonValueKind.Array) parameters[member.Name] = member.Value.GetRawText(); // ec_items as what it is
        }
    }

    /// <param name="parameters">To be added to; what comes later counts.</param>
    /// <param name="address">With all before its query, as some send it, or the query alone.</param>
    private static void Add(Dictionary<string, string> parameters, string address)
    {
        foreach (var pair in new QueryStringEnumerable(address[(address.IndexOf('?', StringComparison.Ordinal) + 1)..]))
        {
            var value = pair.DecodeValue();
            if (!value.IsEmpty) parameters[pair.DecodeName().ToString()] = value.ToString();
        }
    }
}
