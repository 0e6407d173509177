using Engagement.Core.Sites;

namespace Hosts.Tests.Sites;

/// <summary>Where a site's agents sign in, as its file says.</summary>
public sealed class SiteSignInFileTests : IDisposable
{
    private readonly SiteFiles _files = new();

    public SiteSignInFileTests() => _files.WriteSecret("shop.secret");
    public void Dispose() => _files.Dispose();

    private void Write(string site, string signIn) =>
        _files.Write(site, $$"""{ "site": "{{site}}", "secret": { "file": "shop.secret" }, "signIn": { {{signIn}} } }""");

    private const string Right = """ "issuer": "https://login.example/firm", "clientId": "console" """;

    [Fact]
    public void Read_SignIn_IsTaken_WithItsDefaults()
    {
        Write("shop", Right + """, "supervisors": ["leads"] """);
        var reading = _files.Read();
        Assert.Empty(reading.Errors);
        var signIn = Assert.Single(reading.Catalog.Sites).SignIn!;
        Assert.Equal(("https://login.example/firm", "console", "preferred_username", "roles", "openid profile offline_access"),
            (signIn.Issuer, signIn.ClientId, signIn.AgentClaim, signIn.RoleClaim, signIn.Scopes));
        Assert.Equal([KeyRole.Supervisor, null], [signIn.RoleOf(["sales", "leads"]), signIn.RoleOf(["sales"])]);
    }

    [Theory]
    [InlineData(Right, "$.signIn")]
    [InlineData(""" "issuer": "http://login.example", "clientId": "console", "agents": ["a"] """, "$.signIn.issuer")]
    [InlineData(""" "issuer": "login.example", "clientId": "console", "agents": ["a"] """, "$.signIn.issuer")]
    [InlineData(""" "issuer": "https://login.example/?x=1", "clientId": "console", "agents": ["a"] """, "$.signIn.issuer")]
    [InlineData(""" "clientId": "console", "agents": ["a"] """, "$.signIn.issuer")]
    [InlineData(""" "issuer": "https://login.example", "agents": ["a"] """, "$.signIn.clientId")]
    [InlineData(Right + """, "agents": ["a"], "scopes": "profile" """, "$.signIn.scopes")]
    [InlineData(Right + """, "agents": ["a"], "clientSecret": "s" """, "$.signIn.clientSecret")]
    public void Read_SignInThatCannotBe_NamesWhatIsWrong(string signIn, string path)
    {
        Write("shop", signIn);
        Assert.Equal([path], _files.Read().Errors.Select(e => e.Path));
    }

    /// <summary>Which of the two a token is for could not be known.</summary>
    [Fact]
    public void Read_TwoSitesOfOneClient_TheLaterDoesWithout()
    {
        foreach (var site in new[] { "one", "two" }) Write(site, Right + """, "agents": ["a"] """);
        var reading = _files.Read();
        Assert.Equal(("two.json", "$.signIn.clientId"), (reading.Errors.Single().File, reading.Errors.Single().Path));
        Assert.Equal("one", Assert.Single(reading.Catalog.Sites).Id);
    }
}
