using System.Text.Json;
using Engagement.Engine.Delivery.Redis;
using Engagement.Testing;
using static Integration.Tests.Redis.RedisStoreSteps;

namespace Integration.Tests.Redis;

/// <summary>TLS by files, against a real server with a certificate of an authority of its own.</summary>
public sealed class RedisTlsTests : IDisposable
{
    private readonly TlsAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Authority_TheServers_ComesInAndHears()
    {
        await using var server = await StartAsync("127.0.0.1");
        await using var store = await OpenAsync(Options(server));
        await store.CheckAsync(default);
        var heard = await store.HearAsync("engagement:{shop}:cards");
        await server.CommandAsync("PUBLISH", "engagement:{shop}:cards", "hello");
        await UntilAsync(() => Task.FromResult(heard.Contains("hello")));
    }

    [Fact]
    public async Task Authority_OneOfSeveralInTheFile_ComesIn()
    {
        using var other = new TlsAuthority();
        await using var server = await StartAsync("127.0.0.1");
        var both = _authority.Write("both.pem", File.ReadAllText(other.CertificateFile) + "\n" + File.ReadAllText(_authority.CertificateFile));
        await using var store = await OpenAsync(Options(server) with { TlsAuthorityFile = both });
        await store.CheckAsync(default);
    }

    [Fact]
    public async Task Authority_Another_IsRefusedAndSaysThatItIsTheCertificate()
    {
        using var other = new TlsAuthority();
        await using var server = await StartAsync("127.0.0.1");
        await AssertRefusedAsync(Options(server) with { TlsAuthorityFile = other.CertificateFile });
        // Without one the system's authorities count, which do not know this one either.
        await AssertRefusedAsync(Options(server) with { TlsAuthorityFile = null });
    }

    [Fact]
    public async Task Name_NotTheHosts_IsRefusedUnlessItIsTheNameExpected()
    {
        await using var server = await StartAsync("redis.shop.example");
        await AssertRefusedAsync(Options(server));
        await using var store = await OpenAsync(Options(server) with { TlsHost = "redis.shop.example" });
        await store.CheckAsync(default);
    }

    [Fact]
    public async Task OwnCertificate_AskedFor_LetsInAndNothingElseDoes()
    {
        await using var server = await StartAsync("127.0.0.1", asksClients: true);
        var (certificate, key) = _authority.Sign("node.shop.example");
        await using (var store = await OpenAsync(Options(server) with { TlsCertificateFile = certificate, TlsKeyFile = key })) await store.CheckAsync(default);
        await using var stranger = await OpenAsync(Options(server));
        await Assert.ThrowsAsync<IOException>(async () => await stranger.CheckAsync(default));
    }

    [Fact]
    public void Validate_FilesThatCannotServe_EachNamed()
    {
        var (certificate, key) = _authority.Sign("node.shop.example");
        var (_, otherKey) = _authority.Sign("other.shop.example");
        var good = new RedisOptions { Tls = true, TlsAuthorityFile = _authority.CertificateFile, TlsCertificateFile = certificate, TlsKeyFile = key };
        Assert.Empty(good.Validate());
        Assert.Contains("no such file", Assert.Single((good with { TlsAuthorityFile = "/nowhere.pem" }).Validate()), StringComparison.Ordinal);
        Assert.Contains("no certificate", Assert.Single((good with { TlsAuthorityFile = key }).Validate()), StringComparison.Ordinal);
        Assert.Contains(otherKey, Assert.Single((good with { TlsKeyFile = otherKey }).Validate()), StringComparison.Ordinal);
        Assert.Contains("both or neither", Assert.Single((good with { TlsKeyFile = null }).Validate()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WithTheAuthoritysFile_IsReadyOverTls()
    {
        await using var server = await StartAsync("127.0.0.1", asksClients: true);
        var (certificate, key) = _authority.Sign("node.shop.example");
        // A collector starts without a broker, and says of each part how it is.
        await using var node = ServerProcess.Prepare(
            "--role", "collector", "--kafka", "127.0.0.1:1", "--redis", server.TlsAddress,
            "--redis-tls-ca", _authority.CertificateFile, "--redis-tls-cert", certificate, "--redis-tls-key", key);
        await node.StartAgainAsync();
        using var ready = JsonDocument.Parse(await node.Client.GetStringAsync("/health/ready"));
        var store = ready.RootElement.GetProperty("dependencies").EnumerateArray().Single(d => d.GetProperty("name").GetString() == "delivery_store");
        Assert.Equal("ok", store.GetProperty("status").GetString());
    }

    private static async Task AssertRefusedAsync(RedisOptions options)
    {
        var refusal = await Assert.ThrowsAsync<UnauthorizedAccessException>(async () => await OpenAsync(options));
        Assert.Contains("certificate", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("password", refusal.Message, StringComparison.Ordinal);
    }

    private RedisOptions Options(RedisServer server) => new() { Configuration = server.TlsAddress, Tls = true, TlsAuthorityFile = _authority.CertificateFile };

    private Task<RedisServer> StartAsync(string host, bool asksClients = false)
    {
        var (certificate, key) = _authority.Sign(host);
        return RedisServer.StartAsync(new RedisServerSettings { Tls = new RedisTlsFiles(certificate, key, _authority.CertificateFile, asksClients) });
    }
}
