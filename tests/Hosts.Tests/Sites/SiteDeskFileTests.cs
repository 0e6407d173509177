using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Sites;

namespace Hosts.Tests.Sites;

/// <summary>Webhooks and desks in site files: what is taken, and how what is wrong is told.</summary>
public sealed class SiteDeskFileTests : IDisposable
{
    private readonly SiteFiles _files = new();

    public void Dispose() => _files.Dispose();

    private SiteReading Read(string members, string? webhookSecret = null, string? token = null)
    {
        _files.WriteSecret("shop.secret");
        if (webhookSecret is not null) File.WriteAllText(Path.Combine(_files.Path, "hook"), webhookSecret);
        if (token is not null) File.WriteAllText(Path.Combine(_files.Path, "token"), token);
        _files.Write("shop", $$"""{ "site": "shop", "secret": { "file": "shop.secret" }, {{members}} }""");
        return _files.Read();
    }

    private string[] ErrorsOf(string members, string? webhookSecret = null, string? token = null) => [.. Read(members, webhookSecret, token).Errors.Select(e => e.Path)];

    [Fact]
    public void Read_WebhookWithTwoSecrets_BothSignAndNeitherIsShown()
    {
        var reading = Read("""
            "webhooks": [{ "url": "https://hooks.example/in", "secret": { "file": "hook" }, "events": ["card.accepted", "conversation.ended"] }]
            """, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nwhsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX\n");
        Assert.Empty(reading.Errors);
        var webhook = Assert.Single(Assert.Single(reading.Catalog.Sites).Webhooks);
        Assert.Equal(2, webhook.Secrets.Length);
        Assert.Equal([NoticeType.CardAccepted, NoticeType.ConversationEnded], webhook.Types.AsEnumerable());
        Assert.DoesNotContain("MfKQ", webhook.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "kind": "chatwoot", "url": "https://chat.example", "account": 1, "inbox": 2, "secret": { "file": "token" } }""", DeskKind.Chatwoot)]
    [InlineData("""{ "kind": "zendesk", "url": "https://x.zendesk.com", "user": "a@b.example", "secret": { "file": "token" }, "group": "12345678901" }""", DeskKind.Zendesk)]
    [InlineData("""{ "kind": "slack", "channel": "C1", "agents": ["U1"], "secret": { "file": "token" } }""", DeskKind.Slack)]
    [InlineData("""{ "kind": "hours", "capacity": 3, "hours": [{ "days": ["monday"], "from": "09:00", "to": "17:00" }] }""", DeskKind.Hours)]
    public void Read_Desk_IsTaken(string desk, DeskKind kind)
    {
        var reading = Read($"\"desk\": {desk}", token: "secret-token\n");
        Assert.Empty(reading.Errors);
        var taken = Assert.Single(reading.Catalog.Sites).Desk!;
        Assert.Equal(kind, taken.Kind);
        Assert.Equal(kind == DeskKind.Hours, taken.IsByHours);
        Assert.DoesNotContain("secret-token", taken.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "kind": "chatwoot", "secret": { "file": "token" } }""", "$.desk.account", "$.desk.inbox", "$.desk.url")]
    [InlineData("""{ "kind": "zendesk", "url": "http://x.zendesk.com", "secret": { "file": "token" } }""", "$.desk.url", "$.desk.user")]
    [InlineData("""{ "kind": "slack", "secret": { "file": "token" } }""", "$.desk.agents", "$.desk.channel")]
    [InlineData("""{ "kind": "slack", "channel": "C1", "agents": ["U1"] }""", "$.desk.secret")]
    [InlineData("""{ "kind": "slack", "channel": "C1", "agents": ["<U1>"], "secret": { "file": "token" } }""", "$.desk.agents")]
    [InlineData("""{ "kind": "hours" }""", "$.desk.hours")]
    [InlineData("""{ "kind": "intercom" }""", "$.desk.kind")]
    [InlineData("""{ "kind": "slack", "channel": "C1", "agents": ["U1"], "secret": { "file": "token" }, "token": "xoxb-1" }""", "$.desk.token")]
    public void Read_DeskThatCannotWork_NamesWhatIsMissing(string desk, params string[] paths) =>
        Assert.Equal(paths, ErrorsOf($"\"desk\": {desk}", token: "t").Order(StringComparer.Ordinal));

    [Fact]
    public void Read_SlackTeamTooLargeToBeAsked_IsRefused() => Assert.Equal(["$.desk.agents"], ErrorsOf(
        $$"""
        "desk": { "kind": "slack", "channel": "C1", "secret": { "file": "token" }, "agents": [{{string.Join(',', Enumerable.Range(0, 17).Select(n => $"\"U{n}\""))}}] }
        """, token: "t"));

    [Theory]
    [InlineData("http://hooks.example/in")]
    [InlineData("ftp://hooks.example/in")]
    [InlineData("/in")]
    [InlineData("https://user:password@hooks.example/in")]
    public void Read_WebhookUrlThatMayNotBe_IsRefused(string url) => Assert.Equal(["$.webhooks[0].url"], ErrorsOf(
        $$"""
        "webhooks": [{ "url": "{{url}}", "secret": { "file": "hook" } }]
        """, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8")]
    [InlineData("whsec_not base64")]
    [InlineData("")]
    [InlineData(null)]
    public void Read_WebhookSecretThatIsNone_IsRefusedWithoutBeingShown(string? secret)
    {
        var reading = Read("""
            "webhooks": [{ "url": "https://hooks.example/in", "secret": { "file": "hook" } }]
            """, secret);
        var error = Assert.Single(reading.Errors);
        Assert.Equal("$.webhooks[0].secret", error.Path);
        Assert.DoesNotContain("MfKQ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownEventAndTheSameUrlTwice_AreRefused() => Assert.Equal(["$.webhooks", "$.webhooks[1].events"], ErrorsOf("""
        "webhooks": [{ "url": "https://hooks.example/in", "secret": { "file": "hook" } }, { "url": "https://hooks.example/in", "secret": { "file": "hook" }, "events": ["card.taken"] }]
        """, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").Order(StringComparer.Ordinal));

    [Fact]
    public void Read_NewSecretInItsFile_IsSeenAsAChange()
    {
        Read("""
            "webhooks": [{ "url": "https://hooks.example/in", "secret": { "file": "hook" } }]
            """, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        var before = _files.Reader.Fingerprint();
        File.AppendAllText(Path.Combine(_files.Path, "hook"), "\nwhsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX");
        Assert.NotEqual(before, _files.Reader.Fingerprint());
    }
}
