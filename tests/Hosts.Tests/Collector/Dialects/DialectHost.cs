using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Testing;

namespace Hosts.Tests.Collector.Dialects;

/// <summary>A collector to which a dialect's requests are sent as its clients send them, and what the log then holds.</summary>
internal static class DialectHost
{
    public static async Task<(HttpResponseMessage Response, string Body)> CallAsync(
        this CollectorHost host, HttpMethod method, string path, byte[]? body = null, string? contentType = null, Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new ByteArrayContent(body);
        if (contentType is not null) request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        more?.Invoke(request);
        var response = await host.Http.SendAsync(request);
        return (response, await response.Content.ReadAsStringAsync());
    }

    public static Task<(HttpResponseMessage Response, string Body)> PostAsync(
        this CollectorHost host, string path, string body, string? contentType = "application/json", Action<HttpRequestMessage>? more = null) =>
        host.CallAsync(HttpMethod.Post, path, Encoding.UTF8.GetBytes(body), contentType, more);

    /// <summary>The canonical events, in the order in which they were taken in, without what the collector stamps.</summary>
    public static async Task<List<JsonObject>> EventsAsync(this CollectorHost host)
    {
        var records = (await host.ReadAsync(Topics.Events)).Select(r => r.Value.AsObject()).ToList();
        foreach (var record in records)
        {
            foreach (var stamped in new[] { "v", "site", "receivedAt" }) record.Remove(stamped);
        }
        return records;
    }

    /// <summary>One event without those members whose values a test does not tell.</summary>
    public static string Without(this JsonObject e, params string[] members)
    {
        foreach (var member in members) e.Remove(member);
        return e.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>A visit that a vendor's own client tells: a script of <c>tests/Clients</c>.</summary>
    public static Task VisitAsync(this CollectorHost host, string script, string[]? more = null, (string Name, string Value)? environment = null) =>
        VendorClients.RunAsync(script, [host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), CollectorHost.WriteKey, .. more ?? []], environment);

    public static SiteModel Consenting(params string[] consentGivenTo) => new()
    {
        Id = "shop", Mode = SiteMode.Live, Consent = ConsentRule.Required, ConsentGivenTo = [.. consentGivenTo],
        Keys = [CollectorHost.Key(KeyRole.Write, CollectorHost.WriteKey)], Secret = new SiteSecret(new byte[32]),
    };
}
