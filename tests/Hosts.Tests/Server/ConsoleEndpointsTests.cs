using System.Net;
using Engagement.Server.AgentsConsole;

namespace Hosts.Tests.Server;

/// <summary>The console's files over HTTP: one page, asked again each time, under a policy that lets no text become code; files named by content are kept.</summary>
public sealed class ConsoleEndpointsTests : IAsyncLifetime
{
    private const string Page = "<!doctype html><title>console</title>";
    private FilesHost _host = null!;

    public async Task InitializeAsync() => _host = await FilesHost.StartAsync(
        (app, root) => app.MapConsole(root),
        ("index.html", Page), ("owner.html", Page), ("assets/index-Bj-fIi1c.js", "export {};"), ("assets/index-K37sTtfP.css", "p{}"), ("assets/index.js.map", "{}"));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/console/")]
    [InlineData("/console/index.html")]
    [InlineData("/console/owner")]
    public async Task Page_IsAskedAgainEachTime_UnderAStrictPolicy(string path)
    {
        using var answer = await _host.Http.GetAsync(path);
        Assert.Equal(Page, await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoCache);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    /// <summary>The local demo shows the console in a frame beside the visitor; nothing else is let go of.</summary>
    [Fact]
    public void PolicyOfTheDemo_DiffersInWhoMayFrameItAlone()
    {
        Assert.Equal(
            ConsoleEndpoints.ContentSecurityPolicy.Replace("frame-ancestors 'none';", "frame-ancestors 'self';", StringComparison.Ordinal), ConsoleEndpoints.ContentSecurityPolicyOfDemo);
        Assert.NotEqual(ConsoleEndpoints.ContentSecurityPolicy, ConsoleEndpoints.ContentSecurityPolicyOfDemo);
    }

    [Fact]
    public async Task Console_WithoutItsSlash_LeadsToThePage()
    {
        using var answer = await _host.Http.GetAsync("/console");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/console/", answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/console/assets/index-Bj-fIi1c.js", "text/javascript")]
    [InlineData("/console/assets/index-K37sTtfP.css", "text/css")]
    public async Task Asset_NamedByItsContent_IsKeptForEver(string path, string type)
    {
        using var answer = await _host.Http.GetAsync(path);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await _host.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("/console/assets/index.js.map")]
    [InlineData("/console/other.html")]
    [InlineData("/console/..%2fappsettings.json")]
    public async Task Anything_Else_IsNotThere(string path)
    {
        using var answer = await _host.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
