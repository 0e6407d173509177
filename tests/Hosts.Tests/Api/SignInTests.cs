using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core.Sites;
using Hosts.Tests.Engine;
using Microsoft.IdentityModel.Tokens;

namespace Hosts.Tests.Api;

/// <summary>ID tokens as agents' credentials: which are taken, as whom, and what is said of the others.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private IdProvider _provider = null!;
    private RunningEngine _engine = null!;

    public async Task InitializeAsync()
    {
        _provider = await IdProvider.StartAsync();
        _engine = await RunningEngine.StartAsync(
            _folder.File("engagement.db"), null, TestSites.Live(signIn: _provider.SignIn), TestSites.Live("other"));
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _provider.DisposeAsync();
        _folder.Dispose();
    }

    private JsonObject Claims(string agent = "mira", params string[] roles) => _provider.ClaimsOf(agent, _engine.Time.GetUtcNow(), roles.Length == 0 ? ["support"] : roles);

    private async Task<(HttpStatusCode Status, JsonNode? Body)> MeAsync(string token)
    {
        using var answer = await _engine.CallAsync(HttpMethod.Get, "/v1/agents/me", token);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private async Task RefusedAsync(string token, HttpStatusCode status, string detail)
    {
        var (found, body) = await MeAsync(token);
        Assert.Equal(status, found);
        Assert.Contains(detail, (string?)body!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task IdToken_IsAsAKeyOfThatAgent()
    {
        var token = _provider.TokenOf(Claims());
        var (status, me) = await MeAsync(token);
        Assert.Equal((HttpStatusCode.OK, "demo", "mira", "agent"), (status, (string?)me!["site"], (string?)me["agent"], (string?)me["role"]));
        using var hers = await _engine.CallAsync(HttpMethod.Put, "/v1/agents/mira/presence", token, new { status = "available" });
        Assert.Equal(HttpStatusCode.OK, hers.StatusCode);
        using var others = await _engine.CallAsync(HttpMethod.Put, "/v1/agents/anna/presence", token, new { status = "available" });
        Assert.Equal("another_agents_key", (string?)JsonNode.Parse(await others.Content.ReadAsStringAsync())!["code"]);
        using var hub = await _engine.CallAsync(HttpMethod.Post, "/v1/conversations/hub/negotiate?negotiateVersion=1&agent=mira", token);
        Assert.Equal(HttpStatusCode.OK, hub.StatusCode);
        using var questions = await _engine.CallAsync(HttpMethod.Get, "/v1/agents/questions", token);
        Assert.Equal(HttpStatusCode.OK, questions.StatusCode);
        // Keys go on as before, and an owner's key is not had by signing in.
        using var key = await _engine.CallAsync(HttpMethod.Get, "/v1/agents/cards", TestSites.AgentToken("demo"));
        Assert.Equal(HttpStatusCode.OK, key.StatusCode);
        using var overview = await _engine.CallAsync(HttpMethod.Get, "/v1/overview", token);
        Assert.Equal(HttpStatusCode.Unauthorized, overview.StatusCode);
    }

    [Fact]
    public async Task Roles_OneTextOrAList_ASupervisorsBeforeAnAgents()
    {
        Assert.Equal("supervisor", (string?)(await MeAsync(_provider.TokenOf(Claims("lena", "support", "support-leads")))).Body!["role"]);
        var single = Claims();
        single["roles"] = "support-leads";
        Assert.Equal("supervisor", (string?)(await MeAsync(_provider.TokenOf(single))).Body!["role"]);
    }

    [Fact]
    public async Task Account_WithoutARole_OrWithoutAName_IsToldSo()
    {
        await RefusedAsync(_provider.TokenOf(Claims("mira", "sales")), HttpStatusCode.Forbidden, "no role here");
        var none = Claims();
        none.Remove("roles");
        await RefusedAsync(_provider.TokenOf(none), HttpStatusCode.Forbidden, "no role here");
        await RefusedAsync(_provider.TokenOf(Claims("Mira Müller")), HttpStatusCode.Forbidden, "cannot name an agent");
        using var hub = await _engine.CallAsync(HttpMethod.Post, "/v1/conversations/hub/negotiate?negotiateVersion=1&agent=mira", _provider.TokenOf(none));
        Assert.Equal(HttpStatusCode.Forbidden, hub.StatusCode);
    }

    [Fact]
    public async Task Email_AsAName_OnlyWhereItIsVerified()
    {
        await using var engine = await RunningEngine.StartAsync(
            _folder.File("email.db"), null, TestSites.Live(signIn: _provider.SignIn with { AgentClaim = "email" }));
        var claims = Claims();
        claims["email"] = "mira@shop.example";
        using var unverified = await engine.CallAsync(HttpMethod.Get, "/v1/agents/me", _provider.TokenOf(claims));
        Assert.Equal(HttpStatusCode.Forbidden, unverified.StatusCode);
        claims["email_verified"] = true;
        using var verified = await engine.CallAsync(HttpMethod.Get, "/v1/agents/me", _provider.TokenOf(claims));
        Assert.Equal("mira@shop.example", (string?)JsonNode.Parse(await verified.Content.ReadAsStringAsync())!["agent"]);
    }

    [Fact]
    public async Task Expired_IsToldSo()
    {
        var token = _provider.TokenOf(Claims());
        Assert.Equal(HttpStatusCode.OK, (await MeAsync(token)).Status);
        _engine.ForgetAgents();
        await _engine.PassAsync(TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1));
        await RefusedAsync(token, HttpStatusCode.Unauthorized, "has expired");
        var endless = Claims();
        endless.Remove("exp");
        await RefusedAsync(_provider.TokenOf(endless), HttpStatusCode.Unauthorized, "has expired");
        var future = Claims();
        future["nbf"] = _engine.Time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds();
        await RefusedAsync(_provider.TokenOf(future), HttpStatusCode.Unauthorized, "has expired");
    }

    /// <summary>Attacks on what signs.</summary>
    [Fact]
    public async Task Signature_OfAnotherKey_NoneAtAll_OrThePublicKeyAsASecret_IsNotTaken()
    {
        const string NotIts = "not one that its provider made";
        var claims = Claims();
        using var another = RSA.Create(2048);
        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = _provider.KeyId };
        await RefusedAsync(
            IdProvider.TokenOf(header, claims, data => another.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), HttpStatusCode.Unauthorized, NotIts);
        await RefusedAsync(IdProvider.TokenOf(new JsonObject { ["alg"] = "none" }, claims, _ => []), HttpStatusCode.Unauthorized, NotIts);
        await RefusedAsync(IdProvider.TokenOf(new JsonObject { ["alg"] = "none", ["kid"] = _provider.KeyId }, claims, _provider.Sign), HttpStatusCode.Unauthorized, NotIts);
        foreach (var secret in new[] { _provider.Key.ExportRSAPublicKey(), Encoding.ASCII.GetBytes(_provider.Key.ExportSubjectPublicKeyInfoPem()), _provider.Key.ExportParameters(false).Modulus! })
        {
            await RefusedAsync(
                IdProvider.TokenOf(new JsonObject { ["alg"] = "HS256", ["kid"] = _provider.KeyId }, claims, data => HMACSHA256.HashData(secret, data)), HttpStatusCode.Unauthorized, NotIts);
        }
        // A signature that was made for other words, and one whose header brings its own key.
        var parts = _provider.TokenOf(claims).Split('.');
        claims["preferred_username"] = "lena";
        await RefusedAsync($"{parts[0]}.{Base64UrlEncoder.Encode(claims.ToJsonString())}.{parts[2]}", HttpStatusCode.Unauthorized, NotIts);
        var own = another.ExportParameters(false);
        var withKey = new JsonObject
        {
            ["alg"] = "RS256", ["kid"] = "mine",
            ["jwk"] = new JsonObject { ["kty"] = "RSA", ["n"] = Base64UrlEncoder.Encode(own.Modulus), ["e"] = Base64UrlEncoder.Encode(own.Exponent) },
        };
        await RefusedAsync(IdProvider.TokenOf(withKey, claims, data => another.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), HttpStatusCode.Unauthorized, NotIts);
    }

    [Fact]
    public async Task Token_ForAnotherClientOrOfAnotherIssuer_IsNotTaken()
    {
        var claims = Claims();
        claims["aud"] = "another-client";
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(_provider.TokenOf(claims))).Status);
        claims = Claims();
        claims["iss"] = "https://elsewhere.example";
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(_provider.TokenOf(claims))).Status);
        // Made for another, and for this one among others.
        claims = Claims();
        claims["aud"] = new JsonArray("another-client", IdProvider.ClientId);
        await RefusedAsync(_provider.TokenOf(claims), HttpStatusCode.Unauthorized, "another application");
        claims["azp"] = "another-client";
        await RefusedAsync(_provider.TokenOf(claims), HttpStatusCode.Unauthorized, "another application");
        claims["azp"] = IdProvider.ClientId;
        Assert.Equal(HttpStatusCode.OK, (await MeAsync(_provider.TokenOf(claims))).Status);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.c2ln")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOm51bGx9.c2ln")]
    public async Task Token_ThatIsNone_IsAsAnyWrongKey(string token) => await RefusedAsync(token, HttpStatusCode.Unauthorized, "Authorization: Bearer");

    [Fact]
    public async Task Token_OfAnySize_IsAnswered()
    {
        var claims = Claims();
        claims["padding"] = new string('x', 20_000);
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(_provider.TokenOf(claims))).Status);
    }

    [Fact]
    public async Task Provider_ChangesItsKey_TheNewOneIsFetched_AndAskedForOnceAlone()
    {
        Assert.Equal(HttpStatusCode.OK, (await MeAsync(_provider.TokenOf(Claims()))).Status);
        var old = _provider.TokenOf(Claims());
        _provider.Rotate();
        await RunningEngine.UntilAsync(async () => (await MeAsync(_provider.TokenOf(Claims()))).Status == HttpStatusCode.OK);
        await RefusedAsync(old, HttpStatusCode.Unauthorized, "not one that its provider made");
        // Keys that nobody has cannot be made to ask the provider again and again.
        var asked = _provider.KeysAsked;
        for (var i = 0; i < 20; i++)
        {
            var forged = IdProvider.TokenOf(new JsonObject { ["alg"] = "RS256", ["kid"] = $"none{i}" }, Claims(), _provider.Sign);
            Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(forged)).Status);
        }
        Assert.InRange(_provider.KeysAsked, asked, asked + 1);
    }

    [Fact]
    public async Task Provider_Away_IsToldSo_AndKeysGoOn()
    {
        _provider.IsAway = true;
        // Not the token's fault: whoever is at her desk keeps trying, and is not signed out.
        await RefusedAsync(_provider.TokenOf(Claims()), HttpStatusCode.ServiceUnavailable, "cannot be asked");
        using var key = await _engine.CallAsync(HttpMethod.Get, "/v1/agents/cards", TestSites.AgentToken("demo"));
        Assert.Equal(HttpStatusCode.OK, key.StatusCode);
    }

    [Fact]
    public async Task SignIn_SaysWhereTheAgentsOfASiteSignIn()
    {
        using var only = await _engine.CallAsync(HttpMethod.Get, "/v1/sign-in", null);
        var answer = JsonNode.Parse(await only.Content.ReadAsStringAsync())!;
        Assert.Equal(("demo", _provider.Issuer, IdProvider.ClientId), ((string?)answer["site"], (string?)answer["issuer"], (string?)answer["clientId"]));
        using var none = await _engine.CallAsync(HttpMethod.Get, "/v1/sign-in?site=other", null);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Stream_OfCards_EndsWithTheToken()
    {
        var claims = Claims();
        claims["exp"] = _engine.Time.GetUtcNow().AddSeconds(2).ToUnixTimeSeconds();
        using var stream = await EventStreamClient.OpenAsync(_engine, "/v1/agents/cards/stream", _provider.TokenOf(claims));
        await stream.EndedAsync();
    }
}
