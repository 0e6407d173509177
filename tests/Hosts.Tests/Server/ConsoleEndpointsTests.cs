using System.Net;
using Engagement.Server.AgentsConsole;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Hosts.Tests.Server;

/// <summary>The console's files over HTTP: one page, asked again each time, under a policy that lets no text become code; files named by content are kept.</summary>
public sealed class ConsoleEndpointsTests : IAsyncLifetime
{
    private const string Page = "<!doctype html><title>console</title>";
    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        var root = Directory.CreateDirectory(_folder.File("console")).FullName;
        Directory.CreateDirectory(Path.Combine(root, "assets"));
        await File.WriteAllTextAsync(Path.Combine(root, "index.html"), Page);
        await File.WriteAllTextAsync(Path.Combine(root, "assets", "index-Bj-fIi1c.js"), "export {};");
        await File.WriteAllTextAsync(Path.Combine(root, "assets", "index-K37sTtfP.css"), "p{}");
        await File.WriteAllTextAsync(Path.Combine(root, "assets", "index.js.map"), "{}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapConsole(root);
        await _app.StartAsync();
        _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
        };
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/console/")]
    [InlineData("/console/index.html")]
    public async Task Page_IsAskedAgainEachTime_UnderAStrictPolicy(string path)
    {
        using var answer = await _http.GetAsync(path);
        Assert.Equal(Page, await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.True(answer.Headers.CacheControl!.NoCache);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("require-trusted-types-for 'script'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Console_WithoutItsSlash_LeadsToThePage()
    {
        using var answer = await _http.GetAsync("/console");
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/console/", answer.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("/console/assets/index-Bj-fIi1c.js", "text/javascript")]
    [InlineData("/console/assets/index-K37sTtfP.css", "text/css")]
    public async Task Asset_NamedByItsContent_IsKeptForEver(string path, string type)
    {
        using var answer = await _http.GetAsync(path);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await _http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("/console/assets/index.js.map")]
    [InlineData("/console/other.html")]
    [InlineData("/console/..%2fappsettings.json")]
    public async Task Anything_Else_IsNotThere(string path)
    {
        using var answer = await _http.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
