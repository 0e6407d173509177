using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Engagement.Server.BrowserSdk;

namespace Hosts.Tests.Server;

/// <summary>The SDK's files over HTTP: for pages of any origin, kept by caches as long as their names allow.</summary>
public sealed class SdkEndpointsTests : IAsyncLifetime
{
    private const string Script = "console.log('engagement');";
    private FilesHost _host = null!;

    public async Task InitializeAsync() => _host = await FilesHost.StartAsync(
        (app, root) => app.MapSdk(root),
        ("engagement.js", Script), ("invitation-MFDXQPDX.mjs", "export {};"), ("sizes.json", "{}"));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Script_IsForPagesOfAnyOrigin_AndAskedAgainByItsTag()
    {
        using var answer = await _host.Http.GetAsync("/sdk/engagement.js");
        Assert.Equal(Script, await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("cross-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.Equal(TimeSpan.FromHours(1), answer.Headers.CacheControl?.MaxAge);

        var again = new HttpRequestMessage(HttpMethod.Get, "/sdk/engagement.js");
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        using var unchanged = await _host.Http.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        var other = new HttpRequestMessage(HttpMethod.Get, "/sdk/engagement.js");
        other.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"another\""));
        using var changed = await _host.Http.SendAsync(other);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    [Fact]
    public async Task Script_WhereTheBrowserTakesIt_IsCompressed()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/sdk/engagement.js");
        request.Headers.AcceptEncoding.ParseAdd("br, gzip");
        using var answer = await _host.Http.SendAsync(request);
        Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        await using var unpacked = new GZipStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        Assert.Equal(Script, await new StreamReader(unpacked).ReadToEndAsync());
    }

    [Fact]
    public async Task Chunk_NamedByItsContent_IsKeptForEver()
    {
        using var answer = await _host.Http.GetAsync("/sdk/invitation-MFDXQPDX.mjs");
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/sdk/")]
    [InlineData("/sdk/sizes.json")]
    [InlineData("/sdk/other.js")]
    [InlineData("/sdk/..%2fsecret.js")]
    public async Task Anything_Else_IsNotThere(string path)
    {
        using var answer = await _host.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
