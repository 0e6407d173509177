using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Engagement.Engine.Sites;
using Engagement.Server.Hosting;
using Hosts.Tests.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Hosts.Tests.Server;

/// <summary>The composed server over HTTP, on a free port and a data directory of its own.</summary>
public sealed class ServerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("engagement-server-");
    private WebApplication _server = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _server = await ServerComposer.ComposeAsync(new ServeOptions { Data = _data.FullName, Demo = true, Port = 0, Quiet = true }, CancellationToken.None);
        await _server.StartAsync();
        Assert.True(await ServerRun.UntilReadyAsync(_server, CancellationToken.None));
        _http = new HttpClient { BaseAddress = new Uri(ServerRun.AddressOf(_server)) };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Ready_EveryDependency_IsNamed()
    {
        var answer = await GetJsonAsync("/health/ready");
        Assert.Equal("ready", answer.GetProperty("status").GetString());
        var names = answer.GetProperty("dependencies").EnumerateArray().Select(d => d.GetProperty("name").GetString()).ToHashSet();
        Assert.Superset(new HashSet<string?> { "event_log", "delivery_store", "site_files" }, names);
    }

    [Theory]
    [InlineData("GET", "/no/such/path", 404, "not_found")]
    [InlineData("DELETE", "/health/live", 405, "method_not_allowed")]
    public async Task Error_Any_IsAProblemWithACode(string method, string path, int status, string code)
    {
        using var response = await _http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStreamAsync());
        Assert.Equal(code, problem.RootElement.GetProperty("code").GetString());
        Assert.Equal($"https://engagement.example/problems/{code}", problem.RootElement.GetProperty("type").GetString());
        Assert.Equal(status, problem.RootElement.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("no-such-key", 401)]
    [InlineData(DemoKeys.Write, 403)]
    [InlineData(DemoKeys.ReplayApi, 403)]
    [InlineData(DemoKeys.Replay, 202)]
    public async Task Tick_OtherThanAReplayKey_IsRefused(string? key, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/replay/ticks") { Content = new StringContent("""{"receivedAt":"2019-10-01T00:00:00Z"}""", new MediaTypeHeaderValue("application/json")) };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await _http.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Page_Any_HasHeadersThatForbidInlineScripts()
    {
        using var response = await _http.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = string.Join(';', response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        var html = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("<script>", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" style=", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task OpenApi_EveryOperation_HasASummary()
    {
        var paths = (await GetJsonAsync("/openapi/v1.json")).GetProperty("paths").EnumerateObject().ToList();
        Assert.NotEmpty(paths);
        var silent = from path in paths
                     from operation in path.Value.EnumerateObject()
                     where !operation.Value.TryGetProperty("summary", out var summary) || summary.GetString() is not { Length: > 0 }
                     select $"{operation.Name} {path.Name}";
        Assert.Empty(silent);
    }

    [Fact]
    public async Task Stop_WithAnIdleServer_IsWithinItsTime()
    {
        var began = Stopwatch.GetTimestamp();
        await _server.StopAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, ServerComposer.StopWithin);
    }

    [Fact]
    public async Task Compose_DemoKeysWithoutTheDemo_IsRefused()
    {
        using var files = new SiteFiles();
        files.WriteSecret("shop.secret");
        files.Write("shop", SiteFiles.Valid("shop", key: DemoKeys.Write));
        var options = new ServeOptions { Data = Path.Combine(files.Path, "data"), Config = files.Path, Port = 0 };

        var refused = await Assert.ThrowsAsync<InvalidSiteFilesException>(() => ServerComposer.ComposeAsync(options, CancellationToken.None));

        Assert.Contains(refused.Errors, e => e.Message.Contains("demo", StringComparison.Ordinal));
    }

    private async Task<JsonElement> GetJsonAsync(string path)
    {
        using var document = JsonDocument.Parse(await _http.GetByteArrayAsync(path));
        return document.RootElement.Clone();
    }
}
