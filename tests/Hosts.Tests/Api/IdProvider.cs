using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.Json;
using System.Text;
using Engagement.Core.Sites;
using Engagement.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;

namespace Hosts.Tests.Api;

/// <summary>A provider of OpenID Connect on the loopback: discovery, keys, and tokens as a test wants them, written by hand.</summary>
internal sealed class IdProvider : IAsyncDisposable
{
    public const string ClientId = "engagement-console";
    private readonly ReceivingServer _server;
    private int _keys = 1;

    private IdProvider(ReceivingServer server) => _server = server;

    public RSA Key { get; private set; } = RSA.Create(2048);
    public string KeyId => $"key{_keys}";
    public string Issuer => _server.Url.GetLeftPart(UriPartial.Authority);

    /// <summary>How often its keys were asked for.</summary>
    public int KeysAsked => _server.Calls.Count(c => c.Path == "/jwks");

    public bool IsAway { get; set; }

    public SiteSignIn SignIn => new() { Issuer = Issuer, ClientId = ClientId, Agents = ["support"], Supervisors = ["support-leads"] };

    public static async Task<IdProvider> StartAsync()
    {
        var provider = new IdProvider(await ReceivingServer.StartAsync());
        provider._server.Answer = provider.AnswerAsync;
        return provider;
    }

    /// <summary>A new key, under a new name; the old one is gone.</summary>
    public void Rotate()
    {
        Key = RSA.Create(2048);
        _keys++;
    }

    /// <summary>As the provider makes it.</summary>
    public JsonObject ClaimsOf(string agent, DateTimeOffset now, params string[] roles) => new()
    {
        ["iss"] = Issuer, ["aud"] = ClientId, ["sub"] = $"sub-{agent}", ["iat"] = now.ToUnixTimeSeconds(), ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        ["preferred_username"] = agent, ["roles"] = new JsonArray([.. roles.Select(r => (JsonNode)r)]),
    };

    public string TokenOf(JsonObject claims) => TokenOf(new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = KeyId }, claims, Sign);

    public static string TokenOf(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var head = $"{Encode(header.ToJsonString())}.{Encode(claims.ToJsonString())}";
        return $"{head}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes(head)))}";
    }

    public byte[] Sign(byte[] data) => Key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string Encode(string json) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(json));

    private async Task AnswerAsync(ReceivedCall call, HttpContext context)
    {
        if (IsAway)
        {
            context.Response.StatusCode = 503;
            return;
        }
        var parameters = Key.ExportParameters(false);
        object answer = call.Path == "/jwks"
            ? new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = KeyId, n = Base64UrlEncoder.Encode(parameters.Modulus), e = Base64UrlEncoder.Encode(parameters.Exponent) } } }
            : new { issuer = Issuer, authorization_endpoint = $"{Issuer}/auth", token_endpoint = $"{Issuer}/token", jwks_uri = $"{Issuer}/jwks" };
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(JsonSerializer.Serialize(answer));
    }
}
