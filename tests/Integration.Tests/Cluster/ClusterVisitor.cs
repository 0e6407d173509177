using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Engagement.Testing;

namespace Integration.Tests.Cluster;

/// <summary>A visitor of the demo's help centre, by the public API, at whatever node.</summary>
internal sealed class ClusterVisitor
{
    private static readonly string[] Queries = ["return label", "print return label", "returns label missing", "where is my return label"];
    private int _events;

    private ClusterVisitor(string id, string token) => (Id, Token) = (id, token);

    public string Id { get; }
    public string Token { get; }

    public static async Task<ClusterVisitor> ArriveAsync(ServerProcess node)
    {
        var opened = await CallAsync(node, HttpMethod.Post, "/v1/sessions", ServerProcess.ApiKey, new { });
        var json = JsonSerializer.Deserialize<JsonElement>(opened.Text);
        return new ClusterVisitor(json.GetProperty("visitor").GetString()!, json.GetProperty("token").GetString()!);
    }

    /// <summary>
    /// The answer of should-engage about a visitor. On a busy machine the store may miss the deadline of an ask, which then says <c>unavailable</c> and is asked
    /// again, for so long.
    /// </summary>
    public static async Task<JsonElement> AskAsync(ServerProcess node, string visitor, TimeSpan patience)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(20))
        {
            using var answer = await node.GetJsonAsync($"/v1/should-engage?visitor={visitor}");
            var isAway = answer.RootElement.GetProperty("blockers").EnumerateArray().Any(b => b.GetProperty("code").GetString() == "unavailable");
            if (!isAway || clock.Elapsed > patience) return answer.RootElement.Clone();
        }
    }

    /// <summary>One of whom the site's server sends events; she has no token.</summary>
    public static ClusterVisitor Named(string id) => new(id, "");

    /// <summary>Three searches in vain.</summary>
    public async Task FlounderAsync(ServerProcess node)
    {
        for (var i = 0; i < 3; i++) await node.PostEventsAsync(Search());
    }

    public byte[] Search()
    {
        var number = _events++;
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
            {"id":"{{Id}}-{{number}}","visitor":"{{Id}}","type":"search_performed","page":{"url":"https://shop.example/help","language":"en"},"search":{"query":"{{Queries[number % Queries.Length]}}","resultCount":0,"scope":"help"} }
            """));
    }

    public Task<(int Status, string Text)> AnswerAsync(ServerProcess node, string offer, string answer) =>
        CallAsync(node, HttpMethod.Post, $"/v1/invitations/{offer}/answer", Token, new { answer });

    public Task<ServerStream> ListenAsync(ServerProcess node) => ServerStream.OpenAsync(node, $"/v1/visitors/{Id}/invitations/stream", Token);

    public static async Task<(int Status, string Text)> CallAsync(ServerProcess node, HttpMethod method, string path, string credential, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var response = await node.Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
