using System.Security.Cryptography;
using System.Text;
using Engagement.Core.Scoring;
using Engagement.Core.Sites;

namespace Hosts.Tests.Engine;

/// <summary>Sites as tests need them: live, open to all, nobody held out; floundering by the published rules, a purchase always likely.</summary>
public static class TestSites
{
    public static SiteModel Live(
        string id = "demo", SiteMode mode = SiteMode.Live, SiteClock clock = SiteClock.Wall, float holdout = 0, int offersPerHour = 1_000,
        ConsentRule consent = ConsentRule.NotRequired, string? origin = null,
        SiteWebhook[]? webhooks = null, SiteDesk? desk = null, SiteSignIn? signIn = null,
        params ReadOnlySpan<SiteArticle> articles) => new()
    {
        Id = id,
        Mode = mode,
        Clock = clock,
        Consent = consent,
        Origins = origin is null ? [] : [origin],
        Keys = [Key(KeyRole.Write, WriteKey(id)), Key(KeyRole.Api, ApiKey(id)), Key(KeyRole.Agent, AgentToken(id)), Key(KeyRole.Agent, OwnAgentToken(id, "anna")) with { Agent = "anna" },
            Key(KeyRole.Supervisor, SupervisorToken(id)), Key(KeyRole.Supervisor, OwnSupervisorToken(id, "lena")) with { Agent = "lena" }],
        Secret = new SiteSecret(SHA256.HashData(Encoding.UTF8.GetBytes(id))),
        Articles = [.. articles],
        Webhooks = [.. webhooks ?? []],
        Desk = desk,
        SignIn = signIn,
        Policy = new SitePolicy { HoldoutShare = holdout, OffersPerHourMax = offersPerHour },
        Purposeful = new Likely(0.9f),
        Floundering = PublishedStruggleRules.Instance,
    };

    public static string WriteKey(string id) => $"{id}-write";
    public static string ApiKey(string id) => $"{id}-api";
    public static string AgentToken(string id) => $"{id}-agent";

    /// <summary>Of one agent; the site has anna's.</summary>
    public static string OwnAgentToken(string id, string agent) => $"{id}-agent-{agent}";

    public static string SupervisorToken(string id) => $"{id}-supervisor";

    /// <summary>Of one supervisor; the site has lena's.</summary>
    public static string OwnSupervisorToken(string id, string agent) => $"{id}-supervisor-{agent}";

    private static SiteKey Key(KeyRole role, string key) => new(role, [.. SHA256.HashData(Encoding.UTF8.GetBytes(key))], false);

    /// <summary>The same probability for everybody: a high one alone must invite nobody.</summary>
    private sealed class Likely(float probability) : IPropensityModel
    {
        public string Version => "likely/1";
        public float Score(ReadOnlySpan<float> features) => probability;

        public float Explain(ReadOnlySpan<float> features, Span<float> contributions)
        {
            contributions.Clear();
            return 0;
        }
    }
}
