using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Sites;

namespace Hosts.Tests.Collector;

public sealed class SessionsEndpointTests
{
    private static readonly SiteModel s_shop = CollectorHost.Shop();

    [Fact]
    public async Task Post_ListedOrigin_MintsAVisitorWhoseTokenHolds()
    {
        await using var host = await CollectorHost.StartAsync([s_shop]);
        var (status, first) = await OpenAsync(host, "{}");
        var (_, second) = await OpenAsync(host, null);
        Assert.Equal(201, status);
        Assert.NotEqual((string)first["visitor"]!, (string)second["visitor"]!);
        Assert.Equal(34, ((string)first["visitor"]!).Length);
        var now = Instant.FromDateTimeOffset(DateTimeOffset.UtcNow);
        Assert.True(VisitorIdentity.TryReadToken(new SiteCatalog([s_shop], 1), (string)first["token"]!, now, out var read));
        Assert.Equal(((string)first["visitor"]!, s_shop), (read.Visitor, read.Site));
        Assert.Equal((string)first["expiresAt"]!, read.ExpiresAt.ToString());
    }

    [Fact]
    public async Task Post_SignedVisitor_GetsItsToken()
    {
        await using var host = await CollectorHost.StartAsync([s_shop]);
        var expires = Instant.FromDateTimeOffset(DateTimeOffset.UtcNow.AddMinutes(5));
        var body = new JsonObject { ["visitor"] = "customer-7", ["expires"] = expires.UnixMs, ["signature"] = VisitorIdentity.Sign(s_shop, "customer-7", expires) };
        var (status, answer) = await OpenAsync(host, body.ToJsonString());
        Assert.Equal((201, "customer-7"), (status, (string)answer["visitor"]!));

        body["visitor"] = "customer-8";
        Assert.Equal((403, "signature_invalid"), Problem(await OpenAsync(host, body.ToJsonString())));
        Assert.Equal((403, "signature_invalid"), Problem(await OpenAsync(host, """{"visitor":"customer-7"}""")));
    }

    [Theory]
    [InlineData("https://evil.example", CollectorHost.WriteKey, "{}", 403, "origin_not_allowed")]
    [InlineData(null, CollectorHost.WriteKey, "{}", 403, "origin_not_allowed")]
    [InlineData("null", CollectorHost.WriteKey, "{}", 403, "origin_not_allowed")]
    [InlineData(CollectorHost.Origin, "no-such-key", "{}", 401, "unauthorized")]
    [InlineData(CollectorHost.Origin, CollectorHost.WriteKey, "{", 400, "invalid_request")]
    [InlineData(CollectorHost.Origin, CollectorHost.WriteKey, "null", 400, "invalid_request")]
    [InlineData(CollectorHost.Origin, CollectorHost.WriteKey, """{"visitor":""}""", 400, "invalid_request")]
    [InlineData(CollectorHost.Origin, CollectorHost.WriteKey, """{"site":"other"}""", 403, "site_mismatch")]
    public async Task Post_NotEntitled_IsProblem(string? origin, string key, string body, int status, string code)
    {
        await using var host = await CollectorHost.StartAsync([s_shop]);
        Assert.Equal((status, code), Problem(await OpenAsync(host, body, origin, key)));
    }

    [Fact]
    public async Task Post_SiteServer_NeedsNoOrigin()
    {
        await using var host = await CollectorHost.StartAsync([s_shop]);
        Assert.Equal(201, (await OpenAsync(host, "{}", origin: null, CollectorHost.ApiKey)).Status);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080", true, 201)]
    [InlineData("http://localhost:1234", true, 201)]
    [InlineData("http://127.0.0.1:5080", false, 403)]
    [InlineData("http://127.0.0.1.evil.example", true, 403)]
    public async Task Post_LoopbackOrigin_IsListedForDemoKeysOnly(string origin, bool isDemo, int status)
    {
        var site = new SiteModel
        {
            Id = "demo", Mode = SiteMode.Live, Secret = new SiteSecret(new byte[32]), Keys = [CollectorHost.Key(KeyRole.Write, CollectorHost.WriteKey, isDemo)],
        };
        await using var host = await CollectorHost.StartAsync([site]);
        Assert.Equal(status, (await OpenAsync(host, "{}", origin)).Status);
    }

    private static (int, string) Problem((int Status, JsonNode Answer) answer) => (answer.Status, (string)answer.Answer["code"]!);

    private static async Task<(int Status, JsonNode Answer)> OpenAsync(
        CollectorHost host, string? body, string? origin = CollectorHost.Origin, string key = CollectorHost.WriteKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sessions");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        using var response = await host.Http.SendAsync(request);
        return ((int)response.StatusCode, await CollectorHost.JsonOf(response));
    }
}
