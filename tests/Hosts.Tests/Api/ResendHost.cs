using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Collector;
using Engagement.Collector.Dialects;
using Engagement.Collector.Rejects;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Hosts.Tests.Collector.Rejects;
using Hosts.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Hosts.Tests.Api;

/// <summary>Collector and engine in one process over one storage file, with a mapping that a test mends.</summary>
internal sealed class ResendHost : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private RejectMapper _mapper = new(DialectCatalog.All);

    public RunningEngine Engine { get; private set; } = null!;

    public string File => _folder.File("engagement.db");

    public static async Task<ResendHost> StartAsync(params SiteModel[] sites)
    {
        var host = new ResendHost();
        host.Engine = await RunningEngine.StartWithAsync(
            host.File, new ManualTimeProvider(), true,
            services =>
            {
                services.AddCollector(new CollectorOptions { SetsBotsApart = false, VisitorEventsPerSecondMax = 1_000_000, VisitorEventsBurstMax = 10_000_000 });
                services.AddSingleton<RejectMapping>(original => host._mapper.Map(original));
            },
            sites);
        return host;
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>From now on <see cref="MendedDialect.Wrong"/> is read as what it <paramref name="means"/>.</summary>
    public void Mend(string means = "product_id") => _mapper = new RejectMapper([.. DialectCatalog.All.Select(dialect => new MendedDialect(dialect, means))]);

    public async Task<HttpResponseMessage> SendAsync(string path, string body, string contentType = "application/json", Action<HttpRequestMessage>? more = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}key={TestSites.WriteKey("demo")}")
        {
            Content = new StringContent(body, Encoding.UTF8, contentType),
        };
        more?.Invoke(request);
        return await Engine.Http.SendAsync(request);
    }

    /// <summary>A view of a product without its number, in Segment's words.</summary>
    public async Task RejectedAsync(string visitor, string id = "m1", string more = "")
    {
        using var response = await SendAsync("/v1/track", ViewOf(visitor, id, more));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    public static string ViewOf(string visitor, string id, string more = "") =>
        $$$"""{"messageId":"{{{id}}}","anonymousId":"{{{visitor}}}","event":"Product Viewed","properties":{"{{{MendedDialect.Wrong}}}":"cup-9"}{{{more}}}}""";

    /// <summary>A search in Segment's words, whose own word is not known yet.</summary>
    public async Task SearchRejectedAsync(string visitor, string id, string query)
    {
        using var response = await SendAsync(
            "/v1/track", $$$"""{"messageId":"{{{id}}}","anonymousId":"{{{visitor}}}","event":"Help Searched","properties":{"{{{MendedDialect.Wrong}}}":"{{{query}}}","results_count":0}}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    public async Task<JsonNode> ResendAsync(object? asked = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Engine.CallAsync(HttpMethod.Post, "/v1/rejects/resend", TestSites.ApiKey("demo"), asked ?? new { });
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.True(expected == response.StatusCode, $"{response.StatusCode} {answer.ToJsonString()}");
        if (response.IsSuccessStatusCode) await Engine.DecidedAsync();
        return answer;
    }

    public async Task<List<JsonNode>> RejectsAsync(string filter = "") =>
        [.. (await Engine.GetAsync($"/v1/rejects?limit=500{filter}", TestSites.ApiKey("demo")))["rejects"]!.AsArray().Select(r => r!)];

    /// <summary>Of today.</summary>
    public async Task<List<JsonNode>> EventsAsync(string visitor) =>
        [.. (await Engine.GetAsync($"/v1/events?visitor={visitor}&limit=500", TestSites.ApiKey("demo")))["events"]!.AsArray().Select(e => e!).Where(e => ((string)e["type"]!).Contains('_', StringComparison.Ordinal) && !((string)e["type"]!).StartsWith("invitation", StringComparison.Ordinal))];

    /// <summary>What became of how many, in words.</summary>
    public static string Told(JsonNode answer)
    {
        var told = $"{answer["matched"]}: {answer["taken"]} taken";
        if ((int)answer["alreadyResent"]! > 0) told += $", {answer["alreadyResent"]} before";
        if ((int)answer["beingResent"]! > 0) told += $", {answer["beingResent"]} under way";
        foreach (var (name, word) in new[] { ("rejectedAgain", "again"), ("refused", "refused"), ("notResendable", "not") })
        {
            foreach (var count in answer[name]!.AsArray()) told += $", {count!["count"]} {word} {$"{count["code"]} {count["field"]}".TrimEnd()}";
        }
        return told;
    }
}
